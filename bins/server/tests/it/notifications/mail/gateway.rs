//! The operator's gateway, for when there is no mail server or it fails.

use inkstone_delivery::testing::{HttpBehaviour, HttpStub, SmtpBehaviour, SmtpStub, Stage};
use inkstone_server::config::{Config, Optional};
use serde_json::{Value, json};

use super::super::support::{
    BOSS, blog_with, mailing_with, outbox, set_mail, wait_for_message, wait_for_messages,
};
use crate::cwd::support::{Blog, Database};

const TOKEN: &str = "gateway-token-1234";

fn through(gateway: &HttpStub) -> impl FnOnce(&mut Config) {
    let url = format!("{}/send?key=1", gateway.url()).parse().unwrap();
    move |config| {
        config.mail.gateway_url = Optional::from(Some(url));
        config.mail.gateway_token = Optional::from(Some(TOKEN.into()));
    }
}

fn both() -> (Blog, SmtpStub, HttpStub) {
    let gateway = HttpStub::start();
    let (blog, stub) = mailing_with(Database::Sqlite, through(&gateway));
    (blog, stub, gateway)
}

fn about(id: i64) -> String {
    format!("subject={id}&channel=mail")
}

#[test]
fn without_a_mail_server_mails_go_to_the_gateway() {
    let gateway = HttpStub::start();
    let blog = blog_with(Database::Sqlite, through(&gateway));
    blog.set_settings(&json!({ "adminEmail": BOSS }));
    let template = "<i>${postTitle}</i>${commentContent}";
    set_mail(&blog, &json!({ "templates": { "admin": template } }));
    let id = blog.posted(json!({ "post_title": "A\u{1}B <i>", "content": "\"Hi\"\\" }));
    let request = &gateway.wait_for_requests(1)[0];
    assert_eq!((request.method.as_str(), request.path.as_str()), ("POST", "/send?key=1"));
    assert_eq!(request.header("x-auth-token"), Some(TOKEN));
    assert_eq!(request.header("content-type"), Some("application/json"));
    let sent: Value = serde_json::from_slice(&request.body).unwrap();
    let html = "<i>AB &lt;i&gt;</i><p>\"Hi\"\\</p>\n";
    let expected = json!({ "to": [BOSS], "subject": "新评论提醒 - AB <i>", "html": html });
    assert_eq!(sent, expected);
    wait_for_message(&blog, &about(id), "sent");
    assert_eq!(gateway.requests().len(), 1);
}

#[test]
fn the_gateway_steps_in_when_the_mail_server_fails() {
    let (blog, stub, gateway) = both();
    let first = blog.posted(json!({}));
    wait_for_message(&blog, &about(first), "sent");
    assert_eq!((stub.mails().len(), gateway.requests().len()), (1, 0));
    stub.always(SmtpBehaviour::answer(Stage::Mail, "451 later"));
    let second = blog.posted(json!({}));
    assert_eq!(wait_for_message(&blog, &about(second), "sent")["attempts"], 1);
    assert_eq!((stub.mails().len(), gateway.requests().len()), (1, 1));
}

#[test]
fn a_gateway_that_fails_is_asked_again_and_one_that_refuses_is_not() {
    let (blog, stub, gateway) = both();
    stub.always(SmtpBehaviour::answer(Stage::Recipient, "550 no such user"));
    let busy = format!("{TOKEN} is busy");
    gateway.always(HttpBehaviour::json(503, &busy));
    let id = blog.posted(json!({}));
    let failed = |found: &[Value]| found.iter().any(|found| !found["reason"].is_null());
    let found = wait_for_messages(&blog, &about(id), failed);
    assert_eq!(found[0]["state"], "waiting");
    assert_eq!(found[0]["reason"], "550 no such user; the mail gateway answered 503: *** is busy");
    assert!(!outbox(&blog, "").to_string().contains(TOKEN));
    gateway.always(HttpBehaviour::json(422, r#"{"error":"bad mailbox"}"#));
    let found = wait_for_message(&blog, &about(id), "given_up");
    assert_eq!(
        found["reason"],
        r#"550 no such user; the mail gateway answered 422: {"error":"bad mailbox"}"#
    );
}
