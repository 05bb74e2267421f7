//! What the owner says about a service.

use std::fmt;

use inkstone_notifications::DeliveryError;
use serde_json::{Map, Value};
use url::Url;

/// The longest part of an address that may be an innocent word.
const MAX_WORD_BYTES: usize = 20;

/// What the owner says about a service. The `Debug` form hides it: tokens are among it.
pub(super) struct Params<'a>(&'a Map<String, Value>);

impl<'a> Params<'a> {
    pub(super) const fn new(params: &'a Map<String, Value>) -> Self {
        Self(params)
    }

    /// A parameter as text; panels send numbers and flags as either. Empty means absent.
    pub(super) fn text(&self, name: &str) -> Option<String> {
        let text = match self.0.get(name)? {
            Value::String(text) => text.trim().to_owned(),
            value @ (Value::Number(_) | Value::Bool(_)) => value.to_string(),
            Value::Null | Value::Array(_) | Value::Object(_) => return None,
        };
        Some(text).filter(|text| !text.is_empty())
    }

    pub(super) fn required(&self, name: &str) -> Result<String, DeliveryError> {
        self.text(name).ok_or_else(|| {
            DeliveryError::temporary(format!("the notifier's parameter {name} is not set"))
        })
    }

    /// A parameter as a number if it is one, else as text; `null` when it is absent.
    pub(super) fn number(&self, name: &str) -> Value {
        let text = self.text(name);
        text.map_or(Value::Null, |text| text.parse::<i64>().map_or(text.into(), Value::from))
    }

    pub(super) fn flag(&self, name: &str) -> bool {
        self.text(name).is_some_and(|text| text.eq_ignore_ascii_case("true") || text == "1")
    }

    /// A parameter as it is.
    pub(super) fn value(&self, name: &str) -> Option<&'a Value> {
        self.0.get(name)
    }

    /// All that no answer may repeat: every text, and what looks like a key within addresses.
    pub(super) fn secrets(&self) -> Vec<String> {
        let mut secrets = Vec::new();
        self.0.values().for_each(|value| collect(value, &mut secrets));
        // The longest first, so that none is left half.
        secrets.sort_by_key(|secret| std::cmp::Reverse(secret.len()));
        secrets
    }
}

impl fmt::Debug for Params<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Params").finish_non_exhaustive()
    }
}

/// The address `base` with `segments` behind its path, encoded.
pub(super) fn below(base: &str, segments: &[&str]) -> Result<Url, DeliveryError> {
    let mut url = address(base)?;
    match url.path_segments_mut() {
        Ok(mut path) => drop(path.pop_if_empty().extend(segments)),
        Err(()) => return Err(malformed()),
    }
    Ok(url)
}

/// The address `text`.
pub(super) fn address(text: &str) -> Result<Url, DeliveryError> {
    let url = Url::parse(text).map_err(|_| malformed())?;
    if matches!(url.scheme(), "http" | "https") { Ok(url) } else { Err(malformed()) }
}

/// Whether a parameter that may be a key or an address is the latter.
pub(super) fn is_address(text: &str) -> bool {
    text.starts_with("http://") || text.starts_with("https://")
}

fn malformed() -> DeliveryError {
    DeliveryError::temporary("the notifier's address is malformed")
}

fn collect(value: &Value, secrets: &mut Vec<String>) {
    match value {
        Value::String(text) => {
            secrets.push(text.clone());
            if is_address(text) {
                let parts = text.split(['/', '?', '&', '=', '#', '@', ':']);
                secrets.extend(parts.filter(|part| is_key(part)).map(str::to_owned));
            }
        }
        Value::Number(number) => secrets.push(number.to_string()),
        Value::Array(values) => values.iter().for_each(|value| collect(value, secrets)),
        Value::Object(values) => values.values().for_each(|value| collect(value, secrets)),
        Value::Null | Value::Bool(_) => {}
    }
}

/// Words such as `webhooks` are part of many addresses, and of many answers.
fn is_key(part: &str) -> bool {
    part.len() > MAX_WORD_BYTES || part.bytes().any(|byte| byte.is_ascii_digit())
}
