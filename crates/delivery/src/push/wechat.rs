//! Server酱, its Turbo edition and `PushPlus`, which reach the owner in `WeChat`.

use inkstone_notifications::DeliveryError;
use serde_json::{Value, json};

use super::{
    Push,
    answer::{Report, is_zero},
    params, text,
};

const SERVERCHAN: Report =
    Report { codes: &["errno"], taken: is_zero, texts: &["errmsg"], lasting: &[] };

const TURBO: Report =
    Report { codes: &["code", "errno"], taken: is_zero, texts: &["message", "info"], lasting: &[] };

const PUSHPLUS: Report =
    Report { codes: &["code"], taken: |code| *code == 200, texts: &["msg"], lasting: &[] };

/// What Server酱 takes, in bytes.
const DESCRIPTION_BYTES: usize = 32_000;
/// What its Turbo edition takes as a title, in characters.
const TURBO_TITLE_CHARS: usize = 32;

pub(super) fn serverchan(push: &Push<'_>) -> Result<(), DeliveryError> {
    let key = push.params.required("sckey")?;
    let url = params::below(&push.pusher.addresses.serverchan, &[&format!("{key}.send")])?;
    let form = [("text", push.title.clone()), ("desp", description(push))];
    let answer = push.post_form(&url, &form)?;
    SERVERCHAN.read(&answer, &push.params.secrets()).map(drop)
}

pub(super) fn serverchan_turbo(push: &Push<'_>) -> Result<(), DeliveryError> {
    let key = push.params.required("sctkey")?;
    let url = params::below(&push.pusher.addresses.serverchan_turbo, &[&format!("{key}.send")])?;
    let title = text::chars(&push.title, TURBO_TITLE_CHARS);
    // `text` is the older name of `title`.
    let mut form = vec![("title", title.clone()), ("text", title), ("desp", description(push))];
    for name in ["channel", "openid"] {
        form.extend(push.params.text(name).map(|text| (name, text)));
    }
    let answer = push.post_form(&url, &form)?;
    TURBO.read(&answer, &push.params.secrets()).map(drop)
}

pub(super) fn pushplus(push: &Push<'_>) -> Result<(), DeliveryError> {
    let token = push.params.required("token")?;
    let url = params::below(&push.pusher.addresses.pushplus, &["send"])?;
    let markdown = push.params.flag("markdown") || push.params.flag("mdFormat");
    let mut message = json!({
        "token": token,
        "title": push.title,
        "content": push.content,
        "template": if markdown { "markdown" } else { "html" },
    });
    if let Some(topic) = push.params.text("topic") {
        message["topic"] = Value::String(topic);
    }
    let answer = push.post_json(&url, &message)?;
    PUSHPLUS.read(&answer, &push.params.secrets()).map(drop)
}

fn description(push: &Push<'_>) -> String {
    text::bytes(&push.content, DESCRIPTION_BYTES)
}
