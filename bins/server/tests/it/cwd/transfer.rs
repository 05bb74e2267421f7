//! Moving comments in and out (contract cwd, section 12).

mod foreign;
mod hazards;
mod hostile;
mod round_trips;

use serde_json::{Value, json};

use super::support::{Blog, PAGE, ids, on_both_databases, said};

on_both_databases! {
    comments_of_every_system_are_imported,
    an_export_comes_back_the_same,
    a_stored_comment_is_updated_in_place,
    settings_come_back_the_same,
    a_backup_restores_everything,
    statistics_are_upserted,
}

/// A comment as an export has it, changed in these members.
fn row(changes: Value) -> Value {
    let mut row = json!({
        "id": 1, "created": 1_700_000_000_000_i64, "post_slug": PAGE, "name": "Ann",
        "email": "a@x.io", "url": null, "ip_address": null, "device": "", "os": "", "browser": "",
        "ua": "", "content_text": "Hello", "content_html": "<p>Hello</p>\n", "parent_id": null,
        "likes": 0, "priority": 1, "status": "approved", "site_id": "", "post_url": null,
    });
    let Value::Object(changes) = changes else { panic!("{changes} is no object") };
    row.as_object_mut().unwrap().extend(changes);
    row
}

fn imported(count: u64) -> String {
    said(&format!("成功导入 {count} 条评论"))
}

fn export(blog: &Blog, query: &str) -> Value {
    let answer = blog.admin("GET", &format!("/admin/comments/export{query}"), &json!({}));
    assert_eq!((answer.status, answer.header("content-type")), (200, "application/json"));
    answer.json()
}

fn comments_of_every_system_are_imported(database: super::support::Database) {
    let blog = Blog::on(database);
    let first = blog.posted(json!({}));
    let items = json!([
        row(json!({ "id": first + 1, "parent_id": first, "site_id": "default" })),
        { "_id": "t1", "href": "https://blog.example/posts/one/", "nick": "Twi", "comment": "<p>t</p><script>x</script>", "created": 1 },
        { "id": "1", "page_key": PAGE, "nick": "Art", "content": "*a*", "created_at": "2020-09-13 20:26:40 +0800" },
        { "objectId": "v", "nick": "Val", "url": PAGE, "comment": "<b>v</b>", "insertedAt": { "iso": "2020-09-13T12:26:40Z" } },
        { "objectId": 1, "nick": "Wal", "url": PAGE, "comment": "w", "status": "approved", "insertedAt": "2020-09-13 12:26:40" },
        null, {}, "x",
    ]);
    let import = || blog.admin("POST", "/admin/comments/import", &items);
    import().expect(200, &imported(5));
    let listed = blog.list(&format!("post_slug={PAGE}"));
    assert_eq!(listed["pagination"]["totalCount"], 6, "{listed}");
    assert_eq!(listed["data"].as_array().unwrap().len(), 5);
    assert!(!listed.to_string().contains("script"));
    // Again: the numbered one is replaced, the others are known.
    import().expect(200, &imported(1));
    assert_eq!(blog.stored(), 6);
}

fn an_export_comes_back_the_same(database: super::support::Database) {
    let blog = Blog::on(database);
    let root = blog.posted(json!({ "content": "**root**", "url": "https://ann.example" }));
    let answer = blog.posted(json!({ "content": "answer", "parent_id": root }));
    blog.posted(json!({ "post_slug": "post:1", "site_id": "blog", "name": "Bob" }));
    blog.admin(
        "POST",
        "/admin/comments/import",
        &json!([row(json!({
            "id": 40, "priority": 3, "likes": 5, "status": "pending", "post_url": "https://h.io/a",
        }))]),
    )
    .expect(200, &imported(1));
    let exported = export(&blog, "");
    assert_eq!(ids(&exported)[0], 40, "pinned first");
    assert_eq!(exported.as_array().unwrap().len(), 4);
    let names: Vec<&String> = exported[0].as_object().unwrap().keys().collect();
    assert_eq!(names.len(), 19, "{names:?}");

    blog.admin("POST", "/admin/comments/import", &exported).expect(200, &imported(4));
    assert_eq!(export(&blog, ""), exported, "over existing data");
    let other = Blog::on(database);
    other.admin("POST", "/admin/comments/import", &exported).expect(200, &imported(4));
    assert_eq!(export(&other, ""), exported, "into an empty server");
    let listed = other.list(&format!("post_slug={PAGE}"));
    assert_eq!(listed["data"][0]["replies"][0]["id"], answer);

    assert_eq!(export(&blog, "?siteId=blog").as_array().unwrap().len(), 1);
    assert_eq!(export(&blog, "?siteId=default"), exported);
}

