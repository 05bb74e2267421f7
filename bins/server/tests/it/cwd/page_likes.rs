//! Likes of pages (contract cwd, 2.6 and 2.7, D-16 and D-17).

use serde_json::{Value, json};

use super::support::{Blog, Database, at_once, encoded, on_both_databases, said};

const USER: &str = "x-cwd-like-user";
const URL: &str = "https://blog.example/a";

on_both_databases!(
    a_visitor_likes_a_page_once,
    the_widget_finds_its_like_again,
    pages_that_are_apart_stay_apart,
    a_hundred_likes_of_one_visitor_count_once,
);

fn like(blog: &Blog, user: &str, body: &Value) -> Value {
    let answer = blog.send("POST", "/api/like", &[(USER, user)], body);
    assert_eq!(answer.status, 200, "{}", answer.text());
    answer.json()
}

fn asked(blog: &Blog, user: &str, query: &str) -> Value {
    let path = format!("/api/like?post_slug={query}");
    let answer = blog.server.send("GET", &path, &[(USER, user)], None);
    assert_eq!(answer.status, 200, "{}", answer.text());
    answer.json()
}

fn view(liked: bool, already: bool, total: u64) -> Value {
    json!({ "liked": liked, "alreadyLiked": already, "totalLikes": total })
}

fn a_visitor_likes_a_page_once(database: Database) {
    let blog = Blog::on(database);
    let page = json!({ "postSlug": "/a", "postTitle": "A" });
    assert_eq!(asked(&blog, "ann", "/a"), view(false, false, 0));
    assert_eq!(like(&blog, "ann", &page), view(true, false, 1));
    assert_eq!(like(&blog, "ann", &page), view(true, true, 1));
    assert_eq!(like(&blog, "bob", &page), view(true, false, 2));
    assert_eq!(asked(&blog, "ann", "/a/?utm=1"), view(true, false, 2));
    assert_eq!(asked(&blog, "cid", "%2Fa"), view(false, false, 2));
    assert_eq!(asked(&blog, "ann", "/b"), view(false, false, 0));
}

/// It likes under the path, or an id of its own, and asks for the address.
fn the_widget_finds_its_like_again(database: Database) {
    for slug in ["/a", "/a/", "post:123", "post-unique-id-001"] {
        let blog = Blog::on(database);
        let body = json!({ "postSlug": slug, "postTitle": "A", "postUrl": URL });
        assert_eq!(like(&blog, "ann", &body), view(true, false, 1), "{slug}");
        assert_eq!(asked(&blog, "ann", &encoded(URL)), view(true, false, 1), "{slug}");
        assert_eq!(asked(&blog, "bob", &encoded(URL)), view(false, false, 1), "{slug}");
        assert_eq!(like(&blog, "ann", &body), view(true, true, 1), "{slug}");
        assert_eq!(like(&blog, "bob", &body), view(true, false, 2), "{slug}");
        let by_address = json!({ "postSlug": URL });
        assert_eq!(like(&blog, "ann", &by_address), view(true, true, 2), "{slug}");
        assert_eq!(like(&blog, "cid", &by_address), view(true, false, 3), "{slug}");
        assert_eq!(asked(&blog, "cid", &encoded(&format!("{URL}/?q#f"))), view(true, false, 3));
    }
}

fn pages_that_are_apart_stay_apart(database: Database) {
    let blog = Blog::on(database);
    let other = "https://other.example/a";
    like(&blog, "ann", &json!({ "postSlug": "/a", "postUrl": URL }));
    like(&blog, "bob", &json!({ "postSlug": "/a", "postUrl": other }));
    like(&blog, "cid", &json!({ "postSlug": "/a" }));
    like(&blog, "dan", &json!({ "postSlug": "https://third.example/a" }));
    let total = |page: &str| asked(&blog, "eve", &encoded(page))["totalLikes"].as_u64().unwrap();
    assert_eq!([URL, other, "https://third.example/a", "/a"].map(total), [2, 2, 2, 3]);
    // Two ids that say they are at one address stay two pages.
    like(&blog, "ann", &json!({ "postSlug": "id-1", "postUrl": "https://blog.example/c" }));
    like(&blog, "bob", &json!({ "postSlug": "id-2", "postUrl": "https://blog.example/c" }));
    assert_eq!(["id-1", "id-2", "https://blog.example/c"].map(total), [1, 1, 2]);
}

