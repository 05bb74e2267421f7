//! Contract cwd, 11: what the bot says, and how the owner sets it up.

mod webhook;

use inkstone_delivery::testing::{HttpBehaviour, HttpStub};
use serde_json::{Value, json};

use super::support::{
    BOSS, CHAT, OUTBOX, PUBLIC, TOKEN, blog_with, names_no_secret, post_as, set_telegram, settle,
    telegraphing, wait_for_message, wait_for_messages,
};
use crate::{
    cwd::support::{Blog, Database, on_both_databases, said},
    support::Answer,
};

const SET_UP: &str = "/admin/settings/telegram/setup";
const TEST: &str = "/admin/settings/telegram/test";

on_both_databases!(the_bot_tells_of_every_comment);

/// The parameters of a call of `method` by the bot.
#[track_caller]
fn call(stub: &HttpStub, number: usize, method: &str) -> Value {
    let request = &stub.wait_for_requests(number)[number - 1];
    assert_eq!(
        (request.method.as_str(), request.path.as_str()),
        ("POST", format!("/bot{TOKEN}/{method}").as_str())
    );
    assert_eq!(request.header("content-type"), Some("application/json"));
    serde_json::from_slice(&request.body).unwrap()
}

fn owner(blog: &Blog, path: &str) -> Answer {
    let answer = blog.admin("POST", path, &json!({}));
    names_no_secret(&answer);
    answer
}

fn the_bot_tells_of_every_comment(database: Database) {
    let (blog, stub) = telegraphing(database);
    let hostile = json!({
        "post_title": "<T> & \"",
        "post_url": "https://blog.example/?a&b\"c",
        "content": "<b>not bold</b> *x* [y](https://z.example) & done",
    });
    let root = post_as(&blog, "<i>Ann", "ann&co@x.io", &hostile);
    assert_eq!(
        call(&stub, 1, "sendMessage"),
        json!({
            "chat_id": CHAT,
            "text": format!(
                "<b>新评论</b>\n页面：<a href=\"https://blog.example/?a&amp;b%22c\">&lt;T&gt; &amp; \
                 &quot;</a>\n作者：&lt;i&gt;Ann（ann&amp;co@x.io）\n状态：已通过\n\n\
                 &lt;b&gt;not bold&lt;/b&gt; *x* [y](https://z.example) &amp; done\n\n#ID:{root}"
            ),
            "parse_mode": "HTML",
            "link_preview_options": { "is_disabled": true },
        })
    );
    blog.set_settings(&json!({ "requireReview": true }));
    let reply = blog.posted(json!({ "parent_id": root, "content": "Waits" }));
    let call = call(&stub, 2, "sendMessage");
    assert_eq!(
        call["text"],
        format!(
            "<b>新评论</b>\n页面：&lt;T&gt; &amp; &quot;\n作者：Ann（a@x.io）\n状态：待审核\n\nWaits\n\n\
             #ID:{reply}"
        )
    );
    let button = json!({ "text": "批准", "callback_data": format!("approve:{reply}") });
    assert_eq!(call["reply_markup"], json!({ "inline_keyboard": [[button]] }));
    for id in [root, reply] {
        let sent = wait_for_message(&blog, &format!("subject={id}&channel=telegram"), "sent");
        assert_eq!((&sent["recipient"], &sent["title"]), (&json!(CHAT), &json!("")));
    }
}

#[test]
fn the_longest_comment_fits_into_a_message() {
    let (blog, stub) = telegraphing(Database::Sqlite);
    let id = post_as(
        &blog,
        &"名".repeat(50),
        "a@x.io",
        &json!({
            "content": "&".repeat(10_000), "post_title": "\"".repeat(300),
        }),
    );
    let text = call(&stub, 1, "sendMessage")["text"].as_str().unwrap().to_owned();
    assert!(text.encode_utf16().count() <= 4096, "{}", text.len());
    assert!(text.ends_with(&format!("&amp;…\n\n#ID:{id}")), "{text}");
}

#[test]
fn what_is_not_wanted_is_recorded_with_the_setting_that_says_so() {
    let (blog, stub) = telegraphing(Database::Sqlite);
    let unset = "telegram_bot_token or telegram_chat_id is not set";
    for (settings, recipient, reason) in [
        (
            json!({ "botToken": TOKEN, "chatId": CHAT, "notifyEnabled": false }),
            CHAT,
            "telegram_notify_enabled is off",
        ),
        (json!({ "chatId": CHAT, "notifyEnabled": true }), CHAT, unset),
        (json!({ "botToken": TOKEN, "chatId": " ", "notifyEnabled": true }), "", unset),
    ] {
        set_telegram(&blog, &settings);
        let id = blog.posted(json!({}));
        let query = format!("subject={id}&channel=telegram");
        let found = wait_for_message(&blog, &query, "skipped");
        assert_eq!((&found["recipient"], &found["reason"]), (&json!(recipient), &json!(reason)));
    }
    settle(&blog);
    assert_eq!(stub.requests(), []);
}

