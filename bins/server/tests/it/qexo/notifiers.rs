//! Push services tell the owner of notices (contract qexo, 3.27, 6.3 and sections 10 and 13).

use std::{
    thread,
    time::{Duration, Instant},
};

use inkstone_delivery::testing::{Gate, HttpBehaviour, HttpStub};
use inkstone_server::config::Config;
use serde_json::{Value, json};

use super::applications::{ADA, asked};
use super::support::{ADDED, AUTH_FAILED, SAVED, blog, blog_on, refusal};
use crate::{
    cwd::support::{Blog, Database, on_both_databases},
    support::Answer,
};

const PUSHED: &str = r#"{"msg":"推送成功!","status":true}"#;
const KEY: &str = "s3cret-app-token";

/// How long anything that must happen may take, and until somebody who waits looks again.
const PATIENCE: Duration = Duration::from_mins(1);
const PAUSE: Duration = Duration::from_millis(10);

on_both_databases!(
    a_notice_reaches_the_owner,
    an_application_reaches_the_owner,
    a_service_that_was_down_is_told_when_it_is_up,
    without_a_service_nobody_is_told_and_the_outbox_says_why,
    no_call_waits_for_the_service,
    what_waits_for_a_service_that_is_no_longer_set_is_given_up,
);

/// A blog that tries again at once, and for as long as it takes.
fn patient(database: Database, configure: impl FnOnce(&mut Config)) -> Blog {
    blog_on(database, |config| {
        config.notifications.attempts = 1_000_000.try_into().unwrap();
        config.notifications.retry_ms = 10.try_into().unwrap();
        config.notifications.retry_max_ms = 10.try_into().unwrap();
        configure(config);
    })
}

fn gotify(stub: &HttpStub) -> String {
    let params = json!({ "url": stub.url(), "token": KEY, "mdFormat": "true" });
    json!({ "notifier": "Gotify", "params": params }).to_string()
}

fn set(blog: &Blog, onepush: &str) -> Answer {
    blog.owner_form("/api/set_onepush", &[("onepush", onepush)])
}

fn notify(blog: &Blog, title: &str) {
    let fields = [("title", title), ("content", "<b>a</b><br>&amp; b")];
    blog.owner_form("/pub/notifications", &fields).expect(200, ADDED);
}

/// What was to be pushed, oldest first, as soon as there are `count` and none of them waits.
#[track_caller]
fn settled(blog: &Blog, count: usize) -> Vec<Value> {
    pushes(blog, count, |message| message["state"] != "waiting")
}

#[track_caller]
fn pushes(blog: &Blog, count: usize, ready: impl Fn(&Value) -> bool) -> Vec<Value> {
    let started = Instant::now();
    loop {
        let answer = blog.admin("GET", "/api/inkstone/outbox?channel=push", &Value::Null);
        let mut messages = answer.json()["messages"].as_array().unwrap().clone();
        if messages.len() >= count && messages.iter().all(&ready) {
            messages.reverse();
            return messages;
        }
        assert!(started.elapsed() < PATIENCE, "what was waited for did not happen: {messages:?}");
        thread::sleep(PAUSE);
    }
}

/// Some members of a message of the outbox.
fn outline(message: &Value) -> Value {
    let names = ["event", "channel", "recipient", "title", "state", "reason"];
    names.into_iter().map(|name| (name.to_owned(), message[name].clone())).collect()
}

fn skipped(recipient: &str, reason: &str) -> Value {
    json!({
        "event": "notice_added", "channel": "push", "recipient": recipient, "title": "",
        "state": "skipped", "reason": reason,
    })
}

fn a_notice_reaches_the_owner(database: Database) {
    let (blog, stub) = (patient(database, |_| {}), HttpStub::start());
    set(&blog, &gotify(&stub)).expect(200, SAVED);
    notify(&blog, "友链申请");
    let request = stub.wait_for_requests(1).remove(0);
    assert_eq!(
        (request.method.as_str(), request.path.as_str()),
        ("POST", "/message?token=s3cret-app-token")
    );
    assert_eq!(
        serde_json::from_str::<Value>(&request.text()).unwrap(),
        json!({ "title": "Qexo 消息: 友链申请", "message": "**a**  \n& b", "priority": 0 })
    );
    blog.owner_form("/api/change_lang", &[("lang", "en_US")]);
    let body = json!({ "title": "two", "content": "" });
    blog.admin("POST", "/pub/notifications", &body);
    let request = stub.wait_for_requests(2).remove(1);
    assert_eq!(
        serde_json::from_str::<Value>(&request.text()).unwrap(),
        json!({ "title": "Qexo Message: two", "message": "", "priority": 0 })
    );

    let messages = settled(&blog, 2);
    let sent = |title: &str| {
        json!({
            "event": "notice_added", "channel": "push", "recipient": "Gotify", "title": title,
            "state": "sent", "reason": null,
        })
    };
    let outlines: Vec<Value> = messages.iter().map(outline).collect();
    assert_eq!(outlines, [sent("Qexo 消息: 友链申请"), sent("Qexo Message: two")]);
    assert_eq!(stub.requests().len(), 2);
    assert_eq!(blog.notices().len(), 2, "the inbox keeps them");
}

