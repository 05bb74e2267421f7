//! `POST /api/telegram/webhook`: only Telegram, only the owner's chat, only what waits.

use inkstone_delivery::testing::{Gate, HttpBehaviour, HttpStub, SmtpStub};
use serde_json::{Value, json};

use super::{
    super::support::{
        CHAT, TOKEN, names_no_secret, post_as, set_mail, set_telegram, settled_mails, smtp,
        telegraphing, wait_for_message,
    },
    SET_UP, call,
};
use crate::{
    cwd::support::{Blog, Database, on_both_databases, said},
    support::Answer,
};

const WEBHOOK: &str = "/api/telegram/webhook";
const SECRET: &str = "x-telegram-bot-api-secret-token";

on_both_databases!(the_button_approves_a_comment_and_whoever_was_answered_gets_their_mail);

/// A blog that is set up, the stub, the secret that Telegram got, and a comment that waits.
struct Chat {
    blog: Blog,
    stub: HttpStub,
    secret: String,
    waiting: i64,
    calls: usize,
}

impl Chat {
    fn on(database: Database) -> Self {
        let (blog, stub) = telegraphing(database);
        assert_eq!(blog.admin("POST", SET_UP, &json!({})).status, 200);
        let secret = call(&stub, 1, "setWebhook")["secret_token"].as_str().unwrap().to_owned();
        blog.set_settings(&json!({ "requireReview": true }));
        let waiting = blog.posted(json!({}));
        wait_for_message(&blog, &format!("subject={waiting}&channel=telegram"), "sent");
        Self { blog, stub, secret, waiting, calls: 2 }
    }

    /// Telegram says that somebody in the chat pressed the button with this data.
    fn press(&self, data: &str) -> Answer {
        self.report(&self.secret, &update(&json!(-1_001_234), data))
    }

    fn report(&self, secret: &str, update: &Value) -> Answer {
        let answer = self.blog.send("POST", WEBHOOK, &[(SECRET, secret)], update);
        names_no_secret(&answer);
        assert_eq!(answer.header("content-type"), "text/plain; charset=utf-8");
        answer
    }

    /// What the button's owner is told next.
    #[track_caller]
    fn told(&mut self) -> String {
        self.calls += 1;
        let call = call(&self.stub, self.calls, "answerCallbackQuery");
        assert_eq!(call["callback_query_id"], "77");
        call["text"].as_str().unwrap().to_owned()
    }

    fn status(&self, id: i64) -> String {
        let list = self.blog.admin("GET", "/admin/comments/list", &Value::Null).json();
        let rows = list["data"].as_array().unwrap();
        let row = rows.iter().find(|row| row["id"] == id).expect("the comment");
        row["status"].as_str().unwrap().to_owned()
    }

    /// Nothing has been approved, and nobody told Telegram anything.
    #[track_caller]
    fn is_untouched(&self) {
        assert_eq!(self.status(self.waiting), "pending");
        assert_eq!(self.stub.requests().len(), self.calls);
    }
}

fn update(chat: &Value, data: &str) -> Value {
    json!({
        "update_id": 1,
        "callback_query": {
            "id": "77",
            "data": data,
            "message": { "message_id": 9, "chat": { "id": chat }, "text": "新评论\n<b> & more" },
        },
    })
}

fn the_button_approves_a_comment_and_whoever_was_answered_gets_their_mail(database: Database) {
    let mut chat = Chat::on(database);
    let mail = SmtpStub::start();
    set_mail(&chat.blog, &json!({ "smtp": smtp(&mail) }));
    chat.blog.set_status(chat.waiting, "approved");
    let reply = post_as(&chat.blog, "Bob", "bob@x.io", &json!({ "parent_id": chat.waiting }));
    wait_for_message(&chat.blog, &format!("subject={reply}&channel=telegram"), "sent");
    chat.calls += 1;
    assert_eq!(mail.mails(), []);

    chat.press(&format!("approve:{reply}")).expect(200, "OK");
    assert_eq!(chat.status(reply), "approved");
    chat.calls += 1;
    assert_eq!(
        call(&chat.stub, chat.calls, "editMessageText"),
        json!({
            "chat_id": CHAT,
            "message_id": 9,
            "text": "新评论\n&lt;b&gt; &amp; more\n\n✅ 评论已批准",
            "parse_mode": "HTML",
            "link_preview_options": { "is_disabled": true },
        })
    );
    assert_eq!(chat.told(), "评论已批准");
    let mails = mail.wait_for_mails(1);
    assert_eq!(mails[0].recipients, ["a@x.io"]);
    let listed = chat.blog.list("post_slug=/posts/one");
    assert_eq!(listed["data"][0]["replies"][0]["id"], reply);

    // A second press changes nothing and says so.
    chat.press(&format!("approve:{reply}")).expect(200, "OK");
    assert_eq!(chat.told(), "该评论已不在待审核状态");
    assert_eq!(settled_mails(&chat.blog, &mail).len(), 1);
}

#[test]
fn only_what_waits_is_approved() {
    let mut chat = Chat::on(Database::Sqlite);
    chat.blog.set_status(chat.waiting, "rejected");
    for id in [chat.waiting, chat.waiting + 1000] {
        chat.press(&format!("approve:{id}")).expect(200, "OK");
        assert_eq!(chat.told(), "该评论已不在待审核状态");
    }
    assert_eq!(chat.status(chat.waiting), "rejected");
}

