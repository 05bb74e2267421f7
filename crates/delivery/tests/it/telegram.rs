//! The Telegram bot.

use inkstone_delivery::{
    Button, HttpError, TelegramBot, TelegramError,
    testing::{HttpBehaviour, HttpStub},
};
use inkstone_notifications::{Channel as _, ChannelKind, DeliveryError};
use serde_json::{Value, json};

use crate::support::{assert_hidden, http, leased};

const TOKEN: &str = "123456:AAbb-cc_dd";

#[test]
fn a_message_is_html_without_preview() {
    let stub = HttpStub::start();
    let button = Button { text: "批准", data: "approve:3" };
    bot(&stub).send_message("-1001", "<b>你好</b>", Some(button)).unwrap();
    bot(&stub).send_message("@channel", "x", None).unwrap();
    let expected = json!({
        "chat_id": "-1001",
        "text": "<b>你好</b>",
        "parse_mode": "HTML",
        "link_preview_options": { "is_disabled": true },
        "reply_markup": {
            "inline_keyboard": [[{ "text": "批准", "callback_data": "approve:3" }]],
        },
    });
    assert_eq!(called(&stub, 0), (format!("/bot{TOKEN}/sendMessage"), expected));
    assert_eq!(called(&stub, 1).1.get("reply_markup"), None);
}

#[test]
fn the_other_methods_say_what_telegram_expects() {
    let stub = HttpStub::start();
    let bot = bot(&stub);
    bot.set_webhook("https://blog.example/api/telegram/webhook", &"s3cret".into()).unwrap();
    bot.edit_message_text("-1001", 42, "done").unwrap();
    bot.answer_callback_query("77", "评论已批准").unwrap();
    let (path, webhook) = called(&stub, 0);
    assert_eq!(path, format!("/bot{TOKEN}/setWebhook"));
    assert_eq!(
        webhook,
        json!({
            "url": "https://blog.example/api/telegram/webhook",
            "secret_token": "s3cret",
            "allowed_updates": ["callback_query"],
        })
    );
    let (path, edit) = called(&stub, 1);
    assert_eq!(path, format!("/bot{TOKEN}/editMessageText"));
    assert_eq!((&edit["chat_id"], &edit["message_id"]), (&json!("-1001"), &json!(42)));
    assert_eq!((&edit["text"], &edit["parse_mode"]), (&json!("done"), &json!("HTML")));
    let (path, answer) = called(&stub, 2);
    assert_eq!(path, format!("/bot{TOKEN}/answerCallbackQuery"));
    assert_eq!(answer, json!({ "callback_query_id": "77", "text": "评论已批准" }));
}

#[test]
fn a_message_of_the_outbox_is_a_message_with_a_button() {
    let stub = HttpStub::start();
    let bot = bot(&stub);
    bot.deliver(&leased(ChannelKind::Telegram, "-1001", Some("approve:3"))).unwrap();
    bot.deliver(&leased(ChannelKind::Telegram, "-1001", None)).unwrap();
    let (_, message) = called(&stub, 0);
    assert_eq!(message["chat_id"], "-1001");
    assert_eq!(message["text"], "<p>A new <b>comment</b></p>");
    let button = &message["reply_markup"]["inline_keyboard"][0][0];
    assert_eq!(*button, json!({ "text": "批准", "callback_data": "approve:3" }));
    assert_eq!(called(&stub, 1).1.get("reply_markup"), None);
}

