//! Why the outbox did not do as it was told.

use inkstone_vocab::{Fault, FaultKind, RepositoryError};

/// Why the outbox did not do as it was told.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum OutboxError {
    /// There is no such message, or it was sent, is not wanted, or is being sent at this moment.
    #[error("message cannot be tried again")]
    NotRetriable,
    /// The store could not answer.
    #[error(transparent)]
    Repository(#[from] RepositoryError),
}

impl Fault for OutboxError {
    fn kind(&self) -> FaultKind {
        match self {
            Self::NotRetriable => FaultKind::Conflict,
            Self::Repository(error) => error.kind(),
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::NotRetriable => "message_not_retriable",
            Self::Repository(error) => error.code(),
        }
    }
}
