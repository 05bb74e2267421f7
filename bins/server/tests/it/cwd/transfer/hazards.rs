//! The hazards of contract cwd, section 15, that imports, exports and backups are about; further
//! ones are in the parent module.

use serde_json::{Value, json};

use super::{
    super::{
        attacks::{assert_harmless, attacks, listed},
        support::{Blog, Database, PAGE, on_both_databases, said},
    },
    export, imported, row,
};

on_both_databases! {
    circles_do_not_hang_the_server,
    foreign_comments_replace_nothing,
    a_restore_keeps_threads_pins_and_addresses,
}

/// H-02: the original's whole server hangs when a comment is its own ancestor.
fn circles_do_not_hang_the_server(database: Database) {
    let blog = Blog::on(database);
    let circle = json!([
        row(json!({ "id": 1, "parent_id": 1 })),
        row(json!({ "id": 2, "parent_id": 4 })),
        row(json!({ "id": 3, "parent_id": 2 })),
        row(json!({ "id": 4, "parent_id": 3 })),
    ]);
    blog.admin("POST", "/admin/comments/import", &circle).expect(200, &imported(4));
    let listed = blog.list(&format!("post_slug={PAGE}"));
    assert_eq!(
        (&listed["pagination"]["totalCount"], &listed["data"][1]["id"]),
        (&json!(4), &json!(1))
    );
    // Closing a circle with what is stored does not work, either.
    let turned = json!([row(json!({ "id": 2, "parent_id": 4 }))]);
    blog.admin("POST", "/admin/comments/import", &turned).expect(200, &imported(1));
    assert_eq!(blog.list(&format!("post_slug={PAGE}"))["pagination"]["totalCount"], 4);
    let parents: Vec<Value> =
        export(&blog, "").as_array().unwrap().iter().map(|row| row["parent_id"].clone()).collect();
    assert_eq!(parents.iter().filter(|parent| parent.is_null()).count(), 2, "{parents:?}");
}

/// H-15: Artalk's comment 3 took the place of CWD's comment 3.
fn foreign_comments_replace_nothing(database: Database) {
    let blog = Blog::on(database);
    blog.admin("POST", "/admin/comments/import", &json!([row(json!({ "id": 3 }))]))
        .expect(200, &imported(1));
    let before = export(&blog, "");
    let foreign = json!([
        { "id": "3", "page_key": PAGE, "nick": "Art", "content": "x", "created_at": "2020-01-01 00:00:00 +0000" },
        { "_id": 3, "href": PAGE, "nick": "Twi", "comment": "x", "created": 1 },
        { "objectId": 3, "url": PAGE, "nick": "Wal", "comment": "x", "insertedAt": "2020-01-01T00:00:00Z", "like": 0 },
    ]);
    for count in [3, 0] {
        blog.admin("POST", "/admin/comments/import", &foreign).expect(200, &imported(count));
        let after = export(&blog, "");
        assert_eq!(after.as_array().unwrap().len(), 4);
        assert!(after.as_array().unwrap().contains(&before[0]), "{after}");
    }
}

/// H-15: the original's restore detaches replies and forgets `post_url` and `priority`.
fn a_restore_keeps_threads_pins_and_addresses(database: Database) {
    let blog = Blog::on(database);
    let rows = json!([
        row(json!({ "id": 9, "priority": 5, "likes": 2, "post_url": "https://h.io/posts/one" })),
        row(json!({ "id": 4, "parent_id": 9, "post_url": "https://h.io/posts/one" })),
        row(json!({ "id": 6, "parent_id": 4, "status": "rejected" })),
    ]);
    blog.admin("POST", "/admin/comments/import", &rows).expect(200, &imported(3));
    let backup = blog.admin("GET", "/admin/export/backup", &json!({})).json();
    assert_eq!(backup["comments"], json!([rows[0], rows[2], rows[1]]));
    for _ in 0..2 {
        blog.admin("POST", "/admin/import/backup", &backup)
            .expect(200, &said("导入结果： 评论 3 条;"));
        assert_eq!(export(&blog, ""), backup["comments"]);
    }
    let root = &blog.list(&format!("post_slug={PAGE}"))["data"][0];
    assert_eq!((&root["priority"], &root["replies"][0]["parentId"]), (&json!(5), &json!(9)));
}