/// H-15: answers, pins and the rest stay.
fn a_stored_comment_is_updated_in_place(database: super::support::Database) {
    let blog = Blog::on(database);
    let root = blog.posted(json!({}));
    let answer = blog.posted(json!({ "parent_id": root }));
    let before = blog.list(&format!("post_slug={PAGE}"));
    assert_eq!(before["data"][0]["contentText"], "Hello");
    // One object is enough; the cached answer is forgotten.
    let changed = row(
        json!({ "id": root, "content_text": "Changed", "content_html": "<p>Changed</p><img src=x onerror=y>" }),
    );
    blog.admin("POST", "/admin/comments/import", &changed).expect(200, &imported(1));
    let after = blog.list(&format!("post_slug={PAGE}"));
    assert_eq!(after["data"][0]["contentHtml"], "<p>Changed</p>");
    assert_eq!(after["data"][0]["replies"][0]["id"], answer);
}

#[test]
fn what_cannot_be_imported_is_refused_whole() {
    let blog = Blog::start();
    let import = |body: &str| {
        let token = format!("Bearer {}", blog.login());
        blog.server.send("POST", "/admin/comments/import", &[("authorization", &token)], Some(body))
    };
    import("[]").expect(400, &said("导入数据为空"));
    for body in ["", "x", "null", "1", "[{\"post_slug\":\"/a\",\"content_text\":\"x\"},"] {
        import(body).expect(400, &said("数据格式错误"));
    }
    import("{}").expect(200, &imported(0));
    assert_eq!(blog.stored(), 0);
    let answer = blog.post("/admin/comments/import", &json!([]));
    answer.expect(401, &said("Unauthorized"));
}

#[test]
fn imports_have_a_limit_of_their_own() {
    let blog = Blog::start_with(|config| {
        config.limits.import_body = 200_000.try_into().unwrap();
    });
    let text = "x".repeat(100_000);
    let row = row(json!({ "content_text": text, "content_html": text }));
    let half = json!([{ "post_slug": "/a", "content_text": text }]);
    blog.admin("POST", "/admin/comments/import", &half).expect(200, &imported(1));
    blog.admin("POST", "/admin/comments/import", &json!([row])).expect(413, &said("请求体过大"));
    assert_eq!(blog.stored(), 1);
}

/// H-17: not even those from the future.
#[test]
fn imported_comments_do_not_make_their_authors_wait() {
    let blog = Blog::start_with(|config| config.limits.comment_interval_ms = 10_000);
    let row = row(json!({ "ip_address": "127.0.0.1", "created": 9_000_000_000_000_i64 }));
    blog.admin("POST", "/admin/comments/import", &json!([row])).expect(200, &imported(1));
    blog.posted(json!({}));
}

