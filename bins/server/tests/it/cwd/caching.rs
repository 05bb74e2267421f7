//! Answers that are kept ready: never an old one, and as small as the client allows.

use std::io::Read as _;

use flate2::read::GzDecoder;
use serde_json::{Value, json};

use super::support::{Blog, Database, comment, ids, on_both_databases};

const PATHS: [&str; 4] = [
    "/api/comments?post_slug=/a",
    "/api/comments?post_slug=https://blog.example/a&page=1&limit=7",
    "/api/comments?post_slug=/a/&nested=false",
    "/api/comments?post_slug=/a&site_id=default&avatar_prefix=https://cn.example",
];

on_both_databases!(every_change_is_seen_at_once);

fn every_change_is_seen_at_once(database: Database) {
    let blog = Blog::on(database);
    blog.set_settings(&json!({ "adminEmail": "boss@x.io" }));
    let on_a = |email: &str| json!({ "post_slug": "/a", "email": email });
    let boss = blog.posted(on_a("boss@x.io"));
    let id = blog.posted(on_a("a@x.io"));
    let elsewhere = blog.posted(json!({ "post_slug": "/b" }));
    for (what, method, path, body) in changes(id, boss) {
        let before = PATHS.map(|path| blog.get(path));
        let answer = blog.admin(method, &path, &body);
        assert_eq!(answer.status, 200, "{what}: {}", answer.text());
        for (path, before) in PATHS.iter().zip(before) {
            let known = [("if-none-match", before.header("etag"))];
            let after = blog.server.send("GET", path, &known, None);
            assert_eq!(after.status, 200, "{what}: {path} is an old answer");
            assert_ne!(after.text(), before.text(), "{what}: {path}");
        }
    }
    assert_eq!(ids(&blog.list("post_slug=/b")["data"]), [elsewhere]);
}

/// What changes the page: a name, and the request.
fn changes(id: i64, boss: i64) -> Vec<(&'static str, &'static str, String, Value)> {
    let url = "https://blog.example/a?x";
    let edit = |content: &str, slug: &str| {
        json!({
            "id": id, "name": "Ann", "email": "a@x.io", "content": content, "postSlug": slug,
        })
    };
    let like = json!({ "id": id });
    let badge = json!({ "adminEnabled": true });
    let (comments, likes) = ("/api/comments".to_owned(), "/api/comments/like".to_owned());
    let (update, settings) =
        ("/admin/comments/update".to_owned(), "/admin/settings/comments".to_owned());
    let status = |to: &str| format!("/admin/comments/status?id={id}&status={to}");
    let delete = format!("/admin/comments/delete?id={boss}");
    vec![
        ("a post", "POST", comments.clone(), comment(json!({ "post_slug": "/a" }))),
        ("a reply", "POST", comments, comment(json!({ "post_slug": url, "parent_id": id }))),
        ("a like", "POST", likes.clone(), like.clone()),
        ("no like", "DELETE", likes, like),
        ("hidden", "PUT", status("pending"), Value::Null),
        ("shown", "PUT", status("approved"), Value::Null),
        ("edited", "PUT", update.clone(), edit("changed", "/a")),
        ("moved away", "PUT", update.clone(), edit("changed", "/b")),
        ("moved back", "PUT", update, edit("changed", "/a")),
        ("badge", "PUT", settings, badge),
        ("removed", "DELETE", delete, Value::Null),
    ]
}

#[test]
fn the_stored_avatar_prefix_is_seen_at_once() {
    let blog = Blog::start();
    blog.posted(json!({ "post_slug": "/a" }));
    let before = blog.get(PATHS[0]);
    blog.set_settings(&json!({ "avatarPrefix": "https://cn.example" }));
    assert_ne!(blog.get(PATHS[0]).header("etag"), before.header("etag"));
}

#[test]
fn who_has_an_answer_is_told_so() {
    let blog = Blog::start();
    for _ in 0..5 {
        blog.posted(json!({ "post_slug": "/a" }));
    }
    let plain = blog.get(PATHS[0]);
    assert_eq!(plain.header("content-encoding"), "");
    let tag = plain.header("etag");
    assert!(tag.starts_with('"') && tag.ends_with('"') && tag.len() > 10, "{tag}");
    let zipped = blog.server.send("GET", PATHS[0], &[("accept-encoding", "gzip")], None);
    assert_eq!(zipped.header("content-encoding"), "gzip");
    assert!(zipped.header("vary").to_ascii_lowercase().contains("accept-encoding"));
    let mut text = String::new();
    GzDecoder::new(&*zipped.bytes).read_to_string(&mut text).unwrap();
    assert_eq!(text, plain.text());
    for (known, encoding) in [(tag, "identity"), (zipped.header("etag"), "gzip")] {
        let headers = [("if-none-match", known), ("accept-encoding", encoding)];
        let answer = blog.server.send("GET", PATHS[0], &headers, None).expect(304, "");
        assert_eq!(answer.header("etag"), known);
        assert_eq!(answer.header("access-control-allow-origin"), "*");
        assert_eq!(answer.header("cache-control"), "no-store");
    }
}

#[test]
fn without_a_cache_the_answers_are_the_same() {
    let blog = Blog::start_with(|config| config.cache.bytes = 0);
    let id = blog.posted(json!({ "post_slug": "/a" }));
    let first = blog.get(PATHS[0]);
    let known = [("if-none-match", first.header("etag"))];
    blog.server.send("GET", PATHS[0], &known, None).expect(304, "");
    blog.set_status(id, "rejected");
    assert_eq!(blog.get(PATHS[0]).json()["data"], json!([]));
}
