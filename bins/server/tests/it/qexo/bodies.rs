//! Bodies in every encoding, and their limits (contract qexo, 1.3; checklist 3 and 4).

use serde_json::json;

use super::support::{ADDED, FORM, TOKEN, blog, blog_with, form, refusal};

const PATH: &str = "/pub/notifications/";

/// The parts of a multipart body with the boundary `XX`.
fn multipart(parts: &[(&str, &str)]) -> String {
    let part = |(name, text): &(&str, &str)| {
        format!("--XX\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{text}\r\n")
    };
    parts.iter().map(part).collect::<String>() + "--XX--\r\n"
}

#[test]
fn a_notification_arrives_in_every_encoding() {
    let blog = blog();
    let fields = [("title", "标题 &+"), ("content", "one\ntwo"), ("token", TOKEN)];
    let object = json!({ "title": "标题 &+", "content": "one\ntwo" }).to_string();
    let with_token =
        json!({ "title": "标题 &+", "content": "one\ntwo", "token": TOKEN }).to_string();
    let bearer = format!("Bearer {TOKEN}");
    let query = format!("{PATH}?token={TOKEN}");
    let kind = |kind: &'static str| ("content-type", kind);
    let json = kind("application/json");
    for (path, headers, body) in [
        (query.as_str(), &[json][..], object.clone()),
        (PATH, &[json], with_token),
        (PATH, &[json, ("authorization", &bearer)], object.clone()),
        (PATH, &[json], format!("{object}&token={TOKEN}")),
        (PATH, &[kind("application/json; charset=utf-8")], format!("{object}\n&token={TOKEN}")),
        (PATH, &[kind(FORM)], form(&fields)),
        (PATH, &[kind("application/x-www-form-urlencoded; charset=UTF-8;")], form(&fields)),
        (PATH, &[kind("text/plain")], form(&fields)),
        (PATH, &[kind("multipart/form-data; boundary=XX")], multipart(&fields)),
        (
            PATH,
            &[kind("multipart/form-data; boundary=\"XX\"")],
            multipart(&fields).replace("one\ntwo", "one\r\ntwo"),
        ),
    ] {
        blog.server.send("POST", path, headers, Some(&body)).expect(200, ADDED);
        let notice = blog.notices().pop().unwrap();
        assert_eq!(
            (&notice["label"], &notice["content"]),
            (&json!("标题 &+"), &json!("one<br>two"))
        );
    }
    assert_eq!(blog.notices().len(), 10);
}

#[test]
fn the_last_of_several_counts_and_the_query_holds_the_token_only() {
    let blog = blog();
    let path = format!("{PATH}?token={TOKEN}&title=query&content=query");
    let send = |body: &str| blog.server.send("POST", &path, &[("content-type", FORM)], Some(body));
    send("title=a&content=b&title=c").expect(200, ADDED);
    assert_eq!(blog.notices()[0]["label"], "c");
    send("title=a").expect(200, &refusal("缺少参数: content"));
    send("").expect(200, &refusal("缺少参数: title"));
}

#[test]
fn texts_are_normalised_and_bytes_that_are_no_text_replaced() {
    let blog = blog();
    blog.owner_form(PATH, &[("title", "Cafe\u{301}"), ("content", "e\u{301}\0")])
        .expect(200, ADDED);
    let notice = &blog.notices()[0];
    assert_eq!((&notice["label"], &notice["content"]), (&json!("Café"), &json!("é")));
    let body = format!("title=%ff&content=%ed%a0%80&token={TOKEN}");
    blog.server.send("POST", PATH, &[("content-type", FORM)], Some(&body)).expect(200, ADDED);
    assert_eq!(blog.notices()[1]["label"], "\u{fffd}");
}

#[test]
fn what_is_not_what_it_says_is_refused_and_stores_nothing() {
    let blog = blog();
    let path = format!("{PATH}?token={TOKEN}");
    let whole = multipart(&[("title", "a"), ("content", "b")]);
    for (kind, body, message) in [
        ("application/json", "{", "参数错误: body"),
        ("application/json", "", "缺少参数: title"),
        ("application/json", "[]", "参数错误: body"),
        ("application/json", r#"{"title":"a","content":"b"}x"#, "参数错误: body"),
        ("application/json", &"[".repeat(50_000), "参数错误: body"),
        ("application/json", "{}", "缺少参数: title"),
        ("application/json", r#"{"title":"a"}"#, "缺少参数: content"),
        ("application/json", r#"{"title":"a","content":null}"#, "缺少参数: content"),
        ("application/json", r#"{"title":1,"content":"b"}"#, "参数错误: title"),
        ("application/json", r#"{"title":"a","content":["b"]}"#, "参数错误: content"),
        ("application/json", r#"{"title":{"$ne":""},"content":"b"}"#, "参数错误: title"),
        ("multipart/form-data; boundary=XX", &whole[..whole.len() - 20], "参数错误: body"),
        ("multipart/form-data", &whole, "参数错误: body"),
        ("multipart/form-data; boundary=YY", &whole, "参数错误: body"),
        ("application/octet-stream", "title=a&content=b", "缺少参数: title"),
        ("text/plain", "just words", "缺少参数: title"),
    ] {
        let answer = blog.server.send("POST", &path, &[("content-type", kind)], Some(body));
        answer.expect(200, &refusal(message));
    }
    assert!(blog.notices().is_empty());
}

#[test]
fn too_much_is_refused_before_anybody_asks_who_sends_it() {
    let blog = blog();
    let refused = refusal("参数错误: body");
    let send = |kind: &str, body: &str| {
        blog.server.send("POST", PATH, &[("content-type", kind)], Some(body))
    };
    let mebibyte = "x".repeat(1_048_576);
    send(FORM, &format!("title={mebibyte}")).expect(413, &refused);
    send("application/json", &format!("\"{mebibyte}\"")).expect(413, &refused);
    let parts: Vec<(&str, &str)> = vec![("a", "1"); 1_001];
    send("multipart/form-data; boundary=XX", &multipart(&parts)).expect(413, &refused);
    send(FORM, &"a=1&".repeat(1_001)).expect(413, &refused);
    let members: Vec<String> = (0..1_001).map(|number| format!("\"{number}\":1")).collect();
    send("application/json", &format!("{{{}}}", members.join(","))).expect(413, &refused);
    let path = format!("/pub/status?{}", "a&".repeat(1_001));
    blog.get(&path).expect(413, &refused);

    let content = "x".repeat(1_048_576 - 64);
    blog.owner_form(PATH, &[("title", ""), ("content", &content)]).expect(200, ADDED);
    let fields = format!("{}title=a&content=b&token={TOKEN}", "a=1&".repeat(997));
    send(FORM, &fields).expect(200, ADDED);
}

#[test]
fn the_limit_is_the_operators() {
    let blog = blog_with(|config| config.qexo.body = 100.try_into().unwrap());
    let fields = [("title", "a"), ("content", "b")];
    blog.owner_form(PATH, &fields).expect(200, ADDED);
    let long = [("title", "a"), ("content", &*"b".repeat(100))];
    blog.owner_form(PATH, &long).expect(413, &refusal("参数错误: body"));
    assert_eq!(blog.notices().len(), 1);
}
