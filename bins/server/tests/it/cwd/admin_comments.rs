//! Contract cwd, 3.3, and what the panel's comment view needs (14.2).

mod blocking;
mod editing;

use serde_json::{Value, json};

use super::support::{Blog, PAGE, comment, ids, said};
use crate::support::Answer;

fn rows(blog: &Blog, query: &str) -> Value {
    let answer = blog.admin("GET", &format!("/admin/comments/list{query}"), &Value::Null);
    assert_eq!(answer.status, 200, "{}", answer.text());
    answer.json()
}

fn row(blog: &Blog, id: i64) -> Value {
    let rows = rows(blog, "");
    let row = rows["data"].as_array().unwrap().iter().find(|row| row["id"] == id);
    row.expect("a row").clone()
}

fn shown(blog: &Blog, page: &str) -> Value {
    blog.list(&format!("post_slug={page}"))["data"].clone()
}

fn put_status(blog: &Blog, query: &str) -> Answer {
    blog.admin("PUT", &format!("/admin/comments/status{query}"), &Value::Null)
}

#[test]
fn a_row_has_everything_that_the_panel_reads() {
    let blog = Blog::start();
    let headers = [("x-forwarded-for", "203.0.113.7"), ("user-agent", "Probe/1.0")];
    let posted = comment(json!({
        "url": "https://ann.example/",
        "post_url": "https://blog.example/posts/one",
        "content": "**Hi**",
        "site_id": "blog",
    }));
    let id = blog.send("POST", "/api/comments", &headers, &posted).json()["id"].clone();
    let mut list = rows(&blog, "?page=1");
    let created = list["data"][0]["created"].take().as_i64().unwrap();
    assert!(created > 1_700_000_000_000, "milliseconds: {created}");
    let expected = json!({
        "id": id,
        "created": null,
        "name": "Ann",
        "email": "a@x.io",
        "postSlug": PAGE,
        "postUrl": "https://blog.example/posts/one",
        "url": "https://ann.example/",
        "ipAddress": "203.0.113.7",
        "contentText": "**Hi**",
        "contentHtml": "<p><strong>Hi</strong></p>\n",
        "status": "approved",
        "priority": 1,
        "likes": 0,
        "ua": "Probe/1.0",
        "avatar": "https://gravatar.com/avatar/a43c564056190dca51f9f4a6fae36c30?s=120&d=retro",
        "isAdmin": false,
        "parentId": null,
        "siteId": "blog",
    });
    let pagination = json!({ "page": 1, "limit": 10, "total": 1 });
    assert_eq!(list, json!({ "data": [expected], "pagination": pagination }));
}

#[test]
fn a_row_shows_the_owners_badge_and_avatars() {
    let blog = Blog::start();
    let id = blog.posted(json!({ "email": "Boss@x.io" }));
    assert_eq!(row(&blog, id)["isAdmin"], false);
    blog.set_settings(&json!({
        "adminEmail": "boss@x.io",
        "adminEnabled": true,
        "avatarPrefix": "https://avatars.example/",
    }));
    let row = row(&blog, id);
    assert_eq!(row["isAdmin"], true);
    let avatar = "https://avatars.example/0b071892acf341ce9df6addc0b783403?s=120&d=retro";
    assert_eq!(row["avatar"], avatar);
}

#[test]
fn the_list_comes_in_tens_newest_first() {
    let blog = Blog::start();
    let empty = json!({ "data": [], "pagination": { "page": 1, "limit": 10, "total": 0 } });
    assert_eq!(rows(&blog, ""), empty);
    let mut posted: Vec<i64> = (0..11).map(|_| blog.posted(json!({}))).collect();
    posted.reverse();
    let first = rows(&blog, "");
    assert_eq!(ids(&first["data"]), posted[..10]);
    assert_eq!(first["pagination"], json!({ "page": 1, "limit": 10, "total": 2 }));
    let second = rows(&blog, "?page=2");
    assert_eq!(ids(&second["data"]), posted[10..]);
    assert_eq!(second["pagination"], json!({ "page": 2, "limit": 10, "total": 2 }));
    assert_eq!(ids(&rows(&blog, "?page=3")["data"]), [0; 0]);
    for garbage in ["0", "-1", "1.5", "abc", "", "NaN", "1%00"] {
        assert_eq!(rows(&blog, &format!("?page={garbage}&limit=50")), first, "{garbage}");
    }
}

