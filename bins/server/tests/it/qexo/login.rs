//! The panel's login (contract qexo, section 10).

use inkstone_delivery::testing::{HttpBehaviour, HttpStub};
use serde_json::{Value, json};

use super::support::{ADDED, FORM, blog_on, blog_with, form, refusal};
use crate::{
    cwd::support::{Blog, Database, OWNER, PASSWORD, at_once, on_both_databases},
    support::{Answer, Program, send},
};

on_both_databases!(a_login_opens_a_session, five_mistakes_lock_the_client_for_both_apis);

const AUTH: &str = "/api/auth";
const WRONG: &str = "登录信息错误";
const NOT_HUMAN: &str = "人机验证失败!";
const TOO_OFTEN: &str = "请求过于频繁,请稍后再试";

fn log_in(blog: &Blog, address: &str, fields: &[(&str, &str)]) -> Answer {
    let headers = [("content-type", FORM), ("x-forwarded-for", address)];
    blog.server.send("POST", AUTH, &headers, Some(&form(fields)))
}

fn credentials<'a>(name: &'a str, password: &'a str) -> [(&'a str, &'a str); 2] {
    [("username", name), ("password", password)]
}

/// The token of the session that was opened.
#[track_caller]
fn opened(answer: &Answer) -> String {
    let Value::Object(members) = answer.json() else { panic!("{answer:?}") };
    assert_eq!(members.keys().collect::<Vec<_>>(), ["msg", "status", "token"], "{answer:?}");
    assert_eq!((answer.status, &members["status"]), (200, &json!(true)));
    assert_eq!(members["msg"], "登录成功，等待转跳");
    assert_eq!(answer.header("set-cookie"), "", "{answer:?}");
    assert_eq!(answer.header("cache-control"), "no-store");
    members["token"].as_str().unwrap().to_owned()
}

fn a_login_opens_a_session(database: Database) {
    let blog = Blog::on(database);
    assert_eq!(blog.get("/pub/status").json()["data"]["last"], "");
    let right = credentials(OWNER, PASSWORD);
    let body = form(&right);
    let json = json!({ "username": OWNER, "password": PASSWORD }).to_string();
    let mut tokens = Vec::new();
    for (path, kind, body) in [
        (AUTH, FORM, &body),
        ("/api/auth/", FORM, &body),
        ("//api/auth", "application/json", &json),
    ] {
        let answer = blog.server.send("POST", path, &[("content-type", kind)], Some(body));
        tokens.push(opened(&answer));
    }
    assert_ne!(blog.get("/pub/status").json()["data"]["last"], "", "the owner was here");
    for token in &tokens {
        // Wherever Qexo's calls take a token, and in the panel of comments.
        let notice = [("title", "a"), ("content", "b"), ("token", token)];
        blog.form("/pub/notifications", &notice).expect(200, ADDED);
        let query = format!("/api/get_notifications/?token={token}");
        assert_eq!(blog.get(&query).json()["status"], true);
        let bearer = format!("Bearer {token}");
        let headers = [("authorization", bearer.as_str())];
        assert_eq!(blog.server.send("GET", "/api/get_notifications", &headers, None).status, 200);
        assert_eq!(blog.server.send("GET", "/admin/comments/list", &headers, None).status, 200);
    }
    assert_eq!(tokens.iter().collect::<std::collections::BTreeSet<_>>().len(), 3);
    for method in ["GET", "PUT", "DELETE"] {
        let answer = blog.server.send(method, AUTH, &[], None).expect(405, &refusal("Error!"));
        assert_eq!(answer.header("allow"), "POST, OPTIONS");
    }
    // A session of the one login is one of the other.
    let bearer = format!("Bearer {}", blog.login());
    let headers = [("authorization", bearer.as_str())];
    assert_eq!(blog.server.send("GET", "/api/get_notifications", &headers, None).status, 200);
}

fn five_mistakes_lock_the_client_for_both_apis(database: Database) {
    let blog = Blog::on_with(database, plenty);
    let (here, there) = ("192.0.2.1", "192.0.2.2");
    // Nobody learns whether there is such an account.
    for fields in [
        credentials(OWNER, "wrong"),
        credentials("nobody", PASSWORD),
        credentials("", ""),
        credentials("' OR 1=1 --", "\u{0}"),
    ] {
        log_in(&blog, here, &fields).expect(200, &refusal(WRONG));
    }
    for fields in [credentials(OWNER, "wrong"), credentials(OWNER, PASSWORD)] {
        let answer = log_in(&blog, here, &fields).expect(429, &refusal(TOO_OFTEN));
        let seconds: u32 = answer.header("retry-after").parse().unwrap();
        assert!((1_700..=1_800).contains(&seconds), "{seconds}");
    }
    let login = json!({ "name": OWNER, "password": PASSWORD });
    assert_eq!(blog.post_from(here, "/admin/login", &login).status, 403);
    opened(&log_in(&blog, there, &credentials(OWNER, PASSWORD)));
    let blog = blog.restart();
    assert_eq!(log_in(&blog, here, &credentials(OWNER, PASSWORD)).status, 429);
}

