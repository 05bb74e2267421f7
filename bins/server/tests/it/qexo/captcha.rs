//! How strangers prove to be human (contract qexo, 3.14; checklist 8).

use std::net::TcpListener;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use inkstone_delivery::testing::{HttpBehaviour, HttpStub};
use inkstone_server::config::Config;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use super::{
    applications::{ADA, asked},
    support::{SAVED, blog_on, blog_with, refusal},
};
use crate::{
    cwd::support::{Blog, Database, at_once, on_both_databases},
    support::Answer,
};

on_both_databases!(work_is_accepted_once);

const FAILED: &str = "人机验证失败!";

/// A blog that asks for a captcha, which the service at `url` verifies.
fn asking(captcha: &str, url: &str) -> Blog {
    let blog = blog_with(|config| {
        config.qexo.captcha_url = url.parse().unwrap();
        config.qexo.captcha_timeout_s = 1.try_into().unwrap();
        config.qexo.ask_friend_per_hour = 1_000.try_into().unwrap();
    });
    let fields =
        [("allow_friend", "是"), ("friend-recaptcha", captcha), ("recaptcha-token", "hunter2&x=1")];
    blog.owner_form("/api/set_api", &fields).expect(200, SAVED);
    blog
}

fn ask(blog: &Blog, verify: &str) -> Answer {
    blog.ask_friend(&[&ADA[..], &[("verify", verify)]].concat())
}

fn is_untouched(blog: &Blog) {
    assert!(blog.all_friends("").is_empty() && blog.notices().is_empty());
}

