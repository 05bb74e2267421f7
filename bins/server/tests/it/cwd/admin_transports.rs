//! Contract cwd, 3.5: where the owner is told, and where backups go.

use serde_json::{Value, json};

use super::{
    admin_statistics::read,
    support::{Blog, Database, on_both_databases, said},
};

const TELEGRAM: &str = "/admin/settings/telegram";
const S3: &str = "/admin/settings/s3";
const MASK: &str = "********";

#[track_caller]
fn save(blog: &Blog, path: &str, body: &Value) {
    blog.admin("PUT", path, body).expect(200, &said("保存成功"));
}

fn telegram(token: Option<&str>, chat: Option<&str>, enabled: bool) -> Value {
    json!({ "botToken": token, "chatId": chat, "notifyEnabled": enabled })
}

fn s3([endpoint, id, secret, bucket, region]: [&str; 5]) -> Value {
    json!({
        "endpoint": endpoint,
        "accessKeyId": id,
        "secretAccessKey": secret,
        "bucket": bucket,
        "region": region,
    })
}

/// What is stored under a key, behind the API's mask.
fn stored(blog: &Blog, key: &str) -> Option<String> {
    use diesel::{OptionalExtension as _, QueryableByName, RunQueryDsl as _, sql_types::Text};

    #[derive(QueryableByName)]
    struct Row {
        #[diesel(sql_type = Text)]
        value: String,
    }
    let found = diesel::sql_query("SELECT value FROM settings WHERE key = ?")
        .bind::<Text, _>(key)
        .get_result::<Row>(&mut blog.database());
    found.optional().unwrap().map(|row| row.value)
}

on_both_databases!(telegram_is_replaced_as_a_whole, storage_is_replaced_as_a_whole);

fn telegram_is_replaced_as_a_whole(database: Database) {
    let blog = Blog::on(database);
    assert_eq!(read(&blog, TELEGRAM), telegram(None, None, false));
    save(&blog, TELEGRAM, &telegram(Some(" 1:abc "), Some(" -100 "), true));
    assert_eq!(read(&blog, TELEGRAM), telegram(Some(MASK), Some("-100"), true));
    save(&blog, TELEGRAM, &json!({ "botToken": MASK, "chatId": 7, "notifyEnabled": "0" }));
    assert_eq!(read(&blog, TELEGRAM), telegram(Some(MASK), None, true));
    save(&blog, TELEGRAM, &json!({ "chatId": "7", "notifyEnabled": 0 }));
    assert_eq!(read(&blog, TELEGRAM), telegram(None, Some("7"), false));
    save(&blog, TELEGRAM, &json!({}));
    assert_eq!(read(&blog, TELEGRAM), telegram(None, None, false));
}

fn storage_is_replaced_as_a_whole(database: Database) {
    let blog = Blog::on(database);
    let empty = s3(["", "", "", "", "auto"]);
    assert_eq!(read(&blog, S3), empty);
    save(&blog, S3, &s3([" https://s3.example ", "id", "secret", "blog", "eu"]));
    assert_eq!(read(&blog, S3), s3(["https://s3.example", "id", MASK, "blog", "eu"]));
    save(&blog, S3, &json!({ "secretAccessKey": MASK, "bucket": 7, "region": " " }));
    assert_eq!(read(&blog, S3), s3(["", "", MASK, "", "auto"]));
    save(&blog, S3, &json!({}));
    assert_eq!(read(&blog, S3), empty);
    save(&blog, S3, &s3(["", "", MASK, "", ""]));
    assert_eq!(read(&blog, S3), empty, "there is nothing to be left as it is");
}

#[test]
fn the_mask_leaves_secrets_as_they_are() {
    let blog = Blog::start();
    save(&blog, TELEGRAM, &telegram(Some("1:abc"), Some("7"), true));
    save(&blog, S3, &s3(["https://s3.example", "id", "secret", "blog", "eu"]));
    for path in [TELEGRAM, S3] {
        let shown = read(&blog, path);
        assert!(!shown.to_string().contains("1:abc") && !shown.to_string().contains("secret\""));
        save(&blog, path, &shown);
        assert_eq!(read(&blog, path), shown);
    }
    assert_eq!(stored(&blog, "telegram_bot_token").as_deref(), Some("1:abc"));
    let config: Value = serde_json::from_str(&stored(&blog, "s3_config").unwrap()).unwrap();
    assert_eq!(config, s3(["https://s3.example", "id", "secret", "blog", "eu"]));
}

#[test]
fn other_settings_stay() {
    let blog = Blog::start();
    blog.set_settings(&json!({ "adminBadge": "Boss" }));
    save(&blog, TELEGRAM, &json!({}));
    save(&blog, S3, &json!({}));
    assert_eq!(read(&blog, "/admin/settings/comments")["adminBadge"], "Boss");
}

#[test]
fn refusals_change_nothing() {
    let blog = Blog::start();
    save(&blog, TELEGRAM, &telegram(Some("1:abc"), Some("7"), true));
    save(&blog, S3, &s3(["", "", "", "blog", "auto"]));
    let long = "x".repeat(4_097);
    for (path, member) in [(TELEGRAM, "botToken"), (TELEGRAM, "chatId"), (S3, "bucket")] {
        blog.admin("PUT", path, &json!({ member: long })).expect(400, &said("内容过长"));
    }
    for path in [TELEGRAM, S3] {
        for body in [json!([]), json!("x"), Value::Null] {
            blog.admin("PUT", path, &body).expect(400, &said("Invalid JSON body"));
        }
    }
    assert_eq!(read(&blog, TELEGRAM), telegram(Some(MASK), Some("7"), true));
    assert_eq!(read(&blog, S3), s3(["", "", "", "blog", "auto"]));
}

#[test]
fn transports_are_for_the_owner() {
    let blog = Blog::start();
    for path in [TELEGRAM, S3] {
        blog.get(path).expect(401, &said("Unauthorized"));
        blog.send("PUT", path, &[], &json!({})).expect(401, &said("Unauthorized"));
        let bogus = [("authorization", "Bearer bogus")];
        blog.send("PUT", path, &bogus, &json!({})).expect(401, &said("Token expired or invalid"));
    }
}

#[test]
fn what_the_panels_views_load_is_there() {
    let blog = Blog::start();
    for path in [
        "/admin/stats/sites",
        "/admin/settings/admin-display",
        "/admin/comments/list?page=1",
        "/admin/stats/comments",
        "/admin/analytics/overview",
        "/admin/analytics/pages?order=pv",
        "/admin/analytics/pages?order=latest",
        "/admin/likes/stats",
        "/admin/settings/comments",
        "/admin/settings/email-notify",
        "/admin/settings/features",
        TELEGRAM,
        S3,
    ] {
        let answer = blog.admin("GET", path, &Value::Null);
        assert_eq!((answer.status, answer.header("content-type")), (200, "application/json"));
        assert!(answer.json().is_object(), "{path}");
    }
}
