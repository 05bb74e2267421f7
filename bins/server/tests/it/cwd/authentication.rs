//! Contract cwd, 3.1 and 3.2.

use std::fs;

use inkstone_accounts::{NewPassword, SESSION_MILLIS};
use inkstone_server::{
    clock,
    config::{Config, Optional},
    installation::open_store,
    services::Accounts,
};
use inkstone_vocab::Timestamp;
use serde_json::{Value, json};

use super::support::{Blog, OWNER, PASSWORD, at_once, said};
use crate::support::Answer;

const LOCKED: &str = r#"{"message":"IP 已被封禁，30 分钟后重试"}"#;
const WRONG: &str = "用户名或密码无效";
const LIST: &str = "/admin/comments/list";

/// A blog, and its accounts as another process on its database sees them.
fn blog_and_accounts() -> (Blog, Accounts) {
    let (blog, config) = blog_and_config();
    let accounts = Accounts::new(open_store(&config).unwrap());
    (blog, accounts)
}

fn blog_and_config() -> (Blog, Config) {
    let mut seen = None;
    let blog = Blog::start_with(|config| seen = Some(config.clone()));
    (blog, seen.unwrap())
}

fn get_with(blog: &Blog, authorization: &str) -> Answer {
    blog.send("GET", LIST, &[("authorization", authorization)], &Value::Null)
}

fn log_in_from(blog: &Blog, address: &str, name: &str, password: &str) -> Answer {
    blog.post_from(address, "/admin/login", &json!({ "name": name, "password": password }))
}

#[track_caller]
fn refused(answer: &Answer, failures: u32) {
    let body = json!({ "message": WRONG, "failedAttempts": failures });
    assert_eq!((answer.status, answer.json()), (401, body));
}

/// Paths that exist, paths that do not, and methods that paths lack.
const ANY: [(&str, &str); 12] = [
    ("GET", "/admin/comments/list"),
    ("PUT", "/admin/settings/comments"),
    ("DELETE", "/admin/comments/delete?id=1"),
    ("GET", "//admin///comments//list"),
    ("GET", "/admin/nowhere"),
    ("GET", "/admin/"),
    ("PATCH", "/admin/comments/list"),
    ("BREW", "/admin/comments/list"),
    ("GET", "/admin/login"),
    ("POST", "/admin/login/"),
    ("POST", "/admin/%6cogin"),
    ("HEAD", "/admin/comments/list"),
];

#[test]
fn strangers_are_refused_before_anything_is_looked_at() {
    let blog = Blog::start();
    let bodies = ["{\"message\":\"Unauthorized\"}", "{\"message\":\"Token expired or invalid\"}"];
    for (method, path) in ANY {
        for (header, body) in [
            (None, bodies[0]),
            (Some(""), bodies[0]),
            (Some(" "), bodies[0]),
            (Some("Bearer"), bodies[0]),
            (Some("Bearer  "), bodies[0]),
            (Some("Bearer nonsense"), bodies[1]),
            (Some("nonsense"), bodies[1]),
            (Some("Basic YWRtaW46cGFzc3dvcmQ="), bodies[1]),
        ] {
            let headers: Vec<_> = header.iter().map(|value| ("authorization", *value)).collect();
            let answer = blog.server.send(method, path, &headers, Some("not JSON"));
            let shown = if method == "HEAD" { "" } else { body };
            assert_eq!((answer.status, answer.text()), (401, shown), "{method} {path} {header:?}");
            assert_eq!(answer.header("access-control-allow-origin"), "*", "{method} {path}");
            assert_eq!(answer.header("cache-control"), "no-store", "{method} {path}");
        }
    }
}

