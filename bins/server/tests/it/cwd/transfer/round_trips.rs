//! Every export imports again without loss: into an empty server, over existing data, and in any
//! order (contract cwd, 16.5).

use proptest::{prelude::*, sample::select, test_runner::TestRunner};
use serde_json::{Value, json};

use super::super::support::{Blog, Database, on_both_databases};

on_both_databases! {
    backups_come_back_the_same,
    parts_come_back_the_same,
}

fn comment(id: i64) -> impl Strategy<Value = Value> {
    let place = (
        select(vec!["/a", "/a/", "https://h.io/a/?q", "post:1", "C#-tips"]),
        select(vec![Value::Null, json!("https://h.io/a"), json!("https://other.io/a")]),
        select(vec!["", "blog", "default"]),
    );
    let texts = (
        "[a-z *<>&_`\\[\\]()\u{e9}\u{1f600}]{1,30}x",
        "\\PC{0,20}",
        select(vec![
            "",
            "UA/1",
            "Mozilla/5.0 (X11; Ubuntu; Linux x86_64; rv:121.0) Gecko/20100101 Firefox/121.0",
        ]),
    );
    let numbers = (0..12_i64, 0..5_i64, 0..4_u64, 1..4_u32);
    let status = select(vec!["approved", "approved", "pending", "rejected"]);
    (place, texts, numbers, status).prop_map(move |(place, texts, numbers, status)| {
        let (slug, url, site) = place;
        let (text, name, ua) = texts;
        let (parent, created, likes, priority) = numbers;
        json!({
            "id": id, "created": 1_700_000_000_000_i64 + created, "post_slug": slug,
            "name": name, "email": "a@x.io", "url": url, "ip_address": "192.0.2.1", "ua": ua,
            "content_text": text, "content_html": null, "status": status, "site_id": site,
            "parent_id": if parent == 0 { Value::Null } else { parent.into() },
            "likes": likes, "priority": priority, "post_url": url,
        })
    })
}

fn backup() -> impl Strategy<Value = Value> {
    let comments = (1..10_i64).map(comment).collect::<Vec<_>>();
    let row = || {
        (select(vec!["/a", "/a/", "https://h.io/a", "post:1"]), select(vec!["", "blog"]), 0..5_u64)
    };
    let pages = row().prop_map(|(slug, site, number)| {
        json!({
            "site_id": site, "post_slug": slug, "pv": number, "post_title": format!("T{number}"),
            "post_url": "https://h.io/a", "last_visit_at": number, "created_at": number, "updated_at": 9,
        })
    });
    let days = row().prop_map(|(_, site, number)| {
        json!({
            "date": format!("2024-02-0{}", number + 1), "site_id": site, "count": number,
            "domain": if number > 2 { json!("h.io") } else { Value::Null }, "created_at": 1, "updated_at": 2,
        })
    });
    let likes = row().prop_map(|(slug, site, number)| {
        let user = if number > 3 { format!("ip:192.0.2.{number}") } else { format!("u{number}") };
        json!({ "site_id": site, "page_slug": slug, "user_id": user, "created_at": number })
    });
    let settings = ("\\PC{0,20}", "[a-z*]{1,12}").prop_map(|(text, secret)| {
        json!([
            { "key": "comment_feature_placeholder", "value": text },
            { "key": "comment_admin_key_hash", "value": "$argon2id$v=19$m=16,t=1,p=1$c29tZXNhbHQ$BtCcVHbnIGhVYmTCdUUYDA" },
            { "key": "email_smtp_pass", "value": format!("x{secret}") },
        ])
    });
    let rows = |row: BoxedStrategy<Value>| prop::collection::vec(row, 0..8);
    (comments, settings, rows(pages.boxed()), rows(days.boxed()), rows(likes.boxed())).prop_map(
        |(comments, settings, pages, days, likes)| {
            json!({
                "version": "1.0", "comments": comments, "settings": settings,
                "page_stats": pages, "page_visit_daily": days, "likes": likes,
            })
        },
    )
}

/// The rows of every list in another order.
fn shuffled(document: &Value) -> Value {
    let mut document = document.clone();
    for (_, rows) in document.as_object_mut().unwrap() {
        if let Value::Array(rows) = rows {
            let middle = rows.len() / 2;
            rows.rotate_left(middle);
            rows.reverse();
        }
    }
    document
}

fn export(blog: &Blog) -> Value {
    let mut document = blog.admin("GET", "/admin/export/backup", &json!({})).json();
    assert!(document["timestamp"].take().is_i64());
    document
}

#[track_caller]
fn import(blog: &Blog, path: &str, document: &Value) {
    let answer = blog.admin("POST", path, document);
    assert_eq!(answer.status, 200, "{path}: {}", answer.text());
}

fn run(database: Database, check: impl Fn(Value)) {
    let cases = match database {
        Database::Sqlite => 8,
        Database::Postgres => 4,
    };
    let config = ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(cases) };
    let result = TestRunner::new(config).run(&backup(), |document| {
        check(document);
        Ok(())
    });
    if let Err(error) = result {
        panic!("{error}");
    }
}

fn backups_come_back_the_same(database: Database) {
    run(database, |document| {
        let [one, other] = [Blog::on(database), Blog::on(database)];
        import(&one, "/admin/import/backup", &document);
        let exported = export(&one);
        assert_eq!(exported["comments"].as_array().unwrap().len(), 9);
        for (blog, document) in
            [(&other, shuffled(&exported)), (&other, exported.clone()), (&one, shuffled(&exported))]
        {
            import(blog, "/admin/import/backup", &document);
            assert_eq!(export(blog), exported);
        }
    });
}

/// The same through the exports of one kind of data.
fn parts_come_back_the_same(database: Database) {
    run(database, |document| {
        let [one, other] = [Blog::on(database), Blog::on(database)];
        import(&one, "/admin/import/backup", &document);
        for (part, from, to) in [
            ("comments", "/admin/comments/export", "/admin/comments/import"),
            ("settings", "/admin/export/config", "/admin/import/config"),
            ("statistics", "/admin/export/stats", "/admin/import/stats"),
        ] {
            let exported = one.admin("GET", from, &json!({})).json();
            for blog in [&other, &one] {
                import(blog, to, &exported);
                assert_eq!(blog.admin("GET", from, &json!({})).json(), exported, "{part}");
            }
        }
        assert_eq!(export(&other), export(&one));
    });
}
