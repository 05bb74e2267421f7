//! Keeping custom fields (contract qexo, 3.20 to 3.23). Contents are numbers here: no script runs
//! in this process, whose memory other tests share.

use serde_json::json;

use super::support::{AUTH_FAILED, SAVED, TOKEN, blog, blog_on, blog_with, refusal};
use crate::{
    cwd::support::{Blog, Database, at_once, encoded, on_both_databases},
    support::Answer,
};

on_both_databases!(a_field_is_set_replaced_and_removed, many_writers_leave_one_field);

const REMOVED: &str = r#"{"msg":"删除成功!","status":true}"#;
const UNKNOWN: &str = "自定义字段不存在";

fn get(blog: &Blog, key: &str) -> Answer {
    blog.get(&format!("/pub/get_custom/?key={}&token={TOKEN}", encoded(key)))
}

fn said(data: &str) -> String {
    json!({ "data": data, "status": true }).to_string()
}

fn a_field_is_set_replaced_and_removed(database: Database) {
    let blog = blog_on(database, |_| {});
    let unknown = refusal(UNKNOWN);
    get(&blog, "caf\u{e9}").expect(200, &unknown);
    for (path, content) in [
        ("/pub/set_custom", "1"),
        ("/pub/new_custom/", "007"),
        ("/api/set_custom/", "2026-11-21"),
        ("/api/new_custom", "-1.5"),
    ] {
        let fields = [("name", "cafe\u{301}"), ("content", content)];
        blog.owner_form(path, &fields).expect(200, SAVED);
        for key in ["caf\u{e9}", "cafe\u{301}"] {
            get(&blog, key).expect(200, &said(&format!("{content}\n")));
        }
    }
    blog.owner_form("/pub/set_custom", &[("name", "empty"), ("content", "")]).expect(200, SAVED);
    get(&blog, "empty").expect(200, &said(""));
    for (path, fields) in [
        ("/pub/del_custom", &[("name", "cafe\u{301}")][..]),
        ("/pub/del_custom/", &[("name", "caf\u{e9}")]),
        ("/api/del_custom", &[("name", "")]),
        ("/api/del_custom/", &[]),
    ] {
        blog.owner_form(path, fields).expect(200, REMOVED);
        get(&blog, "caf\u{e9}").expect(200, &unknown);
        get(&blog, "empty").expect(200, &said(""));
    }
}

fn many_writers_leave_one_field(database: Database) {
    let blog = blog_with_plenty(database);
    let set = |content: &str| {
        blog.owner_form("/pub/set_custom", &[("name", "a"), ("content", content)])
            .expect(200, SAVED);
    };
    set("0");
    at_once(8, |number| {
        for _ in 0..5 {
            set(&number.to_string());
            // It is never missing in between, nor there twice.
            let answer = get(&blog, "a");
            let data = answer.json()["data"].as_str().unwrap().to_owned();
            assert!((0..8).any(|number| data == format!("{number}\n")), "{answer:?}");
        }
    });
    blog.owner_form("/pub/del_custom", &[("name", "a")]).expect(200, REMOVED);
    get(&blog, "a").expect(200, &refusal(UNKNOWN));
}

fn blog_with_plenty(database: Database) -> Blog {
    blog_on(database, |config| config.qexo.fields_per_minute = 10_000.try_into().unwrap())
}

#[test]
fn the_key_is_looked_for_in_the_query_first() {
    let blog = blog();
    for number in ["1", "2"] {
        blog.owner_form("/pub/set_custom", &[("name", number), ("content", number)])
            .expect(200, SAVED);
    }
    let get = |query: &str, key: &str| {
        blog.owner_form(&format!("/pub/get_custom{query}"), &[("key", key)])
    };
    get("?key=1", "2").expect(200, &said("1\n"));
    get("?key=", "2").expect(200, &said("2\n"));
    get("/", "2").expect(200, &said("2\n"));
    get("?key=1&key=2", "").expect(200, &said("2\n"));
    get("", "").expect(200, &refusal(UNKNOWN));
    get("?Key=1", "").expect(200, &refusal(UNKNOWN));
    blog.owner_form("/pub/get_custom", &[]).expect(200, &refusal(UNKNOWN));
    get(&format!("?key={}", "x".repeat(2_000)), "").expect(200, &refusal(UNKNOWN));
    let number = json!({ "key": 2, "token": TOKEN });
    blog.post("/pub/get_custom", &number).expect(200, &said("2\n"));
    let head = format!("/pub/get_custom?key=1&token={TOKEN}");
    blog.server.send("HEAD", &head, &[], None).expect(200, "");
    blog.get("/pub/get_custom?key=1").expect(403, AUTH_FAILED);
}

#[test]
fn what_is_no_field_is_refused() {
    let blog = blog();
    let long = "博".repeat(256);
    for (fields, message) in [
        (&[("content", "1")][..], "缺少参数: name"),
        (&[("name", "a")], "缺少参数: content"),
        (&[("name", ""), ("content", "1")], "参数错误: name"),
        (&[("name", &long), ("content", "1")], "参数错误: name"),
        (&[("name", "a\0"), ("content", "1")], "参数错误: name"),
        (&[("name", "a"), ("content", "1\0")], "参数错误: content"),
    ] {
        for path in ["/pub/set_custom", "/pub/new_custom"] {
            blog.owner_form(path, fields).expect(200, &refusal(message));
        }
    }
    let list = json!({ "name": "a", "content": [1], "token": TOKEN });
    blog.post("/pub/set_custom", &list).expect(200, &refusal("参数错误: content"));
    let huge = "1".repeat(1_048_577);
    let fields = [("name", "a"), ("content", huge.as_str())];
    assert_eq!(blog.owner_form("/pub/set_custom", &fields).status, 413);
    get(&blog, "a").expect(200, &refusal(UNKNOWN));
    // Another name of 255 characters is one.
    let fields = [("name", &long[..255 * 3]), ("content", "1")];
    blog.owner_form("/pub/set_custom", &fields).expect(200, SAVED);
}

#[test]
fn a_client_may_ask_so_many_times_a_minute() {
    let blog = blog_with(|config| config.qexo.fields_per_minute = 3.try_into().unwrap());
    for _ in 0..3 {
        get(&blog, "a").expect(200, &refusal(UNKNOWN));
    }
    let answer = get(&blog, "a").expect(429, &refusal("请求过于频繁,请稍后再试"));
    assert!((1..=60).contains(&answer.header("retry-after").parse::<u32>().unwrap()));
    blog.owner_form("/pub/set_custom", &[("name", "a"), ("content", "1")]).expect(200, SAVED);
}