#[test]
fn the_list_shows_every_status_and_one_site_or_all() {
    let blog = Blog::start();
    let unnamed = blog.posted(json!({}));
    let named = blog.posted(json!({ "site_id": "blog" }));
    blog.set_status(unnamed, "rejected");
    blog.set_status(named, "pending");
    for (query, expected) in [
        ("", &[named, unnamed][..]),
        ("?siteId=blog", &[named]),
        ("?site_id=blog", &[named]),
        ("?siteId=default", &[unnamed]),
        ("?siteId=other", &[]),
    ] {
        assert_eq!(ids(&rows(&blog, query)["data"]), expected, "{query}");
    }
}

#[test]
fn a_status_is_set_by_query() {
    let blog = Blog::start();
    let id = blog.posted(json!({}));
    for (query, status, message) in [
        (String::new(), 400, "Missing id or status"),
        (format!("?id={id}"), 400, "Missing id or status"),
        (format!("?id={id}&status="), 400, "Missing id or status"),
        ("?status=approved".into(), 400, "Missing id or status"),
        ("?id=&status=approved".into(), 400, "Missing id or status"),
        ("?id=one&status=approved".into(), 400, "Missing id or status"),
        ("?id=0&status=approved".into(), 400, "Missing id or status"),
        (format!("?id={id}&status=APPROVED"), 400, "Invalid status"),
        (format!("?id={id}&status=deleted"), 400, "Invalid status"),
        ("?id=999&status=approved".into(), 404, "Comment not found"),
    ] {
        put_status(&blog, &query).expect(status, &said(message));
    }
    assert_eq!(row(&blog, id)["status"], "approved");
    for status in ["rejected", "pending", "approved"] {
        let message = format!("Comment status updated, id: {id}, status: {status}.");
        put_status(&blog, &format!("?id={id}&status={status}")).expect(200, &said(&message));
        assert_eq!(row(&blog, id)["status"], status);
        let visible = usize::from(status == "approved");
        assert_eq!(shown(&blog, PAGE).as_array().unwrap().len(), visible, "{status}");
    }
}

#[test]
fn a_hidden_root_hides_its_thread_and_brings_it_back() {
    let blog = Blog::start();
    let root = blog.posted(json!({}));
    blog.posted(json!({ "parent_id": root }));
    let before = shown(&blog, PAGE);
    assert_eq!(before[0]["replies"].as_array().unwrap().len(), 1);
    blog.set_status(root, "rejected");
    assert_eq!(shown(&blog, PAGE), json!([]));
    blog.set_status(root, "approved");
    assert_eq!(shown(&blog, PAGE), before);
}

/// A root, an answer to it, and an answer to that.
fn thread(blog: &Blog) -> [i64; 3] {
    let root = blog.posted(json!({ "content": "root" }));
    let answer = blog.posted(json!({ "content": "answer", "parent_id": root }));
    let last = blog.posted(json!({ "content": "last", "parent_id": answer }));
    [root, answer, last]
}

#[test]
fn the_answers_to_a_deleted_comment_become_roots() {
    let blog = Blog::start();
    let [root, answer, last] = thread(&blog);
    assert_eq!(ids(&shown(&blog, PAGE)), [root]);
    for id in [root, root, 999, -1] {
        let path = format!("/admin/comments/delete?id={id}");
        let message = format!("Comment deleted, id: {id}.");
        blog.admin("DELETE", &path, &Value::Null).expect(200, &said(&message));
    }
    let left = shown(&blog, PAGE);
    assert_eq!((ids(&left), ids(&left[0]["replies"])), (vec![answer], vec![last]));
    assert_eq!(
        (&left[0]["parentId"], row(&blog, answer)["parentId"].is_null()),
        (&Value::Null, true)
    );
    for query in ["", "?id=", "?id=abc", "?id=1.5", "?id=1%20OR%201", "?id=99999999999999999999"] {
        let answer = blog.admin("DELETE", &format!("/admin/comments/delete{query}"), &Value::Null);
        answer.expect(400, &said("Missing id"));
    }
    assert_eq!(blog.stored(), 2);
}
