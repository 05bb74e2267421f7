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
