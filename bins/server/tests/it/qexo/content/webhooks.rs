//! Webhooks, ours and those at the host (contract qexo, 3.3 and 5.5).

use serde_json::json;

use super::super::support::{TOKEN, blog, refusal};
use super::support::{Local, Remote};
use crate::cwd::support::{Database, on_both_databases};

on_both_databases!(a_webhook_makes_lists_fresh);

const DONE: &str = r#"{"msg":"Done","status":true}"#;
const HASH: &str = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";

fn a_webhook_makes_lists_fresh(database: Database) {
    let Remote { blog, work, .. } = Remote::on(database);
    // The SHA-256 of `test`.
    blog.set_value("WEBHOOK_TOKEN", HASH);
    let session = blog.login();
    let tokens = ["test", TOKEN, &session];
    for (number, token) in tokens.into_iter().enumerate() {
        let name = format!("pushed-{number}");
        work.push(&format!("source/_posts/{name}.md"), "x");
        assert_eq!(blog.names("get_posts", "posts", &name), [""; 0]);
        let end = if number == 1 { "/" } else { "" };
        blog.get(&format!("/api/webhook{end}?token={token}")).expect(200, DONE);
        assert_eq!(blog.names("get_posts", "posts", &name), [name]);
    }
}

#[test]
fn what_a_webhook_sends_does_not_matter() {
    let blog = blog();
    blog.set_value("WEBHOOK_TOKEN", HASH);
    let path = "/api/webhook?token=test";
    let large = "x".repeat(2_000_000);
    for (kind, body) in [
        ("application/json", "{\"ref\": \"refs/heads/main\"}"),
        ("application/json", "{broken"),
        ("application/x-www-form-urlencoded", "payload=%7B%7D&token=wrong"),
        ("multipart/form-data", "no boundary"),
        ("text/plain", large.as_str()),
    ] {
        blog.server.send("POST", path, &[("content-type", kind)], Some(body)).expect(200, DONE);
    }
    blog.server.send("PUT", path, &[], None).expect(405, &refusal("Error!"));
}

#[test]
fn only_a_token_in_the_query_counts() {
    let blog = blog();
    blog.set_value("WEBHOOK_TOKEN", HASH);
    let missing = refusal("No token");
    blog.get("/api/webhook").expect(403, &missing);
    blog.get("/api/webhook/?token=").expect(403, &missing);
    blog.form("/api/webhook", &[("token", "test")]).expect(403, &missing);
    let bearer = [("authorization", "Bearer test")];
    blog.server.send("POST", "/api/webhook", &bearer, None).expect(403, &missing);
    for wrong in ["wrong", HASH, "TEST", "test%00"] {
        let answer = blog.get(&format!("/api/webhook?token={wrong}"));
        answer.expect(403, &refusal("No permission"));
    }
    // The token of webhooks is good for nothing else.
    for path in ["/pub/get_posts", "/pub/get_notifications", "/api/fix"] {
        assert_eq!(blog.get(&format!("{path}?token=test")).status, 403);
    }
    for _ in 0..20 {
        blog.get("/api/webhook?token=guess");
    }
    let answer = blog.get("/api/webhook?token=guess");
    assert_eq!((answer.status, answer.header("retry-after").is_empty()), (429, false));
}

#[test]
fn a_directory_has_no_webhooks() {
    let local = Local::on(Database::Sqlite);
    let create = |fields: &[(&str, &str)]| local.blog.owner_form("/pub/create_webhook", fields);
    create(&[("uri", "https://blog.example/api/webhook")]).expect(200, &refusal("平台不支持"));
    create(&[]).expect(200, &refusal("缺少参数: uri"));
    create(&[("uri", "")]).expect(200, &refusal("缺少参数: uri"));
    for uri in ["x", "ftp://x.org/", "javascript:1", "https://me:pw@x.org/", "https://", "/api/webhook"] {
        create(&[("uri", uri)]).expect(200, &refusal("参数错误: uri"));
    }
    assert_eq!(local.blog.admin("GET", "/admin/export/config", &json!({})).status, 200);
}