/// H-04: what others call sanitised HTML is sanitised again, whatever system it comes from.
#[test]
fn imported_html_is_harmless() {
    let blog = Blog::start();
    let items: Vec<Value> = attacks()
        .iter()
        .flat_map(|attack| {
            [
                json!({ "post_slug": "/h", "name": attack, "content_text": attack, "content_html": attack }),
                json!({ "href": "/h", "nick": attack, "comment": attack, "mail": attack }),
                json!({ "page_key": "/h", "nick": attack, "content": attack }),
                json!({ "objectId": attack, "insertedAt": 1, "url": "/h", "nick": attack, "comment": attack }),
            ]
        })
        .collect();
    let answer = blog.admin("POST", "/admin/comments/import", &items.into());
    assert_eq!(answer.status, 200, "{}", answer.text());
    let comments = listed(&blog, "/h");
    assert!(comments.len() > 800, "{}", comments.len());
    for comment in comments {
        assert_harmless(comment["contentHtml"].as_str().unwrap());
        let name = comment["name"].as_str().unwrap();
        assert!(!name.to_ascii_lowercase().contains("<script>") || !name.contains("</script>"));
        assert!(!name.contains(char::is_control), "{name:?}");
    }
}

/// H-05: links that run code come in neither as website, nor as address, nor as page.
#[test]
fn imported_links_are_harmless() {
    let blog = Blog::start();
    for scheme in ["javascript:alert(1)", " JaVaScRiPt:alert(1)", "data:text/html,x", "vbscript:x"]
    {
        let items = json!([
            row(json!({ "id": null, "url": scheme, "post_url": scheme, "name": scheme })),
            row(json!({ "id": null, "post_slug": scheme })),
            { "href": scheme, "url": scheme, "comment": "x" },
            { "page_key": scheme, "content": "x" },
        ]);
        blog.admin("POST", "/admin/comments/import", &items).expect(200, &imported(1));
        let statistics = json!({
            "page_stats": [{ "post_slug": "/s", "post_url": scheme }, { "post_slug": scheme }],
            "likes": [{ "page_slug": scheme, "user_id": "u" }],
        });
        blog.admin("POST", "/admin/import/stats", &statistics)
            .expect(200, &said("成功导入 1 条统计数据"));
    }
    let exported = blog.admin("GET", "/admin/export/backup", &json!({})).json();
    for row in exported["comments"].as_array().unwrap() {
        assert_eq!((&row["url"], &row["post_url"]), (&Value::Null, &Value::Null));
    }
    assert_eq!(exported["page_stats"].as_array().unwrap().len(), 1);
    assert_eq!(
        (&exported["page_stats"][0]["post_url"], &exported["likes"]),
        (&Value::Null, &json!([]))
    );
}

/// H-18: what clients are shown instead of a secret never takes its place.
#[test]
fn a_mask_is_no_secret() {
    let blog = Blog::start();
    let secrets = json!([
        { "key": "email_smtp_pass", "value": "hunter2" },
        { "key": "telegram_bot_token", "value": "1:bot" },
        { "key": "s3_config", "value": "{\"endpoint\":\"https://s3.io\",\"secretAccessKey\":\"s3cret\"}" },
    ]);
    blog.admin("POST", "/admin/import/config", &secrets).expect(200, &said("成功导入 3 条配置"));
    let masked = json!([
        { "key": "email_smtp_pass", "value": "********" },
        { "key": "telegram_bot_token", "value": " ******** " },
        { "key": "s3_config", "value": "{\"endpoint\":\"https://s3.io\",\"secretAccessKey\":\"********\"}" },
        { "key": "comment_admin_key_hash", "value": "********" },
    ]);
    blog.admin("POST", "/admin/import/config", &masked).expect(400, &said("没有有效的配置数据"));
    let backup = json!({ "settings": masked });
    blog.admin("POST", "/admin/import/backup", &backup).expect(200, &said("导入结果："));
    let exported = blog.admin("GET", "/admin/export/config", &json!({})).text().to_owned();
    for secret in ["hunter2", "1:bot", "s3cret"] {
        assert!(exported.contains(secret), "{exported}");
    }
    assert!(!exported.contains("****"), "{exported}");
    // A password that holds the mask is a password.
    let odd = json!({ "key": "email_smtp_pass", "value": "a********b" });
    blog.admin("POST", "/admin/import/config", &odd).expect(200, &said("成功导入 1 条配置"));
}
