//! How a failure presents itself to whoever must answer for it.

use std::error::Error;

/// What kind of failure this is, independent of any transport.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum FaultKind {
    /// The request cannot be understood or breaks a rule of the domain.
    Invalid,
    /// Nobody has proved who they are.
    Unauthenticated,
    /// Whoever asks may not do this.
    Forbidden,
    /// The thing does not exist.
    NotFound,
    /// The thing exists already, or changed meanwhile.
    Conflict,
    /// Too many requests in too short a time.
    RateLimited,
    /// Temporarily impossible; the same request may succeed later.
    Unavailable,
    /// A defect or a broken installation.
    Internal,
}

/// An error that knows its kind and has a stable code.
///
/// The kind picks the transport's status, the code its text: both are part of a crate's public
/// contract, the `Display` text is not.
pub trait Fault: Error {
    /// What kind of failure this is.
    fn kind(&self) -> FaultKind;

    /// A stable name in `snake_case`, such as `comment_not_found`.
    fn code(&self) -> &'static str;
}

/// Why a repository could not answer.
///
/// Absence and repetition are answers, not errors: see the traits of the domain crates.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RepositoryError {
    /// A constraint refused the change.
    #[error("change conflicts with what is stored")]
    Conflict(#[source] Source),
    /// The store is busy, closed or out of reach; trying again may help.
    #[error("store is unavailable")]
    Unavailable(#[source] Source),
    /// What is stored cannot be read as a value of the domain.
    #[error("stored data is corrupt")]
    Corrupt(#[source] Source),
    /// Anything else the store reports.
    #[error("store failed")]
    Backend(#[source] Source),
}

/// The cause of a [`RepositoryError`], kept for the log.
pub type Source = Box<dyn Error + Send + Sync>;

impl Fault for RepositoryError {
    fn kind(&self) -> FaultKind {
        match self {
            Self::Conflict(_) => FaultKind::Conflict,
            Self::Unavailable(_) => FaultKind::Unavailable,
            Self::Corrupt(_) | Self::Backend(_) => FaultKind::Internal,
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::Conflict(_) => "repository_conflict",
            Self::Unavailable(_) => "repository_unavailable",
            Self::Corrupt(_) => "repository_corrupt",
            Self::Backend(_) => "repository_failed",
        }
    }
}
