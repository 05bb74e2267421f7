//! Webhooks, ours and those at the host (contract qexo, 3.3 and 5.5).

use inkstone_delivery::testing::{HttpBehaviour, HttpStub};
use inkstone_gitstore::testing::{HttpRemote, TOKEN as GIT_TOKEN};
use inkstone_server::config::Config;
use serde_json::{Value, json};

use super::super::support::{TOKEN, blog, blog_on, refusal};
use super::support::{Hosted, Local};
use crate::cwd::support::{Blog, Database, on_both_databases};

on_both_databases!(
    a_webhook_makes_lists_fresh,
    a_webhook_is_made_at_the_host,
    a_host_that_refuses_leaves_the_old_webhook
);

const DONE: &str = r#"{"msg":"Done","status":true}"#;
const HASH: &str = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";

fn a_webhook_makes_lists_fresh(database: Database) {
    let Hosted { blog, work, remote: _remote } = Hosted::on(database);
    // The SHA-256 of `test`.
    blog.set_value("WEBHOOK_TOKEN", HASH);
    let session = blog.login();
    let tokens = ["test", TOKEN, &session];
    assert_eq!(blog.names("get_posts", "posts", "").len(), 3);
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

/// GitHub's own example: this signature fits [`SECRET`] and `Hello, World!`.
const SIGNATURE: &str = "757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17";
const SECRET: &str = "It's a Secret to Everybody";

#[test]
fn where_calls_are_signed_the_token_in_their_address_is_not_enough() {
    let blog = blog_on(Database::Sqlite, |config| {
        config.content.webhook_secret = Some(SECRET.into()).into();
    });
    blog.set_value("WEBHOOK_TOKEN", HASH);
    let call = |path: &str, header: &str, value: &str, body: &str| {
        blog.server.send("POST", path, &[(header, value)], Some(body))
    };
    let (signed, prefixed) = (SIGNATURE.to_owned(), format!("sha256={SIGNATURE}"));
    let headers = [
        ("x-hub-signature-256", &prefixed),
        ("x-gitea-signature", &signed),
        ("x-gitlab-token", &SECRET.to_owned()),
    ];
    let (no_token, no_permission) = (refusal("No token"), refusal("No permission"));
    for (header, value) in headers {
        call("/api/webhook", header, value, "Hello, World!").expect(200, DONE);
        call("/api/webhook/?token=wrong", header, value, "Hello, World!").expect(200, DONE);
        call("/api/webhook", header, &value[1..], "Hello, World!").expect(403, &no_permission);
        call("/api/webhook?token=test", header, "", "Hello, World!").expect(403, &no_permission);
    }
    for (header, value) in &headers[..2] {
        let (path, other) = ("/api/webhook?token=test", "Hello, World?");
        call(path, header, value, other).expect(403, &no_permission);
    }
    blog.get("/api/webhook?token=test").expect(403, &no_permission);
    blog.get("/api/webhook").expect(403, &no_token);
    blog.get(&format!("/api/webhook?token={TOKEN}")).expect(200, DONE);
}

#[test]
fn whoever_guesses_signatures_has_to_wait() {
    let blog = blog_on(Database::Sqlite, |config| {
        config.content.webhook_secret = Some(SECRET.into()).into();
    });
    let call = |value: &str| {
        blog.server.send("POST", "/api/webhook", &[("x-gitlab-token", value)], None).status
    };
    assert_eq!(call(SECRET), 200);
    let guesses: Vec<_> = (0..21).map(|number| call(&number.to_string())).collect();
    assert_eq!(guesses, [vec![403; 20], vec![429]].concat());
    assert_eq!(call(SECRET), 429, "a right guess is not told from others");
}

#[test]
fn a_signature_means_nothing_where_none_is_configured() {
    let blog = blog();
    let headers = [("x-gitlab-token", ""), ("x-gitea-signature", SIGNATURE)];
    let answer = blog.server.send("POST", "/api/webhook", &headers, Some("Hello, World!"));
    answer.expect(403, &refusal("No token"));
}

#[test]
fn a_directory_has_no_webhooks() {
    let local = Local::on(Database::Sqlite);
    let create = |fields: &[(&str, &str)]| local.blog.owner_form("/pub/create_webhook", fields);
    create(&[("uri", "https://blog.example/api/webhook")]).expect(200, &refusal("平台不支持"));
    create(&[]).expect(200, &refusal("缺少参数: uri"));
    create(&[("uri", "")]).expect(200, &refusal("缺少参数: uri"));
    for uri in
        ["x", "ftp://x.org/", "javascript:1", "https://me:pw@x.org/", "https://", "/api/webhook"]
    {
        create(&[("uri", uri)]).expect(200, &refusal("参数错误: uri"));
    }
}

/// A blog at GitHub: the repository is real, the API is a stub.
struct AtGitHub {
    blog: Blog,
    api: HttpStub,
    _remote: HttpRemote,
}

fn at_github(database: Database, configure: impl FnOnce(&mut Config)) -> AtGitHub {
    let (remote, api) = (HttpRemote::new(), HttpStub::start());
    remote.remote().check_out().push("_config.yml", "title: Blog\n");
    let root = remote.remote().path().parent().unwrap().to_owned();
    std::fs::create_dir(root.join("me")).unwrap();
    std::os::unix::fs::symlink(remote.remote().path(), root.join("me/blog.git")).unwrap();
    let blog = blog_on(database, |config| {
        config.content.github_url = remote.url().replace("/blog.git", "").parse().unwrap();
        config.content.github_api_url = api.url().parse().unwrap();
        configure(config);
    });
    let params =
        json!({ "token": GIT_TOKEN, "repo": "me/blog", "branch": "main", "config": "Hexo" });
    blog.set_provider(&json!({ "provider": "github", "params": params }));
    AtGitHub { blog, api, _remote: remote }
}

fn a_webhook_is_made_at_the_host(database: Database) {
    let AtGitHub { blog, api, .. } = at_github(database, |_| {});
    let uri = "https://blog.example/api/webhook/";
    let hook = |id: u32, url: &str| json!({ "id": id, "config": { "url": url } });
    let hooks = json!([
        hook(1, "https://blog.example/api/webhook/?token=old"),
        hook(2, "https://blog.example/other?token=x"),
        hook(3, "https://evil.example/api/webhook/"),
    ]);
    let create = |path: &str, uri: &str| {
        api.then(HttpBehaviour::json(200, &hooks.to_string()));
        api.then(HttpBehaviour::json(204, ""));
        api.then(HttpBehaviour::json(201, &hook(9, uri).to_string()));
        let answer = blog.owner_form(path, &[("uri", uri)]);
        assert_eq!(answer.status, 200, "{answer:?}");
        answer.json()
    };
    let made = create("/pub/create_webhook", uri);
    let token = made["token"].as_str().unwrap();
    assert_eq!((&made["msg"], &made["status"]), (&json!("Webhook创建成功!"), &json!(true)));
    assert_eq!(made["webhook_url"], format!("{uri}?token={token}"));
    assert_eq!(made.as_object().unwrap().len(), 4);
    let allowed = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
    assert!(token.len() >= 25 && token.chars().all(allowed), "{token}");

    let seen = api.requests();
    let asked: Vec<_> = seen.iter().map(|r| (r.method.as_str(), r.path.as_str())).collect();
    let [list, delete, post] = asked[..] else { panic!("{asked:?}") };
    assert!(list.0 == "GET" && list.1.starts_with("/repos/me/blog/hooks?"), "{list:?}");
    assert_eq!(delete, ("DELETE", "/repos/me/blog/hooks/1"));
    assert_eq!(post, ("POST", "/repos/me/blog/hooks"));
    let wish: Value = serde_json::from_slice(&seen[2].body).unwrap();
    assert_eq!((&wish["events"], &wish["config"]["url"]), (&json!(["push"]), &made["webhook_url"]));
    assert_eq!(seen[2].header("authorization"), Some(format!("Bearer {GIT_TOKEN}").as_str()));

    // The token works, and the API's token still does.
    blog.get(&format!("/api/webhook?token={token}")).expect(200, DONE);
    assert_eq!(blog.read("get_posts", "")["status"], json!(true));
    // Another one takes its place.
    let next = create("/api/create_webhook/", "https://blog.example/api/webhook?a=1");
    let address = next["webhook_url"].as_str().unwrap();
    assert!(address.starts_with("https://blog.example/api/webhook?a=1&token="), "{address}");
    blog.get(&format!("/api/webhook?token={token}")).expect(403, &refusal("No permission"));
    let next = next["token"].as_str().unwrap();
    blog.get(&format!("/api/webhook?token={next}")).expect(200, DONE);
}

#[test]
fn a_webhook_is_signed_with_the_secret_of_the_operator() {
    let sign = |config: &mut Config| config.content.webhook_secret = Some(SECRET.into()).into();
    let AtGitHub { blog, api, .. } = at_github(Database::Sqlite, sign);
    api.then(HttpBehaviour::json(200, "[]"));
    api.then(HttpBehaviour::json(201, r#"{"id":1,"config":{"url":"https://blog.example/"}}"#));
    let uri = [("uri", "https://blog.example/api/webhook")];
    let made = blog.owner_form("/pub/create_webhook", &uri);
    assert!(made.status == 200 && !made.text().contains(SECRET), "{made:?}");
    let wish: Value = serde_json::from_slice(&api.requests()[1].body).unwrap();
    assert_eq!(wish["config"]["secret"], SECRET);
}

fn a_host_that_refuses_leaves_the_old_webhook(database: Database) {
    let AtGitHub { blog, api, .. } = at_github(database, |_| {});
    blog.set_value("WEBHOOK_TOKEN", HASH);
    let uri = [("uri", "https://blog.example/api/webhook")];
    let said = format!(r#"{{"message":"Bad credentials {GIT_TOKEN}"}}"#);
    for behaviour in [
        HttpBehaviour::json(401, &said),
        HttpBehaviour::json(404, "{}"),
        HttpBehaviour::json(500, "oops"),
        HttpBehaviour::json(200, "no JSON"),
        HttpBehaviour::HangUp,
    ] {
        api.then(behaviour);
        let answer = blog.owner_form("/pub/create_webhook", &uri);
        let json = answer.json();
        assert_eq!((answer.status, &json["status"]), (200, &json!(false)), "{answer:?}");
        let said = json["msg"].as_str().unwrap();
        assert!(said.starts_with("平台请求失败: ") && !said.contains(GIT_TOKEN), "{said}");
        blog.get("/api/webhook?token=test").expect(200, DONE);
    }
}