fn an_application_reaches_the_owner(database: Database) {
    let (blog, stub) = (patient(database, |_| {}), HttpStub::start());
    set(&blog, &gotify(&stub)).expect(200, SAVED);
    blog.open_applications();
    asked(&blog.ask_friend(&ADA));
    let request: Value = serde_json::from_str(&stub.wait_for_requests(1)[0].text()).unwrap();
    assert_eq!(request["title"], "Qexo 消息: 友链申请 Ada &amp; Co");
    let message = request["message"].as_str().unwrap();
    assert!(message.starts_with("站点名: Ada & Co  \n链接: "), "{message}");
    assert_eq!(settled(&blog, 1)[0]["state"], "sent");
}

fn a_service_that_was_down_is_told_when_it_is_up(database: Database) {
    let (blog, stub) = (patient(database, |_| {}), HttpStub::start());
    set(&blog, &gotify(&stub)).expect(200, SAVED);
    stub.always(HttpBehaviour::json(500, "down: s3cret-app-token"));
    notify(&blog, "one");
    stub.wait_for_requests(2);
    let failed = |message: &Value| message["reason"] != Value::Null;
    let waiting = pushes(&blog, 1, failed).remove(0);
    assert_eq!(
        (&waiting["state"], &waiting["reason"]),
        (&json!("waiting"), &json!("the service answered 500: down: ***"))
    );
    stub.then(HttpBehaviour::HangUp);
    stub.always(HttpBehaviour::json(200, "{}"));
    let sent = settled(&blog, 1).remove(0);
    assert_eq!(sent["state"], "sent");
    assert!(sent["attempts"].as_u64() > Some(3), "{sent}");
}

fn without_a_service_nobody_is_told_and_the_outbox_says_why(database: Database) {
    let blog = patient(database, |_| {});
    notify(&blog, "one");
    settled(&blog, 1);
    let pigeon = r#"{"notifier":"Pigeon","params":{"loft":"s3cret-app-token"}}"#;
    set(&blog, pigeon).expect(200, SAVED);
    notify(&blog, "two");
    settled(&blog, 2);
    set(&blog, "").expect(200, SAVED);
    notify(&blog, "three");
    let outlines: Vec<Value> = settled(&blog, 3).iter().map(outline).collect();
    let unset = || skipped("", "no notifier is set (ONEPUSH)");
    let unsupported = skipped("Pigeon", "the notifier in ONEPUSH is not supported");
    assert_eq!(outlines, [unset(), unsupported, unset()]);
    assert_eq!(blog.notices().len(), 3);
}

fn no_call_waits_for_the_service(database: Database) {
    let (blog, stub, gate) = (patient(database, |_| {}), HttpStub::start(), Gate::default());
    set(&blog, &gotify(&stub)).expect(200, SAVED);
    let taken = Box::new(HttpBehaviour::json(200, "{}"));
    stub.always(HttpBehaviour::Wait(gate.clone(), taken));
    let titles = ["one", "two", "three"];
    // Each is answered although the service says nothing before the gate opens.
    for title in titles {
        notify(&blog, title);
    }
    stub.wait_for_requests(1);
    pushes(&blog, 3, |message| message["state"] == "waiting");
    assert_eq!(blog.notices().len(), 3);
    gate.open();
    assert!(settled(&blog, 3).iter().all(|message| message["state"] == "sent"));
    let order: Vec<String> = stub.requests().iter().map(|request| title(&request.text())).collect();
    assert_eq!(order, titles.map(|title| format!("Qexo 消息: {title}")));
}

fn title(body: &str) -> String {
    let body: Value = serde_json::from_str(body).unwrap();
    body["title"].as_str().unwrap().to_owned()
}

