//! What a comment may answer (contract cwd, 2.4, check 13).

use serde_json::json;

use super::support::{Blog, Database, ids, on_both_databases, said};

on_both_databases!(only_what_is_shown_on_the_same_page_is_answered);

const LIST: &str = "post_slug=/posts/one";

fn only_what_is_shown_on_the_same_page_is_answered(database: Database) {
    let blog = Blog::on(database);
    let pending = blog.posted(json!({}));
    blog.set_status(pending, "pending");
    let rejected = blog.posted(json!({}));
    blog.set_status(rejected, "rejected");
    let elsewhere = blog.posted(json!({ "post_slug": "/posts/two" }));
    let other_site = blog.posted(json!({ "site_id": "other" }));
    let removed = blog.posted(json!({}));
    let path = format!("/admin/comments/delete?id={removed}");
    assert_eq!(blog.admin("DELETE", &path, &json!({})).status, 200);
    let hidden = blog.posted(json!({}));
    let below = blog.posted(json!({ "parent_id": hidden }));
    blog.set_status(hidden, "pending");
    let stored = blog.stored();
    let numbers = [pending, rejected, elsewhere, removed, hidden, below, 999_999, -1, i64::MAX];
    let numbers = numbers.iter().map(|&number| json!({ "parent_id": number, "site_id": "" }));
    let texts = ["-1", "1.5", "abc", "1abc", "0x1", "99999999999999999999"];
    let texts = texts.iter().map(|text| json!({ "parent_id": text }));
    let others = [
        json!({ "parent_id": other_site, "site_id": "" }),
        json!({ "parent_id": other_site, "site_id": "blog" }),
        json!({ "parent_id": 1.5 }),
        json!({ "parent_id": 1e300 }),
        json!({ "parent_id": true }),
        json!({ "parent_id": [1] }),
        json!({ "parent_id": { "id": 1 } }),
        json!({ "parentId": 999_999 }),
    ];
    for changes in numbers.chain(texts).chain(others) {
        blog.post_comment(changes.clone()).expect(400, &said("父评论不存在"));
    }
    assert_eq!(blog.stored(), stored);
}

#[test]
fn nothing_and_zero_make_a_root() {
    let blog = Blog::start();
    let mut expected = Vec::new();
    for parent in [json!(null), json!(0), json!("0"), json!(""), json!(" ")] {
        expected.insert(0, blog.posted(json!({ "parent_id": parent })));
    }
    assert_eq!(ids(&blog.list(LIST)["data"]), expected);
}

#[test]
fn a_number_may_be_written_as_a_text_and_under_two_names() {
    let blog = Blog::start();
    let root = blog.posted(json!({}));
    let replies = [
        json!({ "parent_id": root }),
        json!({ "parent_id": root.to_string() }),
        json!({ "parentId": root }),
        json!({ "parent_id": null, "parentId": format!(" {root} ") }),
    ]
    .map(|changes| blog.posted(changes));
    assert_eq!(ids(&blog.list(LIST)["data"][0]["replies"]), replies);
}
