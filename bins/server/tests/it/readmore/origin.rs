//! Contract readmore, 1.7.

use inkstone_readmore::BlogId;
use inkstone_server::config::{Blogs, OriginPattern, ReadmoreBlog};
use serde_json::json;

use super::support::{BLOG, FORBIDDEN, SUCCESS, blog_with, claims, key, path};
use crate::cwd::support::Blog;

fn blog(origins: &[&str], require_origin: bool) -> Blog {
    blog_with(|config| {
        let origins = origins.iter().map(|origin| OriginPattern::parse(origin).unwrap());
        let choosy = ReadmoreBlog {
            id: BlogId::parse(BLOG).unwrap(),
            allowed_origins: origins.collect(),
            require_origin,
            keyword: None,
        };
        let open = ReadmoreBlog {
            id: BlogId::parse("open").unwrap(),
            allowed_origins: Vec::new(),
            require_origin: false,
            keyword: None,
        };
        config.readmore.blogs = Blogs::new(vec![choosy, open]).unwrap();
    })
}

/// The statuses of the three endpoints that look at origins.
#[track_caller]
fn check(blog: &Blog, headers: &[(&str, &str)], allowed: bool) {
    let token = claims(None).sign(&key()).unwrap();
    for (name, body, code) in [
        ("captcha/validate", json!({ "blogId": BLOG, "code": "1" }), 406),
        ("token/validate", json!({ "blogId": BLOG, "token": token }), 0),
        ("browse/add", json!({ "blogId": BLOG }), 0),
    ] {
        let answer = blog.send("POST", &path(name), headers, &body);
        if allowed {
            assert_eq!((answer.status, &answer.json()["code"]), (200, &json!(code)), "{headers:?}");
        } else {
            let answer = answer.expect(403, FORBIDDEN);
            let origin = headers.iter().find(|(name, _)| *name == "origin");
            let shared = answer.header("access-control-allow-origin");
            assert_eq!(shared, origin.map_or("*", |(_, origin)| origin), "readable all the same");
        }
    }
}

#[test]
fn pages_of_others_are_refused() {
    let blog = blog(&["https://blog.example", "https://*.pages.example"], false);
    check(&blog, &[("origin", "https://blog.example")], true);
    check(&blog, &[("origin", "https://me.pages.example")], true);
    check(&blog, &[("referer", "https://blog.example/posts/one?x#y")], true);
    check(&blog, &[], true);
    for headers in [
        &[("origin", "https://evil.example")][..],
        &[("origin", "null")],
        &[("origin", "https://blog.example.evil.io")],
        &[("origin", "http://blog.example")],
        &[("origin", "https://a.b.pages.example")],
        &[("origin", "")],
        &[("referer", "https://evil.example/https://blog.example")],
        &[("referer", "about:blank")],
        &[("origin", "https://evil.example"), ("referer", "https://blog.example/")],
    ] {
        check(&blog, headers, false);
    }
}

#[test]
fn an_origin_can_be_required() {
    let blog = blog(&["null"], true);
    check(&blog, &[], false);
    check(&blog, &[("origin", "null")], true);
    let any = self::blog(&[], true);
    check(&any, &[], false);
    check(&any, &[("origin", "https://anywhere.example")], true);
}

#[test]
fn each_blog_has_its_own_list_and_pages_have_none() {
    let blog = blog(&["https://blog.example"], true);
    let evil = [("origin", "https://evil.example")];
    let open = json!({ "blogId": "open" });
    blog.send("POST", &path("browse/add"), &evil, &open).expect(200, SUCCESS);
    let answer = blog.send("POST", &path("captcha/generate"), &evil, &json!({ "blogId": BLOG }));
    assert_eq!(answer.json()["code"], 0);
    let page = path(&format!("captcha/generate?blogId={BLOG}"));
    assert_eq!(blog.server.send("GET", &page, &evil, None).status, 200);
    // Codes and tokens of one blog are nothing to the other.
    let code = answer.json()["data"]["code"].clone();
    let other = json!({ "blogId": "open", "code": code });
    assert_eq!(blog.readmore("captcha/validate", &other).json()["code"], 406);
}

#[test]
fn refused_pages_cost_no_tries() {
    let blog = blog(&["https://blog.example"], false);
    let evil = [("origin", "https://evil.example")];
    let body = json!({ "blogId": BLOG, "code": "1" });
    for _ in 0..20 {
        blog.send("POST", &path("captcha/validate"), &evil, &body).expect(403, FORBIDDEN);
    }
    assert_eq!(blog.readmore("captcha/validate", &body).json()["code"], 406);
}
