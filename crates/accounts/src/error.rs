//! Why somebody was not let in, and why an account or token was not changed.

use inkstone_vocab::{Fault, FaultKind, RepositoryError, Timestamp};

/// Why a login was refused (contract cwd, 3.2).
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LoginError {
    /// The client failed too often; even the right password is refused.
    #[error("too many failed logins; locked until {until}")]
    Locked {
        /// When the lock ends.
        until: Timestamp,
    },
    /// No such account, or not its password: nobody learns which.
    #[error("name or password is wrong")]
    Wrong {
        /// How often the client has failed, from 1.
        failed_attempts: u32,
    },
    /// The store could not answer.
    #[error(transparent)]
    Repository(#[from] RepositoryError),
}

impl Fault for LoginError {
    fn kind(&self) -> FaultKind {
        match self {
            Self::Locked { .. } => FaultKind::Forbidden,
            Self::Wrong { .. } => FaultKind::Unauthenticated,
            Self::Repository(error) => error.kind(),
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::Locked { .. } => "login_locked",
            Self::Wrong { .. } => "login_wrong",
            Self::Repository(error) => error.code(),
        }
    }
}

/// Why the comment admin key was refused (contract cwd, 2.9 and 2.10).
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum KeyError {
    /// The client failed too often; even the right key is refused.
    #[error("too many wrong keys; locked until {until}")]
    Locked {
        /// When the lock ends.
        until: Timestamp,
    },
    /// Not the key.
    #[error("key is wrong")]
    Wrong,
    /// The store could not answer.
    #[error(transparent)]
    Repository(#[from] RepositoryError),
}

impl Fault for KeyError {
    fn kind(&self) -> FaultKind {
        match self {
            Self::Locked { .. } => FaultKind::Forbidden,
            Self::Wrong => FaultKind::Unauthenticated,
            Self::Repository(error) => error.kind(),
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::Locked { .. } => "admin_key_locked",
            Self::Wrong => "admin_key_wrong",
            Self::Repository(error) => error.code(),
        }
    }
}

/// Why an account or an API token was not changed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum AccountError {
    /// A name is blank, too long, or holds control characters or outer white space.
    #[error("name must have 1 to 64 characters, no control characters and no outer space")]
    InvalidName,
    /// An API token of this name exists, or this token exists under another name.
    #[error("API token exists, or its name is taken")]
    TokenExists,
    /// A token from elsewhere is too short to be a secret.
    #[error("API token must have at least 16 characters")]
    WeakToken,
    /// The store could not answer.
    #[error(transparent)]
    Repository(#[from] RepositoryError),
}

impl Fault for AccountError {
    fn kind(&self) -> FaultKind {
        match self {
            Self::InvalidName | Self::WeakToken => FaultKind::Invalid,
            Self::TokenExists => FaultKind::Conflict,
            Self::Repository(error) => error.kind(),
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::InvalidName => "account_name_invalid",
            Self::TokenExists => "api_token_exists",
            Self::WeakToken => "api_token_weak",
            Self::Repository(error) => error.code(),
        }
    }
}
