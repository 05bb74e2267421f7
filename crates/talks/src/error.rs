//! Why talks were not changed or read.

use inkstone_vocab::{Fault, FaultKind, RepositoryError};

/// Why talks were not changed or read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TalkError {
    /// No talk has this name.
    #[error("talk does not exist")]
    NotFound,
    /// The random bytes of a new talk name another already.
    #[error("talk exists already")]
    Exists,
    /// The store could not answer.
    #[error(transparent)]
    Repository(#[from] RepositoryError),
}

impl Fault for TalkError {
    fn kind(&self) -> FaultKind {
        match self {
            Self::NotFound => FaultKind::NotFound,
            Self::Exists => FaultKind::Conflict,
            Self::Repository(error) => error.kind(),
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::NotFound => "talk_not_found",
            Self::Exists => "talk_exists",
            Self::Repository(error) => error.code(),
        }
    }
}
