//! Bodies: forms in both encodings, JSON, and texts that look like forms.

use std::future::ready;

use actix_multipart::{Multipart, MultipartError};
use actix_web::{
    error::PayloadError,
    http::header::{CONTENT_TYPE, HeaderMap},
    web::Bytes,
};
use futures_util::{TryStreamExt as _, stream::once};
use serde_json::{Map, Value};

use super::{MAX_FIELDS, last, pairs};

/// What a body holds.
#[derive(Debug)]
pub(super) enum Body {
    /// Fields.
    Form {
        fields: Vec<(String, String)>,
        /// Whether there was more that could not be read.
        malformed: bool,
    },
    /// The members of an object.
    Json {
        members: Map<String, Value>,
        /// The token behind the object: what a command line tool with two data options sends
        ///
        token: Option<String>,
        /// Whether it is anything else.
        malformed: bool,
    },
}

impl Default for Body {
    fn default() -> Self {
        Self::form(Vec::new())
    }
}

impl Body {
    /// No bytes are no parameters, whatever the content type promises.
    pub(super) async fn parse(headers: &HeaderMap, bytes: Bytes) -> Self {
        if bytes.is_empty() {
            return Self::default();
        }
        let kind = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
        let kind = kind.and_then(|kind| kind.split(';').next()).unwrap_or_default();
        match kind.trim().to_ascii_lowercase().as_str() {
            "application/x-www-form-urlencoded" => Self::form(pairs(&bytes)),
            "multipart/form-data" => {
                let mut fields = Vec::new();
                let malformed = parts(headers, bytes, &mut fields).await.is_err();
                Self::Form { fields, malformed }
            }
            "application/json" => Self::json(&bytes),
            "" | "text/plain" if looks_like_a_form(&bytes) => Self::form(pairs(&bytes)),
            _ => Self::default(),
        }
    }

    fn form(fields: Vec<(String, String)>) -> Self {
        Self::Form { fields, malformed: false }
    }

    fn json(bytes: &[u8]) -> Self {
        let mut values = serde_json::Deserializer::from_slice(bytes).into_iter::<Value>();
        let Some(Ok(Value::Object(members))) = values.next() else {
            return Self::Json { members: Map::new(), token: None, malformed: true };
        };
        let rest = bytes[values.byte_offset()..].trim_ascii();
        let (token, malformed) = match rest.strip_prefix(b"&") {
            Some(form) => (last(&pairs(form), "token").map(str::to_owned), false),
            None => (None, !rest.is_empty()),
        };
        Self::Json { members, token, malformed }
    }

    /// How many fields or members there are.
    pub(super) fn len(&self) -> usize {
        match self {
            Self::Form { fields, .. } => fields.len(),
            Self::Json { members, .. } => members.len(),
        }
    }
}

/// Reads the texts among the parts; files are left out. Line ends become LF again, which the
/// encoding made CRLF.
async fn parts(
    headers: &HeaderMap,
    bytes: Bytes,
    fields: &mut Vec<(String, String)>,
) -> Result<(), MultipartError> {
    let bytes = once(ready(Ok::<_, PayloadError>(bytes)));
    let mut parts = Multipart::new(headers, bytes);
    while let Some(mut part) = parts.try_next().await? {
        let mut value = Vec::new();
        while let Some(chunk) = part.try_next().await? {
            value.extend_from_slice(&chunk);
        }
        let is_file = part.content_disposition().is_some_and(|of| of.get_filename().is_some());
        if let Some(name) = part.name()
            && !is_file
            && fields.len() <= MAX_FIELDS
        {
            let text = String::from_utf8_lossy(&value).replace("\r\n", "\n");
            fields.push((name.to_owned(), text));
        }
    }
    Ok(())
}

/// Whether `bytes` begin with the name of a field.
fn looks_like_a_form(bytes: &[u8]) -> bool {
    let is_name = |byte: &u8| byte.is_ascii_alphanumeric() || b"-._~%+[]".contains(byte);
    let name = bytes.iter().take_while(|byte| is_name(byte)).count();
    name > 0 && bytes.get(name) == Some(&b'=')
}
