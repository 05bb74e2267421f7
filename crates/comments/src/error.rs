//! Why a comment was not posted, found or changed.

use inkstone_vocab::{Fault, FaultKind, RepositoryError};

use crate::comment::CommentId;

/// Why a comment was not posted, found or changed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CommentError {
    /// The client's address is on the block list.
    #[error("client address is blocked")]
    BlockedAddress,
    /// The author's address is on the block list.
    #[error("author's address is blocked")]
    BlockedEmail,
    /// The client posted a moment ago.
    #[error("too many comments; one in {interval_ms} ms is allowed")]
    TooFrequent {
        /// The time between two comments, in milliseconds.
        interval_ms: i64,
    },
    /// The comment to be answered is not shown on this page.
    #[error("parent comment does not exist on this page")]
    NoSuchParent,
    /// There is no such comment.
    #[error("comment {0} does not exist")]
    NotFound(CommentId),
    /// The store could not answer.
    #[error(transparent)]
    Repository(#[from] RepositoryError),
}

impl Fault for CommentError {
    fn kind(&self) -> FaultKind {
        match self {
            Self::BlockedAddress | Self::BlockedEmail => FaultKind::Forbidden,
            Self::TooFrequent { .. } => FaultKind::RateLimited,
            Self::NoSuchParent => FaultKind::Invalid,
            Self::NotFound(_) => FaultKind::NotFound,
            Self::Repository(error) => error.kind(),
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::BlockedAddress => "comment_address_blocked",
            Self::BlockedEmail => "comment_email_blocked",
            Self::TooFrequent { .. } => "comment_too_frequent",
            Self::NoSuchParent => "comment_parent_not_found",
            Self::NotFound(_) => "comment_not_found",
            Self::Repository(error) => error.code(),
        }
    }
}
