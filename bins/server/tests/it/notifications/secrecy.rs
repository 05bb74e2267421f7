//! What a log says of messages: that they failed, and nothing of what they hold.

use serde_json::json;

use super::support::{BOSS, CHAT, MAIL_PASSWORD, SAVED, SENDER, TOKEN, post_to, wait_until};
use crate::{
    cwd::support::said,
    support::{Program, send},
};

/// Nobody listens there.
const NOWHERE: &str = "http://127.0.0.1:1";

#[test]
fn logs_name_neither_secrets_nor_people() {
    let program = Program::new(&[
        ("INKSTONE__LOG__REQUESTS", "all"),
        ("INKSTONE__TELEGRAM__API_URL", NOWHERE),
        ("INKSTONE__SERVER__PUBLIC_URL", "https://talk.example"),
        ("INKSTONE__NOTIFICATIONS__ATTEMPTS", "1"),
    ]);
    let token = program.run(&["token", "create", "secrecy"]).stdout.trim().to_owned();
    let owner = [("authorization", token.as_str())];
    let serving = program.serve();
    let address = serving.address.parse().unwrap();
    let server = json!({
        "host": "127.0.0.1", "port": 1, "user": SENDER, "pass": MAIL_PASSWORD, "secure": false,
    });
    for (settings, body) in [
        ("comments", json!({ "adminEmail": BOSS })),
        ("email-notify", json!({ "smtp": server })),
        ("telegram", json!({ "botToken": TOKEN, "chatId": CHAT, "notifyEnabled": true })),
    ] {
        let path = format!("/admin/settings/{settings}");
        send(address, "PUT", &path, &owner, Some(&body.to_string())).expect(200, &said(SAVED));
    }
    post_to(address, json!({ "content": "words of a reader", "post_title": "secret title" }));
    let path = "/api/inkstone/outbox?state=given_up&recipient=";
    let given_up = || send(address, "GET", path, &owner, None).json()["total"].as_i64();
    wait_until(|| (given_up() == Some(2)).then_some(()));
    for (path, body) in [
        ("/admin/settings/email-test", json!({ "toEmail": BOSS, "smtp": server })),
        ("/admin/settings/telegram/setup", json!({})),
        ("/admin/settings/telegram/test", json!({})),
        ("/api/telegram/webhook", json!({ "callback_query": { "id": TOKEN } })),
        ("/api/inkstone/unsubscribe/0123456789abcdef.capability", json!({})),
    ] {
        let answer = send(address, "POST", path, &owner, Some(&body.to_string()));
        assert!((400..=500).contains(&answer.status), "{path}: {answer:?}");
    }
    // The page is in the log; what opens it is not.
    let log = serving.stop("TERM").stderr;
    assert_eq!(log.matches("message not delivered").count(), 2, "{log}");
    assert!(log.contains("/api/inkstone/unsubscribe/{token}"), "{log}");
    for seeded in [
        TOKEN,
        MAIL_PASSWORD,
        SENDER,
        BOSS,
        CHAT,
        "a@x.io",
        "words of",
        "secret title",
        "capability",
    ] {
        assert!(!log.contains(seeded), "{seeded}: {log}");
    }
}
