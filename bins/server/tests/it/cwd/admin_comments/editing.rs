//! `PUT /admin/comments/update`.

use serde_json::{Value, json};

use super::{
    super::support::{Blog, PAGE, ids, said},
    row, rows, shown, thread,
};
use crate::support::Answer;

fn update(blog: &Blog, body: &Value) -> Answer {
    blog.admin("PUT", "/admin/comments/update", body)
}

/// The smallest edit of a comment, changed in these members.
fn edit(id: i64, changes: &Value) -> Value {
    let mut body = json!({ "id": id, "name": "Ann", "email": "a@x.io", "content": "Hello" });
    body.as_object_mut().unwrap().extend(changes.as_object().unwrap().clone());
    body
}

/// What the panel sends when it saves a row as it is.
fn panels_edit(row: &Value) -> Value {
    let mut body = json!({ "content": row["contentText"] });
    for name in ["id", "name", "email", "url", "postUrl", "postSlug", "status", "priority"] {
        body[name] = row[name].clone();
    }
    body
}

#[test]
fn an_edit_is_refused_in_the_order_of_the_contract() {
    let blog = Blog::start();
    let id = blog.posted(json!({}));
    for text in ["", "{", "[]", "null", "\"x\""] {
        let bearer = format!("Bearer {}", blog.login());
        let headers = [("authorization", bearer.as_str())];
        let answer = blog.server.send("PUT", "/admin/comments/update", &headers, Some(text));
        answer.expect(400, &said("Invalid JSON body"));
    }
    let blank = json!({ "id": id, "name": " ", "email": " ", "content": " " });
    for (body, status, message) in [
        (json!({}), 400, "Missing or invalid id"),
        (json!({ "id": 0 }), 400, "Missing or invalid id"),
        (json!({ "id": -1 }), 400, "Missing or invalid id"),
        (json!({ "id": "1abc" }), 400, "Missing or invalid id"),
        (json!({ "id": [id] }), 400, "Missing or invalid id"),
        (json!({ "id": 999 }), 404, "Comment not found"),
        (blank, 400, "昵称不能为空"),
        (edit(id, &json!({ "name": null, "email": "" })), 400, "昵称不能为空"),
        (edit(id, &json!({ "name": "<script>x</script>" })), 400, "昵称不能为空"),
        (edit(id, &json!({ "name": "n".repeat(51) })), 400, "昵称不能超过 50 字"),
        (edit(id, &json!({ "email": " ", "content": "" })), 400, "邮箱不能为空"),
        (edit(id, &json!({ "email": 1, "content": "" })), 400, "邮箱不能为空"),
        (edit(id, &json!({ "email": "b@x", "content": "" })), 400, "邮箱格式不正确"),
        (edit(id, &json!({ "content": " " })), 400, "评论内容不能为空"),
        (edit(id, &json!({ "content": {} })), 400, "评论内容不能为空"),
        (edit(id, &json!({ "content": "<script>x</script>" })), 400, "评论内容不能为空"),
        (edit(id, &json!({ "content": "x".repeat(10_001) })), 400, "评论内容过长"),
        (edit(id, &json!({ "status": "deleted" })), 400, "Invalid status"),
    ] {
        update(&blog, &body).expect(status, &said(message));
    }
    assert_eq!(row(&blog, id)["name"], "Ann");
}

