//! Requests that no honest client sends: answered like mistakes, never with a failure, and nothing
//! of them is kept.

use serde_json::{Value, json};

use super::support::{Blog, Database, PAGE, comment, encoded, ids, on_both_databases, said};
use crate::support::Answer;

on_both_databases!(
    values_of_any_kind_are_survived,
    parameters_of_any_kind_are_survived,
    the_longest_slug_names_a_page_everywhere,
);

/// Every endpoint that takes a body: the least that it accepts, and its word for a broken one.
pub(super) fn endpoints() -> [(&'static str, &'static str, Value, &'static str); 6] {
    [
        ("POST", "/api/comments", comment(json!({})), "无效的请求体"),
        ("POST", "/api/comments/like", json!({ "id": 1 }), "Missing or invalid id"),
        ("DELETE", "/api/comments/like", json!({ "id": 1 }), "Missing or invalid id"),
        ("POST", "/api/like", json!({ "postSlug": PAGE }), "postSlug is required"),
        ("POST", "/api/verify-admin", json!({ "adminToken": "x" }), "无效的请求体"),
        ("POST", "/api/analytics/visit", json!({ "postSlug": PAGE }), "postSlug is required"),
    ]
}

#[test]
fn of_a_member_that_is_there_twice_the_last_counts() {
    let blog = Blog::start();
    let body = r#"{"post_slug":"/a","post_slug":"/b","name":5,"name":"Ann","email":"a@x.io",
        "content":"<script>","content":"Hello","adminToken":[],"adminToken":null}"#;
    assert_eq!(blog.server.send("POST", "/api/comments", &[], Some(body)).status, 200);
    assert_eq!(ids(&blog.list("post_slug=/a")["data"]), [0; 0]);
    assert_eq!(ids(&blog.list("post_slug=/b")["data"]), [1]);
    let like = blog.server.send("POST", "/api/comments/like", &[], Some(r#"{"id":9,"id":1}"#));
    assert_eq!(like.json()["id"], 1);
}

/// A text that is in no answer of the server's own.
const CANARY: &str = "c4n4ry";

fn hostile_texts() -> Vec<String> {
    let short = [
        "",
        " ",
        "\0",
        "a\0b",
        "\u{1}\u{8}\u{1b}[31m\u{7f}\u{85}",
        "\r\nSet-Cookie: x=1",
        "\u{feff}",
        "\u{202e}\u{2066}",
        "\u{fffd}\u{ffff}\u{10ffff}",
        "e\u{301}\u{301}",
        "%",
        "%00",
        "%ff%fe",
        "%25%30%30",
        "%c0%80",
        "%ed%a0%80",
        "+",
        "&",
        "=",
        "#",
        "?",
        "/",
        "//",
        "/../..",
        "\\",
        "'; DROP TABLE comments; --",
        "\" OR 1=1 --",
        "_%",
        "$1",
        "${jndi:ldap://x}",
        "{{7*7}}",
        "../../etc/passwd",
        "null",
        "NaN",
        "-0",
        "1e999",
        "0x10",
        "9223372036854775808",
        "-9223372036854775809",
        "true",
        "[]",
        "https://",
        "https://[",
        "https://a\0b/",
        "http://%",
        "https://x.io:99999/",
        "https://user:pass@x.io/",
        "HTTPS://X.IO\\@evil.example",
        "javascript:",
        "default",
        "__proto__",
        "<svg onload=alert(1)>",
        "c4n4ry",
        "<c4n4ry>",
        "https://c4n4ry/\"<",
    ];
    let long = ["x", "文", "💩", "%", "%25", "\u{301}", "\0", "a ", "<b>", "/"];
    let long = long.iter().map(|piece| piece.repeat(10_000 / piece.len()));
    short.into_iter().map(str::to_owned).chain(long).collect()
}

fn hostile_values() -> Vec<Value> {
    let others = [
        json!(null),
        json!(0),
        json!(-1),
        json!(1.5),
        json!(1e308),
        json!(u64::MAX),
        json!(i64::MIN),
        json!(true),
        json!([]),
        json!(["c4n4ry"]),
        json!({}),
        json!({ "$gt": "" }),
        json!([[[[1]]]]),
        json!({ "toString": "c4n4ry", "length": -1 }),
        json!(vec![0; 5_000]),
    ];
    hostile_texts().into_iter().map(Value::from).chain(others).collect()
}

/// A mistake of the client, told in words of the server's own, or success.
#[track_caller]
fn assert_survived(answer: &Answer, what: &str) {
    assert!([200, 400, 401, 403].contains(&answer.status), "{}: {what}", answer.status);
    assert_eq!(answer.header("access-control-allow-origin"), "*", "{what}");
    let body = answer.json();
    if answer.status != 200 {
        let message = body["message"].as_str().expect(what);
        assert!(!message.contains(CANARY) && !message.contains('<'), "{message}: {what}");
        assert!(
            body.as_object().unwrap().keys().all(|key| key == "message" || key == "requireAuth")
        );
    }
}

fn values_of_any_kind_are_survived(database: Database) {
    let blog = generous(database);
    blog.set_settings(&json!({ "adminEmail": "boss@x.io", "adminKey": "open sesame" }));
    blog.posted(json!({}));
    let (mut sent, mut stored) = (0, 1);
    for (method, path, complete, _) in endpoints() {
        for member in members_of(path) {
            // A guess at the key takes long on purpose.
            let step = if member == "adminToken" { 5 } else { 1 };
            for value in hostile_values().into_iter().step_by(step) {
                let mut body = complete.clone();
                if member == "adminToken" {
                    body["email"] = "boss@x.io".into();
                }
                body[member] = value;
                // Nobody is locked out, so that every value is looked at.
                let address = format!("10.0.{}.{}", sent / 250, sent % 250);
                let answer = blog.send(method, path, &[("x-forwarded-for", &address)], &body);
                assert_survived(&answer, &format!("{method} {path} {body:.300}"));
                sent += 1;
                stored += usize::from(path == "/api/comments" && answer.status == 200);
            }
        }
    }
    assert!(sent > 1_500);
    assert_eq!(blog.stored(), stored, "what was refused is not kept");
}

fn members_of(path: &str) -> Vec<&'static str> {
    let members = match path {
        "/api/comments" => {
            "post_slug post_title post_url name author email url content parent_id parentId \
             adminToken site_id siteId c4n4ry"
        }
        "/api/comments/like" => "id commentId",
        "/api/verify-admin" => "adminToken",
        _ => "postSlug postTitle postUrl siteId site_id",
    };
    members.split(' ').collect()
}

fn parameters_of_any_kind_are_survived(database: Database) {
    let blog = generous(database);
    blog.posted(json!({}));
    for (path, names) in [
        (
            "/api/comments",
            &["post_slug", "page", "limit", "nested", "avatar_prefix", "site_id", "siteId"][..],
        ),
        ("/api/like", &["post_slug", "siteId", "site_id"]),
        ("/api/analytics/pv", &["post_slug", "siteId", "site_id"]),
        ("/api/config/comments", &["siteId"]),
    ] {
        for name in names {
            let raw =
                ["%", "%zz", "%ff", "%00", "%F0%9F%92", "a%", "x=y", "&&&", ";", "'", "[", "|"];
            let texts = hostile_texts();
            let values = texts.iter().filter(|text| text.len() < 20_000).map(|text| encoded(text));
            for value in values.chain(raw.map(str::to_owned)) {
                let page = if *name == "post_slug" { "" } else { "post_slug=/posts/one&" };
                let query = format!("{path}?{page}{name}={value}&{name}=again&{name}");
                assert_survived(&blog.get(&query), &format!("{query:.300}"));
            }
        }
    }
    for id in hostile_texts() {
        for method in ["POST", "DELETE"] {
            let path = format!("/api/comments/like?commentId={}", encoded(&id));
            let answer = blog.server.send(method, &path, &[], None);
            assert_eq!(answer.status, 400, "{method} {path:.300}");
        }
    }
}

fn the_longest_slug_names_a_page_everywhere(database: Database) {
    let blog = generous(database);
    let names = ["💩", "文", "é", "x"].map(|letter| letter.repeat(1_010));
    for name in names {
        for slug in [name.clone(), format!("/{name}"), format!("https://x.io/{name}")] {
            let id = blog.posted(json!({ "post_slug": slug, "post_url": "https://x.io/a" }));
            let body = json!({ "postSlug": slug, "postUrl": "https://x.io/a" });
            assert_eq!(blog.post("/api/analytics/visit", &body).status, 200);
            assert_eq!(blog.post("/api/like", &body).json()["totalLikes"], 1);
            let query = format!("post_slug={}", encoded(&slug));
            assert!(ids(&blog.list(&query)["data"]).contains(&id));
            let views = blog.get(&format!("/api/analytics/pv?{query}")).json();
            assert_eq!(views["postSlug"], slug);
            assert!(views["pv"].as_i64().unwrap() >= 1);
            assert_eq!(blog.get(&format!("/api/like?{query}")).json()["liked"], true);
        }
    }
    blog.post_comment(json!({ "post_slug": "💩".repeat(1_025) }))
        .expect(400, &said("post_slug 必填"));
}

pub(super) fn generous(database: Database) -> Blog {
    Blog::on_with(database, |config| {
        config.limits.likes_per_minute = 1_000_000.try_into().unwrap();
        config.limits.visits_per_minute = 1_000_000.try_into().unwrap();
    })
}
