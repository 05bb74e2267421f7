//! How a failure becomes an answer of the API (contract qexo, 1.6).

use std::{borrow::Cow, fmt, time::Duration};

use actix_web::{
    HttpResponse, ResponseError,
    http::{Method, StatusCode, header},
};
use inkstone_settings::Language;
use inkstone_vocab::{Fault, FaultKind};
use serde::Serialize;
use utoipa::ToSchema;

use super::message::Message;
use crate::failure::Failure;

/// How long a client is asked to wait when the server cannot answer just now.
const BUSY: Duration = Duration::from_secs(1);

/// What a handler answers when it cannot do what it is asked for.
#[derive(Clone, Debug)]
pub struct Error {
    status: StatusCode,
    message: Message,
    retry_after: Option<Duration>,
    allowed: Option<&'static [Method]>,
    language: Language,
    both_keys: bool,
}

impl Error {
    /// An expected refusal: status 200, for browser clients show the text of nothing else.
    pub const fn refused(message: Message) -> Self {
        Self::new(StatusCode::OK, message)
    }

    /// Something is switched off, or not for whoever asks.
    pub const fn forbidden(message: Message) -> Self {
        Self::new(StatusCode::FORBIDDEN, message)
    }

    /// A parameter is not there.
    pub const fn missing(parameter: &'static str) -> Self {
        Self::refused(Message::ParamMissing(Cow::Borrowed(parameter)))
    }

    /// A parameter makes no sense.
    pub const fn invalid(parameter: &'static str) -> Self {
        Self::refused(Message::ParamInvalid(Cow::Borrowed(parameter)))
    }

    pub(super) const fn unknown_path() -> Self {
        Self::new(StatusCode::NOT_FOUND, Message::NotFound)
    }

    pub(super) const fn internal() -> Self {
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, Message::Internal)
    }

    pub(super) const fn too_large() -> Self {
        let message = Message::ParamInvalid(Cow::Borrowed("body"));
        Self::new(StatusCode::PAYLOAD_TOO_LARGE, message)
    }

    pub(super) fn too_often(wait: Duration) -> Self {
        let error = Self::new(StatusCode::TOO_MANY_REQUESTS, Message::RateLimited);
        Self { retry_after: Some(wait), ..error }
    }

    pub(super) fn wrong_method(allowed: &'static [Method]) -> Self {
        let error = Self::new(StatusCode::METHOD_NOT_ALLOWED, Message::MethodError);
        Self { allowed: Some(allowed), ..error }
    }

    const fn new(status: StatusCode, message: Message) -> Self {
        Self {
            status,
            message,
            retry_after: None,
            allowed: None,
            language: Language::Chinese,
            both_keys: false,
        }
    }

    /// The same in a language, and under both keys if `both_keys`; a wrong token is told in one
    /// way everywhere (contract qexo, 1.5).
    pub(super) fn told(self, language: Language, both_keys: bool) -> Self {
        let both_keys = both_keys && self.message != Message::AuthFailed;
        Self { language, both_keys, ..self }
    }
}

impl From<Failure> for Error {
    fn from(failure: Failure) -> Self {
        let message = text_of(&failure);
        match (failure.kind(), failure.code()) {
            (_, "body_too_large") => Self::too_large(),
            (_, "body_too_slow") => Self::new(StatusCode::REQUEST_TIMEOUT, message),
            (FaultKind::Invalid | FaultKind::NotFound | FaultKind::Conflict, _) => {
                Self::refused(message)
            }
            (FaultKind::Unauthenticated | FaultKind::Forbidden, _) => Self::forbidden(message),
            (FaultKind::RateLimited, _) => Self::new(StatusCode::TOO_MANY_REQUESTS, message),
            (FaultKind::Unavailable, _) => {
                let error = Self::new(StatusCode::SERVICE_UNAVAILABLE, message);
                Self { retry_after: Some(BUSY), ..error }
            }
            (FaultKind::Internal, _) => Self::internal(),
        }
    }
}

/// What a client is told about a failure of a domain.
fn text_of(failure: &Failure) -> Message {
    match (failure.kind(), failure.code()) {
        (_, "body_too_large" | "body_too_slow" | "body_broken") => {
            Message::ParamInvalid("body".into())
        }
        (_, "setting_name_unknown" | "field_name_invalid" | "friend_name_invalid") => {
            Message::ParamInvalid("name".into())
        }
        (_, "field_content_invalid" | "field_content_too_long") => {
            Message::ParamInvalid("content".into())
        }
        (_, "talk_not_found") => Message::TalkNotFound,
        (_, "field_not_found") => Message::CustomNotFound,
        (_, "field_limit_exceeded") => Message::ScriptLimit,
        (_, "friend_url_invalid") => Message::ParamInvalid("url".into()),
        (_, "friend_image_invalid") => Message::ParamInvalid("image".into()),
        (_, "friend_description_invalid") => Message::ParamInvalid("description".into()),
        (_, "friend_name_blank") => Message::ParamMissing("name".into()),
        (_, "friend_url_blank") => Message::ParamMissing("url".into()),
        (_, "friend_image_blank") => Message::ParamMissing("image".into()),
        (_, "friend_not_found") => Message::FriendNotFound,
        (_, "image_not_found") => Message::ImageNotFound,
        (FaultKind::Unauthenticated | FaultKind::Forbidden, _) => Message::AuthFailed,
        (FaultKind::RateLimited, _) => Message::RateLimited,
        (FaultKind::Unavailable | FaultKind::Internal, _) => Message::Internal,
        (FaultKind::Invalid | FaultKind::NotFound | FaultKind::Conflict, code) => {
            Message::ParamInvalid(code.into())
        }
    }
}

impl<F: Fault + 'static> From<F> for Error {
    fn from(fault: F) -> Self {
        Failure::from(fault).into()
    }
}

impl fmt::Display for Error {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.message.text(Language::English))
    }
}

impl ResponseError for Error {
    fn status_code(&self) -> StatusCode {
        self.status
    }

    fn error_response(&self) -> HttpResponse {
        let mut response = HttpResponse::build(self.status);
        if let Some(wait) = self.retry_after {
            let seconds = wait.as_millis().div_ceil(1000).max(1);
            response.insert_header((header::RETRY_AFTER, seconds.to_string()));
        }
        if let Some(allowed) = self.allowed {
            let names: Vec<&str> = allowed.iter().map(Method::as_str).collect();
            response.insert_header((header::ALLOW, [&names[..], &["OPTIONS"]].concat().join(", ")));
        }
        let msg = self.message.text(self.language);
        let error = self.both_keys.then(|| msg.clone());
        response.json(Refused { error, msg, status: false })
    }
}

/// Why nothing was done.
#[derive(Serialize, ToSchema)]
#[schema(as = qexo::Refused, examples(json!({ "msg": "缺少参数: file", "status": false })))]
pub(super) struct Refused {
    /// The same text, from those who tell it twice.
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<Cow<'static, str>>,
    /// For people, in the language that is set.
    msg: Cow<'static, str>,
    /// False.
    status: bool,
}