#[test]
fn an_edit_changes_what_it_names_and_keeps_the_rest() {
    let blog = Blog::start();
    let links = json!({ "url": "https://a.example", "post_url": "https://blog.example/posts/one" });
    let id = blog.posted(links);
    let full = json!({
        "id": id.to_string(),
        "name": " Bob<script>x</script> ",
        "email": " b@x.io ",
        "url": " https://b.example/ ",
        "contentText": "_new_<script>x</script>",
        "status": "pending",
        "priority": "3",
        "post_slug": "/posts/two",
        "post_url": "https://blog.example/posts/two",
    });
    update(&blog, &full).expect(200, &said(&format!("Comment updated, id: {id}.")));
    let changed = row(&blog, id);
    for (name, value) in [
        ("name", json!("Bob")),
        ("email", json!("b@x.io")),
        ("url", json!("https://b.example/")),
        ("contentText", json!("_new_")),
        ("contentHtml", json!("<p><em>new</em></p>\n")),
        ("status", json!("pending")),
        ("priority", json!(3)),
        ("postSlug", json!("/posts/two")),
        ("postUrl", json!("https://blog.example/posts/two")),
    ] {
        assert_eq!(changed[name], value, "{name}");
    }
    let kept = |changes: Value| {
        assert_eq!(update(&blog, &edit(id, &changes)).status, 200, "{changes}");
        let row = row(&blog, id);
        ["status", "priority", "postSlug", "postUrl"].map(|name| row[name].clone())
    };
    let before = ["status", "priority", "postSlug", "postUrl"].map(|name| changed[name].clone());
    for changes in [
        json!({}),
        json!({ "status": "", "postSlug": " " }),
        json!({ "status": null, "priority": null, "postSlug": null }),
        json!({ "priority": 0 }),
        json!({ "priority": -5 }),
        json!({ "priority": 1.5 }),
        json!({ "priority": "high" }),
        json!({ "priority": 99_999_999_999_u64 }),
        json!({ "postSlug": "javascript:alert(1)" }),
    ] {
        assert_eq!(kept(changes.clone()), before, "{changes}");
    }
    // Absent, the commenter's own address is cleared.
    assert_eq!(row(&blog, id)["url"], Value::Null);
}

#[test]
fn an_edit_clears_and_checks_addresses() {
    let blog = Blog::start();
    let id = blog.posted(json!({}));
    for (name, sent, kept) in [
        ("postUrl", json!("https://a.example/x"), json!("https://a.example/x")),
        ("postUrl", json!(""), Value::Null),
        ("post_url", json!("http://a.example/x"), json!("http://a.example/x")),
        ("postUrl", Value::Null, Value::Null),
        ("postUrl", json!("https://a.example/x"), json!("https://a.example/x")),
        ("postUrl", json!("javascript:alert(1)"), Value::Null),
        ("url", json!("https://a.example"), json!("https://a.example")),
        ("url", json!("data:text/html,x"), Value::Null),
    ] {
        assert_eq!(update(&blog, &edit(id, &json!({ name: sent }))).status, 200);
        let read = if name == "url" { "url" } else { "postUrl" };
        assert_eq!(row(&blog, id)[read], kept, "{name} {sent}");
    }
}

#[test]
fn saving_a_row_unchanged_changes_nothing() {
    let blog = Blog::start();
    let [root, answer, _] = thread(&blog);
    let before = (shown(&blog, PAGE), rows(&blog, ""));
    for id in [root, answer] {
        assert_eq!(update(&blog, &panels_edit(&row(&blog, id))).status, 200);
    }
    assert_eq!((shown(&blog, PAGE), rows(&blog, "")), before);
}

#[test]
fn an_edited_text_is_shown_at_once() {
    let blog = Blog::start();
    let [_, answer, _] = thread(&blog);
    let mut body = panels_edit(&row(&blog, answer));
    assert_eq!(shown(&blog, PAGE)[0]["replies"][0]["contentText"], "answer");
    body["content"] = json!("changed");
    assert_eq!(update(&blog, &body).status, 200);
    let root = &shown(&blog, PAGE)[0];
    assert_eq!(root["replies"][0]["contentText"], "changed");
    assert_eq!(root["replies"].as_array().unwrap().len(), 2);
}

#[test]
fn a_thread_follows_its_root_to_another_page() {
    let blog = Blog::start();
    let [root, answer, last] = thread(&blog);
    assert_eq!((ids(&shown(&blog, PAGE)), shown(&blog, "/posts/two")), (vec![root], json!([])));
    let mut body = panels_edit(&row(&blog, root));
    body["postSlug"] = json!("/posts/two/");
    assert_eq!(update(&blog, &body).status, 200);
    assert_eq!(shown(&blog, PAGE), json!([]));
    let there = shown(&blog, "/posts/two");
    assert_eq!((ids(&there), ids(&there[0]["replies"])), (vec![root], vec![answer, last]));
    // A new answer finds its parent on the new page.
    blog.posted(json!({ "post_slug": "/posts/two", "parent_id": last }));
}
