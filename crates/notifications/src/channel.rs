//! The port to the other side.

use crate::message::Leased;

/// A way on which messages travel.
pub trait Channel {
    /// Hands a message over to the other side; may block, within limits of its own.
    ///
    /// Once this has returned `Ok` the other side is responsible. The same message may come again
    /// when a process died before it could write that down; its number is the same then.
    fn deliver(&self, message: &Leased) -> Result<(), DeliveryError>;
}

/// Why the other side did not take a message. Texts are shown to the owner: they name no secret.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DeliveryError {
    /// It may take it later: it is down, slow, busy, or its settings here are wrong.
    #[error("{reason}")]
    Temporary {
        /// What it said, or what happened.
        reason: String,
        /// How many milliseconds it asked to be left alone.
        retry_after_ms: Option<i64>,
    },
    /// It will never take it, such as a mailbox that does not exist.
    #[error("{reason}")]
    Permanent {
        /// What it said.
        reason: String,
    },
}

impl DeliveryError {
    /// A failure that may pass.
    pub fn temporary(reason: impl Into<String>) -> Self {
        Self::Temporary { reason: reason.into(), retry_after_ms: None }
    }

    /// A failure that will not pass.
    pub fn permanent(reason: impl Into<String>) -> Self {
        Self::Permanent { reason: reason.into() }
    }
}
