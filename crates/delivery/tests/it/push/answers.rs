//! What the answers of services mean.

use inkstone_delivery::{
    Notifier,
    testing::{HttpBehaviour, HttpStub},
};
use inkstone_notifications::DeliveryError;
use serde_json::{Value, json};

use super::{push, pusher};
use crate::support::assert_hidden;

/// Parameters with which each service can be asked; no short value.
fn params(notifier: Notifier) -> Value {
    match notifier {
        Notifier::Bark | Notifier::Qmsg | Notifier::WeComBot => json!({ "key": "s3cret-key" }),
        Notifier::CqHttp => json!({ "endpoint": "STUB", "token": "s3cret-key" }),
        Notifier::Custom => json!({ "url": "STUB/h/s3cret-key?t=s3cret-token" }),
        Notifier::DingTalk => json!({ "token": "s3cret-key", "secret": "s3cret-token" }),
        Notifier::Discord => json!({ "webhook": "STUB/api/webhooks/s3cret-key/s3cret-token" }),
        Notifier::Gotify => json!({ "url": "STUB", "token": "s3cret-key" }),
        Notifier::Lark => json!({ "webhook": "STUB/hook/s3cret-key", "sign": "s3cret-token" }),
        Notifier::PushDeer => json!({ "pushkey": "s3cret-key" }),
        Notifier::PushPlus => json!({ "token": "s3cret-key" }),
        Notifier::ServerChan => json!({ "sckey": "s3cret-key" }),
        Notifier::ServerChanTurbo => json!({ "sctkey": "s3cret-key" }),
        Notifier::Smtp => {
            json!({ "host": "127.0.0.1", "user": "a@x.io", "password": "s3cret-key" })
        }
        Notifier::Telegram => json!({ "token": "123:s3cret-key", "userid": "1" }),
        Notifier::WeComApp => {
            json!({ "corpid": "ww1", "corpsecret": "s3cret-key", "agentid": "1" })
        }
        other => panic!("{other:?} has no parameters here"),
    }
}

/// Every service that is asked by HTTP.
fn all() -> impl Iterator<Item = Notifier> {
    Notifier::ALL.into_iter().filter(|notifier| *notifier != Notifier::Smtp)
}

#[track_caller]
fn check(notifier: Notifier, status: u16, body: &str, expected: &DeliveryError) {
    let stub = HttpStub::start();
    stub.always(HttpBehaviour::json(status, body));
    let outcome = push(&stub, notifier, &params(notifier));
    assert_eq!(outcome.as_ref(), Err(expected), "{notifier:?} {status} {body}");
}

type Refusal = fn(&str) -> DeliveryError;

const TEMPORARY: Refusal = |reason| DeliveryError::temporary(reason);
const PERMANENT: Refusal = |reason| DeliveryError::permanent(reason);

