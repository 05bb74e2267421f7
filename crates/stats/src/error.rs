//! Why statistics were not kept or read.

use inkstone_vocab::{Fault, FaultKind, RepositoryError};

/// Why statistics were not kept or read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StatsError {
    /// The store could not answer.
    #[error(transparent)]
    Repository(#[from] RepositoryError),
}

impl Fault for StatsError {
    fn kind(&self) -> FaultKind {
        match self {
            Self::Repository(error) => error.kind(),
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::Repository(error) => error.code(),
        }
    }
}
