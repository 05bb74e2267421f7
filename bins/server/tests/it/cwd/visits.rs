//! Visits and views (contract cwd, 2.11 and 2.12).

use diesel::{
    QueryableByName, RunQueryDsl as _, sql_query,
    sql_types::{BigInt, Nullable, Text},
};
use serde_json::{Value, json};

use super::support::{Blog, Database, at_once, encoded, on_both_databases, said};

const VISIT: &str = "/api/analytics/visit";
const DONE: &str = r#"{"success":true}"#;

on_both_databases!(every_visit_counts, a_thousand_visits_at_once_are_a_thousand);

#[track_caller]
fn views(blog: &Blog, query: &str) -> Value {
    let answer = blog.get(&format!("/api/analytics/pv?post_slug={query}"));
    assert_eq!(answer.status, 200, "{}", answer.text());
    answer.json()
}

fn every_visit_counts(database: Database) {
    let blog = Blog::on(database);
    let url = "https://blog.example/a";
    let body = json!({ "postSlug": url, "postTitle": "A", "postUrl": url });
    assert_eq!(views(&blog, url), json!({ "pv": 0, "postSlug": url }));
    for pv in 1..4 {
        blog.post(VISIT, &body).expect(200, DONE);
        assert_eq!(views(&blog, url), json!({ "pv": pv, "postSlug": url }));
    }
    for spelling in ["/a", "/a/", "https://Blog.example:443/a/", "%2Fa"] {
        assert_eq!(views(&blog, &encoded(spelling))["pv"], 3, "{spelling}");
    }
    assert_eq!(views(&blog, "%252Fa%253Fx"), json!({ "pv": 3, "postSlug": "/a?x" }));
    for other in ["/b", "http://blog.example/a", "https://other.example/a", "a"] {
        assert_eq!(views(&blog, &encoded(other))["pv"], 0, "{other}");
    }
}

#[test]
fn sites_are_kept_apart() {
    let blog = Blog::start();
    for site in [json!(null), json!("default"), json!(""), json!(5), json!("blog")] {
        blog.post(VISIT, &json!({ "postSlug": "/a", "siteId": site })).expect(200, DONE);
    }
    blog.post(VISIT, &json!({ "postSlug": "/a", "site_id": " blog " })).expect(200, DONE);
    let header = [("x-site-id", "blog")];
    blog.send("POST", VISIT, &header, &json!({ "postSlug": "/a" })).expect(200, DONE);
    for (query, pv) in
        [("/a", 4), ("/a&siteId=default", 4), ("/a&siteId=blog", 3), ("/a&site_id=5", 0)]
    {
        assert_eq!(views(&blog, query)["pv"], pv, "{query}");
    }
    let long = json!({ "postSlug": "/a", "siteId": "s".repeat(65) });
    blog.post(VISIT, &long).expect(400, &said("无效的请求体"));
}

#[test]
fn a_page_must_be_named() {
    let blog = Blog::start();
    for query in ["", "?post_slug=", "?post_slug=%20", "?postSlug=/a", "?post_slug=data:x"] {
        blog.get(&format!("/api/analytics/pv{query}")).expect(400, &said("post_slug is required"));
    }
    for body in [
        "",
        "nonsense",
        "[]",
        "{}",
        r#"{"postSlug":" "}"#,
        r#"{"postSlug":5}"#,
        r#"{"post_slug":"/a"}"#,
        r#"{"postSlug":"javascript:alert(1)"}"#,
    ] {
        let answer = blog.server.send("POST", VISIT, &[], Some(body));
        answer.expect(400, &said("postSlug is required"));
    }
}

#[test]
fn over_the_budget_the_answer_is_the_same_and_nothing_counts() {
    let blog = Blog::start_with(|config| config.limits.visits_per_minute = 2.try_into().unwrap());
    let body = json!({ "postSlug": "/a" });
    for _ in 0..6 {
        blog.post_from("192.0.2.1", VISIT, &body).expect(200, DONE);
    }
    assert_eq!(views(&blog, "/a")["pv"], 2);
    blog.post_from("192.0.2.2", VISIT, &body).expect(200, DONE);
    assert_eq!(views(&blog, "/a")["pv"], 3);
    blog.post_from("192.0.2.1", VISIT, &json!({})).expect(400, &said("postSlug is required"));
}

#[derive(Debug, PartialEq, QueryableByName)]
struct Page {
    #[diesel(sql_type = Nullable<Text>)]
    post_title: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    post_url: Option<String>,
    #[diesel(sql_type = BigInt)]
    pv: i64,
}

#[test]
fn what_is_known_of_a_page_is_replaced_and_never_erased() {
    let blog = Blog::start();
    let mut database = blog.database();
    let mut visit = |body: Value| {
        let path = if body.get("like").is_some() { "/api/like" } else { VISIT };
        assert_eq!(blog.post(path, &body).status, 200);
        let rows: Vec<Page> = sql_query("SELECT post_title, post_url, pv FROM page_stats")
            .load(&mut database)
            .unwrap();
        let [page] = <[Page; 1]>::try_from(rows).expect("one page");
        (page.post_title.unwrap_or_default(), page.post_url.unwrap_or_default(), page.pv)
    };
    let is = |title: &str, url: &str, pv: i64| (title.to_owned(), url.to_owned(), pv);
    let url = "https://blog.example/a";
    let liked = json!({ "postSlug": "/a", "postTitle": "Liked", "postUrl": url, "like": true });
    assert_eq!(visit(liked), is("Liked", url, 0));
    assert_eq!(visit(json!({ "postSlug": "/a" })), is("Liked", url, 1));
    assert_eq!(visit(json!({ "postSlug": "/a/", "postTitle": " New " })), is("New", url, 2));
    let nothing = json!({ "postSlug": "/a", "postTitle": "", "postUrl": "javascript:alert(1)" });
    assert_eq!(visit(nothing), is("New", url, 3));
    let wrong = json!({ "postSlug": "/a", "postTitle": 5, "postUrl": ["https://x.io"] });
    assert_eq!(visit(wrong), is("New", url, 4));
    let long = json!({ "postSlug": "/a", "postTitle": "文".repeat(301) });
    assert_eq!(visit(long), is(&"文".repeat(300), url, 5));
    let other = "https://other.example/a";
    let moved = json!({ "postSlug": "/a", "postTitle": "B", "postUrl": other, "like": true });
    assert_eq!(visit(moved), is("B", other, 5));
}

fn a_thousand_visits_at_once_are_a_thousand(database: Database) {
    let blog = Blog::on_with(database, |config| {
        config.limits.visits_per_minute = 1_000_000.try_into().unwrap();
    });
    let body = json!({ "postSlug": "/a", "postUrl": "https://blog.example/a" });
    at_once(8, |_| {
        for _ in 0..125 {
            blog.post(VISIT, &body).expect(200, DONE);
        }
    });
    assert_eq!(views(&blog, "/a")["pv"], 1_000);
}
