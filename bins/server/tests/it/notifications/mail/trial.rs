//! `POST /admin/settings/email-test` (contract cwd, 3.5).

use inkstone_delivery::testing::{Act, SmtpBehaviour, SmtpStub, Stage};
use serde_json::{Value, json};

use super::super::support::{
    BOSS, MAIL_PASSWORD, SENDER, blog_with, mailing, mailing_with, names_no_secret, outbox, smtp,
};
use crate::{
    cwd::support::{Blog, Database, said},
    support::Answer,
};

const TEST: &str = "/admin/settings/email-test";
const MASK: &str = "********";
const SENT: &str = "邮件发送成功";
const INCOMPLETE: &str = "SMTP 配置不完整";

/// The panel's request, the members of its server changed.
fn test(blog: &Blog, stub: &SmtpStub, changes: &Value) -> Answer {
    let mut server = smtp(stub);
    server.as_object_mut().unwrap().extend(changes.as_object().unwrap().clone());
    let answer = blog.admin("POST", TEST, &json!({ "toEmail": BOSS, "smtp": server }));
    names_no_secret(&answer);
    answer
}

#[test]
fn a_test_mail_arrives_with_the_settings_of_the_request() {
    let (blog, stub) = (blog_with(Database::Sqlite, |_| {}), SmtpStub::start());
    for (number, changes) in [
        json!({}),
        json!({ "port": stub.port().to_string(), "secure": "0" }),
        json!({ "user": format!(" {SENDER} "), "secure": 0 }),
    ]
    .iter()
    .enumerate()
    {
        test(&blog, &stub, changes).expect(200, &said(SENT));
        let mail = stub.mails().remove(number);
        assert_eq!(mail.sender(), ("Test".to_owned(), SENDER.to_owned()));
        assert_eq!(
            (mail.subject().as_str(), mail.recipient().as_str()),
            ("CWD Comments 邮件配置测试", BOSS)
        );
        assert_eq!(mail.login, Some((SENDER.to_owned(), MAIL_PASSWORD.to_owned())));
    }
    // It is no message of the blog, and its settings are not kept.
    assert_eq!(outbox(&blog, "")["total"], 0);
    let stored = blog.admin("GET", "/admin/settings/email-notify", &Value::Null).json();
    assert_eq!((&stored["smtp"]["user"], &stored["smtp"]["pass"]), (&json!(""), &json!("")));
}

#[test]
fn the_recipient_comes_first_and_must_be_an_address() {
    let (blog, stub) = mailing(Database::Sqlite);
    for to in [json!(null), json!(""), json!("nobody"), json!(7), json!("a@x.io\r\nBcc: b@x.io")] {
        for server in [smtp(&stub), json!({})] {
            let body = json!({ "toEmail": to, "smtp": server });
            blog.admin("POST", TEST, &body).expect(400, &said("请输入有效的接收邮箱"));
        }
    }
    for body in [json!([]), json!("x"), json!({ "toEmail": BOSS, "smtp": "x" })] {
        blog.admin("POST", TEST, &body).expect(400, &said("Invalid JSON body"));
    }
    assert_eq!(stub.reached(Stage::Greeting), 0);
}

#[test]
fn the_mask_stands_for_the_stored_password_at_the_stored_server_only() {
    let (blog, stub) = mailing(Database::Sqlite);
    let elsewhere = SmtpStub::start();
    test(&blog, &stub, &json!({ "pass": MASK })).expect(200, &said(SENT));
    assert_eq!(stub.mails()[0].login, Some((SENDER.to_owned(), MAIL_PASSWORD.to_owned())));
    for changes in [
        json!({ "pass": MASK, "host": "localhost" }),
        json!({ "pass": MASK, "port": elsewhere.port() }),
        json!({ "pass": MASK, "user": "other@x.io" }),
        json!({ "pass": MASK, "host": "" }),
        json!({ "pass": "" }),
        json!({ "pass": null }),
        json!({ "user": " " }),
        json!({ "user": null }),
    ] {
        test(&blog, &stub, &changes).expect(400, &said(INCOMPLETE));
    }
    blog.admin("POST", TEST, &json!({ "toEmail": BOSS })).expect(400, &said(INCOMPLETE));
    assert_eq!((stub.mails().len(), elsewhere.reached(Stage::Greeting)), (1, 0));
    // A mask with nothing behind it is no password.
    let fresh = blog_with(Database::Sqlite, |_| {});
    test(&fresh, &stub, &json!({ "pass": MASK })).expect(400, &said(INCOMPLETE));
    assert_eq!(stub.mails().len(), 1);
}

#[test]
fn a_failure_is_told_in_the_servers_words() {
    let (blog, mut stub) = mailing_with(Database::Sqlite, |config| {
        config.mail.timeout_s = 1.try_into().unwrap();
    });
    let refusal = "535 Login fail. Please enter your authorization code to login";
    let failed = |reason: &str| said(&format!("邮件发送失败: {reason}"));
    for (behaviour, reason) in [
        (SmtpBehaviour::answer(Stage::Auth, refusal), refusal),
        (
            SmtpBehaviour::answer(Stage::Auth, "535 Error: authentication failed"),
            "535 Error: authentication failed",
        ),
        (SmtpBehaviour::answer(Stage::Auth, &format!("535 {MAIL_PASSWORD}?")), "535 ***?"),
        (SmtpBehaviour::answer(Stage::Recipient, "550 <b>no</b>"), "550 <b>no</b>"),
        (SmtpBehaviour::At(Stage::Hello, Act::Silence), "the mail server did not answer in time"),
    ] {
        stub.then(behaviour);
        test(&blog, &stub, &json!({})).expect(500, &failed(reason));
    }
    test(&blog, &stub, &json!({ "user": "nobody" }))
        .expect(500, &failed("the sender is not a mail address"));
    stub.close();
    let answer = test(&blog, &stub, &json!({}));
    let text = answer.json()["message"].as_str().unwrap().to_owned();
    assert_eq!(answer.status, 500);
    assert!(text.starts_with("邮件发送失败: cannot connect to the mail server: "), "{text}");
    assert_eq!(stub.mails(), []);
}

#[test]
fn only_the_owner_tests() {
    let (blog, stub) = mailing(Database::Sqlite);
    let body = json!({ "toEmail": BOSS, "smtp": smtp(&stub) });
    blog.post(TEST, &body).expect(401, &said("Unauthorized"));
    assert_eq!(stub.reached(Stage::Greeting), 0);
}
