//! What an editor is told that could not do what it wanted.

use std::fmt;

use actix_web::{
    HttpResponse, ResponseError,
    http::{StatusCode, header},
};
use inkstone_content::{Base, ContentError, ContentPath, PathError, SourceError, Version};
use inkstone_vocab::{Fault, FaultKind};
use serde::Serialize;
use serde_json::{Value, json};
use utoipa::ToSchema;

use super::super::{Format, Refused};
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

/// Both sides of a conflict.
#[derive(Serialize, ToSchema)]
#[schema(as = inkstone::Conflict, examples(json!({
    "base": { "content": "# Hello", "version": "3b18e512" },
    "code": "content_conflict",
    "current": { "content": "# Hi", "version": "7d865e95" },
    "kept": null,
    "message": "the file was changed by somebody else",
    "path": "source/_posts/hello.md",
})))]
pub(in crate::wire::inkstone) struct ConflictView {
    /// What the edit started from.
    base: Option<SideView>,
    code: &'static str,
    /// What is there.
    current: Option<SideView>,
    /// Where our version is kept.
    kept: Option<String>,
    message: String,
    path: String,
}

#[derive(Serialize, ToSchema)]
#[schema(as = inkstone::Side)]
struct SideView {
    content: Option<String>,
    version: String,
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
        Self::new(status(kind), error.code(), &message)
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
            let content = provider.current().ok()?.content.read_version(path, version).ok();
            Some(SideView { content, version: version.as_str().to_owned() })
        };
        let base = match base {
            Base::Version(version) => Some(version),
            Base::Current | Base::Absent => None,
        };
        let conflict = ConflictView {
            base: side(base),
            code: error.code(),
            current: side(current.as_ref()),
            kept: kept.clone(),
            message: error.to_string(),
            path: at.as_str().to_owned(),
        };
        Self { status: StatusCode::CONFLICT, body: json!(conflict) }
    }

    fn new(status: StatusCode, code: &str, message: &str) -> Self {
        Self { status, body: json!(Refused { code, message }) }
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
        Self::new(StatusCode::BAD_REQUEST, error.code(), &error.to_string())
    }
}

impl From<RequestInvalid> for Error {
    fn from(error: RequestInvalid) -> Self {
        let code = "content_request_invalid";
        Self::new(StatusCode::BAD_REQUEST, code, &error.to_string())
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
