//! Why a forge did not do what was asked.

use inkstone_vocab::{Fault, FaultKind};

/// Why a forge did not do what was asked. The texts hold no token and no address of a hook.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ForgeError {
    /// The configuration cannot be right.
    #[error("the forge is not configured well: {0}")]
    Configuration(&'static str),
    /// The token is wrong, or may not do this.
    #[error("the forge refuses the token: {0}")]
    Unauthorized(String),
    /// There is no such repository, or it hides from the token.
    #[error("the forge has no such repository, or the token may not administer it")]
    NotFound,
    /// Something else is wrong with the request.
    #[error("the forge answers with status {status}: {reason}")]
    Refused {
        /// The HTTP status.
        status: u16,
        /// What the forge says.
        reason: String,
    },
    /// The forge wants to send us and the token somewhere else.
    #[error("the forge redirects to {0}; configure that address if it is right")]
    Redirected(String),
    /// No answer.
    #[error("the forge cannot be reached: {0}")]
    Unreachable(String),
    /// An answer that is not the API's.
    #[error("the answer is not that of the API")]
    Malformed,
}

impl Fault for ForgeError {
    fn kind(&self) -> FaultKind {
        match self {
            Self::Configuration(_) => FaultKind::Invalid,
            Self::Unauthorized(_) => FaultKind::Forbidden,
            Self::NotFound => FaultKind::NotFound,
            Self::Refused { .. } | Self::Redirected(_) | Self::Unreachable(_) | Self::Malformed => {
                FaultKind::Unavailable
            }
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::Configuration(_) => "forge_configuration_invalid",
            Self::Unauthorized(_) => "forge_unauthorized",
            Self::NotFound => "forge_not_found",
            Self::Refused { .. } => "forge_refused",
            Self::Redirected(_) => "forge_redirected",
            Self::Unreachable(_) => "forge_unreachable",
            Self::Malformed => "forge_answer_malformed",
        }
    }
}
