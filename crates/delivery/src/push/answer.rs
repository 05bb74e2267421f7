//! What services answer: many say 200, and what went wrong in JSON.

use inkstone_notifications::DeliveryError;
use serde_json::Value;

use crate::{http::HttpAnswer, reason};

/// Members that hold what went wrong, in services that report by status.
const TEXTS: &[&str] = &["errorDescription", "message", "msg", "error", "description"];

/// How a service reports in JSON.
#[derive(Clone, Copy, Debug)]
pub(super) struct Report {
    /// The members that may hold the code; the first that is there counts.
    pub(super) codes: &'static [&'static str],
    /// Whether a code means that the message was taken.
    pub(super) taken: fn(&Value) -> bool,
    /// The members that may hold what went wrong.
    pub(super) texts: &'static [&'static str],
    /// The codes of messages that will never be taken.
    pub(super) lasting: &'static [i64],
}

impl Report {
    /// What an answer means.
    pub(super) fn read(
        &self,
        answer: &HttpAnswer,
        secrets: &[String],
    ) -> Result<Value, DeliveryError> {
        let Ok(json) = serde_json::from_slice::<Value>(&answer.body) else {
            return Err(by_status(answer, secrets).err().unwrap_or_else(|| unexpected(answer)));
        };
        let Some(code) = self.codes.iter().find_map(|name| json.get(name)) else {
            return Err(by_status(answer, secrets).err().unwrap_or_else(|| unexpected(answer)));
        };
        if (self.taken)(code) && (200..300).contains(&answer.status) {
            return Ok(json);
        }
        let lasts = code.as_i64().is_some_and(|code| self.lasting.contains(&code));
        let said = text(&json, self.texts).unwrap_or("refused");
        let said = if code.is_number() { format!("{said} ({code})") } else { said.to_owned() };
        Err(refusal(answer, &said, lasts, secrets))
    }
}

/// What an answer means in services whose status says it.
pub(super) fn by_status(answer: &HttpAnswer, secrets: &[String]) -> Result<(), DeliveryError> {
    if (200..300).contains(&answer.status) {
        return Ok(());
    }
    let json = serde_json::from_slice::<Value>(&answer.body).ok();
    let body = String::from_utf8_lossy(&answer.body);
    let said = json.as_ref().and_then(|json| text(json, TEXTS)).unwrap_or(&body);
    let said = format!("the service answered {}: {said}", answer.status);
    // It understood, and does not want this message.
    Err(refusal(answer, &said, matches!(answer.status, 400 | 413 | 422), secrets))
}

/// Zero, as a number or as text.
pub(super) fn is_zero(code: &Value) -> bool {
    *code == 0 || *code == "0"
}

/// What answers is not the service, or has changed.
pub(super) fn unexpected(answer: &HttpAnswer) -> DeliveryError {
    DeliveryError::temporary(format!("unexpected answer with status {}", answer.status))
}

fn refusal(answer: &HttpAnswer, said: &str, lasts: bool, secrets: &[String]) -> DeliveryError {
    let secrets: Vec<&str> = secrets.iter().map(String::as_str).collect();
    let reason = reason::clean(said, &secrets);
    if lasts {
        return DeliveryError::permanent(reason);
    }
    DeliveryError::Temporary { reason, retry_after_ms: answer.retry_after_ms }
}

fn text<'a>(json: &'a Value, names: &[&str]) -> Option<&'a str> {
    let mut texts = names.iter().filter_map(|name| json.get(name)?.as_str());
    texts.find(|text| !text.is_empty())
}