#[test]
fn other_data_is_answered_and_does_nothing() {
    let mut chat = Chat::on(Database::Sqlite);
    let id = chat.waiting;
    for data in ["approve:", "approve:x", "approve:-1", "approve:0", "approve:1e3", "approve:1 "] {
        chat.press(data).expect(200, "OK");
        assert_eq!(chat.told(), "Invalid Comment ID", "{data}");
    }
    chat.press("approve:99999999999999999999").expect(200, "OK");
    assert_eq!(chat.told(), "Invalid Comment ID");
    for data in [format!("delete:{id}"), format!("Approve:{id}"), id.to_string(), String::new()] {
        chat.press(&data).expect(200, "OK");
        assert_eq!(chat.told(), "当前仅支持审核操作", "{data}");
    }
    chat.is_untouched();
}

#[test]
fn nobody_but_telegram_is_heard() {
    let chat = Chat::on(Database::Sqlite);
    let body = update(&json!(-1_001_234), &format!("approve:{}", chat.waiting));
    let mut last = chat.secret.clone();
    last.pop();
    last.push(if chat.secret.ends_with('0') { '1' } else { '0' });
    for forged in ["", "secret", TOKEN, CHAT, &chat.secret[1..], &chat.secret.to_uppercase(), &last]
    {
        // A secret of digits alone has no upper case.
        if forged != chat.secret {
            chat.report(forged, &body).expect(401, "Unauthorized");
        }
    }
    chat.blog.post(WEBHOOK, &body).expect(401, "Unauthorized");
    let query = format!("{WEBHOOK}?secret_token={}", chat.secret);
    chat.blog.post(&query, &body).expect(401, "Unauthorized");
    chat.is_untouched();
}

#[test]
fn the_secret_is_for_one_bot_of_one_server() {
    let chat = Chat::on(Database::Sqlite);
    let body = update(&json!(-1_001_234), &format!("approve:{}", chat.waiting));
    let settings = json!({ "botToken": "99:another", "chatId": CHAT, "notifyEnabled": true });
    set_telegram(&chat.blog, &settings);
    chat.report(&chat.secret, &body).expect(401, "Unauthorized");
    set_telegram(&chat.blog, &json!({ "chatId": CHAT, "notifyEnabled": true }));
    chat.report(&chat.secret, &body).expect(400, "Bot token not configured");
    chat.is_untouched();
    let other = Chat::on(Database::Sqlite);
    assert_ne!(chat.secret, other.secret);
    other.report(&chat.secret, &body).expect(401, "Unauthorized");
    other.is_untouched();
}

#[test]
fn other_chats_and_other_updates_do_nothing() {
    let chat = Chat::on(Database::Sqlite);
    let data = format!("approve:{}", chat.waiting);
    let mut updates = vec![
        update(&json!(-1_001_235), &data),
        update(&json!("someone"), &data),
        update(&Value::Null, &data),
        json!({}),
        json!([]),
        json!({ "update_id": 1, "message": { "text": data, "chat": { "id": CHAT } } }),
        json!({ "callback_query": null }),
        json!({ "callback_query": { "id": "77", "data": data } }),
    ];
    let mut numeric = update(&json!(-1_001_234), &data);
    numeric["callback_query"]["data"] = json!(chat.waiting);
    updates.push(numeric);
    for update in updates {
        chat.report(&chat.secret, &update).expect(200, "OK");
    }
    let headers = [(SECRET, chat.secret.as_str())];
    for body in ["", "approve", "{\"callback_query\":", "\u{0}"] {
        chat.blog.server.send("POST", WEBHOOK, &headers, Some(body)).expect(200, "OK");
    }
    chat.is_untouched();
    // Without a chat there is no owner whose presses count.
    set_telegram(&chat.blog, &json!({ "botToken": TOKEN, "notifyEnabled": true }));
    chat.press(&data).expect(200, "OK");
    chat.is_untouched();
}

#[test]
fn a_comment_is_approved_even_if_telegram_does_not_listen_any_more() {
    let mut chat = Chat::on(Database::Sqlite);
    // Telegram does not wait for its own answers.
    let gate = Gate::new();
    let broken = Box::new(HttpBehaviour::json(500, "broken"));
    chat.stub.always(HttpBehaviour::Wait(gate.clone(), broken));
    chat.press(&format!("approve:{}", chat.waiting)).expect(200, "OK");
    assert_eq!(chat.status(chat.waiting), "approved");
    gate.open();
    chat.calls += 1;
    call(&chat.stub, chat.calls, "editMessageText");
    assert_eq!(chat.told(), "评论已批准");
    assert_eq!(chat.blog.list("post_slug=/posts/one")["data"][0]["id"], chat.waiting);
}

#[test]
fn bodies_are_bounded() {
    let chat = Chat::on(Database::Sqlite);
    let data = format!("approve:{}{}", chat.waiting, " ".repeat(70_000));
    let update = update(&json!(-1_001_234), &data);
    let answer = chat.blog.send("POST", WEBHOOK, &[(SECRET, &chat.secret)], &update);
    answer.expect(413, &said("请求体过大"));
    chat.is_untouched();
}
