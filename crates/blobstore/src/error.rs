//! What can go wrong with a bucket.

use inkstone_vocab::{Fault, FaultKind, Source};

/// Why an object could not be stored, fetched, listed or deleted. No text holds a secret, a
/// signature or the answer of the service.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum BlobError {
    /// The address is none that requests can be sent to, or there is no bucket's name.
    #[error("endpoint must be an http or https address without credentials, and name a bucket")]
    Endpoint,
    /// The key names no object: it is empty, too long, or its path would lead elsewhere.
    #[error("object key cannot be used")]
    Key,
    /// The service cannot be reached, breaks off, or takes too long.
    #[error("object storage is out of reach")]
    Unreachable(#[source] Source),
    /// The service has no such object.
    #[error("object storage has no such object")]
    NotFound,
    /// The service answers with another status than success.
    #[error("object storage answers {status}{}", named(code.as_deref()))]
    Refused {
        /// The HTTP status.
        status: u16,
        /// The service's own code, such as `SignatureDoesNotMatch`.
        code: Option<String>,
    },
    /// The answer is larger than the limit.
    #[error("answer of the object storage is too large")]
    TooLarge,
    /// The answer is not what it should be.
    #[error("answer of the object storage makes no sense: {0}")]
    Malformed(&'static str),
}

fn named(code: Option<&str>) -> String {
    code.map(|code| format!(" ({code})")).unwrap_or_default()
}

impl Fault for BlobError {
    fn kind(&self) -> FaultKind {
        match self {
            Self::Endpoint | Self::Key => FaultKind::Invalid,
            Self::NotFound => FaultKind::NotFound,
            Self::Unreachable(_) => FaultKind::Unavailable,
            Self::Refused { .. } | Self::TooLarge | Self::Malformed(_) => FaultKind::Internal,
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::Endpoint => "blob_endpoint_invalid",
            Self::Key => "blob_key_invalid",
            Self::Unreachable(_) => "blob_unreachable",
            Self::NotFound => "blob_not_found",
            Self::Refused { .. } => "blob_refused",
            Self::TooLarge => "blob_answer_too_large",
            Self::Malformed(_) => "blob_answer_malformed",
        }
    }
}
