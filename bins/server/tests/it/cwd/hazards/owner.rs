//! The hazards that are about the owner's side.

use serde_json::{Value, json};

use super::import;
use crate::cwd::support::{Blog, PAGE, said};

fn get(blog: &Blog, path: &str) -> Value {
    let answer = blog.admin("GET", path, &Value::Null);
    assert_eq!(answer.status, 200, "{}", answer.text());
    answer.json()
}

fn put(blog: &Blog, path: &str, body: &Value) {
    let answer = blog.admin("PUT", path, body);
    assert_eq!(answer.status, 200, "{}", answer.text());
}

#[test]
fn h_01_an_unauthenticated_update_does_nothing() {
    let blog = Blog::start();
    put(
        &blog,
        "/admin/settings/telegram",
        &json!({ "botToken": "1:secret", "chatId": "42", "notifyEnabled": false }),
    );
    blog.set_settings(&json!({ "requireReview": true }));
    let id = blog.posted(json!({}));
    let update = json!({ "callback_query": {
        "id": "1", "data": format!("approve:{id}"),
        "message": { "message_id": 1, "chat": { "id": 42 }, "text": "x" },
    } });
    for secret in [None, Some(""), Some("1:secret"), Some("42")] {
        let headers: Vec<_> =
            secret.iter().map(|secret| ("x-telegram-bot-api-secret-token", *secret)).collect();
        let answer = blog.send("POST", "/api/telegram/webhook", &headers, &update);
        assert_eq!(answer.status, 401, "{secret:?}");
    }
    assert_eq!(get(&blog, "/admin/comments/list")["data"][0]["status"], "pending");
}

#[test]
fn h_03_the_admin_key_is_a_hash_wherever_it_shows() {
    let blog = Blog::start();
    blog.set_settings(&json!({ "adminKey": "open-sesame" }));
    let settings = get(&blog, "/admin/settings/comments");
    assert_eq!((&settings["adminKey"], &settings["adminKeySet"]), (&Value::Null, &json!(true)));
    for export in ["/admin/export/config", "/admin/export/backup"] {
        let text = get(&blog, export).to_string();
        assert!(!text.contains("open-sesame"), "{export}");
        assert!(text.contains("$argon2id$"), "{export}");
    }
    // A key in clear, as other servers export it, is hashed on its way in.
    let key = json!([{ "key": "comment_admin_key_hash", "value": "plain-key" }]);
    blog.admin("POST", "/admin/import/config", &key).expect(200, &said("成功导入 1 条配置"));
    assert!(!get(&blog, "/admin/export/config").to_string().contains("plain-key"));
    assert_eq!(blog.post("/api/verify-admin", &json!({ "adminToken": "plain-key" })).status, 200);
}

#[test]
fn h_08_there_is_no_default_login() {
    let blog = Blog::start();
    for (name, password) in [("Admin", "password"), ("admin", "admin"), ("admin", "")] {
        let login = json!({ "name": name, "password": password });
        assert_eq!(blog.post("/admin/login", &login).status, 401, "{name}");
    }
}

#[test]
fn h_14_a_failure_shows_nothing_of_its_cause() {
    use diesel::connection::SimpleConnection as _;
    let blog = Blog::start();
    blog.login();
    blog.database().batch_execute("ALTER TABLE comments RENAME TO gone").unwrap();
    let answer = blog.admin("GET", "/admin/comments/list", &Value::Null);
    answer.expect(500, &said("获取评论列表失败"));
}

#[test]
fn h_15_a_restored_backup_keeps_answers_pages_and_ids() {
    let blog = Blog::start();
    let root = blog.posted(json!({ "post_url": "https://blog.example/posts/one" }));
    let answer = blog.posted(json!({ "parent_id": root }));
    let backup = get(&blog, "/admin/export/backup");
    let foreign = json!([{
        "id": root, "page_key": PAGE, "nick": "Art", "content": "foreign",
        "created_at": "2020-09-13 20:26:40 +0800",
    }]);
    blog.admin("POST", "/admin/comments/import", &foreign).expect(200, &said("成功导入 1 条评论"));
    for _ in 0..2 {
        assert_eq!(blog.admin("POST", "/admin/import/backup", &backup).status, 200);
    }
    let rows = get(&blog, "/admin/comments/export");
    let row = |id: i64| rows.as_array().unwrap().iter().find(|row| row["id"] == id).unwrap();
    assert_eq!(rows.as_array().unwrap().len(), 3);
    assert_eq!(row(answer)["parent_id"], root);
    assert_eq!(row(root)["post_url"], "https://blog.example/posts/one");
    assert_eq!((&row(root)["name"], &row(root)["priority"]), (&json!("Ann"), &json!(1)));
}

#[test]
fn h_16_saving_one_setting_leaves_the_others() {
    let blog = Blog::start();
    blog.set_settings(&json!({ "adminEmail": "boss@x.io", "blockedIps": ["192.0.2.9"] }));
    blog.set_settings(&json!({ "adminBadge": "Boss" }));
    let settings = get(&blog, "/admin/settings/comments");
    assert_eq!(settings["adminEmail"], "boss@x.io");
    assert_eq!(settings["blockedIps"], json!(["192.0.2.9"]));
}

#[test]
fn h_18_secrets_are_masked_and_masks_change_nothing() {
    let blog = Blog::start();
    let mail = json!({ "smtp": { "user": "u@x.io", "pass": "smtp-secret" } });
    let telegram = json!({ "botToken": "1:bot-secret", "chatId": "42", "notifyEnabled": true });
    let s3 = json!({
        "endpoint": "https://s3.example", "accessKeyId": "id", "secretAccessKey": "s3-secret",
        "bucket": "b",
    });
    let all = [
        ("/admin/settings/email-notify", mail),
        ("/admin/settings/telegram", telegram),
        ("/admin/settings/s3", s3),
    ];
    for (path, body) in &all {
        put(&blog, path, body);
        let shown = get(&blog, path);
        assert!(!shown.to_string().contains("-secret"), "{path}: {shown}");
        assert!(shown.to_string().contains("********"), "{path}: {shown}");
        // What the panel does: it sends back what it was shown.
        put(&blog, path, &shown);
    }
    let kept = get(&blog, "/admin/export/config").to_string();
    for secret in ["smtp-secret", "1:bot-secret", "s3-secret"] {
        assert!(kept.contains(secret), "{secret}");
    }
}

#[test]
fn h_19_only_backups_are_reached_in_the_bucket() {
    let blog = Blog::start();
    let s3 = json!({
        "endpoint": "http://127.0.0.1:9", "accessKeyId": "id", "secretAccessKey": "key",
        "bucket": "b",
    });
    put(&blog, "/admin/settings/s3", &s3);
    for key in ["secret.txt", "../x", "cwd-backup-%0d%0aX:1.json", "cwd-backup-a%22b.json", ""] {
        let path = format!("/admin/backup/s3/download?key={key}");
        blog.admin("GET", &path, &Value::Null).expect(400, &said("缺少 key 参数"));
        let path = format!("/admin/backup/s3?key={key}");
        blog.admin("DELETE", &path, &Value::Null).expect(400, &said("缺少 key 参数"));
    }
}

#[test]
fn imports_are_no_news() {
    // Beside the table: contract cwd, section 12, last rule.
    let blog = Blog::start();
    import(&blog, &[json!({ "id": 1 }), json!({ "id": 2, "parent_id": 1, "email": "b@x.io" })]);
    assert_eq!(get(&blog, "/api/inkstone/outbox")["total"], 0);
}
