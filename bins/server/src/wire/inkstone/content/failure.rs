//! What an editor is told that could not do what it wanted.

use std::fmt;

use actix_web::{
    HttpResponse, ResponseError,
    http::{StatusCode, header},
};
use inkstone_content::{Base, ContentError, ContentPath, PathError, SourceError, Version};
use inkstone_vocab::{Fault, FaultKind};
use serde_json::{Map, Value, json};

use super::super::Format;
use crate::{
    content::{ContentProvider, ProviderError},
    failure::Failure,
    output,
    wire::error::FailureFormat as _,
};

/// The error of every handler here: a status, and `{"code", "message", …}`.
#[derive(Debug)]
pub(in crate::wire::inkstone) struct Error {
    status: StatusCode,
    body: Value,
}

/// A request that makes no sense.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum RequestInvalid {
    #[error("kind is none of post, draft, page and config")]
    Kind,
    #[error("the name of a version has 1 to 128 letters, digits, `:`, `_` and `-`")]
    Version,
    #[error("the body is not the JSON object that this takes")]
    Body,
}

impl Error {
    /// The owner is told what the source has said; it holds neither secrets nor local paths.
    pub(super) fn of(error: &ProviderError) -> Self {
        let kind = error.kind();
        if matches!(kind, FaultKind::Internal | FaultKind::Unavailable) {
            tracing::warn!(code = error.code(), cause = output::chain(error), "content failed");
        }
        let message = if kind == FaultKind::Internal {
            "The server failed; its log says why.".to_owned()
        } else {
            error.to_string()
        };
        Self::new(status(kind), error.code(), &message, Map::new())
    }

    /// The same; of a conflict both sides, so that an editor can join them.
    pub(super) fn with_sides(
        error: &ProviderError,
        provider: &ContentProvider,
        path: &ContentPath,
        base: &Base,
    ) -> Self {
        let ProviderError::Content(content) = error else { return Self::of(error) };
        let ContentError::Source(SourceError::Conflict { path: at, current, kept }) = &**content
        else {
            return Self::of(error);
        };
        let side = |version: Option<&Version>| {
            let version = version?;
            let text = provider.current().ok()?.content.read_version(path, version).ok();
            Some(json!({ "version": version.as_str(), "content": text }))
        };
        let base = match base {
            Base::Version(version) => Some(version),
            Base::Current | Base::Absent => None,
        };
        let members = [
            ("path", json!(at.as_str())),
            ("base", json!(side(base))),
            ("current", json!(side(current.as_ref()))),
            ("kept", json!(kept)),
        ];
        let members = members.map(|(name, value)| (name.to_owned(), value));
        let (code, message) = (error.code(), error.to_string());
        Self::new(StatusCode::CONFLICT, code, &message, Map::from_iter(members))
    }

    fn new(status: StatusCode, code: &str, message: &str, mut members: Map<String, Value>) -> Self {
        members.insert("code".to_owned(), json!(code));
        members.insert("message".to_owned(), json!(message));
        Self { status, body: Value::Object(members) }
    }
}

fn status(kind: FaultKind) -> StatusCode {
    match kind {
        FaultKind::Invalid => StatusCode::BAD_REQUEST,
        FaultKind::Unauthenticated => StatusCode::UNAUTHORIZED,
        FaultKind::Forbidden => StatusCode::FORBIDDEN,
        FaultKind::NotFound => StatusCode::NOT_FOUND,
        FaultKind::Conflict => StatusCode::CONFLICT,
        FaultKind::RateLimited => StatusCode::TOO_MANY_REQUESTS,
        // Not ours to repair: somebody else's server does not answer.
        FaultKind::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
        FaultKind::Internal => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

impl From<Failure> for Error {
    fn from(failure: Failure) -> Self {
        Self { status: Format::status(&failure), body: Format::body(&failure, None) }
    }
}

impl From<PathError> for Error {
    fn from(error: PathError) -> Self {
        Self::new(StatusCode::BAD_REQUEST, error.code(), &error.to_string(), Map::new())
    }
}

impl From<RequestInvalid> for Error {
    fn from(error: RequestInvalid) -> Self {
        let code = "content_request_invalid";
        Self::new(StatusCode::BAD_REQUEST, code, &error.to_string(), Map::new())
    }
}

impl fmt::Display for Error {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}", self.body["code"])
    }
}

impl ResponseError for Error {
    fn status_code(&self) -> StatusCode {
        self.status
    }

    fn error_response(&self) -> HttpResponse {
        let mut response = HttpResponse::build(self.status);
        if self.status == StatusCode::SERVICE_UNAVAILABLE {
            response.insert_header((header::RETRY_AFTER, "10"));
        }
        response.json(&self.body)
    }
}
