//! What goes wrong inside, until it leaves as a [`SourceError`].

use std::io;

use inkstone_content::SourceError;

use crate::git::RemoteProblem;

/// Any failure inside the crate.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Failure {
    #[error(transparent)]
    Source(#[from] SourceError),
    #[error(transparent)]
    Remote(#[from] RemoteProblem),
    #[error("Git failed")]
    Git(#[from] git2::Error),
    #[error("file system failed")]
    Io(#[from] io::Error),
    #[error("the tree has too many files")]
    TooManyFiles,
}

impl From<Failure> for SourceError {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Source(error) => error,
            Failure::Remote(problem) => problem.into(),
            failure => Self::Backend(failure.into()),
        }
    }
}