#[test]
fn the_service_decides() {
    let stub = HttpStub::start();
    for (captcha, verdict, human) in [
        ("v2", r#"{"success":true}"#, true),
        ("v2", r#"{"success":false,"error-codes":["timeout-or-duplicate"]}"#, false),
        ("v3", r#"{"success":true,"score":0.51}"#, true),
        ("v3", r#"{"success":true,"score":0.5}"#, false),
        ("v3", r#"{"success":false,"score":0.9}"#, false),
        ("v3", r#"{"success":true}"#, false),
    ] {
        let blog = asking(captcha, &format!("{}/recaptcha/api/siteverify", stub.url()));
        stub.then(HttpBehaviour::json(200, verdict));
        let answer = ask(&blog, "03AGdBq24+/=&");
        if human {
            asked(&answer);
            assert_eq!((blog.all_friends("").len(), blog.notices().len()), (1, 1));
        } else {
            answer.expect(200, &refusal(FAILED));
            is_untouched(&blog);
        }
    }
    for request in stub.requests() {
        // Never in the query, where logs would keep it.
        let asked = (request.method.as_str(), request.path.as_str());
        assert_eq!(asked, ("POST", "/recaptcha/api/siteverify"));
        let fields: Vec<(String, String)> =
            url::form_urlencoded::parse(&request.body).into_owned().collect();
        let expected = [("secret", "hunter2&x=1"), ("response", "03AGdBq24+/=&")];
        assert_eq!(fields, expected.map(|(name, text)| (name.to_owned(), text.to_owned())));
    }
}

#[test]
fn in_doubt_nobody_is_human() {
    let stub = HttpStub::start();
    let blog = asking("v2", &stub.url());
    let location = vec![("Location".to_owned(), stub.url())];
    for behaviour in [
        HttpBehaviour::HangUp,
        HttpBehaviour::Silence,
        HttpBehaviour::Flood(200),
        HttpBehaviour::Raw(b"220 mail\r\n".to_vec()),
        HttpBehaviour::json(200, ""),
        HttpBehaviour::json(200, "null"),
        HttpBehaviour::json(200, r#"{"success":1}"#),
        HttpBehaviour::json(200, "<html>"),
        HttpBehaviour::json(500, r#"{"success":true}"#),
        HttpBehaviour::json(403, r#"{"success":true}"#),
        HttpBehaviour::Answer { status: 302, headers: location, body: Vec::new() },
    ] {
        stub.then(behaviour.clone());
        let answer = ask(&blog, "token");
        assert_eq!(answer.text(), refusal(FAILED), "{behaviour:?}");
    }
    assert_eq!(stub.requests().len(), 11, "each asked once");
    is_untouched(&blog);

    // Nobody listens there.
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let blog = asking("v3", &format!("http://127.0.0.1:{port}/"));
    ask(&blog, "token").expect(200, &refusal(FAILED));
    is_untouched(&blog);
}

#[test]
fn the_service_is_asked_about_nothing_that_fails_anyway() {
    let stub = HttpStub::start();
    stub.always(HttpBehaviour::json(200, r#"{"success":true,"score":1}"#));
    let blog = asking("v3", &stub.url());
    blog.ask_friend(&ADA).expect(200, &refusal(FAILED));
    ask(&blog, "").expect(200, &refusal(FAILED));
    ask(&blog, &"x".repeat(20_000)).expect(200, &refusal(FAILED));
    let wrong = [("url", "javascript:x"), ("verify", "token")];
    blog.ask_friend(&[&ADA[..1], &ADA[2..], &wrong].concat())
        .expect(200, &refusal("参数错误: url"));
    blog.set_value("RECAPTCHA_TOKEN", "");
    ask(&blog, "token").expect(200, &refusal(FAILED));
    blog.set_value("ALLOW_FRIEND", "否");
    ask(&blog, "token").expect(403, &refusal("友链申请未开启"));
    assert_eq!(stub.requests(), []);
    is_untouched(&blog);

    for off in ["否", "关闭"] {
        blog.set_value("ALLOW_FRIEND", "是");
        blog.set_value("FRIEND_RECAPTCHA", off);
        asked(&ask(&blog, "whatever"));
    }
    assert_eq!(stub.requests(), []);
}

fn easy(config: &mut Config) {
    config.qexo.proof_of_work = 2_000.try_into().unwrap();
    config.qexo.ask_friend_per_hour = 1_000.try_into().unwrap();
}

fn challenge(blog: &Blog) -> Value {
    let answer = blog.get("/pub/ask_friend_challenge/");
    assert_eq!((answer.status, answer.header("cache-control")), (200, "no-store"));
    assert_eq!(answer.header("access-control-allow-origin"), "*");
    answer.json()
}

/// What a widget sends when it has found the number.
fn solve(challenge: &Value) -> String {
    let salt = challenge["salt"].as_str().unwrap();
    let matches = |number: &u64| {
        let hash = Sha256::digest(format!("{salt}{number}"));
        base16ct::lower::encode_string(&hash) == challenge["challenge"]
    };
    let number = (0..=challenge["maxnumber"].as_u64().unwrap()).find(matches).unwrap();
    let payload = json!({
        "algorithm": challenge["algorithm"],
        "challenge": challenge["challenge"],
        "number": number,
        "salt": salt,
        "signature": challenge["signature"],
        "took": 7,
    });
    STANDARD.encode(payload.to_string())
}

fn work_is_accepted_once(database: Database) {
    let blog = blog_on(database, easy);
    let fields = [("allow_friend", "是"), ("friend-recaptcha", "altcha")];
    blog.owner_form("/api/set_api", &fields).expect(200, SAVED);
    let repaired = blog.owner_form("/pub/fix", &[]);
    assert_eq!(repaired.json()["status"], true);
    // The repair has not switched it off.
    blog.ask_friend(&ADA).expect(200, &refusal(FAILED));
    for lazy in ["token", "e30=", "W10="] {
        ask(&blog, lazy).expect(200, &refusal(FAILED));
    }

    let first = challenge(&blog);
    assert_eq!((&first["algorithm"], &first["maxnumber"]), (&json!("SHA-256"), &json!(2_000)));
    assert_ne!(first["salt"], challenge(&blog)["salt"]);
    let answer = solve(&first);
    // A mistake elsewhere does not cost the work.
    let wrong = [("name", ""), ("verify", answer.as_str())];
    blog.ask_friend(&[&ADA[1..], &wrong].concat()).expect(200, &refusal("缺少参数: name"));
    let accepted = at_once(8, |_| ask(&blog, &answer).json()["status"] == true);
    assert_eq!(accepted.iter().filter(|accepted| **accepted).count(), 1, "{accepted:?}");
    assert_eq!((blog.all_friends("").len(), blog.notices().len()), (1, 1));

    let next = solve(&challenge(&blog));
    asked(&ask(&blog, &next));
    // Whoever has the same database and key knows what was used, and what was made elsewhere.
    let unused = solve(&challenge(&blog));
    let blog = blog.restart();
    for used in [&answer, &next] {
        ask(&blog, used).expect(200, &refusal(FAILED));
    }
    asked(&ask(&blog, &unused));
}

#[test]
fn work_done_for_another_server_does_not_count() {
    let (one, other) = (blog_with(easy), blog_with(easy));
    for blog in [&one, &other] {
        blog.open_applications();
        blog.set_value("FRIEND_RECAPTCHA", "altcha");
    }
    let answer = solve(&challenge(&other));
    ask(&one, &answer).expect(200, &refusal(FAILED));
    asked(&ask(&other, &answer));
}
