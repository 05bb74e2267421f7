//! Images that others keep (contract qexo, section 10).

use inkstone_delivery::testing::{HttpBehaviour, HttpStub};
use serde_json::{Value, json};

use super::{
    images::{listed, png, set_host, upload, uploaded},
    support::{SAVED, blog, blog_with, refusal},
};
use crate::{
    cwd::support::Blog,
    support::s3::{ACCESS_KEY_ID, RealServer, SECRET_ACCESS_KEY},
};

const DELETED: &str = r#"{"msg":"已删除本地记录","status":true}"#;

fn remove(blog: &Blog, image: &Value) -> crate::support::Answer {
    let fields = [("image", image["time"].as_str().unwrap()), ("sync", "true")];
    blog.owner_form("/api/delete_img", &fields)
}

#[test]
fn a_remote_api_gets_the_file_and_deletes_it() {
    let (blog, stub) = (blog(), HttpStub::start());
    let params = json!({
        "api": format!("{}/upload?key=hunter2", stub.url()),
        "post_params": "image",
        "json_path": "data.links.0.url",
        "custom_header": r#"{"Authorization":"Bearer hunter3","X-Number":5}"#,
        "custom_body": r#"{"album":"a\"b","public":true}"#,
        "custom_url": "https://img.example/",
        "delete_url": "data.delete",
    });
    set_host(&blog, "远程API", &params).expect(200, SAVED);
    let said = json!({ "data": {
        "links": [{ "url": "i/1.png?a=1&b=2" }],
        "delete": format!("{}/delete/abc", stub.url()),
    } });
    stub.then(HttpBehaviour::json(201, &said.to_string()));
    let image = uploaded(&blog, r#"my \"cat\".html"#, &png());
    assert_eq!(image["url"], "https://img.example/i/1.png?a=1&b=2");
    assert_eq!(listed(&blog, "")[0], image);
    let request = &stub.requests()[0];
    assert_eq!((request.method.as_str(), request.path.as_str()), ("POST", "/upload?key=hunter2"));
    assert_eq!(request.header("authorization"), Some("Bearer hunter3"));
    assert_eq!(request.header("x-number"), Some("5"));
    let kind = request.header("content-type").unwrap();
    let boundary = kind.strip_prefix("multipart/form-data; boundary=").unwrap();
    let expected = [
        format!(
            "--{boundary}\r\nContent-Disposition: form-data; name=\"album\"\r\n\r\na\"b\r\n\
             --{boundary}\r\nContent-Disposition: form-data; name=\"public\"\r\n\r\ntrue\r\n\
             --{boundary}\r\nContent-Disposition: form-data; name=\"image\"; \
             filename=\"my %22cat%22.png\"\r\nContent-Type: image/png\r\n\r\n"
        )
        .into_bytes(),
        png(),
        format!("\r\n--{boundary}--\r\n").into_bytes(),
    ];
    assert!(request.body == expected.concat(), "{}", String::from_utf8_lossy(&request.body));

    // While it does not delete, the record stays.
    stub.then(HttpBehaviour::json(500, "{}"));
    remove(&blog, &image).expect(200, &refusal("图床请求失败: it answers 500"));
    assert_eq!(listed(&blog, "").len(), 1);
    remove(&blog, &image).expect(200, DELETED);
    let request = &stub.requests()[2];
    assert_eq!((request.method.as_str(), request.path.as_str()), ("GET", "/delete/abc"));
    assert_eq!(request.header("authorization"), Some("Bearer hunter3"));
    assert_eq!(listed(&blog, ""), [Value::Null; 0]);
}

#[test]
fn a_remote_api_that_answers_with_an_address_alone_needs_no_more() {
    let (blog, stub) = (blog(), HttpStub::start());
    let params = json!({ "api": stub.url(), "custom_header": {}, "delete_url": "delete" });
    set_host(&blog, "远程API", &params).expect(200, SAVED);
    stub.then(HttpBehaviour::json(200, "https://img.example/1.png\n"));
    let image = uploaded(&blog, "a.png", &png());
    assert_eq!(image["url"], "https://img.example/1.png");
    let body = String::from_utf8_lossy(&stub.requests()[0].body).into_owned();
    assert!(body.contains("name=\"file\"; filename=\"a.png\""), "{body}");
    // Nobody knows how to delete it: the record goes.
    remove(&blog, &image).expect(200, DELETED);
    assert_eq!((stub.requests().len(), listed(&blog, "").len()), (1, 0));
}

#[test]
fn what_a_remote_api_answers_is_not_trusted() {
    let elsewhere = HttpStub::start();
    let (blog, stub) = (
        blog_with(|config| config.media.host_timeout_s = 1.try_into().unwrap()),
        HttpStub::start(),
    );
    let params = json!({
        "api": format!("{}/?token=hunter2", stub.url()),
        "json_path": "url",
        "custom_header": r#"{"X-Token":"hunter3"}"#,
        "delete_url": "delete",
    });
    set_host(&blog, "远程API", &params).expect(200, SAVED);
    let away = ("location".to_owned(), elsewhere.url());
    let redirect =
        |status| HttpBehaviour::Answer { status, headers: vec![away.clone()], body: Vec::new() };
    let nothing = "its answer has no address at `json_path`";
    let no_address = "what its answer has at `json_path` is no web address";
    for (behaviour, reason) in [
        (HttpBehaviour::json(403, r#"{"url":"https://a.b"}"#), "it answers 403"),
        (HttpBehaviour::json(500, "hunter2"), "it answers 500"),
        (redirect(302), "it answers 302"),
        (redirect(307), "it answers 307"),
        (HttpBehaviour::json(200, ""), nothing),
        (HttpBehaviour::json(200, "no JSON"), nothing),
        (HttpBehaviour::json(200, r#"{"url":5}"#), nothing),
        (HttpBehaviour::json(200, r#"{"url":["https://a.b"]}"#), nothing),
        (HttpBehaviour::json(200, r#"{"url":"javascript:alert(1)"}"#), no_address),
        (HttpBehaviour::json(200, r#"{"url":"data:text/html,x"}"#), no_address),
        (HttpBehaviour::json(200, r#"{"url":"/relative.png"}"#), no_address),
        (HttpBehaviour::HangUp, "it is out of reach"),
        (HttpBehaviour::Silence, "it does not answer in time"),
        (HttpBehaviour::Flood(200), "its answer is too large"),
    ] {
        let shown = format!("{behaviour:?}");
        stub.then(behaviour);
        let answer = upload(&blog, "a.png", &png());
        let said = refusal(&format!("图床请求失败: {reason}"));
        assert_eq!((answer.status, answer.text()), (200, said.as_str()), "{shown}");
    }
    assert_eq!(listed(&blog, ""), [Value::Null; 0]);
    // It may not send us, and what we prove ourselves with, anywhere else.
    for delete in [format!("{}/x", elsewhere.url()), "file:///etc/passwd".to_owned()] {
        let said = json!({ "url": "https://img.example/1.png", "delete": delete }).to_string();
        stub.then(HttpBehaviour::json(200, &said));
        let image = uploaded(&blog, "a.png", &png());
        remove(&blog, &image).expect(200, DELETED);
    }
    assert_eq!(elsewhere.requests(), []);
}

#[test]
fn an_image_is_deleted_by_its_own_host_alone() {
    let (blog, stub, other) = (blog(), HttpStub::start(), HttpStub::start());
    let params =
        |stub: &HttpStub| json!({ "api": stub.url(), "json_path": "url", "delete_url": "delete" });
    set_host(&blog, "远程API", &params(&stub)).expect(200, SAVED);
    let said = r#"{"url":"https://img.example/1.png","delete":"/delete/1"}"#;
    stub.then(HttpBehaviour::json(200, said));
    let image = uploaded(&blog, "a.png", &png());
    let elsewhere = refusal("图片不在当前图床");
    set_host(&blog, "远程API", &params(&other)).expect(200, SAVED);
    remove(&blog, &image).expect(200, &elsewhere);
    for host in ["本地存储", "关闭"] {
        set_host(&blog, host, &json!({})).expect(200, SAVED);
        remove(&blog, &image).expect(200, &elsewhere);
    }
    assert_eq!((listed(&blog, "").len(), other.requests().len()), (1, 0));
    set_host(&blog, "远程API", &params(&stub)).expect(200, SAVED);
    remove(&blog, &image).expect(200, DELETED);
    assert_eq!(stub.requests()[1].path, "/delete/1");
}

#[test]
fn a_bucket_keeps_the_file_and_deletes_it() {
    let (blog, server) = (blog(), RealServer::start("images"));
    let params = |secret: &str, path: &str, prefix: &str| {
        json!({
            "key_id": ACCESS_KEY_ID,
            "access_key": secret,
            "endpoint_url": server.endpoint(),
            "bucket": "images",
            "path": path,
            "prev_url": prefix,
        })
    };
    let set = |params: &Value| set_host(&blog, "S3协议", params).expect(200, SAVED);
    set(&params(SECRET_ACCESS_KEY, "/i/{YEAR}/{filename}.html", "https://cdn.example/"));
    let image = uploaded(&blog, "猫 1.svg", &png());
    let year = &image["date"].as_str().unwrap()[..4];
    assert_eq!(image["url"], format!("https://cdn.example/i/{year}/%E7%8C%AB_1.html.png"));
    let file = server.file("images", &format!("i/{year}/猫_1.html.png"));
    assert_eq!(std::fs::read(&file).unwrap(), png());

    // With other keys nothing can be done; the reason holds none of them.
    set(&params("wrong", "", ""));
    let refused = refusal("图床请求失败: object storage answers 403 (SignatureDoesNotMatch)");
    upload(&blog, "a.png", &png()).expect(200, &refused);
    remove(&blog, &image).expect(200, &refused);
    assert!(file.exists() && listed(&blog, "").len() == 1);
    set(&params(SECRET_ACCESS_KEY, "", ""));
    remove(&blog, &image).expect(200, DELETED);
    assert!(!file.exists());

    // Names nobody can guess, at the bucket's own address.
    let image = uploaded(&blog, "a.png", &png());
    let base = format!("{}/images/", server.endpoint());
    let key = image["url"].as_str().unwrap().strip_prefix(&base).unwrap().to_owned();
    assert!(
        server.file("images", &key).exists() && key.len() == "2026/11/.png".len() + 32,
        "{key}"
    );
    set(&params(SECRET_ACCESS_KEY, "../../{random}", ""));
    upload(&blog, "a.png", &png()).expect(200, &refusal("参数错误: image_host.path"));
}

#[test]
fn hosts_that_cannot_be_used_are_refused() {
    let blog = blog();
    for name in
        ["FTP协议", "Github", "阿里云OSS", "又拍云-云储存", "DogeCloud云存储", "CFImgBed", "x"]
    {
        let unsupported =
            refusal(&format!("不支持的图床: {name}; 可用: 本地存储, S3协议, 远程API"));
        set_host(&blog, name, &json!({})).expect(200, &unsupported);
        // It may have come with an import.
        blog.set_value("IMG_HOST", &json!({ "type": name, "params": {} }).to_string());
        upload(&blog, "a.png", &png()).expect(200, &unsupported);
    }
    let s3 = json!({ "key_id": "a", "access_key": "b", "endpoint_url": "https://s3.example",
        "bucket": "c" });
    let api = json!({ "api": "https://img.example/upload" });
    for (kind, params, name, value) in [
        ("远程API", &api, "api", json!("")),
        ("远程API", &api, "api", json!("ftp://img.example")),
        ("远程API", &api, "api", json!("file:///etc/passwd")),
        ("远程API", &api, "api", json!({})),
        ("远程API", &api, "custom_header", json!("no JSON")),
        ("远程API", &api, "custom_header", json!("[1]")),
        ("远程API", &api, "custom_header", json!({ "a b": "c" })),
        ("远程API", &api, "custom_header", json!({ "a": "b\r\nc: d" })),
        ("远程API", &api, "custom_header", json!({ "Host": "internal" })),
        ("远程API", &api, "custom_header", json!({ "content-length": "0" })),
        ("远程API", &api, "custom_body", json!({ "a": ["b"] })),
        ("S3协议", &s3, "endpoint_url", json!("")),
        ("S3协议", &s3, "endpoint_url", json!("s3.example")),
        ("S3协议", &s3, "endpoint_url", json!("https://user:pass@s3.example")),
        ("S3协议", &s3, "bucket", json!(null)),
        ("S3协议", &s3, "key_id", json!("")),
        ("S3协议", &s3, "access_key", json!("")),
        ("S3协议", &s3, "prev_url", json!("javascript:alert(1)")),
        ("本地存储", &json!({}), "custom_url", json!("javascript:alert(1)")),
    ] {
        let mut params = params.clone();
        params[name] = value;
        let wrong = refusal(&format!("参数错误: image_host.{name}"));
        set_host(&blog, kind, &params).expect(200, &wrong);
    }
    for nonsense in ["", "{", "5", "[]", "{}", r#"{"type":5}"#] {
        let fields = [("image_host", nonsense)];
        let refused = blog.owner_form("/api/set_image_host", &fields);
        refused.expect(200, &refusal("参数错误: image_host"));
    }
    let missing = refusal("缺少参数: image_host");
    blog.owner_form("/api/set_image_host", &[]).expect(200, &missing);
    let params = json!({ "custom_url": "https://cdn.example/i" });
    set_host(&blog, "local", &params).expect(200, SAVED);
    let url = uploaded(&blog, "a.png", &png())["url"].as_str().unwrap().to_owned();
    let name = url.strip_prefix("https://cdn.example/i/").unwrap();
    assert_eq!(name.split_once('.').map(|(digits, kind)| (digits.len(), kind)), Some((32, "png")));
}
