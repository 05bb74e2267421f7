//! What can go wrong with the record of an image, and with its file.

use inkstone_vocab::{Fault, FaultKind, RepositoryError, Source};

/// Why something cannot be done with the record of an image.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ImageError {
    /// There is none of this name.
    #[error("image does not exist")]
    NotFound,
    /// The store could not answer.
    #[error(transparent)]
    Repository(#[from] RepositoryError),
}

impl Fault for ImageError {
    fn kind(&self) -> FaultKind {
        match self {
            Self::NotFound => FaultKind::NotFound,
            Self::Repository(error) => error.kind(),
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::NotFound => "image_not_found",
            Self::Repository(error) => error.code(),
        }
    }
}

/// Why a host does not keep, or delete, a file. No text holds a secret.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum HostError {
    /// There is no way to hosts of this name.
    #[error("image host {0} is not supported")]
    Unsupported(String),
    /// A parameter of the host is missing or makes no sense.
    #[error("parameter {0} of the image host is missing or makes no sense")]
    Parameter(&'static str),
    /// The host cannot be reached, refuses, or answers nonsense.
    #[error("{0}")]
    Refused(String),
    /// The file is with another host than the one that is set.
    #[error("the image is with another host than the one that is set")]
    Elsewhere,
    /// Files cannot be written or removed here.
    #[error("files cannot be written or removed")]
    Files(#[source] Source),
}

impl Fault for HostError {
    fn kind(&self) -> FaultKind {
        match self {
            Self::Unsupported(_) | Self::Parameter(_) | Self::Elsewhere => FaultKind::Invalid,
            Self::Refused(_) => FaultKind::Unavailable,
            Self::Files(_) => FaultKind::Internal,
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::Unsupported(_) => "image_host_unsupported",
            Self::Parameter(_) => "image_host_parameter_invalid",
            Self::Refused(_) => "image_host_refused",
            Self::Elsewhere => "image_host_elsewhere",
            Self::Files(_) => "image_files_failed",
        }
    }
}
