//! Every button saves, and secrets survive it.

use serde_json::{Value, json};

use super::Panel;
use crate::cwd::support::{Blog, Database, on_both_databases};

on_both_databases!(every_button_saves);

fn every_button_saves(database: Database) {
    let blog = Blog::on(database);
    let panel = Panel::login(&blog);
    let saved = "保存成功";

    let comments = json!({
        "adminEmail": "boss@x.io", "adminBadge": "Boss", "avatarPrefix": "https://a.example/",
        "adminEnabled": true, "allowedDomains": ["b.example"], "adminKey": "sesame",
        "requireReview": true, "blockedIps": ["192.0.2.1"], "blockedEmails": ["spam@x.io"],
    });
    panel.says("PUT", "/admin/settings/comments", &comments, saved);
    let mut read = panel.get("/admin/settings/comments");
    assert_eq!((&read["adminKey"], &read["adminKeySet"]), (&Value::Null, &json!(true)));
    // The next save sends back what was read, without a key.
    let members = read.as_object_mut().unwrap();
    members.remove("adminKey");
    members.remove("adminKeySet");
    panel.says("PUT", "/admin/settings/comments", &read, saved);
    assert_eq!(panel.get("/admin/settings/comments")["adminKeySet"], true);
    for (member, value) in
        comments.as_object().unwrap().iter().filter(|(name, _)| *name != "adminKey")
    {
        assert_eq!(&read[member], value, "{member}");
    }

    let features = json!({
        "enableArticleLike": false, "enableCommentLike": false, "enableImageLightbox": true,
        "commentPlaceholder": "Say it", "widgetLanguage": "en-US",
    });
    panel.says("PUT", "/admin/settings/features", &features, "保存成功！");
    panel.says("PUT", "/admin/settings/admin-display", &json!({ "layoutTitle": "My blog" }), saved);
    panel.says(
        "PUT",
        "/admin/settings/features",
        &json!({ "adminLanguage": "en-US" }),
        "保存成功！",
    );
    let read = panel.get("/admin/settings/features");
    for (member, value) in features.as_object().unwrap() {
        assert_eq!(&read[member], value, "{member}");
    }
    assert_eq!(read["adminLanguage"], "en-US");
    assert_eq!(panel.get("/admin/settings/admin-display")["layoutTitle"], "My blog");

    let mail = json!({
        "globalEnabled": true,
        "smtp": { "host": "smtp.x.io", "port": 587, "user": "u@x.io", "pass": "secret", "secure": false },
        "templates": { "reply": "<p>${replyContent}</p>", "admin": "<p>${commentContent}</p>" },
    });
    panel.says("PUT", "/admin/settings/email-notify", &mail, saved);
    let read = panel.get("/admin/settings/email-notify");
    assert_eq!(read["smtp"]["pass"], "********");
    panel.says("PUT", "/admin/settings/email-notify", &read, saved);
    assert_eq!(panel.get("/admin/settings/email-notify"), read);

    let telegram = json!({ "botToken": "1:t", "chatId": "42", "notifyEnabled": true });
    panel.says("PUT", "/admin/settings/telegram", &telegram, saved);
    let read = panel.get("/admin/settings/telegram");
    assert_eq!(read, json!({ "botToken": "********", "chatId": "42", "notifyEnabled": true }));
    panel.says("PUT", "/admin/settings/telegram", &read, saved);

    let s3 = json!({
        "endpoint": "https://s3.example", "accessKeyId": "id", "secretAccessKey": "secret",
        "bucket": "b", "region": "",
    });
    panel.says("PUT", "/admin/settings/s3", &s3, saved);
    assert_eq!(panel.get("/admin/settings/s3")["region"], "auto");
}
