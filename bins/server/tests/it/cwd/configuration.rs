//! `GET /api/config/comments` (contract cwd, 2.8).

use serde_json::{Value, json};

use super::support::{Blog, Database, comment, on_both_databases};

const PATH: &str = "/api/config/comments";

on_both_databases!(every_setting_is_shown_at_once_and_nothing_else);

fn defaults() -> Value {
    json!({
        "adminEmail": null,
        "adminBadge": null,
        "avatarPrefix": null,
        "avatar": "https://gravatar.com/avatar",
        "adminEnabled": false,
        "allowedDomains": [],
        "requireReview": false,
        "enableCommentLike": true,
        "enableArticleLike": true,
        "enableImageLightbox": false,
    })
}

fn every_setting_is_shown_at_once_and_nothing_else(database: Database) {
    let blog = Blog::on(database);
    let shown = || {
        let answer = blog.get(PATH);
        assert_eq!((answer.status, answer.header("content-type")), (200, "application/json"));
        assert_eq!(answer.header("access-control-allow-origin"), "*");
        answer.json()
    };
    assert_eq!(shown(), defaults());
    blog.set_settings(&json!({
        "adminEmail": "Boss@x.io",
        "adminBadge": "Boss",
        "avatarPrefix": "https://cn.example/avatar",
        "adminEnabled": true,
        "allowedDomains": ["blog.example", "b.example"],
        "requireReview": true,
        "adminKey": "open sesame",
        "blockedIps": ["192.0.2.77"],
        "blockedEmails": ["bad@x.io"],
    }));
    let mut expected = json!({
        "adminEmail": "Boss@x.io",
        "adminBadge": "Boss",
        "avatarPrefix": "https://cn.example/avatar",
        "avatar": "https://cn.example/avatar",
        "adminEnabled": true,
        "allowedDomains": ["blog.example", "b.example"],
        "requireReview": true,
        "enableCommentLike": true,
        "enableArticleLike": true,
        "enableImageLightbox": false,
    });
    assert_eq!(shown(), expected);
    blog.set_features(&json!({
        "enableCommentLike": false,
        "enableArticleLike": false,
        "enableImageLightbox": true,
        "commentPlaceholder": "",
        "widgetLanguage": "auto",
        "adminLanguage": "zh-CN",
        "visibleDomains": ["blog"],
    }));
    for (member, value) in [
        ("enableCommentLike", json!(false)),
        ("enableArticleLike", json!(false)),
        ("enableImageLightbox", json!(true)),
        ("commentPlaceholder", json!("")),
        ("widgetLanguage", json!("auto")),
        ("adminLanguage", json!("zh-CN")),
    ] {
        expected[member] = value;
    }
    assert_eq!(shown(), expected);
    blog.set_settings(&json!({ "adminEmail": "", "adminBadge": null, "avatarPrefix": "" }));
    for member in ["adminEmail", "adminBadge", "avatarPrefix"] {
        expected[member] = Value::Null;
    }
    expected["avatar"] = json!("https://gravatar.com/avatar");
    assert_eq!(shown(), expected);
}

#[test]
fn secrets_are_in_no_public_answer() {
    let blog = Blog::start();
    blog.set_settings(&json!({
        "adminEmail": "boss@x.io",
        "adminKey": "open sesame",
        "blockedIps": ["192.0.2.77"],
        "blockedEmails": ["bad@x.io"],
    }));
    let headers = [("x-forwarded-for", "192.0.2.99"), ("user-agent", "SecretBrowser/1.0")];
    let body = comment(json!({ "site_id": "hidden-site" }));
    let posted = blog.send("POST", "/api/comments", &headers, &body);
    for path in [
        PATH,
        "/api/config/comments?siteId=hidden-site",
        "/api/comments?post_slug=/posts/one",
        "/api/comments?post_slug=/posts/one&nested=false",
        "/api/like?post_slug=/posts/one",
        "/api/analytics/pv?post_slug=/posts/one",
        "/",
    ] {
        let answer = blog.get(path);
        for secret in
            ["sesame", "argon2", "192.0.2.", "bad@x.io", "a@x.io", "SecretBrowser", "hidden-site"]
        {
            assert!(!answer.text().contains(secret), "{secret} in {path}");
            assert!(!posted.text().contains(secret), "{secret} in the receipt");
        }
    }
}

#[test]
fn buttons_that_are_off_are_off_for_display_only() {
    let blog = Blog::start();
    blog.set_features(&json!({ "enableCommentLike": false, "enableArticleLike": false }));
    let id = blog.posted(json!({}));
    assert_eq!(blog.post("/api/comments/like", &json!({ "id": id })).json()["likes"], 1);
    assert_eq!(blog.post("/api/like", &json!({ "postSlug": "/a" })).json()["totalLikes"], 1);
}

#[test]
fn the_version_document_is_the_one_clients_know() {
    let answer = Blog::start().get("/");
    assert_eq!(answer.status, 200);
    assert!(answer.header("content-type").contains("application/json"));
    assert_eq!(answer.header("access-control-allow-origin"), "*");
    let document = answer.json();
    assert_eq!(document["version"], "0.1.11");
    assert!(document["data"].is_string());
}
