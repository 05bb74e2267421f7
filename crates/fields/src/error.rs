//! Why a field was not kept or rendered.

use inkstone_vocab::{Fault, FaultKind, RepositoryError, Source};

use crate::evaluator::Excess;

/// Why a field was not kept or rendered.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum FieldError {
    /// A name is empty, longer than 255 characters, or contains a NUL.
    #[error("name of the field is empty, too long or contains a NUL")]
    InvalidName,
    /// A content contains a NUL.
    #[error("content of the field contains a NUL")]
    InvalidContent,
    /// A content is longer than 1 MiB.
    #[error("content of the field is longer than 1 MiB")]
    ContentTooLong,
    /// There is no field of that name.
    #[error("field does not exist")]
    NotFound,
    /// A script was stopped.
    #[error("script exceeded its limit of {0}")]
    LimitExceeded(Excess),
    /// Too many scripts are waiting; later may be better.
    #[error("too many scripts are waiting")]
    Busy,
    /// The evaluator is broken.
    #[error("script could not be evaluated")]
    Evaluator(#[source] Source),
    /// The store could not answer.
    #[error(transparent)]
    Repository(#[from] RepositoryError),
}

impl Fault for FieldError {
    fn kind(&self) -> FaultKind {
        match self {
            Self::InvalidName
            | Self::InvalidContent
            | Self::ContentTooLong
            | Self::LimitExceeded(_) => FaultKind::Invalid,
            Self::NotFound => FaultKind::NotFound,
            Self::Busy => FaultKind::Unavailable,
            Self::Evaluator(_) => FaultKind::Internal,
            Self::Repository(error) => error.kind(),
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::InvalidName => "field_name_invalid",
            Self::InvalidContent => "field_content_invalid",
            Self::ContentTooLong => "field_content_too_long",
            Self::NotFound => "field_not_found",
            Self::LimitExceeded(_) => "field_limit_exceeded",
            Self::Busy => "field_evaluator_busy",
            Self::Evaluator(_) => "field_evaluator_failed",
            Self::Repository(error) => error.code(),
        }
    }
}
