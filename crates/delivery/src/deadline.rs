//! Points in time after which nobody waits any more.

use std::{
    io,
    time::{Duration, Instant},
};

/// A point in time after which nobody waits any more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Deadline(Instant);

/// What stands for "never": far away, and still representable.
const FAR: Duration = Duration::from_hours(24);

impl Deadline {
    /// The deadline `limit` from now; a day at most.
    pub(crate) fn after(limit: Duration) -> Self {
        Self(now() + limit.min(FAR))
    }

    /// The earlier of this and `limit` from now.
    pub(crate) fn within(self, limit: Duration) -> Self {
        self.min(Self::after(limit))
    }

    /// How long there is still to wait.
    pub(crate) fn left(self) -> io::Result<Duration> {
        let left = self.0.saturating_duration_since(now());
        if left.is_zero() { Err(io::ErrorKind::TimedOut.into()) } else { Ok(left) }
    }
}

#[expect(clippy::disallowed_methods, reason = "how long a peer may take is measured, not given")]
fn now() -> Instant {
    Instant::now()
}
