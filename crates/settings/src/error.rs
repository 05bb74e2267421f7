//! Why settings were not read or changed.

use inkstone_vocab::{Fault, FaultKind, RepositoryError};

/// Why settings were not read or changed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SettingError {
    /// A text is not an email address.
    #[error("email address is malformed")]
    InvalidEmail,
    /// A text, or an entry of a list, is too long.
    #[error("value of {key} is longer than {max}")]
    TooLong {
        /// Where it was to be stored.
        key: &'static str,
        /// The most characters it may have; bytes for templates.
        max: usize,
    },
    /// A list has too many entries.
    #[error("list {key} has more than {max} entries")]
    TooMany {
        /// Where it was to be stored.
        key: &'static str,
        /// The most entries it may have.
        max: usize,
    },
    /// There is no setting of this name.
    #[error("there is no such setting")]
    UnknownName,
    /// The setting has no such value.
    #[error("value of {key} makes no sense")]
    InvalidValue {
        /// Where it was to be stored.
        key: &'static str,
    },
    /// The store could not answer.
    #[error(transparent)]
    Repository(#[from] RepositoryError),
}

impl Fault for SettingError {
    fn kind(&self) -> FaultKind {
        match self {
            Self::InvalidEmail
            | Self::TooLong { .. }
            | Self::TooMany { .. }
            | Self::UnknownName
            | Self::InvalidValue { .. } => FaultKind::Invalid,
            Self::Repository(error) => error.kind(),
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::InvalidEmail => "setting_email_invalid",
            Self::TooLong { .. } => "setting_too_long",
            Self::TooMany { .. } => "setting_too_many",
            Self::UnknownName => "setting_name_unknown",
            Self::InvalidValue { .. } => "setting_value_invalid",
            Self::Repository(error) => error.code(),
        }
    }
}
