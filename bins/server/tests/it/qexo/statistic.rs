//! Counting visits by their Referer (contract qexo, 3.26 and section 8; checklist 13).

use inkstone_server::config::TrustedProxies;
use serde_json::{Value, json};

use super::support::{blog_on, blog_with, refusal_twice};
use crate::{
    cwd::support::{Blog, Database, at_once, on_both_databases},
    support::Answer,
};

on_both_databases!(pages_sites_and_visitors_are_counted, five_hundred_at_once_are_five_hundred);

/// A blog that counts the pages of these domains.
fn counting(domains: &str) -> Blog {
    let blog = blog_with(|_| {});
    allow(&blog, domains);
    blog
}

fn allow(blog: &Blog, domains: &str) {
    let fields = [("allow_statistic", "是"), ("statistic_domains", domains)];
    assert_eq!(blog.owner_form("/api/set_statistic/", &fields).json()["status"], true);
}

fn hit(blog: &Blog, referer: &str, address: &str) -> Answer {
    let headers = [("referer", referer), ("x-forwarded-for", address)];
    blog.server.send("GET", "/pub/statistic/", &headers, None)
}

#[track_caller]
fn counts(answer: &Answer) -> [u64; 3] {
    assert_eq!(answer.status, 200, "{answer:?}");
    let Value::Object(members) = answer.json() else { panic!("{answer:?}") };
    assert_eq!(members.keys().collect::<Vec<_>>(), ["page_pv", "site_pv", "site_uv", "status"]);
    ["site_pv", "page_pv", "site_uv"].map(|name| members[name].as_u64().unwrap())
}

fn pages_sites_and_visitors_are_counted(database: Database) {
    let blog = blog_on(database, |_| {});
    allow(&blog, "example.com, localhost");
    for (referer, address, expected) in [
        ("https://example.com/a", "192.0.2.1", [1, 1, 1]),
        ("https://EXAMPLE.com/a?x=1", "192.0.2.1", [2, 2, 1]),
        ("https://example.com/a/", "192.0.2.2", [3, 1, 2]),
        ("https://example.com", "192.0.2.2", [4, 1, 2]),
        ("https://example.com/", "192.0.2.2", [5, 2, 2]),
        ("http://example.com:80/a", "192.0.2.1", [6, 3, 2]),
        ("https://www.example.com/a", "192.0.2.3", [1, 1, 3]),
        ("http://localhost:4000/a", "192.0.2.1", [1, 1, 3]),
        ("http://localhost/a", "192.0.2.1", [1, 1, 3]),
    ] {
        assert_eq!(counts(&hit(&blog, referer, address)), expected, "{referer}");
    }
    // Without a change, HEAD asks for what is known.
    let headers = [("referer", "https://example.com/a"), ("x-forwarded-for", "192.0.2.9")];
    for _ in 0..3 {
        blog.server.send("HEAD", "/pub/statistic", &headers, None).expect(200, "");
        blog.server.send("OPTIONS", "/pub/statistic", &headers, None).expect(204, "");
    }
    let answer = blog.server.send("POST", "/pub/statistic", &headers, None);
    assert_eq!(counts(&answer), [7, 4, 4]);
}

#[test]
fn only_listed_domains_are_counted() {
    let blog = counting("https://*.example.com:8080/x，Keyword, ,foo.org");
    for referer in [
        "https://example.com/",
        "https://www.example.com/",
        "https://a.b.EXAMPLE.com/",
        "https://user@example.com/",
        "https://x.keyword.net/",
        "https://KEYWORD/",
        "https://FOO.org/",
    ] {
        assert_eq!(hit(&blog, referer, "192.0.2.1").status, 200, "{referer}");
    }
    let refused = refusal_twice("域名未验证");
    for referer in [
        "https://example.com.evil.net/",
        "https://notexample.com/",
        "https://example.com@evil.net/",
        "https://evil.net/example.com",
        "https://evil.net/?https://example.com/",
        "https://mykeyword.net/",
        "https://org/",
        "ftp://example.com/",
        "example.com",
        "//example.com/",
        "javascript:example.com",
        "null",
        "",
    ] {
        hit(&blog, referer, "192.0.2.1").expect(403, &refused);
    }
    for headers in [&[][..], &[("origin", "https://example.com")]] {
        blog.server.send("GET", "/pub/statistic", headers, None).expect(403, &refused);
    }
}