#[test]
fn sites_are_kept_apart() {
    let blog = Blog::start();
    like(&blog, "ann", &json!({ "postSlug": "/a", "siteId": "blog" }));
    like(&blog, "ann", &json!({ "postSlug": "/a", "site_id": "default" }));
    let headers = [(USER, "bob"), ("x-site-id", "blog")];
    assert_eq!(blog.send("POST", "/api/like", &headers, &json!({ "postSlug": "/a" })).status, 200);
    for (query, total) in [
        ("/a&siteId=blog", 2),
        ("/a&site_id=%20blog", 2),
        ("/a", 1),
        ("/a&siteId=default", 1),
        ("/a&siteId=other", 0),
    ] {
        assert_eq!(asked(&blog, "ann", query)["totalLikes"], total, "{query}");
    }
    let long = "s".repeat(65);
    let body = json!({ "postSlug": "/a", "siteId": long });
    blog.post("/api/like", &body).expect(400, &said("无效的请求体"));
    blog.get(&format!("/api/like?post_slug=/a&siteId={long}")).expect(400, &said("无效的请求体"));
}

#[test]
fn who_has_no_name_is_an_address() {
    let blog = Blog::start();
    let send = |method: &str, path: &str, address: &str, user: &str| {
        let headers = [("x-forwarded-for", address), (USER, user), ("user-agent", user)];
        blog.send(method, path, &headers, &json!({ "postSlug": "/a" })).json()
    };
    let asked = |address| send("GET", "/api/like?post_slug=/a", address, " ");
    assert_eq!(asked("192.0.2.1"), view(false, false, 0));
    assert_eq!(send("POST", "/api/like", "192.0.2.1", ""), view(true, false, 1));
    assert_eq!(send("POST", "/api/like", "192.0.2.1", "  "), view(true, true, 1));
    assert_eq!(asked("192.0.2.1"), view(true, false, 1));
    assert_eq!(asked("192.0.2.2"), view(false, false, 1));
    let claimed = send("GET", "/api/like?post_slug=/a", "192.0.2.2", "ip:192.0.2.1");
    assert_eq!(claimed, view(false, false, 1), "an address is nobody's name");
    assert_eq!(send("POST", "/api/like", "192.0.2.2", &"x".repeat(300)), view(true, false, 2));
    assert_eq!(send("POST", "/api/like", "192.0.2.3", &"x".repeat(300)), view(true, true, 2));
}

#[test]
fn a_page_must_be_named() {
    let blog = Blog::start();
    for query in ["", "?post_slug=", "?post_slug=%20", "?postSlug=/a", "?post_slug=javascript:x"] {
        blog.get(&format!("/api/like{query}")).expect(400, &said("post_slug is required"));
    }
    for body in [
        "",
        "nonsense",
        "[]",
        "5",
        "{}",
        r#"{"postSlug":""}"#,
        r#"{"postSlug":5}"#,
        r#"{"postSlug":["/a"]}"#,
        r#"{"post_slug":"/a"}"#,
        r#"{"postSlug":"javascript:alert(1)"}"#,
    ] {
        let answer = blog.server.send("POST", "/api/like", &[], Some(body));
        answer.expect(400, &said("postSlug is required"));
    }
}

#[test]
fn members_of_other_types_count_as_absent() {
    let blog = Blog::start();
    for value in [json!(5), json!(true), json!([]), json!({}), json!(null), json!("javascript:x")] {
        let body = json!({ "postSlug": "/a", "postTitle": value, "postUrl": value });
        like(&blog, "ann", &body);
    }
    for value in [json!(5), json!(true), json!([]), json!({}), json!(null)] {
        like(&blog, "ann", &json!({ "postSlug": "/a", "siteId": value }));
    }
    assert_eq!(asked(&blog, "ann", "/a"), view(true, false, 1));
}

fn a_hundred_likes_of_one_visitor_count_once(database: Database) {
    let blog = Blog::on_with(database, |config| {
        config.limits.likes_per_minute = 100_000.try_into().unwrap();
    });
    let body = json!({ "postSlug": "/a", "postUrl": URL });
    let first: usize = at_once(10, |_| {
        let views = [(); 10].map(|()| like(&blog, "ann", &body));
        views.iter().filter(|view| view["alreadyLiked"] == false).count()
    })
    .into_iter()
    .sum();
    assert_eq!(first, 1);
    assert_eq!(asked(&blog, "ann", &encoded(URL)), view(true, false, 1));
}
