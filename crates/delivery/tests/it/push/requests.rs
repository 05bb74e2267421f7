//! What each service is asked.

use inkstone_delivery::{
    Notifier, PushMessage,
    testing::{HttpBehaviour, HttpStub, ReceivedRequest},
};
use serde_json::{Value, json};

use super::{MESSAGE, push, pusher};

const TITLE: &str = "Qexo 消息: 友链 & co";
const CONTENT: &str = "站点名: <b>A</b><br>";
const WHOLE: &str = "Qexo 消息: 友链 & co\n\n站点名: <b>A</b><br>";
const TAKEN: &str = r#"{"code":200,"errcode":0,"errno":0}"#;
const ZERO: &str = r#"{"code":0}"#;

/// The one request that a message makes.
#[track_caller]
fn request(notifier: Notifier, params: &Value, answer: &str) -> ReceivedRequest {
    let stub = HttpStub::start();
    stub.always(HttpBehaviour::json(200, answer));
    assert_eq!(push(&stub, notifier, params), Ok(()));
    let mut requests = stub.requests();
    assert_eq!(requests.len(), 1);
    requests.remove(0)
}

#[track_caller]
fn expect_json(notifier: Notifier, params: &Value, answer: &str, path: &str, body: &Value) {
    let request = request(notifier, params, answer);
    assert_eq!((request.method.as_str(), request.path.as_str()), ("POST", path));
    assert_eq!(request.header("content-type"), Some("application/json"));
    assert_eq!(&serde_json::from_str::<Value>(&request.text()).unwrap(), body);
}

#[track_caller]
fn expect_form(
    notifier: Notifier,
    params: &Value,
    answer: &str,
    path: &str,
    fields: &[(&str, &str)],
) {
    let request = request(notifier, params, answer);
    assert_eq!((request.method.as_str(), request.path.as_str()), ("POST", path));
    assert_eq!(request.header("content-type"), Some("application/x-www-form-urlencoded"));
    assert_eq!(pairs(&request.text()), owned(fields));
}

fn pairs(text: &str) -> Vec<(String, String)> {
    url::form_urlencoded::parse(text.as_bytes()).into_owned().collect()
}

fn owned(fields: &[(&str, &str)]) -> Vec<(String, String)> {
    fields.iter().map(|&(name, value)| (name.to_owned(), value.to_owned())).collect()
}

#[test]
fn bark() {
    let message = [("title", TITLE), ("body", CONTENT)];
    expect_form(Notifier::Bark, &json!({ "key": "kEy1" }), TAKEN, "/kEy1", &message);
    let own = json!({ "key": "STUB/own/kEy1?x=1", "sound": "", "group": "blog", "isarchive": 1 });
    let fields = [&message[..], &[("isArchive", "1"), ("group", "blog")]].concat();
    expect_form(Notifier::Bark, &own, TAKEN, "/own/kEy1?x=1", &fields);
    let hostile = json!({ "key": "../../a/b?c#d" });
    expect_form(Notifier::Bark, &hostile, TAKEN, "/..%2F..%2Fa%2Fb%3Fc%23d", &message);
}

#[test]
fn gotify() {
    let body = |priority: i64| json!({ "title": TITLE, "message": CONTENT, "priority": priority });
    let params = json!({ "url": "STUB/push/", "token": "A&b", "priority": "5" });
    let answer = r#"{"id":25}"#;
    expect_json(Notifier::Gotify, &params, answer, "/push/message?token=A%26b", &body(5));
    let params = json!({ "url": "STUB", "token": "Ab" });
    expect_json(Notifier::Gotify, &params, answer, "/message?token=Ab", &body(0));
}

#[test]
fn pushdeer() {
    let answer = r#"{"code":0,"content":{"result":["{\"success\":true}"]}}"#;
    let body =
        |kind: &str| json!({ "pushkey": "PDU1", "text": TITLE, "type": kind, "desp": CONTENT });
    let params = json!({ "pushkey": "PDU1" });
    expect_json(Notifier::PushDeer, &params, answer, "/message/push", &body("markdown"));
    let params = json!({ "pushkey": "PDU1", "url": "STUB/own", "type": "text" });
    expect_json(Notifier::PushDeer, &params, answer, "/own", &body("text"));
}

#[test]
fn pushplus() {
    let body = json!({ "token": "t", "title": TITLE, "content": CONTENT, "template": "html" });
    expect_json(Notifier::PushPlus, &json!({ "token": "t" }), TAKEN, "/send", &body);
    let params = json!({ "token": "t", "topic": "blog", "markdown": "true" });
    let body = json!({
        "token": "t", "title": TITLE, "content": CONTENT, "template": "markdown", "topic": "blog",
    });
    expect_json(Notifier::PushPlus, &params, TAKEN, "/send", &body);
}

