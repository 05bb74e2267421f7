//! What the owner tells about a host.

use std::borrow::Cow;

use inkstone_media::HostError;
use serde_json::{Map, Value};
use url::Url;

/// The parameters of a host, by name.
#[derive(Clone, Copy)]
pub(crate) struct Params<'a>(pub(crate) &'a Map<String, Value>);

impl<'a> Params<'a> {
    /// A text, trimmed; empty when it is absent. Numbers and truth values are their JSON texts.
    pub(crate) fn text(self, name: &'static str) -> Result<Cow<'a, str>, HostError> {
        match self.0.get(name) {
            None | Some(Value::Null) => Ok("".into()),
            Some(Value::String(text)) => Ok(text.trim().into()),
            Some(value) => plain(value).map(Cow::Owned).ok_or(HostError::Parameter(name)),
        }
    }

    /// A text that must be there.
    pub(crate) fn required(self, name: &'static str) -> Result<Cow<'a, str>, HostError> {
        let text = self.text(name)?;
        if text.is_empty() { Err(HostError::Parameter(name)) } else { Ok(text) }
    }

    /// A web address that must be there.
    pub(crate) fn web_address(self, name: &'static str) -> Result<Url, HostError> {
        let url = Url::parse(&self.required(name)?).ok();
        url.filter(is_web).ok_or(HostError::Parameter(name))
    }

    /// Names and texts: a JSON object, or a text that holds one; none when it is absent.
    pub(crate) fn pairs(self, name: &'static str) -> Result<Vec<(String, String)>, HostError> {
        let wrong = || HostError::Parameter(name);
        let object = match self.0.get(name) {
            Some(Value::Object(object)) => object.clone(),
            _ => match self.text(name)?.as_ref() {
                "" => Map::new(),
                json => serde_json::from_str(json).map_err(|_| wrong())?,
            },
        };
        let text = |value: Value| match value {
            Value::String(text) => Some(text),
            value => plain(&value),
        };
        let pair = |(name, value)| Ok((name, text(value).ok_or_else(wrong)?));
        object.into_iter().map(pair).collect()
    }
}

/// Whether an address is one of the web.
pub(crate) fn is_web(url: &Url) -> bool {
    ["http", "https"].contains(&url.scheme()) && url.has_host()
}

fn plain(value: &Value) -> Option<String> {
    matches!(value, Value::Number(_) | Value::Bool(_)).then(|| value.to_string())
}
