//! `status` and `fix` (contract qexo, 3.8, 3.25 and 6.2; checklist 14 and 15).

use serde_json::{Value, json};

use super::support::{ADDED, TOKEN, blog, blog_on, blog_with, refusal};
use crate::cwd::support::{Blog, Database, on_both_databases};

on_both_databases!(a_second_repair_finds_nothing, the_last_activity_is_told);

fn fixed(blog: &Blog, path: &str) -> Value {
    let answer = blog.get(&format!("{path}?token={TOKEN}"));
    assert_eq!((answer.status, &answer.json()["status"]), (200, &json!(true)), "{answer:?}");
    answer.json()["msg"].clone()
}

fn said(count: u32) -> String {
    format!("尝试自动修复了 {count} 个字段,请在稍后检查和修改配置")
}

fn a_second_repair_finds_nothing(database: Database) {
    let blog = blog_on(database, |_| {});
    blog.set_value("LANGUAGE", "ja_JP");
    blog.set_value("STATISTIC_ALLOW", "是");
    blog.set_value("LAST_LOGIN", "1767753000");
    // 35 names: three are set, and so is the token.
    assert_eq!(fixed(&blog, "/pub/fix"), said(31));
    for path in ["/pub/fix", "/pub/fix/", "/api/fix", "/api/fix/"] {
        assert_eq!(fixed(&blog, path), said(0));
    }
    assert_eq!(blog.owner_form("/pub/fix", &[]).json()["msg"], said(0));
    blog.owner_form("/api/del_value", &[("name", "QEXO_NAME")]);
    assert_eq!(fixed(&blog, "/pub/fix"), said(1));
    let badge = blog.admin("GET", "/admin/export/config", &json!({}));
    assert!(!badge.text().contains("QEXO_NAME") && !badge.text().contains("WEBHOOK"), "{badge:?}");
}

/// Names cannot occur twice (the database refuses that), but they can be none.
#[test]
fn friends_and_notices_that_cannot_be_read_are_listed_and_mended_once() {
    let blog = blog();
    for name in ["whole", "broken", "worse"] {
        let fields = [("name", name), ("url", "https://a.example")];
        assert_eq!(blog.owner_form("/pub/add_friend", &fields).json()["status"], true);
        blog.owner_form("/pub/notifications", &[("title", name), ("content", "")])
            .expect(200, ADDED);
    }
    fixed(&blog, "/pub/fix");
    assert_eq!(fixed(&blog, "/pub/fix"), said(0));
    let whole = (blog.shown_friends()[0].clone(), blog.notices()[0].clone());
    diesel::connection::SimpleConnection::batch_execute(
        &mut blog.database(),
        "UPDATE friends SET time = 'x' || time WHERE name <> 'whole';
         UPDATE friends SET url = 'javascript:alert(1)' WHERE name = 'worse';
         UPDATE inbox SET time = 'x' || time WHERE label <> 'whole'",
    )
    .unwrap();
    // Neither is everybody's list empty, nor does anything run code.
    let times = |list: Vec<Value>| -> Vec<String> {
        list.iter().map(|item| item["time"].as_str().unwrap().to_owned()).collect()
    };
    let time = whole.0["time"].as_str().unwrap();
    // Their places are those of the names that they had.
    assert_eq!(times(blog.all_friends("")), [time, "0", "0"]);
    assert_eq!(times(blog.notices())[1..], ["0", "0"]);
    assert_eq!(fixed(&blog, "/pub/fix"), said(4));
    assert_eq!(fixed(&blog, "/api/fix"), said(0));
    // The public list, which was kept ready-made, is made anew.
    assert_eq!(times(blog.shown_friends()), ["0", "1", time]);
    let urls: Vec<Value> =
        blog.shown_friends().iter().map(|friend| friend["url"].clone()).collect();
    assert_eq!(urls, ["https://a.example", "", "https://a.example"]);
    assert_eq!((&blog.shown_friends()[2], &blog.notices()[0]), (&whole.0, &whole.1));
    assert_eq!(times(blog.notices())[1..], ["0", "1"]);
    // They have names again by which they can be removed.
    for time in ["0", "1"] {
        assert_eq!(blog.owner_form("/pub/del_friend", &[("time", time)]).json()["status"], true);
        let removed = blog.owner_form("/api/del_notifications", &[("time", time)]);
        assert_eq!(removed.json()["status"], true);
    }
}