#[test]
fn the_owner_is_told_what_does_not_exist() {
    let blog = Blog::start();
    for (method, path) in [
        ("GET", "/admin/nowhere"),
        ("GET", "/admin/"),
        ("GET", "/admin/settings"),
        ("GET", "/admin/settings/nowhere"),
        ("DELETE", "/admin/settings/comments"),
        ("PATCH", LIST),
        ("POST", LIST),
        ("GET", "/admin/login"),
        ("GET", "/admin/comments/list/"),
    ] {
        let answer = blog.admin(method, path, &json!({})).expect(404, &said("Not Found"));
        assert_eq!(answer.header("access-control-allow-origin"), "*", "{method} {path}");
    }
}

#[test]
fn a_preflight_needs_no_token() {
    let blog = Blog::start();
    for (_, path) in ANY {
        let answer = blog.server.send("OPTIONS", path, &[], None).expect(204, "");
        assert_eq!(answer.header("access-control-allow-origin"), "*", "{path}");
    }
}

#[test]
fn a_token_works_with_and_without_its_scheme() {
    let blog = Blog::start();
    let token = blog.login();
    for header in [
        format!("Bearer {token}"),
        token.clone(),
        format!("bearer {token}"),
        format!("Bearer  {token} "),
    ] {
        assert_eq!(get_with(&blog, &header).status, 200, "{header}");
    }
    assert_eq!(get_with(&blog, &format!("Bearer {token}x")).status, 401);
}

#[test]
fn sessions_are_several_and_kept_as_hashes() {
    let (blog, config) = blog_and_config();
    let tokens = [blog.login(), blog.login()];
    assert_ne!(tokens[0], tokens[1]);
    for token in &tokens {
        assert!(token.len() >= 22, "128 bits: {token}");
        assert_eq!(get_with(&blog, token).status, 200);
    }
    for file in ["inkstone.db", "inkstone.db-wal"] {
        let bytes = fs::read(config.data_dir.join(file)).unwrap();
        for secret in [&tokens[0], &tokens[1], PASSWORD] {
            assert!(!bytes.windows(secret.len()).any(|part| part == secret.as_bytes()), "{file}");
        }
    }
}

#[test]
fn a_session_ends_48_hours_after_login() {
    let (blog, accounts) = blog_and_accounts();
    let opened = |ago: i64| {
        let then: Timestamp = clock::now().plus_millis(-ago);
        let token = accounts.login(OWNER, PASSWORD, "somebody", rand::random(), then).unwrap();
        token.expose().to_owned()
    };
    assert_eq!(SESSION_MILLIS, 172_800_000);
    let (old, young) = (opened(SESSION_MILLIS), opened(SESSION_MILLIS - 60_000));
    get_with(&blog, &old).expect(401, &said("Token expired or invalid"));
    assert_eq!(get_with(&blog, &young).status, 200);
}

#[test]
fn an_api_token_works_until_it_is_revoked() {
    let (blog, accounts) = blog_and_accounts();
    let token = accounts.create_token("backup", rand::random(), clock::now()).unwrap();
    let header = format!("Bearer {}", token.expose());
    assert_eq!(get_with(&blog, &header).status, 200);
    assert!(accounts.revoke_token("backup").unwrap());
    get_with(&blog, &header).expect(401, &said("Token expired or invalid"));
}

#[test]
fn a_changed_password_closes_sessions() {
    let (blog, accounts) = blog_and_accounts();
    let token = blog.login();
    let password = NewPassword::parse("another good password").unwrap();
    accounts.set_password(OWNER, &password, rand::random(), clock::now()).unwrap();
    get_with(&blog, &token).expect(401, &said("Token expired or invalid"));
    refused(&log_in_from(&blog, "192.0.2.1", OWNER, PASSWORD), 1);
    assert_eq!(log_in_from(&blog, "192.0.2.1", OWNER, "another good password").status, 200);
}

#[test]
fn a_login_has_a_body() {
    let blog = Blog::start();
    for body in ["", "{", "[]", "null", "\"name\"", "name=admin"] {
        let answer = blog.server.send("POST", "/admin/login", &[], Some(body));
        answer.expect(400, &said("无效的请求体"));
    }
    // Nothing of that counts as a failure.
    refused(&log_in_from(&blog, "127.0.0.1", OWNER, "wrong"), 1);
}