#[test]
fn serverchan() {
    let fields = [("text", TITLE), ("desp", CONTENT)];
    let params = json!({ "sckey": "SCU1" });
    expect_form(Notifier::ServerChan, &params, TAKEN, "/SCU1.send", &fields);
    let params = json!({ "sctkey": "SCT1", "channel": 9, "openid": "a,b" });
    let fields =
        [("title", TITLE), ("text", TITLE), ("desp", CONTENT), ("channel", "9"), ("openid", "a,b")];
    expect_form(Notifier::ServerChanTurbo, &params, ZERO, "/SCT1.send", &fields);
}

#[test]
fn qq() {
    let taken = r#"{"success":true,"reason":"操作成功","code":0}"#;
    expect_form(Notifier::Qmsg, &json!({ "key": "k" }), taken, "/send/k", &[("msg", WHOLE)]);
    let params = json!({ "key": "k", "mode": "group", "qq": 12345 });
    let fields = [("msg", WHOLE), ("qq", "12345")];
    expect_form(Notifier::Qmsg, &params, taken, "/group/k", &fields);

    let host = json!({ "endpoint": "STUB", "token": "t", "message_type": "private", "user_id": 1 });
    let request = request(Notifier::CqHttp, &host, r#"{"retcode":0,"status":"ok"}"#);
    let (path, query) = request.path.split_once('?').unwrap();
    assert_eq!((request.method.as_str(), path, request.text().as_str()), ("GET", "/send_msg", ""));
    let expected = [
        ("access_token", "t"),
        ("message_type", "private"),
        ("user_id", "1"),
        ("message", WHOLE),
        ("auto_escape", "true"),
    ];
    assert_eq!(pairs(query), owned(&expected));
}

#[test]
fn telegram() {
    let answer = r#"{"ok":true}"#;
    let body = json!({
        "chat_id": "42", "text": WHOLE, "link_preview_options": { "is_disabled": true },
    });
    let params = json!({ "token": "1:a", "userid": 42 });
    expect_json(Notifier::Telegram, &params, answer, "/bot1:a/sendMessage", &body);
    let params = json!({ "token": "1:a", "userid": "42", "api_url": "STUB/mirror" });
    expect_json(Notifier::Telegram, &params, answer, "/mirror/bot1:a/sendMessage", &body);
}

#[test]
fn discord() {
    let body = json!({
        "embeds": [{ "title": TITLE, "description": CONTENT, "color": 16_478_873 }],
    });
    let params = json!({ "webhook": "STUB/api/webhooks/1/t", "avatar_url": "" });
    expect_json(Notifier::Discord, &params, "", "/api/webhooks/1/t", &body);
    let params = json!({ "webhook": "STUB/w", "username": "Blog", "color": "255" });
    let body = json!({
        "username": "Blog",
        "embeds": [{ "title": TITLE, "description": CONTENT, "color": 255 }],
    });
    expect_json(Notifier::Discord, &params, "", "/w", &body);
}

#[test]
fn dingtalk_signs_with_its_secret() {
    let text = json!({ "msgtype": "text", "text": { "content": WHOLE } });
    let params = json!({ "token": "t" });
    expect_json(Notifier::DingTalk, &params, TAKEN, "/robot/send?access_token=t", &text);
    // HMAC-SHA-256 of "1795248000000\nSECsecret" under "SECsecret".
    let signed = "&timestamp=1795248000000&sign=%2BGpauPQ96FwYGDHvQXC0cOuGzhYL6ZidSu8RAPn0T6I%3D";
    let path = format!("/robot/send?access_token=t{signed}");
    let params = json!({ "token": "t", "secret": "SECsecret" });
    expect_json(Notifier::DingTalk, &params, TAKEN, &path, &text);
    let markdown =
        json!({ "msgtype": "markdown", "markdown": { "title": TITLE, "text": CONTENT } });
    let params =
        json!({ "token": "STUB/r?access_token=t", "markdown": true, "secret": "SECsecret" });
    let path = format!("/r?access_token=t{signed}");
    expect_json(Notifier::DingTalk, &params, TAKEN, &path, &markdown);
}

#[test]
fn lark_signs_with_its_secret() {
    let params = json!({ "webhook": "STUB/open-apis/bot/v2/hook/h" });
    let body = json!({ "msg_type": "text", "content": { "text": WHOLE } });
    let taken = r#"{"StatusCode":0,"StatusMessage":"success"}"#;
    expect_json(Notifier::Lark, &params, taken, "/open-apis/bot/v2/hook/h", &body);
    let params = json!({ "webhook": "STUB/h", "keyword": "博客", "sign": "secret" });
    let body = json!({
        "msg_type": "text",
        "content": { "text": format!("{WHOLE}\n博客") },
        "timestamp": "1795248000",
        // HMAC-SHA-256 of nothing under "1795248000\nsecret".
        "sign": "vVE1Nxu5HxWkQzMtLd/SSc20qwZDbHGPjeZ7cGQTSRw=",
    });
    expect_json(Notifier::Lark, &params, ZERO, "/h", &body);
}

#[test]
fn wecom_robots_and_applications() {
    let body = json!({ "msgtype": "text", "text": { "content": WHOLE } });
    let path = "/mirror/cgi-bin/webhook/send?key=k";
    expect_json(Notifier::WeComBot, &json!({ "key": "k" }), TAKEN, path, &body);
    let body = json!({ "msgtype": "markdown", "markdown": { "content": WHOLE } });
    let params = json!({ "key": "STUB/send?key=k", "markdown": "true" });
    expect_json(Notifier::WeComBot, &params, TAKEN, "/send?key=k", &body);

    let stub = HttpStub::start();
    stub.then(HttpBehaviour::json(200, r#"{"errcode":0,"access_token":"to/ken"}"#));
    stub.then(HttpBehaviour::json(200, TAKEN));
    let params = json!({ "corpid": "ww1", "corpsecret": "s&s", "agentid": "1000002" });
    assert_eq!(push(&stub, Notifier::WeComApp, &params), Ok(()));
    let requests = stub.requests();
    let path = "/mirror/cgi-bin/gettoken?corpid=ww1&corpsecret=s%26s";
    assert_eq!((requests[0].method.as_str(), requests[0].path.as_str()), ("GET", path));
    let path = "/mirror/cgi-bin/message/send?access_token=to%2Fken";
    assert_eq!((requests[1].method.as_str(), requests[1].path.as_str()), ("POST", path));
    let body = json!({
        "touser": "@all", "agentid": 1_000_002, "msgtype": "text", "text": { "content": WHOLE },
    });
    assert_eq!(serde_json::from_str::<Value>(&requests[1].text()).unwrap(), body);
}

#[test]
fn custom() {
    let data = json!({ "text": "{title}: {content}", "n": 1, "deep": ["{title}", null], "x": "" });
    let json = json!({ "url": "STUB/hook?a=1", "datatype": "json", "data": data });
    let body =
        json!({ "text": format!("{TITLE}: {CONTENT}"), "n": 1, "deep": [TITLE, null], "x": "" });
    expect_json(Notifier::Custom, &json, "", "/hook?a=1", &body);
    // As panels send it.
    let text = json!({ "url": "STUB/hook?a=1", "datatype": "JSON", "data": data.to_string() });
    expect_json(Notifier::Custom, &text, "", "/hook?a=1", &body);

    let form = json!({ "url": "STUB/", "data": { "a": "{title}", "b": 2, "c": null } });
    expect_form(Notifier::Custom, &form, "anything", "/", &[("a", TITLE), ("b", "2")]);
    expect_form(Notifier::Custom, &json!({ "url": "STUB/" }), "", "/", &[]);

    let get = json!({ "url": "STUB/h?a=1", "method": "get", "data": { "b": "{content}" } });
    let get = request(Notifier::Custom, &get, "");
    let (path, query) = get.path.split_once('?').unwrap();
    assert_eq!((get.method.as_str(), path, get.body.as_slice()), ("GET", "/h", &b""[..]));
    assert_eq!(pairs(query), owned(&[("a", "1"), ("b", CONTENT)]));
    let put = json!({ "url": "STUB/h", "method": "PUT", "datatype": "json" });
    let put = request(Notifier::Custom, &put, "");
    assert_eq!((put.method.as_str(), put.text().as_str()), ("PUT", "{}"));
}

#[test]
fn content_becomes_markdown_when_the_owner_wants_it() {
    for wish in [json!("true"), json!(true)] {
        let params = json!({ "key": "k", "mdFormat": wish });
        let fields = [("title", TITLE), ("body", "站点名: **A**")];
        expect_form(Notifier::Bark, &params, TAKEN, "/k", &fields);
    }
    for wish in [json!("false"), json!(""), json!(null), json!({})] {
        let params = json!({ "key": "k", "mdFormat": wish });
        let fields = [("title", TITLE), ("body", CONTENT)];
        expect_form(Notifier::Bark, &params, TAKEN, "/k", &fields);
    }
}

#[test]
fn long_messages_are_cut_to_what_a_service_takes() {
    let stub = HttpStub::start();
    stub.always(HttpBehaviour::json(200, r#"{"ok":true,"errcode":0,"code":0}"#));
    let (title, content) = ("标".repeat(500), "文".repeat(100_000));
    let long = PushMessage { title: &title, content: &content, ..MESSAGE };
    let sent = |notifier, params: Value| {
        pusher(&stub).push(notifier, params.as_object().unwrap(), &long).unwrap();
        stub.requests().pop().unwrap().text()
    };
    let wecom: Value =
        serde_json::from_str(&sent(Notifier::WeComBot, json!({ "key": "k" }))).unwrap();
    let text = wecom["text"]["content"].as_str().unwrap();
    assert!(text.len() <= 2_048 && text.ends_with("文…"), "{} bytes", text.len());
    let telegram = sent(Notifier::Telegram, json!({ "token": "1:a", "userid": "1" }));
    let telegram: Value = serde_json::from_str(&telegram).unwrap();
    assert_eq!(telegram["text"].as_str().unwrap().chars().count(), 4_000);
    let turbo = pairs(&sent(Notifier::ServerChanTurbo, json!({ "sctkey": "k" })));
    assert_eq!(turbo[0].1.chars().count(), 32);
}
