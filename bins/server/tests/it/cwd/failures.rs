//! What clients are told when something fails (contract cwd, 1.3 and 1.4, D-18, H-14).

use diesel::{
    QueryableByName, RunQueryDsl as _, connection::SimpleConnection as _, sql_query,
    sql_types::Text,
};
use serde_json::{Value, json};

use super::support::{Blog, comment, said};
use crate::support::Answer;

const ROUTES: [(&str, &str); 10] = [
    ("GET", "/api/comments"),
    ("POST", "/api/comments"),
    ("POST", "/api/comments/like"),
    ("DELETE", "/api/comments/like"),
    ("GET", "/api/like"),
    ("POST", "/api/like"),
    ("GET", "/api/config/comments"),
    ("POST", "/api/verify-admin"),
    ("POST", "/api/analytics/visit"),
    ("GET", "/api/analytics/pv"),
];

#[track_caller]
fn is_shared(answer: &Answer) {
    assert_eq!(answer.header("access-control-allow-origin"), "*");
    assert_eq!(answer.header("access-control-expose-headers"), "Content-Length");
    assert_eq!(answer.header("cache-control"), "no-store");
    assert_eq!(answer.header("content-type"), "application/json");
}

#[derive(QueryableByName)]
struct Table {
    #[diesel(sql_type = Text)]
    name: String,
}

fn lose_all_tables(blog: &Blog) {
    // The settings that were kept since the start would be answered as if nothing were wrong.
    let changed = blog.admin("PUT", "/admin/settings/comments", &json!({ "adminBadge": "B" }));
    changed.expect(200, &said("保存成功"));
    let mut database = blog.database();
    database.batch_execute("PRAGMA foreign_keys = OFF").unwrap();
    let tables = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'";
    for Table { name } in sql_query(tables).load(&mut database).unwrap() {
        database.batch_execute(&format!("DROP TABLE {name}")).unwrap();
    }
}

#[test]
fn a_failure_of_the_server_is_told_in_fixed_words() {
    let blog = Blog::start();
    lose_all_tables(&blog);
    let page = json!({ "postSlug": "/a" });
    for (method, path, body, message) in [
        ("GET", "/api/comments?post_slug=/a", Value::Null, "获取评论失败"),
        ("GET", "/api/comments?post_slug=/a&nested=false", Value::Null, "获取评论失败"),
        ("POST", "/api/comments", comment(json!({})), "Internal Server Error"),
        ("POST", "/api/comments/like", json!({ "id": 1 }), "操作失败"),
        ("DELETE", "/api/comments/like", json!({ "id": 1 }), "操作失败"),
        ("GET", "/api/like?post_slug=/a", Value::Null, "获取点赞状态失败"),
        ("POST", "/api/like", page.clone(), "点赞失败"),
        ("GET", "/api/config/comments", Value::Null, "加载评论配置失败"),
        ("POST", "/api/verify-admin", json!({ "adminToken": "x" }), "Internal Server Error"),
        ("POST", "/api/analytics/visit", page, "记录访问数据失败"),
        ("GET", "/api/analytics/pv?post_slug=/a", Value::Null, "获取访问量失败"),
    ] {
        let answer = match body {
            Value::Null => blog.get(path),
            body => blog.send(method, path, &[], &body),
        };
        is_shared(&answer.expect(500, &said(message)));
    }
    blog.get("/api/comments").expect(400, &said("post_slug is required"));
}

#[test]
fn every_answer_is_shared() {
    let blog = Blog::start();
    for (method, path) in ROUTES {
        let body = Some("{}").filter(|_| method != "GET");
        let answer = blog.server.send(method, path, &[("origin", "https://evil.example")], body);
        assert!([200, 400, 401].contains(&answer.status), "{method} {path}: {}", answer.status);
        is_shared(&answer);
    }
    blog.posted(json!({}));
    for path in ["/api/comments?post_slug=/posts/one", "/api/like?post_slug=/posts/one"] {
        let answer = blog.get(path);
        assert_eq!(answer.status, 200);
        is_shared(&answer);
    }
}

#[test]
fn a_preflight_succeeds_on_every_path() {
    let blog = Blog::start();
    let asked = [
        ("origin", "https://blog.example"),
        ("access-control-request-method", "DELETE"),
        ("access-control-request-headers", "content-type,x-cwd-like-user"),
    ];
    for (_, path) in ROUTES {
        let answer = blog.server.send("OPTIONS", path, &asked, None).expect(204, "");
        assert_eq!(answer.header("access-control-allow-origin"), "*");
        assert!(answer.header("access-control-allow-headers").contains("X-CWD-Like-User"));
        assert!(answer.header("access-control-allow-methods").contains("DELETE"));
    }
}

#[test]
fn other_methods_and_paths_are_not_found() {
    let blog = Blog::start();
    let methods = ["GET", "POST", "PUT", "DELETE", "PATCH", "BREW"];
    for (_, path) in ROUTES {
        for method in methods {
            if !ROUTES.contains(&(method, path)) {
                let answer = blog.server.send(method, path, &[], Some("{}"));
                is_shared(&answer.expect(404, &said("Not Found")));
            }
        }
    }
    for path in [
        "/api/",
        "/api/comment",
        "/api/comments/1",
        "/api/comments/like/1",
        "/api/likes",
        "/api/config",
        "/api/Comments",
        "/api/telegram",
        "/api/%2e%2e/admin",
        "/api/comments%00",
        "/api/comments;x=1",
    ] {
        is_shared(&blog.get(path).expect(404, &said("Not Found")));
    }
}

#[test]
fn a_body_that_is_too_large_is_refused_everywhere() {
    let blog = Blog::start();
    for (method, path) in ROUTES.into_iter().filter(|(method, _)| *method != "GET") {
        let padded = |bytes: usize| {
            let head = r#"{"x":""#;
            format!("{head}{}\"}}", "x".repeat(bytes - head.len() - 2))
        };
        let taken = blog.server.send(method, path, &[], Some(&padded(65_536)));
        assert!([400, 401].contains(&taken.status), "{method} {path}: {}", taken.status);
        let refused = blog.server.send(method, path, &[], Some(&padded(65_537)));
        is_shared(&refused.expect(413, &said("请求体过大")));
    }
}