fn plenty(config: &mut inkstone_server::config::Config) {
    config.qexo.logins_per_minute = 1_000.try_into().unwrap();
}

#[test]
fn many_guesses_at_once_are_five() {
    let blog = Blog::start_with(plenty);
    let mut statuses = at_once(12, |_| log_in(&blog, "192.0.2.1", &credentials(OWNER, "x")).status);
    statuses.sort_unstable();
    assert_eq!(statuses, [vec![200; 4], vec![429; 8]].concat());
}

#[test]
fn what_was_not_sent_is_named_and_counts_as_no_mistake() {
    let blog = Blog::start_with(plenty);
    let post = |kind: &str, body: &str| {
        let headers = [("content-type", kind), ("x-forwarded-for", "192.0.2.1")];
        blog.server.send("POST", AUTH, &headers, Some(body))
    };
    for _ in 0..3 {
        for (body, message) in [
            ("", "缺少参数: username"),
            ("password=a", "缺少参数: username"),
            ("username=a", "缺少参数: password"),
        ] {
            post(FORM, body).expect(200, &refusal(message));
        }
        for (body, message) in [
            (json!({ "username": { "$ne": 1 }, "password": "a" }), "参数错误: username"),
            (json!({ "username": "a", "password": ["a"] }), "参数错误: password"),
            (json!({ "username": "a", "password": "a", "verify": {} }), "参数错误: verify"),
            (json!({ "username": "a", "password": "a", "type": [] }), "参数错误: type"),
            (json!({ "username": null, "password": "a" }), "缺少参数: username"),
        ] {
            post("application/json", &body.to_string()).expect(200, &refusal(message));
        }
        post("application/json", "{nonsense").expect(200, &refusal("参数错误: body"));
        // The query is no place for a password.
        let query = format!("{AUTH}?{}", form(&credentials(OWNER, PASSWORD)));
        blog.server.send("POST", &query, &[], None).expect(200, &refusal("缺少参数: username"));
    }
    let long = "x".repeat(1_100_000);
    assert_eq!(log_in(&blog, "192.0.2.1", &credentials(OWNER, &long)).status, 413);
    opened(&log_in(&blog, "192.0.2.1", &credentials(OWNER, PASSWORD)));
}

#[test]
fn a_client_has_ten_logins_a_minute() {
    let blog = Blog::start();
    for _ in 0..10 {
        opened(&log_in(&blog, "192.0.2.1", &credentials(OWNER, PASSWORD)));
    }
    let answer = log_in(&blog, "192.0.2.1", &credentials(OWNER, PASSWORD));
    let answer = answer.expect(429, &refusal(TOO_OFTEN));
    assert!((1..=60).contains(&answer.header("retry-after").parse::<u32>().unwrap()));
    opened(&log_in(&blog, "192.0.2.2", &credentials(OWNER, PASSWORD)));
}

/// A blog whose login asks for captchas with these secrets, which the service at `url` verifies.
fn asking(url: &str, secrets: &[(&str, &str)]) -> Blog {
    let blog = blog_with(|config| {
        plenty(config);
        config.qexo.captcha_url = url.parse().unwrap();
        config.qexo.captcha_timeout_s = 1.try_into().unwrap();
    });
    for (name, secret) in secrets {
        blog.set_value(name, secret);
    }
    blog
}

const V2: (&str, &str) = ("LOGIN_RECAPTCHAV2_SERVER_TOKEN", "secret two");
const V3: (&str, &str) = ("LOGIN_RECAPTCHA_SERVER_TOKEN", "secret three");

fn answering<'a>(
    password: &'a str,
    version: Option<&'a str>,
    verify: &'a str,
) -> Vec<(&'a str, &'a str)> {
    let mut fields = credentials(OWNER, password).to_vec();
    fields.push(("verify", verify));
    fields.extend(version.map(|version| ("type", version)));
    fields
}