/// H-03, H-18: of the admin key there is only a hash.
fn settings_come_back_the_same(database: super::support::Database) {
    let blog = Blog::on(database);
    blog.set_settings(
        &json!({ "adminEmail": "boss@x.io", "adminKey": "the key", "blockedIps": ["192.0.2.1"] }),
    );
    blog.admin("PUT", "/admin/settings/email-notify", &json!({ "smtp": { "pass": "hunter2" } }));
    let export = |blog: &Blog| blog.admin("GET", "/admin/export/config", &json!({})).json();
    let exported = export(&blog);
    let text = exported.to_string();
    assert!(text.contains("hunter2") && text.contains("$argon2id$"), "{text}");
    assert!(!text.contains("the key"), "{text}");

    let other = Blog::on(database);
    let count = exported.as_array().unwrap().len();
    other
        .admin("POST", "/admin/import/config", &exported)
        .expect(200, &said(&format!("成功导入 {count} 条配置")));
    assert_eq!(export(&other), exported);
    other
        .post("/api/verify-admin", &json!({ "adminToken": "the key" }))
        .expect(200, &said("验证通过"));
}

/// H-03.
#[test]
fn an_admin_key_in_clear_is_hashed() {
    let blog = Blog::start();
    let entry = json!({ "key": "comment_admin_key_hash", "value": " old plain key " });
    blog.admin("POST", "/admin/import/config", &entry).expect(200, &said("成功导入 1 条配置"));
    let exported = blog.admin("GET", "/admin/export/config", &json!({}));
    assert!(exported.text().contains("$argon2id$") && !exported.text().contains("plain"));
    let verify = |key| blog.post("/api/verify-admin", &json!({ "adminToken": key }));
    verify("old plain key").expect(200, &said("验证通过"));
    // Neither a mask nor a blank replaces it.
    for value in ["********", " "] {
        let entry = json!([{ "key": "comment_admin_key_hash", "value": value }]);
        blog.admin("POST", "/admin/import/config", &entry).expect(400, &said("没有有效的配置数据"));
    }
    verify("old plain key").expect(200, &said("验证通过"));
}

#[test]
fn settings_that_are_none_are_left_out() {
    let blog = Blog::start();
    let import = |body: Value| blog.admin("POST", "/admin/import/config", &body);
    import(json!([])).expect(400, &said("导入数据为空"));
    import(json!("x")).expect(400, &said("数据格式错误"));
    for useless in [
        json!({}),
        json!([null, 1, [], { "key": "comment_admin_badge" }]),
        json!([{ "key": "comment_admin_badge", "value": 1 }]),
        json!([{ "key": "unknown", "value": "x" }, { "key": "email_smtp_pass", "value": "********" }]),
    ] {
        import(useless).expect(400, &said("没有有效的配置数据"));
    }
    let entries = json!([
        { "key": "comment_admin_badge", "value": "first" },
        { "key": "comment_admin_badge", "value": "last" },
        { "key": "unknown", "value": "x" },
    ]);
    import(entries).expect(200, &said("成功导入 1 条配置"));
    let exported = blog.admin("GET", "/admin/export/config", &json!({})).json();
    assert_eq!(exported, json!([{ "key": "comment_admin_badge", "value": "last" }]));
    // Nobody else reads settings.
    blog.get("/admin/export/config").expect(401, &said("Unauthorized"));
}

fn a_backup_restores_everything(database: super::support::Database) {
    let blog = Blog::on(database);
    let root = blog.posted(json!({}));
    blog.posted(json!({ "parent_id": root }));
    blog.set_settings(&json!({ "adminBadge": "Boss", "adminKey": "the key" }));
    let page = json!({ "postSlug": "/a", "postTitle": "A", "postUrl": "https://h.io/a" });
    blog.post("/api/analytics/visit", &page);
    blog.post("/api/like", &page);
    let export = |blog: &Blog| {
        let mut all = blog.admin("GET", "/admin/export/backup", &json!({})).json();
        assert!(all["timestamp"].take().is_i64() && all["version"] == "1.0");
        all
    };
    let exported = export(&blog);
    let import = |blog: &Blog| {
        let answer = blog.admin("POST", "/admin/import/backup", &exported);
        answer.expect(200, &said("导入结果： 评论 2 条; 配置 2 条; 统计数据 3 条;"))
    };
    import(&blog);
    assert_eq!(export(&blog), exported, "over existing data");
    let other = Blog::on(database);
    // What is cached is forgotten.
    assert_eq!(other.get("/api/config/comments").json()["adminBadge"], Value::Null);
    import(&other);
    assert_eq!(export(&other), exported, "into an empty server");
    assert_eq!(other.get("/api/config/comments").json()["adminBadge"], "Boss");
    assert_eq!(other.get("/api/analytics/pv?post_slug=/a").json()["pv"], 1);
    assert_eq!(other.get("/api/like?post_slug=https://h.io/a").json()["totalLikes"], 1);
}

