//! Guessing the owner's key (contract cwd, 2.9 and 2.10, D-12, D-13 and D-15).

use inkstone_server::config::TrustedProxies;
use serde_json::{Value, json};

use super::support::{Blog, Database, at_once, comment, on_both_databases, said};
use crate::support::Answer;

const VERIFY: &str = "/api/verify-admin";
const KEY: &str = "open sesame";
const BOSS: &str = "boss@x.io";
const LOCKED: &str = "验证失败次数过多,请 30 分钟后再试";
const WRONG: &str = "密钥错误";

on_both_databases!(
    the_third_mistake_locks_the_address,
    many_guesses_at_once_are_three,
    a_lock_outlives_the_server,
);

fn blog(database: Database) -> Blog {
    let blog = Blog::on(database);
    blog.set_settings(&json!({ "adminEmail": BOSS, "adminKey": KEY }));
    blog
}

fn guess(blog: &Blog, address: &str, token: &str) -> Answer {
    blog.post_from(address, VERIFY, &json!({ "adminToken": token }))
}

fn claim(blog: &Blog, address: &str, token: &str) -> Answer {
    let body = comment(json!({ "email": BOSS, "adminToken": token }));
    blog.post_from(address, "/api/comments", &body)
}

#[test]
fn the_checks_have_an_order() {
    let blog = Blog::start();
    let verify = |body: &str| blog.server.send("POST", VERIFY, &[], Some(body));
    for body in ["", "null", "[]", "5", "\"x\"", "{"] {
        verify(body).expect(400, &said("无效的请求体"));
    }
    for body in ["{}", r#"{"adminToken":null}"#, r#"{"adminToken":""}"#] {
        verify(body).expect(401, &said("请输入管理员密钥"));
    }
    verify(r#"{"adminToken":"anything"}"#).expect(200, &said("未设置管理员密钥"));
    blog.set_settings(&json!({ "adminKey": KEY }));
    verify(r#"{"adminToken":"open sesame"}"#).expect(200, &said("验证通过"));
    verify(r#"{"adminToken":5}"#).expect(401, &said(WRONG));
    verify(r#"{"adminToken":["open sesame"]}"#).expect(401, &said(WRONG));
    verify(r#"{"adminToken":"open sesame "}"#).expect(403, &said(LOCKED));
    verify("nonsense").expect(400, &said("无效的请求体"));
    verify("{}").expect(401, &said("请输入管理员密钥"));
    blog.set_settings(&json!({ "adminKey": "" }));
    verify(r#"{"adminToken":"anything"}"#).expect(403, &said(LOCKED));
}

fn the_third_mistake_locks_the_address(database: Database) {
    let blog = blog(database);
    let (here, there) = ("192.0.2.1", "192.0.2.2");
    guess(&blog, here, "one").expect(401, &said(WRONG));
    claim(&blog, here, "two").expect(401, &said(WRONG));
    guess(&blog, here, "three").expect(403, &said(LOCKED));
    guess(&blog, here, KEY).expect(403, &said(LOCKED));
    claim(&blog, here, KEY).expect(403, &said(LOCKED));
    claim(&blog, here, "").expect(403, &said(LOCKED));
    guess(&blog, there, KEY).expect(200, &said("验证通过"));
    assert_eq!(claim(&blog, there, KEY).status, 200);
    let other = blog.post_from(here, "/api/comments", &comment(json!({ "adminToken": "x" })));
    assert_eq!(other.status, 200, "the locked address may comment under another name");
}

#[test]
fn the_third_mistake_may_be_made_while_commenting() {
    let blog = blog(Database::Sqlite);
    for _ in 0..2 {
        claim(&blog, "192.0.2.1", "wrong").expect(401, &said(WRONG));
    }
    claim(&blog, "192.0.2.1", "wrong").expect(403, &said(LOCKED));
    guess(&blog, "192.0.2.1", KEY).expect(403, &said(LOCKED));
    guess(&blog, "::ffff:192.0.2.1", KEY).expect(403, &said(LOCKED));
    guess(&blog, "192.0.2.2", KEY).expect(200, &said("验证通过"));
    assert_eq!(blog.stored(), 0);
}

#[test]
fn success_forgets_earlier_mistakes_and_nothing_is_no_mistake() {
    let blog = blog(Database::Sqlite);
    for _ in 0..3 {
        for _ in 0..2 {
            guess(&blog, "192.0.2.1", "wrong").expect(401, &said(WRONG));
            guess(&blog, "192.0.2.1", "").expect(401, &said("请输入管理员密钥"));
        }
        guess(&blog, "192.0.2.1", KEY).expect(200, &said("验证通过"));
    }
}

#[test]
fn addresses_that_clients_invent_do_not_help() {
    let blog = Blog::start_with(|config| {
        config.server.trusted_proxies = TrustedProxies::default();
    });
    blog.set_settings(&json!({ "adminEmail": BOSS, "adminKey": KEY }));
    let statuses: Vec<u16> =
        (1..6).map(|host| guess(&blog, &format!("192.0.2.{host}"), "wrong").status).collect();
    assert_eq!(statuses, [401, 401, 403, 403, 403]);
}

fn many_guesses_at_once_are_three(database: Database) {
    let blog = blog(database);
    let mut answers = at_once(12, |number| {
        let answer = match number % 2 {
            0 => guess(&blog, "192.0.2.1", "wrong"),
            _ => claim(&blog, "192.0.2.1", "wrong"),
        };
        (answer.status, answer.json()["message"].clone())
    });
    answers.sort_by_key(|answer| answer.0);
    let wrong = (401, Value::from(WRONG));
    let locked = (403, Value::from(LOCKED));
    assert_eq!(answers, [vec![wrong; 2], vec![locked; 10]].concat());
    guess(&blog, "192.0.2.1", KEY).expect(403, &said(LOCKED));
    assert_eq!(blog.stored(), 0);
}

fn a_lock_outlives_the_server(database: Database) {
    let blog = blog(database);
    for _ in 0..3 {
        guess(&blog, "192.0.2.1", "wrong");
    }
    guess(&blog, "192.0.2.2", "wrong").expect(401, &said(WRONG));
    guess(&blog, "192.0.2.2", "wrong").expect(401, &said(WRONG));
    let blog = blog.restart();
    guess(&blog, "192.0.2.1", KEY).expect(403, &said(LOCKED));
    guess(&blog, "192.0.2.2", "wrong").expect(403, &said(LOCKED));
    guess(&blog, "192.0.2.3", KEY).expect(200, &said("验证通过"));
}