#[test]
fn a_captcha_that_is_set_up_comes_before_the_password() {
    let stub = HttpStub::start();
    for (secrets, version, verdict, secret, human) in [
        (&[V2][..], Some("v2"), r#"{"success":true}"#, "secret two", true),
        (&[V2], None, r#"{"success":true}"#, "secret two", true),
        (&[V2], Some(""), r#"{"success":false}"#, "secret two", false),
        (&[V3], Some("v3"), r#"{"success":true,"score":0.9}"#, "secret three", true),
        (&[V3], Some("v3"), r#"{"success":true,"score":0.5}"#, "secret three", false),
        (&[V2, V3], None, r#"{"success":true,"score":0.9}"#, "secret three", true),
        (&[V2, V3], Some("v2"), r#"{"success":true}"#, "secret two", true),
    ] {
        let blog = asking(&stub.url(), secrets);
        let before = stub.requests().len();
        stub.then(HttpBehaviour::json(200, verdict));
        let answer = log_in(&blog, "192.0.2.1", &answering(PASSWORD, version, "03AG+/="));
        if human {
            opened(&answer);
        } else {
            answer.expect(200, &refusal(NOT_HUMAN));
        }
        let asked = &stub.requests()[before..];
        assert_eq!((asked.len(), asked[0].path.as_str()), (1, "/"), "{secrets:?} {version:?}");
        let fields: Vec<(String, String)> =
            url::form_urlencoded::parse(&asked[0].body).into_owned().collect();
        let expected = [("secret", secret), ("response", "03AG+/=")];
        assert_eq!(fields, expected.map(|(name, text)| (name.to_owned(), text.to_owned())));
    }
}

#[test]
fn nobody_gets_around_a_captcha() {
    let stub = HttpStub::start();
    let blog = asking(&stub.url(), &[V2]);
    // Of no answer, of one for another captcha, of one too long the service is never asked.
    let long = "x".repeat(20_000);
    for (version, verify) in
        [(None, ""), (Some("v2"), ""), (Some("v3"), "x"), (Some("off"), "x"), (Some("v2"), &long)]
    {
        for password in [PASSWORD, "wrong"] {
            let answer = log_in(&blog, "192.0.2.1", &answering(password, version, verify));
            answer.expect(200, &refusal(NOT_HUMAN));
        }
    }
    assert_eq!(stub.requests(), []);
    // In doubt nobody is human, and a captcha that fails is no mistake of the password.
    for behaviour in [
        HttpBehaviour::HangUp,
        HttpBehaviour::Silence,
        HttpBehaviour::json(500, r#"{"success":true}"#),
        HttpBehaviour::json(200, "{}"),
        HttpBehaviour::json(200, "<html>"),
        HttpBehaviour::json(200, r#"{"success":"true"}"#),
    ] {
        stub.then(behaviour.clone());
        let answer = log_in(&blog, "192.0.2.1", &answering(PASSWORD, Some("v2"), "x"));
        assert_eq!(answer.text(), refusal(NOT_HUMAN), "{behaviour:?}");
    }
    stub.always(HttpBehaviour::json(200, r#"{"success":true}"#));
    for _ in 0..4 {
        log_in(&blog, "192.0.2.1", &answering("wrong", Some("v2"), "x"))
            .expect(200, &refusal(WRONG));
    }
    // The other way in remains for an owner whose captcha service is down.
    let login = json!({ "name": OWNER, "password": PASSWORD });
    assert_eq!(blog.post_from("192.0.2.1", "/admin/login", &login).status, 200);
}

#[test]
fn it_speaks_the_language_of_the_installation() {
    let blog = blog_on(Database::Sqlite, |_| {});
    blog.set_value("LANGUAGE", "en_US");
    log_in(&blog, "192.0.2.1", &credentials(OWNER, "wrong"))
        .expect(200, &refusal("Wrong name or password"));
    let answer = log_in(&blog, "192.0.2.1", &credentials(OWNER, PASSWORD));
    assert_eq!(answer.json()["msg"], "Logged in, please wait");
}

#[test]
fn passwords_and_sessions_appear_in_no_log() {
    let program = Program::new(&[
        ("INKSTONE__LOG__REQUESTS", "all"),
        ("INKSTONE__LOG__FILTER", "trace"),
        ("INKSTONE__OWNER__NAME", OWNER),
        ("INKSTONE__OWNER__PASSWORD", PASSWORD),
    ]);
    let serving = program.serve();
    let address = serving.address.parse().unwrap();
    let log_in = |password: &str| {
        let body = form(&credentials(OWNER, password));
        send(address, "POST", AUTH, &[("content-type", FORM)], Some(&body))
    };
    let token = opened(&log_in(PASSWORD));
    log_in("a wrong guess").expect(200, &refusal(WRONG));
    let path = format!("/api/get_notifications?token={token}");
    assert_eq!(send(address, "GET", &path, &[], None).status, 200);
    let run = serving.stop("TERM");
    assert!(run.stderr.contains(AUTH), "requests are logged: {}", run.stderr);
    for secret in [PASSWORD, "a wrong guess", "a+wrong+guess", &token] {
        assert!(!run.stderr.contains(secret) && !run.stdout.contains(secret), "{secret}");
    }
}
