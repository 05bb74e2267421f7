//! Contract readmore, 1.1, 1.5 and 1.6.

use inkstone_readmore::BlogId;
use inkstone_server::config::{Blogs, OriginPattern, ReadmoreBlog};
use serde_json::{Value, json};

use super::support::{BLOG, NOT_FOUND, blog, blog_with, path};
use crate::{cwd::support::Blog, support::Answer};

const ENDPOINTS: [&str; 8] = [
    "captcha/generate",
    "captcha/validate",
    "token/validate",
    "token/revoke",
    "browse/add",
    "browse/list",
    "subscriber/list",
    "nowhere",
];

#[track_caller]
fn is_shared_with(answer: &Answer, origin: &str) {
    assert_eq!(answer.header("access-control-allow-origin"), origin, "{answer:?}");
    assert_eq!(answer.header("access-control-expose-headers"), "*");
    assert_eq!(answer.header("access-control-allow-credentials"), "");
    assert_eq!(answer.header("cache-control"), "no-store");
    assert_eq!(answer.header("pragma"), "no-cache");
    assert_eq!(answer.header("x-content-type-options"), "nosniff");
}

fn choosy() -> Blog {
    blog_with(|config| {
        config.readmore.blogs = Blogs::new(vec![ReadmoreBlog {
            id: BlogId::parse(BLOG).unwrap(),
            allowed_origins: vec![OriginPattern::parse("https://blog.example").unwrap()],
            require_origin: false,
            keyword: None,
        }])
        .unwrap();
    })
}

#[test]
fn preflights_succeed_everywhere_and_for_everybody() {
    let (open, choosy) = (blog(), choosy());
    let asked = [
        ("origin", "https://evil.example"),
        ("access-control-request-method", "POST"),
        ("access-control-request-headers", "content-type"),
        ("access-control-request-private-network", "true"),
    ];
    for name in ENDPOINTS {
        for (blog, origin) in [(&open, "*"), (&choosy, "https://evil.example")] {
            let answer = blog.server.send("OPTIONS", &path(name), &asked, None).expect(204, "");
            is_shared_with(&answer, origin);
            let methods = answer.header("access-control-allow-methods");
            assert_eq!(methods, "GET, POST, PUT, DELETE, OPTIONS");
            let headers: Vec<_> =
                answer.headers.get_all("access-control-allow-headers").iter().collect();
            assert_eq!(headers, ["*", "content-type"]);
            assert_eq!(answer.header("access-control-max-age"), "1800");
            assert_eq!(answer.header("access-control-allow-private-network"), "true");
        }
    }
    let bare = open.server.send("OPTIONS", &path("browse/add"), &[], None).expect(204, "");
    assert_eq!(bare.header("access-control-allow-private-network"), "");
}

#[test]
fn every_answer_is_shared_whatever_it_says() {
    let (open, choosy) = (blog(), choosy());
    let origin = [("origin", "https://evil.example")];
    let large = "x".repeat(17_000);
    for name in ENDPOINTS {
        for method in ["GET", "POST", "PUT"] {
            for body in [
                "{}",
                "{",
                &large,
                r#"{"blogId":"18762-1609305354821-257","code":"1","token":"x"}"#,
            ] {
                let body = (method != "GET").then_some(body);
                let answer = open.server.send(method, &path(name), &origin, body);
                is_shared_with(&answer, "*");
                assert!(answer.status < 500, "{method} {name}: {answer:?}");
                let answer = choosy.server.send(method, &path(name), &origin, body);
                is_shared_with(&answer, "https://evil.example");
                let vary: Vec<_> = answer.headers.get_all("vary").iter().collect();
                assert!(vary.iter().any(|value| *value == "Origin"), "{vary:?}");
            }
        }
    }
    let anonymous = choosy.get(&path("nowhere"));
    is_shared_with(&anonymous, "*");
    assert_eq!(anonymous.header("vary"), "Origin");
}

#[test]
fn sharing_can_be_switched_off() {
    let blog = blog_with(|config| config.readmore.cors = false);
    let origin = [("origin", "https://blog.example")];
    for method in ["OPTIONS", "POST"] {
        let answer = blog.server.send(method, &path("captcha/validate"), &origin, Some("{}"));
        assert_eq!(answer.status, if method == "OPTIONS" { 204 } else { 200 });
        assert_eq!(answer.header("cache-control"), "no-store");
        let told = answer.headers.keys().filter(|name| name.as_str().starts_with("access-control"));
        assert_eq!(told.count(), 0);
    }
}

#[test]
fn paths_may_have_more_slashes_and_the_alias() {
    let blog = blog();
    let body = json!({ "blogId": BLOG, "code": "1" }).to_string();
    for path in [
        "//api/readmore/captcha/validate",
        "/api//readmore///captcha/validate/",
        "/api/readmore/captcha/validate/",
    ] {
        let answer = blog.server.send("POST", path, &[], Some(&body));
        assert_eq!(answer.json()["code"], 406, "{path}");
    }
    let alias = "/app/api/readmore/captcha/validate";
    blog.server.send("POST", alias, &[], Some(&body)).expect(404, NOT_FOUND);
    let with = blog_with(|config| config.readmore.app_alias = true);
    let answer = with.server.send("POST", alias, &[], Some(&body));
    assert_eq!(answer.json()["code"], 406);
    is_shared_with(&answer, "*");
}

#[test]
fn other_methods_are_named() {
    let blog = blog();
    for (name, method, allowed) in [
        ("captcha/generate", "DELETE", "GET, HEAD, POST, OPTIONS"),
        ("captcha/validate", "GET", "POST, OPTIONS"),
        ("token/validate", "PUT", "POST, OPTIONS"),
        ("browse/add", "GET", "POST, OPTIONS"),
        ("browse/list", "POST", "GET, OPTIONS"),
    ] {
        let answer = blog.server.send(method, &path(name), &[], None);
        assert_eq!((answer.status, answer.header("allow")), (405, allowed), "{method} {name}");
        assert_eq!(answer.json(), json!({ "code": 405, "msg": "Method Not Allowed" }));
    }
}

#[test]
fn without_blogs_there_is_no_such_api() {
    let blog = Blog::start();
    for name in ENDPOINTS {
        for method in ["GET", "POST"] {
            let answer = blog.send(method, &path(name), &[], &Value::Null);
            is_shared_with(&answer.expect(404, NOT_FOUND), "*");
        }
    }
    assert_eq!(blog.get("/index.html").status, 404);
}