#[test]
fn nobody_learns_which_accounts_there_are() {
    let blog = Blog::start();
    let wrong = [
        json!({ "name": OWNER, "password": "wrong" }),
        json!({ "name": "nobody", "password": PASSWORD }),
        json!({ "name": "", "password": "" }),
        json!({}),
        json!({ "name": { "$ne": "" }, "password": { "$ne": "" } }),
        json!({ "name": [OWNER], "password": [PASSWORD] }),
        json!({ "name": "ADMIN", "password": PASSWORD }),
        json!({ "name": "a\0b", "password": "\0".repeat(2_000) }),
    ];
    for (at, body) in wrong.iter().enumerate() {
        refused(&blog.post_from(&format!("192.0.2.{at}"), "/admin/login", body), 1);
    }
}

#[test]
fn there_is_no_default_password() {
    let blog = Blog::start_with(|config| config.owner.password = Optional::from(None));
    for (at, (name, password)) in
        [("Admin", "password"), (OWNER, "password"), (OWNER, ""), (OWNER, "admin"), ("", "")]
            .into_iter()
            .enumerate()
    {
        refused(&log_in_from(&blog, &format!("192.0.2.{at}"), name, password), 1);
    }
}

#[test]
fn the_fifth_failure_locks_the_client_out() {
    let blog = Blog::start();
    for failures in 1..=4 {
        refused(&log_in_from(&blog, "192.0.2.1", OWNER, "wrong"), failures);
    }
    log_in_from(&blog, "192.0.2.1", OWNER, "wrong").expect(403, LOCKED);
    log_in_from(&blog, "192.0.2.1", OWNER, PASSWORD).expect(403, LOCKED);
    // Malformed requests are still told so, and other clients are not affected.
    blog.post_from("192.0.2.1", "/admin/login", &json!([])).expect(400, &said("无效的请求体"));
    assert_eq!(log_in_from(&blog, "192.0.2.2", OWNER, PASSWORD).status, 200);
    refused(&log_in_from(&blog, "192.0.2.2", OWNER, "wrong"), 1);
}

#[test]
fn a_success_forgets_the_failures_before_it() {
    let blog = Blog::start();
    for failures in 1..=4 {
        refused(&log_in_from(&blog, "2001:db8::1", OWNER, "wrong"), failures);
    }
    // The same network, hence the same client.
    assert_eq!(log_in_from(&blog, "2001:db8::2", OWNER, PASSWORD).status, 200);
    refused(&log_in_from(&blog, "2001:db8::1", OWNER, "wrong"), 1);
}

#[test]
fn passwords_and_the_admin_key_are_locked_apart() {
    let blog = Blog::start();
    blog.set_settings(&json!({ "adminKey": "open sesame" }));
    let verify = |address: &str, key: &str| {
        blog.post_from(address, "/api/verify-admin", &json!({ "adminToken": key })).status
    };
    for _ in 0..5 {
        log_in_from(&blog, "192.0.2.1", OWNER, "wrong");
    }
    assert_eq!(log_in_from(&blog, "192.0.2.1", OWNER, PASSWORD).status, 403);
    assert_eq!(verify("192.0.2.1", "open sesame"), 200);
    assert_eq!([(); 3].map(|()| verify("192.0.2.2", "wrong")), [401, 401, 403]);
    assert_eq!(log_in_from(&blog, "192.0.2.2", OWNER, PASSWORD).status, 200);
}

#[test]
fn concurrent_guesses_are_all_counted() {
    let blog = Blog::start();
    let statuses = at_once(12, |_| log_in_from(&blog, "192.0.2.1", OWNER, "wrong").status);
    assert_eq!(statuses.iter().filter(|&&status| status == 401).count(), 4, "{statuses:?}");
    assert_eq!(statuses.iter().filter(|&&status| status == 403).count(), 8, "{statuses:?}");
}
