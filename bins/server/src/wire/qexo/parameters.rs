//! What clients send, in whichever encoding (contract qexo, 1.3).

mod body;

use std::borrow::Cow;

use actix_web::{error::PayloadError, http::header::HeaderMap, web::Bytes};
use futures_util::Stream;
use serde_json::Value;

use self::body::Body;
pub use self::body::SentFile;
use super::error::Error;

/// The most parameters of a request.
const MAX_FIELDS: usize = 1_000;

/// The parameters of a request. Of several with one name the last counts.
#[derive(Debug, Default)]
pub struct Parameters {
    query: Vec<(String, String)>,
    body: Body,
}

/// The value of a parameter.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Parameter<'a> {
    /// As forms and queries send it.
    Text(&'a str),
    /// As JSON sends it; never null, for that means absent.
    Json(&'a Value),
}

impl<'a> Parameter<'a> {
    /// The value as forms would send it: numbers and booleans by their JSON text. `None` for
    /// lists and objects.
    pub fn text(self) -> Option<Cow<'a, str>> {
        match self {
            Self::Text(text) => Some(text.into()),
            Self::Json(Value::String(text)) => Some(text.as_str().into()),
            Self::Json(Value::Number(number)) => Some(number.to_string().into()),
            Self::Json(Value::Bool(flag)) => Some(flag.to_string().into()),
            Self::Json(_) => None,
        }
    }

    /// The value if it was sent as a text.
    pub fn as_str(self) -> Option<&'a str> {
        match self {
            Self::Text(text) => Some(text),
            Self::Json(value) => value.as_str(),
        }
    }
}

impl Parameters {
    /// Reads a query, and a body piece by piece; a body that cannot be read counts as far as it
    /// could be. It is too large where it ends with [`PayloadError::Overflow`].
    pub(super) async fn read(
        query: &str,
        headers: &HeaderMap,
        pieces: impl Stream<Item = Result<Bytes, PayloadError>> + 'static,
    ) -> Result<Self, Error> {
        let query = pairs(query.as_bytes());
        let body = Body::read(headers, pieces).await?;
        if query.len() + body.len() > MAX_FIELDS {
            return Err(Error::too_large());
        }
        Ok(Self { query, body })
    }

    /// A parameter of the body.
    pub fn body(&self, name: &str) -> Option<Parameter<'_>> {
        match &self.body {
            Body::Form { fields, .. } => last(fields, name).map(Parameter::Text),
            Body::Json { members, .. } => {
                members.get(name).filter(|value| !value.is_null()).map(Parameter::Json)
            }
        }
    }

    /// The file in the last part of the body that has one of these names and brings a file along.
    pub fn file(&self, names: &[&str]) -> Option<&SentFile> {
        match &self.body {
            Body::Form { files, .. } => {
                files.iter().rev().find(|file| names.contains(&file.field.as_str()))
            }
            Body::Json { .. } => None,
        }
    }

    /// A parameter of the query.
    pub fn query(&self, name: &str) -> Option<&str> {
        last(&self.query, name)
    }

    /// Every parameter but the token, as often as it was sent: those of the query, then those of
    /// the body. For scripts, which get all of them.
    pub fn all(&self) -> Vec<(&str, Parameter<'_>)> {
        let mut all: Vec<_> = self.query.iter().map(text).collect();
        match &self.body {
            Body::Form { fields, .. } => all.extend(fields.iter().map(text)),
            Body::Json { members, .. } => all.extend(
                members
                    .iter()
                    .filter(|(_, value)| !value.is_null())
                    .map(|(name, value)| (name.as_str(), Parameter::Json(value))),
            ),
        }
        all.retain(|(name, _)| *name != "token");
        all
    }

    /// The token: of a form, else of the query, else of JSON; empty ones count as absent.
    pub(super) fn token(&self) -> Option<String> {
        let (form, member) = match &self.body {
            Body::Form { fields, .. } => (last(fields, "token"), None),
            Body::Json { members, token, .. } => {
                let member = members.get("token").and_then(|value| Parameter::Json(value).text());
                (token.as_deref(), member)
            }
        };
        let [form, query] = [form, self.query("token")].map(|token| token.map(Cow::Borrowed));
        let token = [form, query, member].into_iter().flatten().find(|token| !token.is_empty());
        token.map(Cow::into_owned)
    }

    /// Whether the body is not what its content type says.
    pub(super) fn is_malformed(&self) -> bool {
        match self.body {
            Body::Form { malformed, .. } | Body::Json { malformed, .. } => malformed,
        }
    }
}

fn text((name, text): &(String, String)) -> (&str, Parameter<'_>) {
    (name, Parameter::Text(text))
}

/// The fields of a form or query; what is no UTF-8 becomes U+FFFD.
fn pairs(bytes: &[u8]) -> Vec<(String, String)> {
    // One more than there may be tells that there are too many.
    url::form_urlencoded::parse(bytes).into_owned().take(MAX_FIELDS + 1).collect()
}

fn last<'a>(fields: &'a [(String, String)], name: &str) -> Option<&'a str> {
    fields.iter().rev().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
}

#[cfg(test)]
mod tests;
