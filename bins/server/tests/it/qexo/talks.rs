//! Talks (contract qexo, 3.15 to 3.19; checklist 9 and 11).

use diesel::connection::SimpleConnection as _;
use inkstone_server::config::TalkIdFormat;
use serde_json::{Value, json};

use super::support::{AUTH_FAILED, TOKEN, blog, blog_on, blog_with, refusal};
use crate::cwd::support::{Blog, Database, encoded, on_both_databases};

on_both_databases!(
    a_content_alone_makes_a_talk,
    an_edit_changes_what_it_names,
    pages_follow_each_other_whatever_is_asked_for,
    the_owner_finds_talks
);

const NO_TALK: &str = "说说不存在";
const EDITED: &str = r#"{"msg":"修改成功!","status":true}"#;

/// A new talk; its id.
#[track_caller]
pub(super) fn talk(blog: &Blog, fields: &[(&str, &str)]) -> String {
    let answer = blog.owner_form("/pub/save_talk/", fields);
    assert_eq!((answer.status, &answer.json()["status"]), (200, &json!(true)), "{answer:?}");
    answer.json()["id"].as_str().unwrap().to_owned()
}

/// The answer to a question for a page of talks, which never fails.
#[track_caller]
pub(super) fn page(blog: &Blog, query: &str) -> Value {
    let answer = blog.get(&format!("/pub/talks/{query}"));
    let json = answer.json();
    assert_eq!((answer.status, &json["status"]), (200, &json!(true)), "{answer:?}");
    assert_eq!(json["msg"], "获取成功!");
    json
}

fn contents(page: &Value) -> Vec<&str> {
    let talks = page["data"].as_array().unwrap();
    talks.iter().map(|talk| talk["content"].as_str().unwrap()).collect()
}

fn a_content_alone_makes_a_talk(database: Database) {
    let blog = blog_on(database, |_| {});
    let before = inkstone_server::clock::now().millis() / 1000;
    let answer = blog.owner_form("/pub/save_talk", &[("content", "e\u{301} <b>你好</b>")]);
    let id = answer.json()["id"].as_str().unwrap().to_owned();
    assert_eq!(answer.json(), json!({ "msg": "保存成功!", "status": true, "id": id }));
    assert_eq!((id.len(), id.matches('-').count()), (36, 4), "{id}");
    let page = page(&blog, "");
    let time = page["data"][0]["time"].as_str().unwrap();
    assert!((before..before + 60).contains(&time.parse().unwrap()) && time.len() == 10, "{time}");
    let talk = json!({
        "id": id,
        "content": "é <b>你好</b>",
        "time": time,
        "tags": [],
        "like": 0,
        "liked": false,
        "values": {},
    });
    assert_eq!(page["count"], 1);
    assert_eq!(page["data"], json!([talk]));

    // In the panel, too, which says it in its own words.
    let answer = blog.owner_form("/api/save_talk/", &[("content", ""), ("id", "")]);
    assert_eq!(answer.json()["msg"], "发布成功!");
    assert_eq!(self::page(&blog, "")["count"], 2);
}

