//! The only place that asks what time it is.

use std::time::{SystemTime, UNIX_EPOCH};

use inkstone_vocab::Timestamp;

/// The present instant; the epoch when the machine's clock stands before it.
pub fn now() -> Timestamp {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Timestamp::from_millis(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
}