/// Who answers with which status and body, and what follows.
const REFUSALS: [(Notifier, u16, &str, Refusal, &str); 21] = [
    (
        Notifier::DingTalk,
        200,
        r#"{"errcode":310000,"errmsg":"sign not match"}"#,
        TEMPORARY,
        "sign not match (310000)",
    ),
    (
        Notifier::DingTalk,
        200,
        r#"{"errcode":430102,"errmsg":"不合适的文本"}"#,
        PERMANENT,
        "不合适的文本 (430102)",
    ),
    (
        Notifier::Lark,
        200,
        r#"{"code":19021,"msg":"sign match fail or timestamp is not within one hour"}"#,
        TEMPORARY,
        "sign match fail or timestamp is not within one hour (19021)",
    ),
    (Notifier::Lark, 400, r#"{"code":9499,"msg":"Bad Request"}"#, PERMANENT, "Bad Request (9499)"),
    (
        Notifier::WeComBot,
        200,
        r#"{"errcode":93000,"errmsg":"invalid webhook url"}"#,
        TEMPORARY,
        "invalid webhook url (93000)",
    ),
    (
        Notifier::WeComBot,
        200,
        r#"{"errcode":45002,"errmsg":"content size out of limit"}"#,
        PERMANENT,
        "content size out of limit (45002)",
    ),
    (
        Notifier::WeComApp,
        200,
        r#"{"errcode":40001,"errmsg":"invalid credential"}"#,
        TEMPORARY,
        "invalid credential (40001)",
    ),
    (
        Notifier::Bark,
        400,
        r#"{"code":400,"message":"failed to get device token"}"#,
        TEMPORARY,
        "failed to get device token (400)",
    ),
    (
        Notifier::PushDeer,
        200,
        r#"{"code":80501,"error":"token expired"}"#,
        TEMPORARY,
        "token expired (80501)",
    ),
    (
        Notifier::PushDeer,
        200,
        r#"{"code":0,"content":{"result":[]}}"#,
        TEMPORARY,
        "the service knows no device with this pushkey",
    ),
    (
        Notifier::PushPlus,
        200,
        r#"{"code":903,"msg":"无效的用户token"}"#,
        TEMPORARY,
        "无效的用户token (903)",
    ),
    (
        Notifier::ServerChan,
        200,
        r#"{"errno":1024,"errmsg":"bad pushtoken"}"#,
        TEMPORARY,
        "bad pushtoken (1024)",
    ),
    (
        Notifier::ServerChanTurbo,
        400,
        r#"{"code":40001,"message":"[AUTH]错误的Key"}"#,
        TEMPORARY,
        "[AUTH]错误的Key (40001)",
    ),
    (Notifier::Qmsg, 200, r#"{"success":false,"reason":"KEY错误"}"#, TEMPORARY, "KEY错误"),
    (
        Notifier::CqHttp,
        200,
        r#"{"retcode":100,"status":"failed","wording":"缺少参数"}"#,
        TEMPORARY,
        "缺少参数 (100)",
    ),
    (
        Notifier::Telegram,
        400,
        r#"{"ok":false,"error_code":400,"description":"Bad Request: chat not found"}"#,
        PERMANENT,
        "Bad Request: chat not found",
    ),
    (
        Notifier::Discord,
        404,
        r#"{"message":"Unknown Webhook","code":10015}"#,
        TEMPORARY,
        "the service answered 404: Unknown Webhook",
    ),
    (
        Notifier::Discord,
        400,
        r#"{"message":"Cannot send an empty message","code":50006}"#,
        PERMANENT,
        "the service answered 400: Cannot send an empty message",
    ),
    (
        Notifier::Gotify,
        401,
        r#"{"error":"Unauthorized","errorCode":401,"errorDescription":"no valid token"}"#,
        TEMPORARY,
        "the service answered 401: no valid token",
    ),
    (Notifier::Custom, 422, "no\r\nthanks", PERMANENT, "the service answered 422: no thanks"),
    (Notifier::Custom, 302, "", TEMPORARY, "the service answered 302:"),
];

#[test]
fn refusals_are_told_in_the_words_of_the_service() {
    for (notifier, status, body, refusal, reason) in REFUSALS {
        check(notifier, status, body, &refusal(reason));
    }
}

#[test]
fn an_application_of_wecom_is_refused_in_its_second_request() {
    let stub = HttpStub::start();
    stub.then(HttpBehaviour::json(200, r#"{"errcode":0,"access_token":"a-t0ken"}"#));
    let refused = r#"{"errcode":42001,"errmsg":"access_token a-t0ken expired"}"#;
    stub.then(HttpBehaviour::json(200, refused));
    stub.then(HttpBehaviour::json(200, r#"{"errcode":0}"#));
    let ask = || push(&stub, Notifier::WeComApp, &params(Notifier::WeComApp));
    let expired = DeliveryError::temporary("access_token *** expired (42001)");
    assert_eq!(ask(), Err(expired));
    let without = DeliveryError::temporary("unexpected answer with status 200");
    assert_eq!(ask(), Err(without), "a token that is none");
}

#[test]
fn what_is_not_the_service_is_a_passing_failure() {
    // These say by their status alone that they took it.
    let by_status = [Notifier::Custom, Notifier::Discord, Notifier::Gotify];
    for notifier in all() {
        for body in ["<html>log in to this network</html>", "[]", "", r#"{"x":0}"#] {
            if !by_status.contains(&notifier) {
                let unexpected = DeliveryError::temporary("unexpected answer with status 200");
                check(notifier, 200, body, &unexpected);
            }
        }
        let stub = HttpStub::start();
        stub.always(HttpBehaviour::json(503, "bad gateway"));
        let outcome = push(&stub, notifier, &params(notifier));
        assert!(matches!(outcome, Err(DeliveryError::Temporary { .. })), "{notifier:?}");
        stub.then(HttpBehaviour::HangUp);
        let outcome = push(&stub, notifier, &params(notifier));
        assert!(matches!(outcome, Err(DeliveryError::Temporary { .. })), "{notifier:?}");
    }
}

#[test]
fn a_service_may_ask_to_be_left_alone() {
    let stub = HttpStub::start();
    stub.then(HttpBehaviour::Answer {
        status: 429,
        headers: vec![("Retry-After".to_owned(), "35".to_owned())],
        body: br#"{"message":"You are being rate limited.","retry_after":34.5}"#.to_vec(),
    });
    let outcome = push(&stub, Notifier::Discord, &params(Notifier::Discord));
    let reason = "the service answered 429: You are being rate limited.".to_owned();
    assert_eq!(outcome, Err(DeliveryError::Temporary { reason, retry_after_ms: Some(35_000) }));
}

#[test]
fn what_is_missing_or_malformed_is_named() {
    let stub = HttpStub::start();
    let none = json!({});
    for (notifier, missing) in [
        (Notifier::Bark, "key"),
        (Notifier::CqHttp, "endpoint"),
        (Notifier::Custom, "url"),
        (Notifier::DingTalk, "token"),
        (Notifier::Discord, "webhook"),
        (Notifier::Gotify, "url"),
        (Notifier::Lark, "webhook"),
        (Notifier::PushDeer, "pushkey"),
        (Notifier::PushPlus, "token"),
        (Notifier::Qmsg, "key"),
        (Notifier::ServerChan, "sckey"),
        (Notifier::ServerChanTurbo, "sctkey"),
        (Notifier::Smtp, "host"),
        (Notifier::Telegram, "token"),
        (Notifier::WeComApp, "corpid"),
        (Notifier::WeComBot, "key"),
    ] {
        let reason = format!("the notifier's parameter {missing} is not set");
        assert_eq!(push(&stub, notifier, &none), Err(DeliveryError::temporary(reason)));
    }
    for (params, reason) in [
        (json!({ "url": "file:///etc/passwd" }), "the notifier's address is malformed"),
        (json!({ "url": "nowhere" }), "the notifier's address is malformed"),
        (json!({ "url": "STUB", "method": "DELETE" }), "the notifier's method is not known"),
        (json!({ "url": "STUB", "method": "a\r\nb" }), "the notifier's method is not known"),
        (json!({ "url": "STUB", "data": "[1]" }), "the notifier's parameter data is not an object"),
        (json!({ "url": "STUB", "data": "{" }), "the notifier's parameter data is not an object"),
    ] {
        let outcome = push(&stub, Notifier::Custom, &params);
        assert_eq!(outcome, Err(DeliveryError::temporary(reason)), "{params}");
    }
    assert_eq!(stub.requests(), []);
}

#[test]
fn no_parameter_is_repeated() {
    let echo = json!({
        "ok": false, "success": false, "code": 1, "errcode": 1, "errno": 1, "retcode": 1,
        "message": "s3cret-key s3cret-token", "msg": "s3cret-key s3cret-token",
        "errmsg": "s3cret-key s3cret-token", "reason": "s3cret-key s3cret-token",
        "error": "s3cret-key", "wording": "s3cret-key",
        "description": "/bot123:s3cret-key/sendMessage",
    });
    for notifier in all() {
        let stub = HttpStub::start();
        let mut params = params(notifier);
        params["another"] = "s3cret-token".into();
        let mut shown = Vec::new();
        for (status, body) in [(400, echo.to_string()), (500, "s3cret-key s3cret-token".to_owned())]
        {
            stub.then(HttpBehaviour::json(status, &body));
            let error = push(&stub, notifier, &params).unwrap_err();
            shown.push(format!("{error} {error:?}"));
        }
        let pusher = pusher(&stub);
        let params = super::filled(&stub, &params);
        drop(stub);
        let error = pusher.push(notifier, params.as_object().unwrap(), &super::MESSAGE);
        shown.push(format!("{error:?}"));
        assert_hidden("s3cret", &shown);
    }
}