#[test]
fn telegrams_refusals_are_kept_and_passing_ones_tried_again() {
    let (blog, stub) = telegraphing(Database::Sqlite);
    stub.always(HttpBehaviour::json(
        429,
        r#"{"ok":false,"error_code":429,"description":"Too Many Requests: retry after 0",
            "parameters":{"retry_after":0}}"#,
    ));
    let id = blog.posted(json!({}));
    let query = format!("subject={id}&channel=telegram");
    let failed = |found: &[Value]| found.iter().any(|found| !found["reason"].is_null());
    let found = &wait_for_messages(&blog, &query, failed)[0];
    assert_eq!(found["reason"], "Too Many Requests: retry after 0");
    stub.always(HttpBehaviour::json(200, r#"{"ok":true,"result":{}}"#));
    wait_for_message(&blog, &query, "sent");

    let description = "Bad Request: chat not found";
    let refusal = json!({ "ok": false, "error_code": 400, "description": description });
    stub.always(HttpBehaviour::json(400, &refusal.to_string()));
    let id = blog.posted(json!({}));
    let query = format!("subject={id}&channel=telegram");
    let found = wait_for_message(&blog, &query, "given_up");
    assert_eq!((&found["reason"], &found["attempts"]), (&json!(description), &json!(1)));

    // Whoever repeats the token does not make us repeat it.
    let repeated = json!({ "ok": false, "error_code": 403, "description": format!("no {TOKEN}") });
    stub.always(HttpBehaviour::json(403, &repeated.to_string()));
    let id = blog.posted(json!({}));
    let found = wait_for_message(&blog, &format!("subject={id}&channel=telegram"), "given_up");
    assert_eq!(found["reason"], "no ***");
    names_no_secret(&blog.admin("GET", OUTBOX, &Value::Null));
    names_no_secret(&blog.admin("GET", "/admin/settings/telegram", &Value::Null));
}

#[test]
fn setting_up_registers_the_public_address_and_a_secret() {
    let (blog, stub) = telegraphing(Database::Sqlite);
    let url = format!("{PUBLIC}/api/telegram/webhook");
    let done = json!({ "message": "Webhook 设置成功", "webhookUrl": url }).to_string();
    owner(&blog, SET_UP).expect(200, &done);
    let call = call(&stub, 1, "setWebhook");
    let secret = call["secret_token"].as_str().expect("a secret").to_owned();
    let expected =
        json!({ "url": url, "secret_token": secret, "allowed_updates": ["callback_query"] });
    assert_eq!(call, expected);
    assert!(secret.len() >= 32 && secret.bytes().all(|byte| byte.is_ascii_alphanumeric()));
    assert!(!TOKEN.contains(&secret));
}

#[test]
fn setting_up_says_what_is_missing() {
    let stub = HttpStub::start();
    let refused = |reason: &str| said(&format!("Webhook 设置失败: {reason}"));
    let blog = blog_with(Database::Sqlite, |config| {
        config.telegram.api_url = stub.url().parse().unwrap();
        config.server.public_url = None.into();
    });
    owner(&blog, SET_UP).expect(400, &said("请先保存机器人 Token"));
    set_telegram(&blog, &json!({ "botToken": TOKEN, "notifyEnabled": true }));
    owner(&blog, SET_UP).expect(400, &refused("server.public_url is not configured"));
    assert_eq!(stub.requests(), []);

    let (blog, stub) = telegraphing(Database::Sqlite);
    let refusal = r#"{"ok":false,"error_code":401,"description":"Unauthorized"}"#;
    stub.then(HttpBehaviour::json(401, refusal));
    owner(&blog, SET_UP).expect(400, &refused("Unauthorized"));
    stub.then(HttpBehaviour::json(502, "<html>"));
    owner(&blog, SET_UP).expect(400, &refused("unexpected answer with status 502"));
    blog.post(SET_UP, &json!({})).expect(401, &said("Unauthorized"));
    assert_eq!(stub.requests().len(), 2);
}

#[test]
fn the_test_says_something_in_the_owners_chat() {
    let (blog, stub) = telegraphing(Database::Sqlite);
    owner(&blog, TEST).expect(200, &said("测试消息已发送"));
    let call = call(&stub, 1, "sendMessage");
    assert_eq!((&call["chat_id"], &call["parse_mode"]), (&json!(CHAT), &json!("HTML")));
    assert!(call["text"].as_str().unwrap().contains("测试"), "{call}");
    stub.then(HttpBehaviour::json(400, r#"{"ok":false,"description":"Bad Request: no chat"}"#));
    owner(&blog, TEST).expect(400, &said("发送失败: Bad Request: no chat"));
    stub.then(HttpBehaviour::HangUp);
    let answer = owner(&blog, TEST);
    let text = answer.json()["message"].as_str().unwrap().to_owned();
    assert!(answer.status == 400 && text.starts_with("发送失败: no"), "{text}");

    let incomplete = said("请先配置 Bot Token 和 Chat ID");
    for settings in [json!({ "botToken": TOKEN }), json!({ "chatId": CHAT }), json!({})] {
        set_telegram(&blog, &settings);
        owner(&blog, TEST).expect(400, &incomplete);
    }
    set_telegram(&blog, &json!({ "botToken": "../../evil?x=", "chatId": CHAT }));
    owner(&blog, TEST).expect(400, &said("发送失败: the bot token is malformed"));
    blog.post(TEST, &json!({})).expect(401, &said("Unauthorized"));
    assert_eq!(stub.requests().len(), 3);
}

#[test]
fn comments_are_taken_while_telegram_is_down() {
    let (blog, stub) = telegraphing(Database::Sqlite);
    blog.set_settings(&json!({ "adminEmail": BOSS }));
    stub.always(HttpBehaviour::HangUp);
    let id = blog.posted(json!({}));
    assert_eq!(blog.list("post_slug=/posts/one")["data"][0]["id"], id);
    stub.wait_for_requests(1);
    stub.always(HttpBehaviour::json(200, r#"{"ok":true}"#));
    wait_for_message(&blog, &format!("subject={id}&channel=telegram"), "sent");
}
