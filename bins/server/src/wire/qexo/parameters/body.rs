//! Bodies: forms in both encodings, JSON, and texts that look like forms.

use std::fmt;

use actix_multipart::{Multipart, MultipartError};
use actix_web::{
    error::PayloadError,
    http::header::{CONTENT_TYPE, ContentDisposition, HeaderMap},
    web::{Bytes, BytesMut},
};
use futures_util::{Stream, StreamExt as _, TryStreamExt as _};
use serde_json::{Map, Value};

use super::{MAX_FIELDS, last, pairs};
use crate::{body::BodyError, wire::qexo::error::Error};

/// What a body holds.
#[derive(Debug)]
pub(super) enum Body {
    /// Fields.
    Form {
        fields: Vec<(String, String)>,
        files: Vec<SentFile>,
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

/// A file in a form.
#[derive(Clone)]
pub struct SentFile {
    /// The name of its part.
    pub(super) field: String,
    /// What it is called where it comes from; anything at all.
    pub name: String,
    /// Its bytes.
    pub content: Bytes,
}

impl fmt::Debug for SentFile {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = formatter.debug_struct("SentFile");
        shown.field("field", &self.field).field("name", &self.name).finish_non_exhaustive()
    }
}

impl Default for Body {
    fn default() -> Self {
        Self::form(Vec::new())
    }
}

impl Body {
    /// No bytes are no parameters, whatever the content type promises. Parts are taken apart as
    /// they arrive: files among them are large.
    pub(super) async fn read(
        headers: &HeaderMap,
        pieces: impl Stream<Item = Result<Bytes, PayloadError>> + 'static,
    ) -> Result<Self, Error> {
        let mut pieces = Box::pin(pieces.peekable());
        if pieces.as_mut().peek().await.is_none() {
            return Ok(Self::default());
        }
        let kind = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
        let kind = kind.and_then(|kind| kind.split(';').next()).unwrap_or_default();
        let kind = kind.trim().to_ascii_lowercase();
        if kind == "multipart/form-data" {
            return Self::in_parts(headers, pieces).await;
        }
        let mut bytes = BytesMut::new();
        while let Some(piece) = pieces.try_next().await.map_err(unreadable)? {
            bytes.extend_from_slice(&piece);
        }
        Ok(match kind.as_str() {
            "application/x-www-form-urlencoded" => Self::form(pairs(&bytes)),
            "application/json" => Self::json(&bytes),
            "" | "text/plain" if looks_like_a_form(&bytes) => Self::form(pairs(&bytes)),
            _ => Self::default(),
        })
    }

    async fn in_parts(
        headers: &HeaderMap,
        pieces: impl Stream<Item = Result<Bytes, PayloadError>> + 'static,
    ) -> Result<Self, Error> {
        let (mut fields, mut files) = (Vec::new(), Vec::new());
        match parts(headers, pieces, &mut fields, &mut files).await {
            Err(MultipartError::Payload(error)) => Err(unreadable(error)),
            read => Ok(Self::Form { fields, files, malformed: read.is_err() }),
        }
    }

    fn form(fields: Vec<(String, String)>) -> Self {
        Self::Form { fields, files: Vec::new(), malformed: false }
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
            Self::Form { fields, files, .. } => fields.len() + files.len(),
            Self::Json { members, .. } => members.len(),
        }
    }
}

/// Reads texts and files. Line ends of texts become LF again, which the encoding made CRLF.
async fn parts(
    headers: &HeaderMap,
    pieces: impl Stream<Item = Result<Bytes, PayloadError>> + 'static,
    fields: &mut Vec<(String, String)>,
    files: &mut Vec<SentFile>,
) -> Result<(), MultipartError> {
    let mut parts = Multipart::new(headers, pieces);
    while let Some(mut part) = parts.try_next().await? {
        let mut value = BytesMut::new();
        while let Some(chunk) = part.try_next().await? {
            value.extend_from_slice(&chunk);
        }
        let Some(field) = part.name().map(str::to_owned) else { continue };
        if fields.len() + files.len() > MAX_FIELDS {
            continue;
        }
        if let Some(name) = part.content_disposition().and_then(file_name) {
            files.push(SentFile { field, name, content: value.freeze() });
        } else {
            let text = String::from_utf8_lossy(&value).replace("\r\n", "\n");
            fields.push((field, text));
        }
    }
    Ok(())
}

/// What a file is called; `None` when the part is a text.
fn file_name(of: &ContentDisposition) -> Option<String> {
    let extended =
        of.get_filename_ext().map(|name| String::from_utf8_lossy(&name.value).into_owned());
    extended.or_else(|| of.get_filename().map(str::to_owned))
}

fn unreadable(error: PayloadError) -> Error {
    match error {
        PayloadError::Overflow => Error::too_large(),
        error => BodyError::Broken(error).into(),
    }
}

/// Whether `bytes` begin with the name of a field.
fn looks_like_a_form(bytes: &[u8]) -> bool {
    let is_name = |byte: &u8| byte.is_ascii_alphanumeric() || b"-._~%+[]".contains(byte);
    let name = bytes.iter().take_while(|byte| is_name(byte)).count();
    name > 0 && bytes.get(name) == Some(&b'=')
}