#[test]
fn a_repair_keeps_the_language_and_the_last_activity() {
    let blog = blog();
    blog.set_value("LANGUAGE", "en_US");
    let last = || blog.get("/pub/status").json()["data"]["last_timestamp"].clone();
    let before = last();
    for _ in 0..2 {
        fixed(&blog, "/pub/fix");
        let seconds = |text: &Value| text.as_str().unwrap().parse::<i64>().unwrap();
        assert!(seconds(&last()) >= seconds(&before), "{} {before}", last());
        blog.get("/pub/get_notifications").expect(403, &refusal("Authentication Failed!"));
    }
    let exported = blog.owner_form("/migrate", &[("type", "export")]).json();
    let settings = exported["settings"].as_array().unwrap();
    assert!(settings.contains(&json!({ "name": "LANGUAGE", "content": "en_US" })), "{settings:?}");
}

#[test]
fn a_repaired_language_is_spoken_at_once() {
    let blog = blog();
    blog.set_value("LANGUAGE", "en_US");
    let answer = fixed(&blog, "/pub/fix");
    let text = answer.as_str().unwrap();
    assert!(text.starts_with("Attempted Automatic Repair of "), "{text}");
    let mut database = blog.database();
    diesel::connection::SimpleConnection::batch_execute(
        &mut database,
        "UPDATE settings SET value = 'klingon' WHERE key = 'LANGUAGE'",
    )
    .unwrap();
    fixed(&blog, "/pub/fix");
    blog.get("/pub/get_notifications").expect(403, &refusal("鉴权错误!"));
}

fn the_last_activity_is_told(database: Database) {
    let blog = Blog::on(database);
    let never = json!({ "posts": "0", "last": "", "last_timestamp": "" });
    blog.get("/pub/status").expect(200, &json!({ "data": never, "status": true }).to_string());
    // Whoever only looks, or is refused, is no owner at work.
    blog.get("/pub/get_notifications?token=wrong");
    blog.get("/api/comments?post_slug=/a");
    assert_eq!(blog.get("/pub/status").json()["data"], never);

    let before = inkstone_server::clock::now().millis() / 1000;
    assert_eq!(blog.admin("GET", "/admin/comments/list", &json!({})).status, 200);
    let data = blog.get("/pub/status/").json()["data"].clone();
    let seconds: i64 = data["last_timestamp"].as_str().unwrap().parse().unwrap();
    assert!((before..before + 60).contains(&seconds), "{data}");
    let zone = inkstone_server::config::TimeZone::parse("Asia/Shanghai").unwrap();
    let shown = zone.format(inkstone_vocab::Timestamp::from_millis(seconds * 1000));
    assert_eq!((&data["last"], &data["posts"]), (&json!(shown), &json!("0")));

    // It was written down.
    let blog = blog.restart();
    assert_eq!(blog.get("/pub/status").json()["data"], data);
}

#[test]
fn writes_of_the_api_are_activity_and_reads_are_not() {
    let blog = Blog::start();
    let bearer = format!("Bearer {}", blog.login());
    let headers = [("authorization", bearer.as_str())];
    let last = || blog.get("/pub/status").json()["data"]["last"].as_str().unwrap().to_owned();
    assert_eq!(blog.server.send("GET", "/pub/get_notifications", &headers, None).status, 200);
    let refused = blog.server.send("POST", "/pub/notifications", &headers, None);
    refused.expect(200, &refusal("缺少参数: title"));
    assert_eq!(last(), "");
    let body = json!({ "title": "a", "content": "b" });
    blog.send("POST", "/pub/notifications", &headers, &body).expect(200, ADDED);
    assert_ne!(last(), "");
}

#[test]
fn times_are_those_of_the_configured_zone() {
    let blog = blog_with(|config| {
        config.qexo.time_zone =
            inkstone_server::config::TimeZone::parse("America/New_York").unwrap();
    });
    blog.set_value("LAST_LOGIN", "99999999999.5");
    let data = blog.get("/pub/status").json()["data"].clone();
    assert_eq!(
        (&data["last"], &data["last_timestamp"]),
        (&json!("5138-11-16 04:46:39"), &json!("99999999999"))
    );
}
