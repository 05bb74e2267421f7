//! When the owner was last seen (contract qexo, 3.25).

use std::sync::atomic::{AtomicI64, Ordering};

use actix_web::web::Data;
use inkstone_settings::QexoSettings;
use inkstone_vocab::Timestamp;

use crate::{failure::Failure, owner_settings::OwnerSettings};

/// How often it is written down; in between it is only remembered.
const EVERY_MILLIS: i64 = 60_000;

/// When the owner was last seen: remembered with every call of theirs, written down once a minute.
pub struct Activity {
    settings: Data<OwnerSettings>,
    seen: AtomicI64,
    written: AtomicI64,
}

impl Activity {
    /// Nobody was seen yet, but for what `settings` hold.
    pub fn new(settings: Data<OwnerSettings>) -> Self {
        Self { settings, seen: AtomicI64::new(i64::MIN), written: AtomicI64::new(i64::MIN) }
    }

    /// The owner is seen. May block, once in a while. A failure is logged and stops nobody.
    pub fn note(&self, now: Timestamp) {
        self.seen.fetch_max(now.millis(), Ordering::AcqRel);
        let written = self.written.load(Ordering::Acquire);
        let due = now.millis().saturating_sub(written) >= EVERY_MILLIS;
        // Of several that find it due at once, one writes.
        let mine = || {
            let swap = self.written.compare_exchange(
                written,
                now.millis(),
                Ordering::AcqRel,
                Ordering::Acquire,
            );
            swap.is_ok()
        };
        if due
            && mine()
            && let Err(error) = self.settings.service().note_activity(now)
        {
            // Made to be logged.
            drop(Failure::from(error));
        }
    }

    /// When the owner was last seen, here or by whoever wrote `settings`.
    pub fn last(&self, settings: &QexoSettings) -> Option<Timestamp> {
        let seen = Some(self.seen.load(Ordering::Acquire)).filter(|&seen| seen > i64::MIN);
        settings.last_active.max(seen.map(Timestamp::from_millis))
    }
}
