//! Robots in the chats of companies: `DingTalk`, Lark, and `WeCom` with its applications.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use hmac::{Hmac, KeyInit as _, Mac as _};
use inkstone_notifications::DeliveryError;
use serde_json::{Value, json};
use sha2::Sha256;

use super::{
    Push,
    answer::{Report, is_zero, unexpected},
    params, text,
};

const DINGTALK: Report = Report {
    codes: &["errcode"],
    taken: is_zero,
    texts: &["errmsg"],
    // Unsafe links, unseemly words or pictures.
    lasting: &[430_101, 430_102, 430_103, 430_104],
};

const LARK: Report = Report {
    codes: &["code", "StatusCode"],
    taken: is_zero,
    texts: &["msg", "StatusMessage"],
    // The message makes no sense.
    lasting: &[9_499],
};

const WECOM: Report = Report {
    codes: &["errcode"],
    taken: is_zero,
    texts: &["errmsg"],
    // The message is of no known kind, empty or too long.
    lasting: &[40_008, 44_004, 45_002],
};

/// What each takes, in bytes.
const DINGTALK_BYTES: usize = 18_000;
const LARK_BYTES: usize = 18_000;
const WECOM_TEXT_BYTES: usize = 2_048;
const WECOM_MARKDOWN_BYTES: usize = 4_096;

/// `token` is a token, or the whole address of the robot; `secret` signs.
pub(super) fn dingtalk(push: &Push<'_>) -> Result<(), DeliveryError> {
    let token = push.params.required("token")?;
    let mut url = if params::is_address(&token) {
        params::address(&token)?
    } else {
        let mut url = params::below(&push.pusher.addresses.dingtalk, &["robot", "send"])?;
        url.query_pairs_mut().append_pair("access_token", &token);
        url
    };
    if let Some(secret) = push.params.text("secret") {
        let time = (push.pusher.clock)().millis().to_string();
        let sign = sign(&secret, &format!("{time}\n{secret}"));
        url.query_pairs_mut().append_pair("timestamp", &time).append_pair("sign", &sign);
    }
    let message = if push.params.flag("markdown") {
        let text = text::bytes(&push.content, DINGTALK_BYTES);
        json!({ "msgtype": "markdown", "markdown": { "title": push.title, "text": text } })
    } else {
        let content = text::bytes(&push.whole(), DINGTALK_BYTES);
        json!({ "msgtype": "text", "text": { "content": content } })
    };
    let answer = push.post_json(&url, &message)?;
    DINGTALK.read(&answer, &push.params.secrets()).map(drop)
}

/// `webhook` is the address of the robot; `sign` is what it signs with, `keyword` a word without
/// which it takes nothing.
pub(super) fn lark(push: &Push<'_>) -> Result<(), DeliveryError> {
    let url = params::address(&push.params.required("webhook")?)?;
    let mut text = text::bytes(&push.whole(), LARK_BYTES);
    if let Some(keyword) = push.params.text("keyword") {
        text.extend(["\n", &keyword]);
    }
    let mut message = json!({ "msg_type": "text", "content": { "text": text } });
    if let Some(secret) = push.params.text("sign") {
        let time = (push.pusher.clock)().millis().div_euclid(1_000).to_string();
        // Lark's key is what others sign.
        message["sign"] = sign(&format!("{time}\n{secret}"), "").into();
        message["timestamp"] = time.into();
    }
    let answer = push.post_json(&url, &message)?;
    LARK.read(&answer, &push.params.secrets()).map(drop)
}

/// `key` is a key, or the whole address of the robot.
pub(super) fn wecom_bot(push: &Push<'_>) -> Result<(), DeliveryError> {
    let key = push.params.required("key")?;
    let url = if params::is_address(&key) {
        params::address(&key)?
    } else {
        let wecom = &push.pusher.addresses.wecom;
        let mut url = params::below(wecom, &["cgi-bin", "webhook", "send"])?;
        url.query_pairs_mut().append_pair("key", &key);
        url
    };
    let answer = push.post_json(&url, &wecom_message(push))?;
    WECOM.read(&answer, &push.params.secrets()).map(drop)
}

/// `touser` is everybody unless somebody is named.
pub(super) fn wecom_app(push: &Push<'_>) -> Result<(), DeliveryError> {
    let (id, secret) = (push.params.required("corpid")?, push.params.required("corpsecret")?);
    push.params.required("agentid")?;
    let wecom = &push.pusher.addresses.wecom;
    let url = params::below(wecom, &["cgi-bin", "gettoken"])?;
    let answer = push.get(url, &[("corpid", id), ("corpsecret", secret)])?;
    let mut secrets = push.params.secrets();
    let said = WECOM.read(&answer, &secrets)?;
    let token = said.get("access_token").and_then(Value::as_str);
    let token = token.ok_or_else(|| unexpected(&answer))?;
    secrets.push(token.to_owned());

    let mut url = params::below(wecom, &["cgi-bin", "message", "send"])?;
    url.query_pairs_mut().append_pair("access_token", token);
    let mut message = wecom_message(push);
    message["touser"] = push.params.text("touser").unwrap_or_else(|| "@all".to_owned()).into();
    message["agentid"] = push.params.number("agentid");
    let answer = push.post_json(&url, &message)?;
    WECOM.read(&answer, &secrets).map(drop)
}

fn wecom_message(push: &Push<'_>) -> Value {
    let (kind, max) = if push.params.flag("markdown") {
        ("markdown", WECOM_MARKDOWN_BYTES)
    } else {
        ("text", WECOM_TEXT_BYTES)
    };
    json!({ "msgtype": kind, kind: { "content": text::bytes(&push.whole(), max) } })
}

/// The HMAC-SHA-256 of `text` under `key`, in Base64.
fn sign(key: &str, text: &str) -> String {
    #[expect(clippy::expect_used, reason = "HMAC takes keys of any length")]
    let mut mac = Hmac::<Sha256>::new_from_slice(key.as_bytes()).expect("a key");
    mac.update(text.as_bytes());
    STANDARD.encode(mac.finalize().into_bytes())
}