fn statistics_are_upserted(database: super::support::Database) {
    let blog = Blog::on(database);
    let tables = json!({
        "page_stats": [
            { "site_id": "default", "post_slug": "/a", "post_title": "A", "post_url": "javascript:x", "pv": 3 },
            { "post_slug": "/a/", "pv": 4, "last_visit_at": 5, "created_at": 1, "updated_at": 2 },
            { "post_slug": "data:x", "pv": 4 }, null, { "pv": 1 },
        ],
        "page_visit_daily": [
            { "date": "2024-02-29", "count": 2, "site_id": "" },
            { "date": "2024-02-29", "count": 3, "site_id": "default", "domain": null },
            { "date": "2024-02-30", "count": 3 },
        ],
        "likes": [
            { "page_slug": "/a", "user_id": "ip:192.0.2.1", "created_at": 1 },
            { "page_slug": "/a", "user_id": "" }, { "user_id": "x" },
        ],
    });
    for _ in 0..2 {
        let answer = blog.admin("POST", "/admin/import/stats", &tables);
        answer.expect(200, &said("成功导入 3 条统计数据"));
    }
    let exported = blog.admin("GET", "/admin/export/stats?siteId=default", &json!({})).json();
    assert_eq!(exported["page_stats"].as_array().unwrap().len(), 1);
    assert_eq!(
        (&exported["page_stats"][0]["pv"], &exported["page_stats"][0]["post_url"]),
        (&json!(7), &Value::Null)
    );
    assert_eq!(exported["page_visit_daily"][0]["count"], 5);
    // The address is not kept, and whoever comes from it is the same visitor.
    let liker = exported["likes"][0]["user_id"].as_str().unwrap();
    assert!(liker.starts_with("ip:") && !liker.contains("192"), "{liker}");
    let like = blog.post_from("192.0.2.1", "/api/like", &json!({ "postSlug": "/a" })).json();
    assert_eq!((&like["alreadyLiked"], &like["totalLikes"]), (&json!(true), &json!(1)));
    assert_eq!(blog.get("/api/like?post_slug=/a").json()["totalLikes"], 1);
    blog.admin("POST", "/admin/import/stats", &json!({}))
        .expect(200, &said("成功导入 0 条统计数据"));
    blog.admin("POST", "/admin/import/stats", &json!([])).expect(400, &said("数据格式错误"));
}

#[test]
fn half_a_backup_is_none() {
    let blog = Blog::start();
    let import = |body: Value| blog.admin("POST", "/admin/import/backup", &body);
    import(json!({})).expect(200, &said("导入结果："));
    let comments = json!([{ "post_slug": "/a", "content_text": "x" }]);
    for body in [
        json!([]),
        json!("x"),
        json!({ "comments": comments, "settings": 1 }),
        json!({ "comments": comments, "likes": {} }),
        json!({ "comments": 7, "settings": [{ "key": "comment_admin_badge", "value": "x" }] }),
    ] {
        import(body).expect(400, &said("数据格式错误"));
    }
    assert_eq!(blog.stored(), 0);
    let config = blog.admin("GET", "/admin/export/config", &json!({})).json();
    assert_eq!(config, json!([]));
}
