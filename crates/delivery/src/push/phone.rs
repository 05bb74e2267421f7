//! Bark, Gotify and `PushDeer`, which are applications on the owner's phone.

use inkstone_notifications::DeliveryError;
use serde_json::{Value, json};

use super::{
    Push,
    answer::{self, Report, is_zero},
    params,
};

const BARK: Report =
    Report { codes: &["code"], taken: |code| *code == 200, texts: &["message"], lasting: &[413] };

const PUSHDEER: Report =
    Report { codes: &["code"], taken: is_zero, texts: &["error", "message"], lasting: &[] };

/// Parameters that are passed on, and what Bark calls them.
const BARK_OPTIONS: [(&str, &str); 9] = [
    ("sound", "sound"),
    ("isarchive", "isArchive"),
    ("icon", "icon"),
    ("group", "group"),
    ("url", "url"),
    ("copy", "copy"),
    ("autocopy", "autoCopy"),
    ("level", "level"),
    ("badge", "badge"),
];

/// `key` is a key, or the whole address on a server of the owner's.
pub(super) fn bark(push: &Push<'_>) -> Result<(), DeliveryError> {
    let key = push.params.required("key")?;
    let url = if params::is_address(&key) {
        params::address(&key)?
    } else {
        params::below(&push.pusher.addresses.bark, &[&key])?
    };
    let mut form = vec![("title", push.title.clone()), ("body", push.content.clone())];
    for (name, theirs) in BARK_OPTIONS {
        form.extend(push.params.text(name).map(|text| (theirs, text)));
    }
    let answer = push.post_form(&url, &form)?;
    BARK.read(&answer, &push.params.secrets()).map(drop)
}

pub(super) fn gotify(push: &Push<'_>) -> Result<(), DeliveryError> {
    let (url, token) = (push.params.required("url")?, push.params.required("token")?);
    let mut url = params::below(&url, &["message"])?;
    url.query_pairs_mut().append_pair("token", &token);
    let priority = match push.params.number("priority") {
        Value::Number(priority) => priority,
        _ => 0.into(),
    };
    let message = json!({ "title": push.title, "message": push.content, "priority": priority });
    let answer = push.post_json(&url, &message)?;
    answer::by_status(&answer, &push.params.secrets())
}

/// `url` is the whole address on a server of the owner's.
pub(super) fn pushdeer(push: &Push<'_>) -> Result<(), DeliveryError> {
    let key = push.params.required("pushkey")?;
    let url = match push.params.text("url") {
        Some(url) => params::address(&url)?,
        None => params::below(&push.pusher.addresses.pushdeer, &["message", "push"])?,
    };
    let kind = push.params.text("type").unwrap_or_else(|| "markdown".to_owned());
    let message = json!({ "pushkey": key, "text": push.title, "type": kind, "desp": push.content });
    let answer = push.post_json(&url, &message)?;
    let said = PUSHDEER.read(&answer, &push.params.secrets())?;
    match said.pointer("/content/result").and_then(Value::as_array) {
        // It says so of a key that it does not know.
        Some(devices) if devices.is_empty() => {
            Err(DeliveryError::temporary("the service knows no device with this pushkey"))
        }
        _ => Ok(()),
    }
}