fn what_waits_for_a_service_that_is_no_longer_set_is_given_up(database: Database) {
    let (blog, stub) = (patient(database, |_| {}), HttpStub::start());
    set(&blog, &gotify(&stub)).expect(200, SAVED);
    stub.always(HttpBehaviour::json(500, ""));
    notify(&blog, "one");
    stub.wait_for_requests(1);
    set(&blog, r#"{"notifier":"Bark","params":{}}"#).expect(200, SAVED);
    let given_up = settled(&blog, 1).remove(0);
    assert_eq!(given_up["state"], "given_up");
    assert_eq!(given_up["reason"], "ONEPUSH names another notifier by now");
}

#[test]
fn news_that_a_killed_server_left_is_told() {
    let (blog, stub) = (patient(Database::Sqlite, |_| {}), HttpStub::start());
    set(&blog, &gotify(&stub)).expect(200, SAVED);
    diesel::connection::SimpleConnection::batch_execute(
        &mut blog.database(),
        "INSERT INTO inbox (time, label, content, news) VALUES
         ('1', 'imported', '', FALSE), ('2', 'left', '', TRUE)",
    )
    .unwrap();
    assert_eq!(title(&stub.wait_for_requests(1)[0].text()), "Qexo 消息: left");
    assert_eq!(settled(&blog, 1)[0]["state"], "sent");
    assert_eq!(stub.requests().len(), 1, "what is imported is no news");
}

#[test]
fn a_setting_that_makes_no_sense_is_refused() {
    let blog = blog();
    for nonsense in ["{", "[]", "null", r#""Bark""#, r#"{"params":{}}"#, r#"{"notifier":1}"#] {
        set(&blog, nonsense).expect(200, &refusal("参数错误: onepush"));
        blog.owner_form("/api/test_onepush", &[("onepush", nonsense)])
            .expect(200, &refusal("参数错误: onepush"));
    }
    for path in ["/api/set_onepush", "/api/test_onepush/"] {
        blog.owner_form(path, &[]).expect(200, &refusal("缺少参数: onepush"));
        blog.form(path, &[("onepush", "{}")]).expect(403, AUTH_FAILED);
    }
}

#[test]
fn a_test_says_what_came_of_it() {
    let (blog, stub) = (blog(), HttpStub::start());
    let test = |onepush: &str| blog.owner_form("/api/test_onepush", &[("onepush", onepush)]);
    test(&gotify(&stub)).expect(200, PUSHED);
    assert_eq!(title(&stub.requests()[0].text()), "Qexo 消息");
    stub.then(HttpBehaviour::json(401, r#"{"errorDescription":"who is s3cret-app-token?"}"#));
    let refused = "平台请求失败: the service answered 401: who is ***?";
    test(&gotify(&stub)).expect(200, &refusal(refused));
    let missing = "平台请求失败: the notifier's parameter key is not set";
    test(r#"{"notifier":"Bark"}"#).expect(200, &refusal(missing));
    let unsupported = "平台请求失败: the notifier in ONEPUSH is not supported";
    test(r#"{"notifier":"Pigeon","params":{}}"#).expect(200, &refusal(unsupported));

    set(&blog, &gotify(&stub)).expect(200, SAVED);
    blog.owner_form("/api/test_onepush", &[]).expect(200, PUSHED);
    assert_eq!(stub.requests().len(), 3);
    assert_eq!(blog.notices(), [Value::Null; 0], "a test is no notice");
}

#[test]
fn a_test_ends_with_the_limit_of_its_time() {
    let stub = HttpStub::start();
    let blog = super::support::blog_with(|config| {
        config.notifiers.timeout_s = 1.try_into().unwrap();
    });
    stub.always(HttpBehaviour::Silence);
    blog.owner_form("/api/test_onepush", &[("onepush", &gotify(&stub))])
        .expect(200, &refusal("平台请求失败: no answer in time"));
}

#[test]
fn every_service_has_an_address_of_its_own() {
    let stub = HttpStub::start();
    let at = |name: &str| format!("{}/{name}", stub.url()).parse().unwrap();
    let blog = super::support::blog_with(|config| {
        config.telegram.api_url = at("telegram");
        config.notifiers.bark_url = at("bark");
        config.notifiers.dingtalk_url = at("dingtalk");
        config.notifiers.pushdeer_url = at("pushdeer");
        config.notifiers.pushplus_url = at("pushplus");
        config.notifiers.qmsg_url = at("qmsg");
        config.notifiers.serverchan_url = at("serverchan");
        config.notifiers.serverchan_turbo_url = at("turbo");
        config.notifiers.wecom_url = at("wecom");
    });
    for (notifier, params, answer, path) in [
        ("Bark", json!({ "key": "k" }), r#"{"code":200}"#, "/bark/k"),
        (
            "钉钉",
            json!({ "token": "t" }),
            r#"{"errcode":0}"#,
            "/dingtalk/robot/send?access_token=t",
        ),
        ("Pushdeer", json!({ "pushkey": "k" }), r#"{"code":0}"#, "/pushdeer/message/push"),
        ("PushPlus", json!({ "token": "t" }), r#"{"code":200}"#, "/pushplus/send"),
        ("Qmsg酱", json!({ "key": "k" }), r#"{"success":true}"#, "/qmsg/send/k"),
        ("Server酱", json!({ "sckey": "k" }), r#"{"errno":0}"#, "/serverchan/k.send"),
        ("Server酱·Turbo版", json!({ "sctkey": "k" }), r#"{"code":0}"#, "/turbo/k.send"),
        (
            "Telegram",
            json!({ "token": "1:a", "userid": "1" }),
            r#"{"ok":true}"#,
            "/telegram/bot1:a/sendMessage",
        ),
        (
            "企业微信机器人",
            json!({ "key": "k" }),
            r#"{"errcode":0}"#,
            "/wecom/cgi-bin/webhook/send?key=k",
        ),
    ] {
        stub.then(HttpBehaviour::json(200, answer));
        let onepush = json!({ "notifier": notifier, "params": params }).to_string();
        blog.owner_form("/api/test_onepush", &[("onepush", &onepush)]).expect(200, PUSHED);
        assert_eq!(stub.requests().pop().unwrap().path, path);
    }
}
