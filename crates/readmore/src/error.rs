//! Why a reader is refused.

use inkstone_vocab::{Fault, FaultKind, RepositoryError};

/// Why a reader is refused.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ReadmoreError {
    /// No captcha has this code, or not any more.
    #[error("code is wrong or has expired")]
    WrongCode,
    /// The captcha was good, but whom it was made for may not use it any more.
    #[error("code belongs to somebody who left")]
    LostCode,
    /// The token is not ours, has expired, was revoked, or belongs to somebody who left.
    #[error("token is invalid")]
    InvalidToken,
    /// Nobody like this follows the account.
    #[error("account is not followed")]
    NotFollowing,
    /// The account was left once.
    #[error("account was left")]
    Left,
    /// Too many captchas are outstanding.
    #[error("too many captchas are outstanding")]
    Crowded,
    /// There is no such article.
    #[error("article does not exist")]
    NoArticle,
    /// A token cannot be signed.
    #[error("token cannot be signed")]
    Unsigned,
    /// The store could not answer.
    #[error(transparent)]
    Repository(#[from] RepositoryError),
}

impl Fault for ReadmoreError {
    fn kind(&self) -> FaultKind {
        match self {
            Self::WrongCode | Self::LostCode => FaultKind::Invalid,
            Self::InvalidToken => FaultKind::Unauthenticated,
            Self::NotFollowing | Self::Left => FaultKind::Forbidden,
            Self::Crowded => FaultKind::RateLimited,
            Self::NoArticle => FaultKind::NotFound,
            Self::Unsigned => FaultKind::Internal,
            Self::Repository(error) => error.kind(),
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::WrongCode => "captcha_wrong",
            Self::LostCode => "captcha_lost",
            Self::InvalidToken => "unlock_token_invalid",
            Self::NotFollowing => "account_not_followed",
            Self::Left => "account_left",
            Self::Crowded => "captchas_crowded",
            Self::NoArticle => "article_not_found",
            Self::Unsigned => "unlock_token_unsigned",
            Self::Repository(error) => error.code(),
        }
    }
}
