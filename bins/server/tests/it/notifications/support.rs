//! A blog whose messages go to stubs, and what its owner sees of them.

use std::{
    net::SocketAddr,
    thread,
    time::{Duration, Instant},
};

use inkstone_delivery::testing::{HttpStub, ReceivedMail, SmtpStub};
use inkstone_server::config::{Config, Optional};
use serde_json::{Value, json};

use crate::{
    cwd::support::{Blog, Database, comment, said},
    support::Answer,
};

pub(super) const BOSS: &str = "boss@x.io";
pub(super) const SENDER: &str = "blog@x.io";
pub(super) const MAIL_PASSWORD: &str = "correct horse mail battery";
/// The address of the server behind its proxy, which takes the prefix away.
pub(super) const PUBLIC: &str = "https://talk.example/cwd";
pub(super) const OUTBOX: &str = "/api/inkstone/outbox";

pub(super) const MAIL_SETTINGS: &str = "/admin/settings/email-notify";
pub(super) const SAVED: &str = "保存成功";

/// How long anything that must happen may take.
const PATIENCE: Duration = Duration::from_mins(1);

/// How long until somebody who waits for a state looks again.
const PAUSE: Duration = Duration::from_millis(10);

/// A blog that mails its owner through a stub, and tries again as soon as it can.
pub(super) fn mailing(database: Database) -> (Blog, SmtpStub) {
    mailing_with(database, |_| {})
}

pub(super) fn mailing_with(
    database: Database,
    configure: impl FnOnce(&mut Config),
) -> (Blog, SmtpStub) {
    let (blog, stub) = (blog_with(database, configure), SmtpStub::start());
    set_mail(&blog, &json!({ "smtp": smtp(&stub) }));
    blog.set_settings(&json!({ "adminEmail": BOSS }));
    (blog, stub)
}

/// A blog that tells nobody yet.
pub(super) fn blog_with(database: Database, configure: impl FnOnce(&mut Config)) -> Blog {
    Blog::on_with(database, |config| {
        config.notifications.retry_ms = 10.try_into().unwrap();
        config.notifications.retry_max_ms = 10.try_into().unwrap();
        config.server.public_url = Optional::from(Some(PUBLIC.parse().unwrap()));
        configure(config);
    })
}

/// The stub as the owner's mail server.
pub(super) fn smtp(stub: &SmtpStub) -> Value {
    json!({
        "host": stub.host(),
        "port": stub.port(),
        "user": SENDER,
        "pass": MAIL_PASSWORD,
        "secure": false,
    })
}

#[track_caller]
pub(super) fn set_mail(blog: &Blog, settings: &Value) {
    blog.admin("PUT", MAIL_SETTINGS, settings).expect(200, &said(SAVED));
}

/// What the bot of the tests is called by; its secret half is unmistakable.
pub(super) const TOKEN: &str = "123456:AAE-very_secret_bot_token";
pub(super) const CHAT: &str = "-1001234";

/// A blog whose owner is told by Telegram, which is a stub.
pub(super) fn telegraphing(database: Database) -> (Blog, HttpStub) {
    let stub = HttpStub::start();
    let blog = blog_with(database, |config| {
        config.telegram.api_url = stub.url().parse().unwrap();
    });
    set_telegram(&blog, &json!({ "botToken": TOKEN, "chatId": CHAT, "notifyEnabled": true }));
    (blog, stub)
}

#[track_caller]
pub(super) fn set_telegram(blog: &Blog, settings: &Value) {
    blog.admin("PUT", "/admin/settings/telegram", settings).expect(200, &said(SAVED));
}

/// `GET /api/inkstone/outbox`, which must succeed.
#[track_caller]
pub(super) fn outbox(blog: &Blog, query: &str) -> Value {
    let answer = blog.admin("GET", &format!("{OUTBOX}?{query}"), &Value::Null);
    assert_eq!(answer.status, 200, "{}", answer.text());
    answer.json()
}

/// The messages that match, newest first.
#[track_caller]
pub(super) fn messages(blog: &Blog, query: &str) -> Vec<Value> {
    let list = outbox(blog, query);
    list["messages"].as_array().expect("a list").clone()
}

/// The messages that match, as soon as they are as the test wants them.
#[track_caller]
pub(super) fn wait_for_messages(
    blog: &Blog,
    query: &str,
    enough: impl Fn(&[Value]) -> bool,
) -> Vec<Value> {
    wait_until(|| Some(messages(blog, query)).filter(|found| enough(found)))
}

/// The one message that matches, as soon as it is in `state`.
#[track_caller]
pub(super) fn wait_for_message(blog: &Blog, query: &str, state: &str) -> Value {
    let found = wait_for_messages(blog, query, |found| {
        assert!(found.len() <= 1, "one message: {found:?}");
        found.first().is_some_and(|message| message["state"] == state)
    });
    found[0].clone()
}

/// Waits until every piece of news has become messages, and none of those is on its way.
///
/// A comment on a page of its own says so: news is announced in its order.
#[track_caller]
pub(super) fn settle(blog: &Blog) {
    let id = blog.posted(json!({ "post_slug": "/settle" }));
    wait_for_messages(blog, &format!("subject={id}&channel=telegram"), |found| !found.is_empty());
    wait_for_messages(blog, "state=waiting", <[Value]>::is_empty);
}

/// What `look` finds, as soon as it finds something.
#[track_caller]
pub(crate) fn wait_until<T>(look: impl Fn() -> Option<T>) -> T {
    let started = Instant::now();
    loop {
        if let Some(found) = look() {
            return found;
        }
        assert!(started.elapsed() < PATIENCE, "what was waited for did not happen");
        thread::sleep(PAUSE);
    }
}

/// Posts a comment from somebody, which must be taken; its id.
#[track_caller]
pub(super) fn post_as(blog: &Blog, name: &str, email: &str, changes: &Value) -> i64 {
    let mut body = json!({ "name": name, "email": email });
    body.as_object_mut().unwrap().extend(changes.as_object().unwrap().clone());
    blog.posted(body)
}

/// The path that a link to the public address leads to behind the proxy.
#[track_caller]
pub(super) fn path_of(link: &str) -> &str {
    link.strip_prefix(PUBLIC).expect("a link to the server")
}

/// Posts a comment to a program; its id.
#[track_caller]
pub(super) fn post_to(address: SocketAddr, changes: Value) -> i64 {
    let body = comment(changes).to_string();
    let answer = crate::support::send(address, "POST", "/api/comments", &[], Some(&body));
    assert_eq!(answer.status, 200, "{}", answer.text());
    answer.json()["id"].as_i64().unwrap()
}

/// Nothing that must stay secret is in an answer.
#[track_caller]
pub(super) fn names_no_secret(answer: &Answer) {
    let whole = format!("{:?} {}", answer.headers, answer.text());
    for secret in [TOKEN, "very_secret", MAIL_PASSWORD] {
        assert!(!whole.contains(secret), "{whole}");
    }
}

/// The mails that arrived, once nothing is on its way any more; without those of [`settle`].
#[track_caller]
pub(super) fn settled_mails(blog: &Blog, stub: &SmtpStub) -> Vec<ReceivedMail> {
    settle(blog);
    stub.mails().into_iter().filter(|mail| mail.subject() != "新评论提醒 - /settle").collect()
}

/// A mail's two forms, lines ending as they were written.
pub(super) fn words(mail: &ReceivedMail) -> (String, String) {
    (mail.html().replace("\r\n", "\n"), mail.text().replace("\r\n", "\n"))
}
