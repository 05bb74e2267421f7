//! Checking passwords and keys costs memory and time on purpose: only a few at once.

use std::time::Duration;

use actix_web::rt::time::timeout;
use inkstone_vocab::{Fault, FaultKind};
use tokio::sync::{Semaphore, SemaphorePermit};

/// How many secrets are hashed at once; each takes about 19 MiB and one processor.
const AT_ONCE: usize = 2;
/// How long a request waits for its turn.
const PATIENCE: Duration = Duration::from_secs(5);

/// Lets a few requests at a time hash secrets.
#[derive(Debug)]
pub struct Verification(Semaphore);

/// Too many secrets are being checked.
#[derive(Debug, thiserror::Error)]
#[error("too many secrets are being checked")]
pub struct Busy;

impl Fault for Busy {
    fn kind(&self) -> FaultKind {
        FaultKind::Unavailable
    }

    fn code(&self) -> &'static str {
        "verification_busy"
    }
}

impl Default for Verification {
    fn default() -> Self {
        Self(Semaphore::new(AT_ONCE))
    }
}

impl Verification {
    /// Waits for a turn; keep what is returned for as long as it lasts.
    pub async fn turn(&self) -> Result<SemaphorePermit<'_>, Busy> {
        match timeout(PATIENCE, self.0.acquire()).await {
            Ok(Ok(permit)) => Ok(permit),
            _ => Err(Busy),
        }
    }
}
