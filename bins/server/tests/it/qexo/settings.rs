//! What the owner configures (contract qexo, sections 6, 9 and 10).

use serde_json::json;

use super::support::{AUTH_FAILED, SAVED, TOKEN, blog, refusal};

#[test]
fn the_api_speaks_the_language_of_the_installation() {
    let blog = blog();
    for (code, message) in [
        ("en_US", "Authentication Failed!"),
        ("zh_TW", "鉴权错误!"),
        ("en_UK", "Authentication Failed!"),
        ("ja_JP", "鉴权错误!"),
        ("zh_CN", "鉴权错误!"),
    ] {
        blog.owner_form("/api/change_lang", &[("lang", code)]);
        blog.get("/pub/get_notifications").expect(403, &refusal(message));
    }
    blog.owner_form("/api/change_lang/", &[("lang", "de_DE")])
        .expect(200, &refusal("参数错误: lang"));
    blog.owner_form("/api/change_lang", &[]).expect(200, &refusal("缺少参数: lang"));
    // The answer is still in the language in which it was asked for.
    let english = || blog.owner_form("/api/change_lang", &[("lang", "en_US")]);
    english().expect(200, SAVED);
    english().expect(200, r#"{"msg":"Save Successful!","status":true}"#);
    blog.owner_form("/api/change_lang", &[]).expect(200, &refusal("Missing parameter: lang"));
    blog.owner_form("/api/del_value", &[("name", "LANGUAGE")])
        .expect(200, r#"{"msg":"Delete Success!","status":true}"#);
    blog.get("/pub/get_notifications").expect(403, AUTH_FAILED);
}

#[test]
fn settings_take_only_what_they_may_hold() {
    let blog = blog();
    let set = |fields: &[(&str, &str)]| blog.owner_form("/api/set_value", fields);
    for (fields, message) in [
        (&[("content", "x")][..], "缺少参数: name"),
        (&[("name", "INIT")], "缺少参数: content"),
        (&[("name", "UNKNOWN"), ("content", "x")], "参数错误: name"),
        (&[("name", "comment_admin_key_hash"), ("content", "x")], "参数错误: name"),
        (&[("name", "ALLOW_FRIEND"), ("content", "yes")], "参数错误: content"),
        (&[("name", "PROVIDER"), ("content", "{")], "参数错误: content"),
        (&[("name", "WEBHOOK_APIKEY"), ("content", "short")], "参数错误: content"),
    ] {
        set(fields).expect(200, &refusal(message));
    }
    for (path, name) in [("/api/set_value/", "INIT"), ("/api/new_value", "QEXO_NAME")] {
        blog.owner_form(path, &[("name", name), ("content", "6")]).expect(200, SAVED);
    }
    for (field, content) in
        [("allow_friend", "yes"), ("friend-recaptcha", "v9"), ("apikey", "short")]
    {
        let message = refusal(&format!("参数错误: {field}"));
        blog.owner_form("/api/set_api", &[(field, content)]).expect(200, &message);
    }
    let message = refusal("参数错误: allow_statistic");
    let fields = [("statistic_domains", "evil.example"), ("allow_statistic", "1")];
    blog.owner_form("/api/set_statistic", &fields).expect(200, &message);
    blog.owner_form("/api/del_value", &[("name", "x")]).expect(200, &refusal("参数错误: name"));
    let stored = stored(&blog);
    assert_eq!(stored["INIT"], "6");
    assert!(stored.get("STATISTIC_DOMAINS").is_none(), "a refused change changes nothing");
}

#[test]
fn an_empty_token_keeps_the_one_there_is() {
    let blog = blog();
    let fields = [
        ("apikey", ""),
        ("allow_friend", "是"),
        ("friend-recaptcha", "v2"),
        ("recaptcha-token", "hunter2"),
    ];
    blog.owner_form("/api/set_api", &fields).expect(200, SAVED);
    assert_eq!(blog.get(&format!("/pub/get_notifications?token={TOKEN}")).status, 200);
    let stored = stored(&blog);
    let is = json!({
        "WEBHOOK_APIKEY": inkstone_accounts::TokenHash::of(TOKEN).as_str(),
        "ALLOW_FRIEND": "是",
        "FRIEND_RECAPTCHA": "v2",
        "RECAPTCHA_TOKEN": "hunter2",
    });
    for (name, content) in is.as_object().unwrap() {
        assert_eq!(&stored[name], content);
    }
}

#[test]
fn a_backup_of_comments_holds_none_of_it() {
    let blog = blog();
    blog.set_value("RECAPTCHA_TOKEN", "hunter2");
    let settings = json!({ "adminEmail": "boss@x.io" });
    blog.set_settings(&settings);
    for path in ["/admin/export/config", "/admin/export/backup"] {
        let exported = blog.admin("GET", path, &json!({}));
        assert!(exported.text().contains("boss@x.io"), "{path}");
        assert!(!exported.text().contains("hunter2") && !exported.text().contains("WEBHOOK"));
    }
    let foreign = json!([{ "key": "WEBHOOK_APIKEY", "value": "0".repeat(64) }]);
    blog.admin("POST", "/admin/import/config", &foreign);
    assert_eq!(blog.get(&format!("/pub/get_notifications?token={TOKEN}")).status, 200);
}

/// All settings, as the database has them.
fn stored(blog: &crate::cwd::support::Blog) -> serde_json::Map<String, serde_json::Value> {
    #[derive(diesel::QueryableByName)]
    struct Row {
        #[diesel(sql_type = diesel::sql_types::Text)]
        key: String,
        #[diesel(sql_type = diesel::sql_types::Text)]
        value: String,
    }
    let query = diesel::sql_query("SELECT key, value FROM settings");
    let rows: Vec<Row> = diesel::RunQueryDsl::load(query, &mut blog.database()).unwrap();
    rows.into_iter().map(|Row { key, value }| (key, json!(value))).collect()
}
