//! Contract readmore, 5.2.

use serde_json::{Value, json};

use super::support::{BLOG, ILLEGAL, INVALID_BLOG, SUCCESS, blog, blog_on, path};
use crate::cwd::support::{Blog, Database, on_both_databases};

on_both_databases!(what_is_reported_is_listed);

fn list(blog: &Blog, query: &str) -> Value {
    let answer = blog.owner("GET", &format!("browse/list?blogId={BLOG}{query}"), &Value::Null);
    assert_eq!(answer.status, 200, "{}", answer.text());
    answer.json()["data"].clone()
}

fn what_is_reported_is_listed(database: Database) {
    let blog = blog_on(database, |_| {});
    let body = json!({
        "probability": 1,
        "blogId": BLOG,
        "url": "https://host/path",
        "title": "标题 <script>",
        "tag": 3,
        "ip": "6.6.6.6",
        "createTime": "1999-01-01 00:00:00",
        "id": 77,
    });
    let headers = [("x-forwarded-for", "203.0.113.9"), ("user-agent", "Probe/1.0")];
    blog.send("POST", &path("browse/add"), &headers, &body).expect(200, SUCCESS);
    let data = list(&blog, "");
    let item = &data["list"][0];
    let time = item["createTime"].as_str().unwrap();
    assert_eq!(time.len(), 19);
    assert_eq!(
        data,
        json!({
            "currPage": 1,
            "pageSize": 10,
            "totalPage": 1,
            "totalCount": 1,
            "list": [{
                "id": item["id"],
                "blogId": BLOG,
                "probability": 1.0,
                "ip": "203.0.113.9",
                "ua": "Probe/1.0",
                "url": "https://host/path",
                "title": "标题 <script>",
                "tag": 3,
                "createTime": time,
            }],
        })
    );
    // The same again is answered, and not stored.
    blog.send("POST", &path("browse/add"), &headers, &body).expect(200, SUCCESS);
    assert_eq!(list(&blog, "")["totalCount"], 1);
}

#[test]
fn little_is_enough_and_much_is_cut() {
    let blog = blog();
    blog.readmore("browse/add", &json!({ "blogId": BLOG })).expect(200, SUCCESS);
    let much = json!({
        "blogId": BLOG,
        "url": "u".repeat(3000),
        "title": "标".repeat(1000),
        "ua": "a".repeat(3000),
        "probability": "0.1",
        "tag": "2",
    });
    blog.readmore("browse/add", &much).expect(200, SUCCESS);
    let nul = json!({ "blogId": BLOG, "title": "a\u{0}b\nc", "url": 7, "ua": true });
    blog.readmore("browse/add", &nul).expect(200, SUCCESS);
    let data = list(&blog, "&orderField=id&orderMode=asc");
    let chars = |at: usize, name: &str| data["list"][at][name].as_str().unwrap().chars().count();
    assert_eq!((chars(1, "url"), chars(1, "title"), chars(1, "ua")), (500, 255, 1024));
    assert_eq!(
        (&data["list"][1]["probability"], &data["list"][1]["tag"]),
        (&json!(0.1), &json!(2))
    );
    assert_eq!(data["list"][0].get("tag"), None, "what is unknown is not told");
    assert_eq!(data["list"][0].get("probability"), None);
    assert_eq!((&data["list"][2]["title"], &data["list"][2]["url"]), (&json!("abc"), &json!("7")));
    assert_eq!(data["list"][2]["ua"], "true");
}

#[test]
fn what_makes_no_sense_is_refused() {
    let blog = blog();
    for (name, value) in [
        ("probability", json!(0.09)),
        ("probability", json!(1.01)),
        ("probability", json!("NaN")),
        ("probability", json!("x")),
        ("probability", json!(true)),
        ("probability", json!([1])),
        ("tag", json!(0)),
        ("tag", json!(5)),
        ("tag", json!(1.5)),
        ("tag", json!("x")),
        ("tag", json!({})),
        ("url", json!([])),
        ("title", json!({})),
        ("ua", json!([])),
        ("blogId", json!([])),
    ] {
        let mut body = json!({ "blogId": BLOG });
        body[name] = value.clone();
        let answer = blog.readmore("browse/add", &body);
        assert_eq!((answer.status, answer.text()), (200, ILLEGAL), "{name} {value}");
    }
    let missing = blog.readmore("browse/add", &json!({ "blogId": " " }));
    missing.expect(
        200,
        r#"{"code":502,"msg":"Illegal parameter error","data":{"blogId":"博客ID不能为空"}}"#,
    );
    blog.readmore("browse/add", &json!({ "blogId": "other" })).expect(200, INVALID_BLOG);
}

#[test]
fn addresses_are_those_of_the_connection() {
    use inkstone_server::config::TrustedProxies;
    let blog = super::support::blog_with(|config| {
        config.server.trusted_proxies = TrustedProxies::default();
    });
    let body = json!({ "blogId": BLOG, "ip": "6.6.6.6" });
    blog.readmore_from("5.5.5.5", "browse/add", &body).expect(200, SUCCESS);
    assert_eq!(list(&blog, "")["list"][0]["ip"], "127.0.0.1");
}
