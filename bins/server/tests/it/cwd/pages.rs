//! Which comments belong to a page (contract cwd, 2.1 and 2.2, D-05, D-22 to D-24).

use serde_json::json;

use super::support::{Blog, Database, comment, encoded, ids, on_both_databases, said};

on_both_databases!(spellings_of_a_page_are_one, sites_are_kept_apart);

fn spellings_of_a_page_are_one(database: Database) {
    // posted under, at this address, asked for, found; `N` is another number in every row
    let table = [
        ("/N", None, "/N", true),
        ("/N", None, "/N/", true),
        ("/N/", None, "/N", true),
        ("/N?utm=1#top", None, "/N", true),
        ("/N", None, "/N?x=1", true),
        ("/X-N", None, "/x-N", false),
        ("/N", None, "/N/x", false),
        ("/N//", None, "/N", false),
        ("%2FN%2525", None, "/N%", true),
        ("/N/你", None, "/N/%E4%BD%A0/", true),
        ("/N/%E4%BD%A0", None, "/N/%25E4%25BD%25A0", true),
        ("https://Blog.Example/N/?q#f", None, "https://blog.example/N", true),
        ("https://blog.example:443/N", None, "https://blog.example/N/", true),
        ("HTTPS://blog.example/N", None, "https://blog.example/N", true),
        ("http://blog.example/N", None, "https://blog.example/N", false),
        ("https://blog.example:8443/N", None, "https://blog.example/N", false),
        ("https://N.example", None, "https://N.example/", true),
        ("https://blog.example/N", None, "/N", true),
        ("https://blog.example/N", None, "https://other.example/N", false),
        ("/N", None, "https://blog.example/N", true),
        ("/N", Some("https://blog.example/N/?q"), "https://blog.example/N", true),
        ("/N", Some("https://other.example/N"), "https://blog.example/N", false),
        ("/N", Some("https://other.example/N"), "/N", true),
        ("/N", Some("javascript:alert(1)"), "https://blog.example/N", true),
        ("post:N", None, "post:N", true),
        ("C#-N", None, "C#-N", true),
        ("C#-N", None, "C", false),
        ("id-N/", None, "id-N", true),
        ("id-N", None, "/id-N", false),
        ("id-N?a", None, "id-N", false),
        ("id-N", Some("https://blog.example/id-N"), "https://blog.example/id-N", false),
    ];
    let blog = Blog::on(database);
    for (number, (posted, url, asked, found)) in table.into_iter().enumerate() {
        let fill = |text: &str| text.replace('N', &format!("n{number}"));
        let (posted, asked) = (fill(posted), fill(asked));
        blog.posted(json!({ "post_slug": posted, "post_url": url.map(fill) }));
        let list = blog.list(&format!("post_slug={}", encoded(&asked)));
        let rows = usize::from(found);
        assert_eq!(list["data"].as_array().unwrap().len(), rows, "{posted} {url:?} {asked}");
        assert_eq!(list["pagination"]["totalCount"], rows);
    }
}

#[test]
fn a_slug_is_shown_decoded_and_otherwise_as_it_came() {
    let blog = Blog::start();
    for (posted, shown) in [
        ("%2F%25E4%25BD%25A0", "/你"),
        ("/100%25", "/100%"),
        ("/%2525", "/%"),
        (" /spaced/?q=1 ", "/spaced/?q=1"),
        ("https://Blog.Example:443/x/", "https://Blog.Example:443/x/"),
        ("post:123", "post:123"),
    ] {
        blog.posted(json!({ "post_slug": posted }));
        let list = blog.list(&format!("post_slug={}", encoded(posted)));
        assert_eq!(list["data"][0]["postSlug"], shown);
    }
}

#[test]
fn a_thread_spans_the_spellings_of_its_page() {
    let blog = Blog::start();
    let root = blog.posted(json!({ "post_slug": "/a/" }));
    let reply = blog.posted(json!({ "post_slug": "https://blog.example/a?x", "parent_id": root }));
    for asked in ["/a", "https://blog.example/a/"] {
        let list = blog.list(&format!("post_slug={asked}"));
        assert_eq!(ids(&list["data"]), [root]);
        assert_eq!(ids(&list["data"][0]["replies"]), [reply]);
    }
}

fn sites_are_kept_apart(database: Database) {
    let blog = Blog::on(database);
    let headed = |site: &str| {
        let body = comment(json!({}));
        let answer = blog.send("POST", "/api/comments", &[("x-site-id", site)], &body);
        answer.json()["id"].as_i64().unwrap()
    };
    let unnamed = blog.posted(json!({}));
    let default = blog.posted(json!({ "site_id": " default " }));
    let empty = blog.posted(json!({ "siteId": "" }));
    let snake = blog.posted(json!({ "site_id": "blog" }));
    let camel = blog.posted(json!({ "siteId": " blog " }));
    let by_header = headed("blog");
    let number = blog.posted(json!({ "site_id": 5 }));
    let chinese = headed("博客");
    let mut all = vec![unnamed, default, empty, snake, camel, by_header, number, chinese];
    all.reverse();
    for (query, expected) in [
        ("", all.clone()),
        ("&site_id=default", vec![empty, default, unnamed]),
        ("&siteId=default", vec![empty, default, unnamed]),
        ("&site_id=blog", vec![by_header, camel, snake]),
        ("&siteId=%20blog%20", vec![by_header, camel, snake]),
        ("&site_id=5", vec![number]),
        ("&site_id=%E5%8D%9A%E5%AE%A2", vec![chinese]),
        ("&site_id=Blog", vec![]),
        ("&site_id=blog'%20OR%201=1--", vec![]),
        ("&site_id=%25", vec![]),
    ] {
        let list = blog.list(&format!("post_slug=/posts/one{query}"));
        assert_eq!(ids(&list["data"]), expected, "{query}");
        assert_eq!(list["pagination"]["totalCount"], expected.len());
    }
}

#[test]
fn the_body_names_the_site_before_the_header() {
    let blog = Blog::start();
    let body = comment(json!({ "site_id": "body" }));
    let post = |site: &str| blog.send("POST", "/api/comments", &[("x-site-id", site)], &body);
    assert_eq!(post("header").status, 200);
    assert_eq!(post(&"s".repeat(65)).status, 200, "nobody asks the header");
    assert_eq!(blog.list("post_slug=/posts/one&site_id=body")["pagination"]["totalCount"], 2);
    let body = comment(json!({}));
    let long = [("x-site-id", &*"s".repeat(65))];
    blog.send("POST", "/api/comments", &long, &body).expect(400, &said("无效的请求体"));
}

#[test]
fn strict_sites_make_no_site_the_unnamed_one() {
    let blog = Blog::start_with(|config| config.cwd.strict_sites = true);
    let unnamed = blog.posted(json!({}));
    let named = blog.posted(json!({ "site_id": "blog" }));
    assert_eq!(ids(&blog.list("post_slug=/posts/one")["data"]), [unnamed]);
    assert_eq!(ids(&blog.list("post_slug=/posts/one&site_id=blog")["data"]), [named]);
}

#[test]
fn a_reply_joins_the_site_of_its_parent() {
    let blog = Blog::start();
    let root = blog.posted(json!({ "site_id": "blog" }));
    let reply = blog.posted(json!({ "parent_id": root }));
    let list = blog.list("post_slug=/posts/one&site_id=blog");
    assert_eq!(ids(&list["data"][0]["replies"]), [reply]);
    for site in ["default", "other"] {
        blog.post_comment(json!({ "parent_id": root, "site_id": site }))
            .expect(400, &said("父评论不存在"));
    }
}
