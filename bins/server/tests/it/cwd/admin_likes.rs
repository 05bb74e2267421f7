//! Contract cwd, 3.4: likes of pages, one by one and in numbers.

use serde_json::{Value, json};

use super::{
    admin_statistics::{read, today},
    support::{Blog, Database, encoded, on_both_databases},
};

const LIST: &str = "/admin/likes/list";
const STATISTICS: &str = "/admin/likes/stats";

#[track_caller]
fn like(blog: &Blog, visitor: &str, page: &Value) {
    let answer = blog.send("POST", "/api/like", &[("x-cwd-like-user", visitor)], page);
    assert_eq!(answer.status, 200, "{}", answer.text());
}

/// Who gave the likes that are listed.
#[track_caller]
fn visitors(blog: &Blog, query: &str) -> Vec<String> {
    let found = read(blog, &format!("{LIST}?{query}"));
    let likes = found["data"].as_array().unwrap();
    likes.iter().map(|like| like["userId"].as_str().unwrap().to_owned()).collect()
}

on_both_databases!(likes_are_listed_newest_first, the_most_liked_page_comes_first);

fn likes_are_listed_newest_first(database: Database) {
    let blog = Blog::on(database);
    let page = json!({ "data": [], "pagination": { "page": 1, "limit": 20, "total": 1 } });
    assert_eq!(read(&blog, LIST), page);
    for number in 1..=21 {
        like(&blog, &format!("v{number}"), &json!({ "postSlug": "/a/" }));
    }
    let first = read(&blog, LIST);
    assert_eq!(first["pagination"], json!({ "page": 1, "limit": 20, "total": 2 }));
    assert_eq!(first["data"].as_array().unwrap().len(), 20);
    let newest = &first["data"][0];
    let (id, at) = (newest["id"].as_i64().unwrap(), newest["createdAt"].as_i64().unwrap());
    assert!(id > first["data"][1]["id"].as_i64().unwrap());
    assert!(at >= today().plus(-1).start().millis());
    let expected = json!({ "id": id, "pageSlug": "/a/", "userId": "v21", "createdAt": at });
    assert_eq!(*newest, expected);
    assert_eq!(visitors(&blog, "page=2"), ["v1"]);
    assert_eq!(visitors(&blog, "page=3"), [""; 0]);
    assert_eq!(read(&blog, &format!("{LIST}?page=0"))["pagination"]["page"], 1);
}

fn the_most_liked_page_comes_first(database: Database) {
    let blog = Blog::on(database);
    let told = json!({ "postSlug": "/one", "postTitle": "One", "postUrl": "https://h.io/one" });
    like(&blog, "ann", &told);
    for (visitor, slug) in [("ann", "/two/"), ("bob", "/two"), ("bob", "/two?again")] {
        like(&blog, visitor, &json!({ "postSlug": slug }));
    }
    like(&blog, "ann", &json!({ "postSlug": "/two", "siteId": "blog" }));
    let page = |slug: &str, likes: u64| json!({ "pageSlug": slug, "pageTitle": null, "pageUrl": null, "likes": likes });
    let one = json!({
        "pageSlug": "/one",
        "pageTitle": "One",
        "pageUrl": "https://h.io/one",
        "likes": 1,
    });
    let items = |query: &str| read(&blog, &format!("{STATISTICS}{query}"));
    assert_eq!(items(""), json!({ "items": [page("/two/", 2), one, page("/two", 1)] }));
    assert_eq!(items("?siteId=blog"), json!({ "items": [page("/two", 1)] }));
    assert_eq!(items("?siteId=default"), json!({ "items": [page("/two/", 2), one] }));
    assert_eq!(items("?siteId=nobody"), json!({ "items": [] }));
}

#[test]
fn likes_are_filtered() {
    let blog = Blog::start();
    like(&blog, "ann", &json!({ "postSlug": "/a" }));
    like(&blog, "bob", &json!({ "postSlug": "/a/", "siteId": "blog" }));
    like(&blog, "eve", &json!({ "postSlug": "https://h.io/你" }));
    for (query, expected) in [
        ("page_slug=/a", &["bob", "ann"][..]),
        ("pageSlug=%2Fa%3Fq", &["bob", "ann"]),
        ("pageSlug=https%3A%2F%2FH.io%2F%25E4%25BD%25A0", &["eve"]),
        ("pageSlug=/b", &[]),
        ("pageSlug=javascript:x", &[]),
        ("user_id=ann", &["ann"]),
        ("userId=ann&pageSlug=/a&siteId=default", &["ann"]),
        ("userId=ann&siteId=blog", &[]),
        ("pageSlug=&userId=%20&start=&end=x", &["eve", "bob", "ann"]),
    ] {
        assert_eq!(visitors(&blog, query), expected, "{query}");
    }
    assert_eq!(visitors(&blog, &format!("userId={}", encoded(&"x".repeat(129)))), [""; 0]);
}

#[test]
fn times_are_inclusive() {
    let blog = Blog::start();
    like(&blog, "ann", &json!({ "postSlug": "/a" }));
    let at = read(&blog, LIST)["data"][0]["createdAt"].as_i64().unwrap();
    for (start, end, found) in [(at, at, 1), (at + 1, at + 9, 0), (at - 9, at - 1, 0)] {
        assert_eq!(visitors(&blog, &format!("start={start}&end={end}")).len(), found);
    }
    assert_eq!(visitors(&blog, &format!("start={at}")).len(), 1);
    assert_eq!(visitors(&blog, &format!("end={}", at - 1)).len(), 0);
}

#[test]
fn fifty_pages_are_enough() {
    let blog =
        Blog::start_with(|config| config.limits.likes_per_minute = 1_000.try_into().unwrap());
    for number in 0..51 {
        like(&blog, "ann", &json!({ "postSlug": format!("/{number}") }));
    }
    assert_eq!(read(&blog, STATISTICS)["items"].as_array().unwrap().len(), 50);
}