#[test]
fn nothing_is_counted_unless_the_owner_says_so() {
    let blog = counting("example.com");
    let refused = refusal_twice("域名未验证");
    let set = |name: &str, content: &str| blog.set_value(name, content);
    assert_eq!(hit(&blog, "https://example.com/", "192.0.2.1").status, 200);
    set("STATISTIC_ALLOW", "否");
    hit(&blog, "https://example.com/", "192.0.2.1").expect(403, &refused);
    set("STATISTIC_ALLOW", "是");
    set("STATISTIC_DOMAINS", "");
    hit(&blog, "https://example.com/", "192.0.2.1").expect(403, &refused);
    set("LANGUAGE", "en_US");
    let refused = refusal_twice("Domain not verified");
    hit(&blog, "https://example.com/", "192.0.2.1").expect(403, &refused);
    set("STATISTIC_DOMAINS", "example.com");
    assert_eq!(counts(&hit(&blog, "https://example.com/", "192.0.2.1")), [2, 2, 1]);
    let fresh = Blog::start();
    hit(&fresh, "https://example.com/", "192.0.2.1").expect(403, &refusal_twice("域名未验证"));
}

#[test]
fn too_many_from_one_address_are_refused_and_not_counted() {
    let blog = blog_with(|config| config.qexo.statistic_per_minute = 2.try_into().unwrap());
    allow(&blog, "example.com");
    for expected in [1, 2] {
        assert_eq!(counts(&hit(&blog, "https://example.com/", "192.0.2.1"))[0], expected);
    }
    let answer = hit(&blog, "https://example.com/", "192.0.2.1");
    let answer = answer.expect(429, &refusal_twice("请求过于频繁,请稍后再试"));
    assert!((1..=30).contains(&answer.header("retry-after").parse::<u32>().unwrap()));
    assert_eq!(counts(&hit(&blog, "https://example.com/", "192.0.2.2"))[0], 3);
}

#[test]
fn visitors_cannot_multiply_by_headers() {
    let blog = blog_with(|config| config.server.trusted_proxies = TrustedProxies::default());
    allow(&blog, "example.com");
    for count in 1..4 {
        let forged = hit(&blog, "https://example.com/", &format!("192.0.2.{count}"));
        assert_eq!(counts(&forged), [count, count, 1]);
    }
}

#[test]
fn robots_count_unless_the_operator_minds() {
    const ROBOT: &str = "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)";
    for (ignore_robots, expected) in [(false, [2, 2, 1]), (true, [1, 1, 1])] {
        let blog = blog_with(|config| config.qexo.ignore_robots = ignore_robots);
        allow(&blog, "example.com");
        assert_eq!(counts(&hit(&blog, "https://example.com/a", "192.0.2.1")), [1, 1, 1]);
        let headers = [
            ("referer", "https://example.com/a"),
            ("x-forwarded-for", "192.0.2.1"),
            ("user-agent", ROBOT),
        ];
        let answer = blog.server.send("GET", "/pub/statistic", &headers, None);
        assert_eq!(counts(&answer), expected, "{ignore_robots}");
    }
}

fn five_hundred_at_once_are_five_hundred(database: Database) {
    let blog = blog_on(database, |config| {
        config.qexo.statistic_per_minute = 1_000_000.try_into().unwrap();
    });
    allow(&blog, "example.com");
    let mut seen: Vec<u64> = at_once(10, |thread| {
        let hit = |number| {
            let address = format!("192.0.{thread}.{number}");
            counts(&hit(&blog, "https://example.com/a", &address))[0]
        };
        (0..50).map(hit).collect::<Vec<_>>()
    })
    .concat();
    seen.sort_unstable();
    assert_eq!(seen, (1..=500).collect::<Vec<_>>());
    let known = hit(&blog, "https://example.com/a", "192.0.0.0");
    assert_eq!(counts(&known), [501, 501, 500]);
}

#[derive(diesel::QueryableByName)]
struct Visitor {
    #[diesel(sql_type = diesel::sql_types::Text)]
    visitor: String,
}

#[test]
fn visitors_are_kept_as_hashes() {
    let blog = counting("example.com");
    hit(&blog, "https://example.com/a", "192.0.2.77");
    let query = diesel::sql_query("SELECT visitor FROM statistic_visitors");
    let visitors: Vec<Visitor> = diesel::RunQueryDsl::load(query, &mut blog.database()).unwrap();
    let [Visitor { visitor }] = &visitors[..] else { panic!("one visitor") };
    assert!(visitor.len() == 32 && !visitor.contains("192"), "{visitor}");
    let data = json!({ "site_pv": 2, "page_pv": 2, "site_uv": 1, "status": true });
    assert_eq!(hit(&blog, "https://example.com/a", "192.0.2.77").json(), data);
}
