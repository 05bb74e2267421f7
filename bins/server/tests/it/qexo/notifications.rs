//! The owner's inbox (contract qexo, 3.24, 3.27 and section 10).

use serde_json::{Value, json};

use super::support::{ADDED, TOKEN, blog_on, refusal};
use crate::cwd::support::{Blog, Database, on_both_databases};

on_both_databases!(notices_are_listed_removed_and_cleared, times_are_names);

const DELETED: &str = r#"{"msg":"删除成功!","status":true}"#;

fn add(blog: &Blog, title: &str, content: &str) {
    let fields = [("title", title), ("content", content)];
    blog.owner_form("/pub/notifications", &fields).expect(200, ADDED);
}

fn notices_are_listed_removed_and_cleared(database: Database) {
    let blog = blog_on(database, |_| {});
    assert_eq!(blog.notices(), [Value::Null; 0]);
    for title in ["one", "two", "three"] {
        add(&blog, title, "<b>a</b>\nb & 'c'");
    }
    let notices = blog.notices();
    let labels: Vec<&Value> = notices.iter().map(|notice| &notice["label"]).collect();
    assert_eq!(labels, ["one", "two", "three"]);
    let first = notices[0].as_object().unwrap();
    assert_eq!(first.keys().collect::<Vec<_>>(), ["content", "date", "label", "time", "timestamp"]);
    assert_eq!(first["content"], "<b>a</b><br>b & 'c'");
    assert_eq!(first["time"], first["timestamp"]);

    let time = notices[1]["time"].as_str().unwrap();
    let remove = |time: &str| blog.owner_form("/api/del_notifications/", &[("time", time)]);
    remove(time).expect(200, DELETED);
    remove(time).expect(200, &refusal("参数错误: time"));
    for nonsense in ["", "0", "1e9", "' OR 1=1", "NaN"] {
        remove(nonsense).expect(200, &refusal("参数错误: time"));
    }
    blog.owner_form("/api/del_notifications", &[]).expect(200, &refusal("缺少参数: time"));
    assert_eq!(blog.notices(), [notices[0].clone(), notices[2].clone()]);
    let twin = blog.get(&format!("/api/get_notifications?token={TOKEN}"));
    assert_eq!(twin.json()["data"], json!(blog.notices()));

    for _ in 0..2 {
        blog.owner_form("/api/clear_notifications", &[]).expect(200, DELETED);
        assert_eq!(blog.notices(), [Value::Null; 0]);
    }
}

fn times_are_names(database: Database) {
    let blog = blog_on(database, |_| {});
    let before = inkstone_server::clock::now().millis() / 1000;
    for _ in 0..5 {
        add(&blog, "same second", "");
    }
    let notices = blog.notices();
    let times: Vec<i64> =
        notices.iter().map(|notice| notice["time"].as_str().unwrap().parse().unwrap()).collect();
    assert!(times.is_sorted_by(|one, next| one < next), "{times:?}");
    assert!((before..before + 60).contains(&times[0]), "{times:?}");
    let zone = inkstone_server::config::TimeZone::parse("Asia/Shanghai").unwrap();
    for (notice, time) in notices.iter().zip(times) {
        let at = inkstone_vocab::Timestamp::from_millis(time * 1000);
        assert_eq!(notice["date"], zone.format(at));
    }
}

#[test]
fn imported_times_stay_as_they_are() {
    let blog = blog_on(Database::Sqlite, |config| {
        config.qexo.time_zone = inkstone_server::config::TimeZone::parse("UTC").unwrap();
    });
    diesel::connection::SimpleConnection::batch_execute(
        &mut blog.database(),
        "INSERT INTO inbox (time, label, content) VALUES
         ('1767753000.4817219', 'float', ''), ('99999999999999999999', 'far', '')",
    )
    .unwrap();
    let notices = blog.notices();
    assert_eq!(
        (&notices[0]["time"], &notices[0]["date"]),
        (&json!("1767753000.4817219"), &json!("2026-01-07 02:30:00"))
    );
    assert_eq!((&notices[1]["label"], &notices[1]["date"]), (&json!("far"), &json!("")));
    let time = [("time", "1767753000.4817219")];
    blog.owner_form("/api/del_notifications", &time).expect(200, DELETED);
    assert_eq!(blog.notices().len(), 1);
}