fn an_edit_changes_what_it_names(database: Database) {
    let blog = blog_on(database, |_| {});
    let fields = [("content", "first"), ("tags", "a,b"), ("values", r#"{"city":"Oslo"}"#)];
    let id = talk(&blog, &fields);
    blog.form("/pub/like_talk", &[("id", &id)]);
    let mut expected = page(&blog, "")["data"][0].clone();
    assert_eq!((&expected["tags"], &expected["like"]), (&json!(["a", "b"]), &json!(1)));
    let mut edited = |path: &str, spelling: &str, name: &str, sent: &str, is: Value| {
        blog.owner_form(path, &[("id", spelling), (name, sent)]).expect(200, EDITED);
        expected[name] = is;
        assert_eq!(page(&blog, "")["data"], json!([expected]), "{name}");
    };
    edited("/pub/save_talk", &id, "tags", "[\"中文\", 7, \"\"]", json!(["中文", "7"]));
    edited("/pub/save_talk/", &id.to_uppercase(), "time", "1704599400.9", json!("1704599400"));
    edited("/api/save_talk", &id.replace('-', ""), "content", "", json!(""));
    edited("/api/save_talk/", &format!("{{{id}}}"), "values", "", json!({}));
    edited("/pub/save_talk", &id, "tags", "", json!([]));

    let body = json!({
        "token": TOKEN,
        "id": id,
        "content": 5,
        "tags": ["a,b", true],
        "values": { "n": 1.5, "deep": [{}] },
        "time": 1_700_000_000,
    });
    blog.post("/pub/save_talk", &body).expect(200, EDITED);
    let talk = page(&blog, "")["data"][0].clone();
    assert_eq!((&talk["content"], &talk["tags"]), (&json!("5"), &json!(["a,b", "true"])));
    assert_eq!((&talk["values"], &talk["time"]), (&body["values"], &json!("1700000000")));
    assert_eq!(talk["like"], 1);
}

fn pages_follow_each_other_whatever_is_asked_for(database: Database) {
    let blog = blog_on(database, |_| {});
    assert_eq!(page(&blog, "")["data"], json!([]));
    for number in 0..12 {
        let id = talk(&blog, &[("content", &number.to_string())]);
        // Three in each second; a second of nine digits is older than one of ten.
        let time = (999_999_998 + number / 3).to_string();
        blog.owner_form("/pub/save_talk", &[("id", &id), ("time", &time)]).expect(200, EDITED);
    }
    let all: Vec<String> = (0..12).rev().map(|number| number.to_string()).collect();
    for (query, shown) in [
        ("", 0..5),
        ("?page=1&limit=5", 0..5),
        ("?page=0", 0..5),
        ("?page=-3&limit=-1", 0..5),
        ("?page=one&limit=many", 0..5),
        ("?page=&limit=", 0..5),
        ("?page=2", 5..10),
        ("?page=3", 10..12),
        ("?page=4", 12..12),
        ("?page=99999999999999999999", 12..12),
        ("?limit=0", 0..10),
        ("?limit=0&page=2", 10..12),
        ("?limit=1000", 0..12),
        ("?limit=99999999999999999999", 0..12),
        ("?page=1&limit=3&limit=4&token=whatever", 0..4),
        ("?page%5B%5D=2&limit=7", 0..7),
    ] {
        let page = page(&blog, query);
        assert_eq!((&page["count"], contents(&page)), (&json!(12), refs(&all[shown])), "{query}");
    }
    let form = blog.form("/pub/talks?page=2", &[("page", "1"), ("limit", "2")]).json();
    assert_eq!(contents(&form), ["9", "8"], "the query counts before the body");
    let posted = blog.post("/pub/talks", &json!({ "limit": [1], "page": 2 })).json();
    assert_eq!(contents(&posted), refs(&all[5..10]));
}

fn refs(texts: &[String]) -> Vec<&str> {
    texts.iter().map(String::as_str).collect()
}

fn the_owner_finds_talks(database: Database) {
    let blog = blog_on(database, |_| {});
    let one = talk(&blog, &[("content", "<p>Plain <b>text</b>, longer than it</p>")]);
    let two = talk(&blog, &[("content", "short"), ("tags", "Sea, 中文")]);
    let three =
        talk(&blog, &[("content", "<script>x</script>"), ("values", r#"{"city":"Bergen"}"#)]);
    for (id, time) in [(&one, "1767753000"), (&two, "1767752999"), (&three, "-1")] {
        blog.owner_form("/pub/save_talk", &[("id", id), ("time", time)]).expect(200, EDITED);
    }
    blog.form("/pub/like_talk", &[("id", &two)]);
    let summary = |id: &str, content: &str, tags: &str, time: &str, like: u64| json!({ "id": id, "content": content, "tags": tags, "time": time, "like": like });
    let all = [
        summary(&one, "Plain text, longer t...", "", "2026-01-07 10:30:00", 0),
        summary(&two, "short", "Sea, 中文", "2026-01-07 10:29:59", 1),
        summary(&three, "", "", "1970-01-01 07:59:59", 0),
    ];
    for (s, found) in [
        ("", &all[..]),
        ("LONGER", &all[..1]),
        ("sea", &all[1..2]),
        ("中文", &all[1..2]),
        ("bergen", &all[2..]),
        ("nowhere", &[]),
        ("%", &[]),
    ] {
        let path = format!("/pub/get_all_talks/?token={TOKEN}&s={}", encoded(s));
        let is = json!({ "msg": "获取成功!", "status": true, "data": found });
        blog.get(&path).expect(200, &is.to_string());
    }
    blog.get("/pub/get_all_talks").expect(403, AUTH_FAILED);
}

#[test]
fn what_is_no_talk_is_refused_and_changes_nothing() {
    let blog = blog();
    let id = talk(&blog, &[("content", "first"), ("tags", "a")]);
    let before = page(&blog, "")["data"].clone();
    let long = "x".repeat(201);
    let unknown = "550e8400-e29b-41d4-a716-446655440000";
    for (fields, message) in [
        (&[][..], "缺少参数: content"),
        (&[("tags", "a")], "缺少参数: content"),
        (&[("content", "a\0")], "参数错误: content"),
        (&[("content", "a"), ("tags", "{}")], "参数错误: tags"),
        (&[("content", "a"), ("tags", "[[1]]")], "参数错误: tags"),
        (&[("content", "a"), ("tags", &long)], "参数错误: tags"),
        (&[("content", "a"), ("values", "[]")], "参数错误: values"),
        (&[("content", "a"), ("values", "a=b")], "参数错误: values"),
        (&[("id", &id), ("content", "b"), ("time", "soon")], "参数错误: time"),
        (&[("id", &id), ("content", "b"), ("values", "null")], "参数错误: values"),
        (&[("id", unknown), ("content", "b")], NO_TALK),
        (&[("id", "1"), ("content", "b")], NO_TALK),
        (&[("id", "' OR 1=1 --"), ("content", "b")], NO_TALK),
    ] {
        for path in ["/pub/save_talk", "/api/save_talk"] {
            blog.owner_form(path, fields).expect(200, &refusal(message));
        }
    }
    let object = json!({ "token": TOKEN, "id": { "$ne": 1 }, "content": "b" });
    blog.post("/pub/save_talk", &object).expect(200, &refusal(NO_TALK));
    assert_eq!(page(&blog, "")["data"], before);
}

#[test]
fn a_removed_talk_takes_its_likes_along() {
    let blog = blog();
    let id = talk(&blog, &[("content", "a")]);
    let kept = talk(&blog, &[("content", "b")]);
    blog.form("/pub/like_talk", &[("id", &id)]);
    for (fields, message) in
        [(&[][..], "缺少参数: id"), (&[("id", "")], NO_TALK), (&[("id", "x")], NO_TALK)]
    {
        blog.owner_form("/pub/del_talk", fields).expect(200, &refusal(message));
    }
    let removed = r#"{"msg":"删除成功!","status":true}"#;
    blog.owner_form("/pub/del_talk/", &[("id", &id.replace('-', ""))]).expect(200, removed);
    blog.owner_form("/pub/del_talk", &[("id", &id)]).expect(200, &refusal(NO_TALK));
    blog.form("/pub/like_talk", &[("id", &id)]).expect(200, &refusal(NO_TALK));
    assert_eq!(page(&blog, "")["data"][0]["id"], kept);
    blog.owner_form("/api/del_talk", &[("id", &kept)]).expect(200, removed);
    assert_eq!(page(&blog, "")["count"], 0);
}

#[test]
fn broken_records_break_no_list_and_are_mended() {
    let blog = blog();
    for content in ["whole", "broken"] {
        talk(&blog, &[("content", content), ("tags", "a"), ("values", r#"{"a":1}"#)]);
    }
    let fix = || blog.get(&format!("/pub/fix?token={TOKEN}")).json()["msg"].clone();
    let said = |count| json!(format!("尝试自动修复了 {count} 个字段,请在稍后检查和修改配置"));
    fix();
    assert_eq!(fix(), said(0));
    let breaking = "UPDATE talks SET tags = '[1', extra = '[2]' WHERE content = 'broken'";
    blog.database().batch_execute(breaking).unwrap();
    let broken = page(&blog, "")["data"].clone();
    assert_eq!((&broken[0]["tags"], &broken[0]["values"]), (&json!([]), &json!({})));
    assert_eq!((&broken[1]["tags"], &broken[1]["values"]), (&json!(["a"]), &json!({ "a": 1 })));
    assert_eq!([fix(), fix()], [said(1), said(0)]);
    assert_eq!(page(&blog, "")["data"], broken);
}

#[test]
fn ids_can_be_told_as_qexo_tells_them() {
    let blog = blog_with(|config| config.qexo.talk_id_format = TalkIdFormat::Hex);
    let id = talk(&blog, &[("content", "a")]);
    assert!(id.len() == 32 && id.bytes().all(|byte| byte.is_ascii_hexdigit()), "{id}");
    let all = blog.get(&format!("/pub/get_all_talks?token={TOKEN}")).json();
    assert_eq!(
        (&page(&blog, "")["data"][0]["id"], &all["data"][0]["id"]),
        (&json!(id), &json!(id))
    );
    assert_eq!(blog.form("/pub/like_talk", &[("id", &id)]).json()["action"], true);
}

#[test]
fn a_talk_may_be_as_long_as_an_article() {
    let blog = blog();
    let long = "长".repeat(1_000_000);
    talk(&blog, &[("content", &long)]);
    assert_eq!(page(&blog, "")["data"][0]["content"], long);
    let image = |name| blog.form(name, &[("id", &long)]);
    assert_eq!(image("/pub/like_talk").status, 413);
}
