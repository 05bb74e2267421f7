//! How a failure becomes an answer of the API (contract readmore, 1.4).

use std::{collections::BTreeMap, time::Duration};

use actix_web::{
    HttpResponse, ResponseError,
    http::{Method, StatusCode, header},
};
use inkstone_vocab::{Fault, FaultKind};
use serde::Serialize;
use utoipa::ToSchema;

use super::Envelope;
use crate::failure::Failure;

/// How long a client is asked to wait when there are too many codes.
const CROWDED: Duration = Duration::from_mins(1);

/// What a handler answers when it cannot do what it is asked for.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}", self.message())]
pub enum Error {
    /// The code is wrong.
    InvalidCaptcha,
    /// There is no such blog.
    InvalidBlog,
    /// The token is not good.
    InvalidToken,
    /// Whoever asks does not follow the account.
    NotFollowing,
    /// Whoever asks left the account.
    Left,
    /// What was sent makes no sense; reasons, by member, where one is missing.
    Illegal(BTreeMap<&'static str, &'static str>),
    /// Not for whoever asks.
    Forbidden,
    /// There is nothing there.
    NotFound,
    /// Only these methods.
    WrongMethod(&'static [Method]),
    /// More than is read.
    TooLarge,
    /// Only after this time.
    TooOften(Duration),
    /// The server failed.
    Internal,
}

/// Why parameters make no sense, by name.
#[derive(Serialize, ToSchema)]
#[schema(as = readmore::Reasons, examples(json!({ "blogId": "博客ID不能为空" })))]
pub(super) struct Reasons<'a>(&'a BTreeMap<&'static str, &'static str>);

impl Error {
    /// What was sent makes no sense.
    pub(super) const ILLEGAL: Self = Self::Illegal(BTreeMap::new());

    /// The status of the answer: clients understand expected refusals with 200 alone.
    pub(super) const fn status(&self) -> StatusCode {
        match self {
            Self::InvalidCaptcha
            | Self::InvalidBlog
            | Self::InvalidToken
            | Self::NotFollowing
            | Self::Left
            | Self::Illegal(_) => StatusCode::OK,
            Self::Forbidden => StatusCode::FORBIDDEN,
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::WrongMethod(_) => StatusCode::METHOD_NOT_ALLOWED,
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::TooOften(_) => StatusCode::TOO_MANY_REQUESTS,
            Self::Internal => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    fn code(&self) -> u16 {
        match self {
            Self::InvalidCaptcha => 406,
            Self::InvalidBlog => 407,
            Self::InvalidToken => 408,
            Self::NotFollowing => 409,
            Self::Left => 410,
            Self::Illegal(_) => 502,
            other => other.status().as_u16(),
        }
    }

    const fn message(&self) -> &'static str {
        match self {
            Self::InvalidCaptcha => "Invalid captcha",
            Self::InvalidBlog => "Invalid blog id",
            Self::InvalidToken => "Invalid token",
            Self::NotFollowing => "Not following WeChat official account",
            Self::Left => "Cancelled following WeChat official account",
            Self::Illegal(_) => "Illegal parameter error",
            Self::Forbidden => "Illegal source",
            Self::NotFound => "Not Found",
            Self::WrongMethod(_) => "Method Not Allowed",
            Self::TooLarge => "Payload too large",
            Self::TooOften(_) => "Too many requests",
            Self::Internal => "Internal system error",
        }
    }

    /// What a reader is told on a page.
    pub(super) const fn text(&self) -> &'static str {
        match self {
            Self::InvalidCaptcha => "验证码无效",
            Self::InvalidBlog => "博客ID无效",
            Self::NotFollowing => "请确认是否已关注微信公众号",
            Self::Left => "您曾取消过关注，暂时无法获取验证码",
            Self::Illegal(_) => "非法参数传递",
            Self::Forbidden => "非法请求来源",
            Self::TooOften(_) => "操作过于频繁, 请稍后再试",
            Self::InvalidToken
            | Self::NotFound
            | Self::WrongMethod(_)
            | Self::TooLarge
            | Self::Internal => "系统出错，请稍后再试",
        }
    }

    /// The header that goes with it.
    pub(super) fn header(&self) -> Option<(header::HeaderName, String)> {
        match self {
            Self::TooOften(wait) => {
                let seconds = wait.as_millis().div_ceil(1000).max(1);
                Some((header::RETRY_AFTER, seconds.to_string()))
            }
            Self::WrongMethod(allowed) => {
                let names: Vec<&str> = allowed.iter().map(Method::as_str).collect();
                Some((header::ALLOW, [&names[..], &["OPTIONS"]].concat().join(", ")))
            }
            _ => None,
        }
    }
}

impl From<Failure> for Error {
    fn from(failure: Failure) -> Self {
        match (failure.kind(), failure.code()) {
            (_, "body_too_large") => Self::TooLarge,
            (_, "captcha_wrong" | "captcha_lost") => Self::InvalidCaptcha,
            (_, "unlock_token_invalid") => Self::InvalidToken,
            (_, "account_not_followed") => Self::NotFollowing,
            (_, "account_left") => Self::Left,
            (FaultKind::Unauthenticated | FaultKind::Forbidden, _) => Self::Forbidden,
            (FaultKind::NotFound, _) => Self::NotFound,
            (FaultKind::RateLimited, _) => Self::TooOften(CROWDED),
            // Clients know no other failure of the server.
            (FaultKind::Unavailable | FaultKind::Internal, _) => Self::Internal,
            (FaultKind::Invalid | FaultKind::Conflict, _) => Self::ILLEGAL,
        }
    }
}

impl<F: Fault + 'static> From<F> for Error {
    fn from(fault: F) -> Self {
        Failure::from(fault).into()
    }
}

impl ResponseError for Error {
    fn status_code(&self) -> StatusCode {
        self.status()
    }

    fn error_response(&self) -> HttpResponse {
        let mut response = HttpResponse::build(self.status());
        if let Some(header) = self.header() {
            response.insert_header(header);
        }
        let data = match self {
            Self::Illegal(members) if !members.is_empty() => Some(Reasons(members)),
            _ => None,
        };
        response.json(Envelope { code: self.code(), msg: self.message(), data })
    }
}