#[test]
fn refusals_are_temporary_or_permanent_as_telegram_says() {
    let permanent = |reason: &str| DeliveryError::permanent(reason);
    let temporary = |reason: &str| DeliveryError::temporary(reason);
    let later = |reason: &str, retry_after_ms| DeliveryError::Temporary {
        reason: reason.to_owned(),
        retry_after_ms: Some(retry_after_ms),
    };
    for (status, extra, description, expected) in [
        (400, "", "Bad Request: chat not found", permanent as fn(&str) -> _),
        (403, "", "Forbidden: bot was blocked by the user", permanent),
        (401, "", "Unauthorized", temporary),
        (404, "", "Not Found", temporary),
        (500, "", "Internal Server Error", temporary),
        (502, "", "Bad Gateway", temporary),
    ] {
        check(status, extra, description, &expected(description));
    }
    let text = "Too Many Requests: retry after 35";
    check(429, r#","parameters":{"retry_after":35}"#, text, &later(text, 35_000));
    check(429, r#","parameters":{"retry_after":-1}"#, text, &later(text, 0));
    check(429, r#","parameters":{"retry_after":9000000000}"#, text, &later(text, 86_400_000));
    check(429, "", text, &temporary(text));
}

#[track_caller]
fn check(status: u16, extra: &str, description: &str, expected: &DeliveryError) {
    let stub = HttpStub::start();
    stub.always(HttpBehaviour::json(
        status,
        &format!(r#"{{"ok":false,"error_code":{status},"description":"{description}"{extra}}}"#),
    ));
    let message = leased(ChannelKind::Telegram, "-1001", None);
    assert_eq!(bot(&stub).deliver(&message).as_ref(), Err(expected));
}

#[test]
fn what_is_not_telegram_is_a_passing_failure() {
    let stub = HttpStub::start();
    for (status, body) in [
        (200, "<html>log in to this network</html>"),
        (200, r#"{"ok":false}"#),
        (200, "[]"),
        (200, ""),
        (400, r#"{"ok":true}"#),
        (403, r#"{"ok":true,"description":"blocked"}"#),
        (502, "bad gateway"),
        (302, ""),
    ] {
        stub.then(HttpBehaviour::json(status, body));
        let error = bot(&stub).send_message("1", "x", None).unwrap_err();
        assert_eq!(error, TelegramError::Unexpected { status }, "{body}");
        assert!(matches!(error.into(), DeliveryError::Temporary { .. }));
    }
    let bot = bot(&stub);
    drop(stub);
    let error = bot.send_message("1", "x", None).unwrap_err();
    assert!(matches!(error, TelegramError::Http(HttpError::Unreachable(_))), "{error:?}");
    assert!(matches!(error.into(), DeliveryError::Temporary { .. }));
}

#[test]
fn the_token_is_nowhere_but_in_the_address() {
    let stub = HttpStub::start();
    let bot = bot(&stub);
    let echo = format!(r#"{{"ok":false,"description":"no /bot{TOKEN}/sendMessage here\u0000"}}"#);
    stub.then(HttpBehaviour::json(404, &echo));
    let refused = bot.send_message("1", "x", None).unwrap_err();
    assert_eq!(refused.to_string(), "no /bot***/sendMessage here");
    let bad = TelegramBot::new(http(), "ftp://nowhere", TOKEN.into());
    let malformed = bad.send_message("1", "x", None).unwrap_err();
    drop(stub);
    let away = bot.send_message("1", "x", None).unwrap_err();
    let shown = [refused, malformed, away].map(|error| format!("{error:?} {error}"));
    assert_hidden(TOKEN, &shown);
    assert_hidden(TOKEN, &[format!("{bot:?}")]);
}

#[test]
fn a_malformed_token_leads_nowhere() {
    let stub = HttpStub::start();
    for token in ["", "../../admin", "1:a/b", "1:a?x=", "1:a#", "1:a b", "1:a\r\nX: y", "1:ü"] {
        let bot = TelegramBot::new(http(), &stub.url(), token.into());
        let error = bot.send_message("1", "x", None).unwrap_err();
        assert_eq!(error, TelegramError::Token);
        assert!(matches!(error.into(), DeliveryError::Temporary { .. }));
    }
    assert_eq!(stub.requests(), []);
}

fn bot(stub: &HttpStub) -> TelegramBot {
    TelegramBot::new(http(), &format!("{}/", stub.url()), TOKEN.into())
}

/// The path and the parameters of a call.
fn called(stub: &HttpStub, index: usize) -> (String, Value) {
    let request = stub.requests().remove(index);
    (request.path.clone(), serde_json::from_str(&request.text()).unwrap())
}
