//! What the owner configured, at hand without asking the database for every request.

use std::{
    sync::{
        Arc, PoisonError, RwLock,
        atomic::{AtomicU64, Ordering},
    },
    time::Instant,
};

use actix_web::web::Data;
use inkstone_comments::{Owner, Policy};
use inkstone_settings::{AllSettings, CommentSettings, SettingError, SettingObserver, Settings};
use inkstone_storage::Store;

use crate::{cache::ResponseCache, config::Limits, peers::Peers};

/// The owner's settings, read once and again when they have changed.
pub struct OwnerSettings {
    service: Settings<Store, Arc<Changes>>,
    changes: Arc<Changes>,
    peers: Peers,
    latest: RwLock<Option<Snapshot>>,
}

#[derive(Clone, Debug)]
struct Snapshot {
    settings: Arc<AllSettings>,
    version: u64,
    read: Instant,
}

/// Counts changes, and clears the answers that were made from older settings.
#[derive(Debug)]
struct Changes {
    version: AtomicU64,
    cache: Data<ResponseCache>,
}

impl SettingObserver for Changes {
    fn settings_changed(&self) {
        self.version.fetch_add(1, Ordering::AcqRel);
        self.cache.clear();
    }
}

impl OwnerSettings {
    /// The settings in `store`, which `peers` may change, too.
    pub fn new(store: Store, cache: Data<ResponseCache>, peers: Peers) -> Self {
        let changes = Arc::new(Changes { version: AtomicU64::new(0), cache });
        let service = Settings::new(store, Arc::clone(&changes));
        Self { service, changes, peers, latest: RwLock::new(None) }
    }

    /// All settings; may block.
    pub fn all(&self) -> Result<Arc<AllSettings>, SettingError> {
        // Taken before reading, so that a change in between makes the snapshot an old one.
        let version = self.changes.version.load(Ordering::Acquire);
        if let Some(settings) = self.at_hand() {
            return Ok(settings);
        }
        let settings = Arc::new(self.service.all()?);
        let snapshot = Snapshot { settings: Arc::clone(&settings), version, read: Instant::now() };
        *self.latest.write().unwrap_or_else(PoisonError::into_inner) = Some(snapshot);
        Ok(settings)
    }

    /// All settings, if nothing has to be read for them. Never blocks.
    pub fn at_hand(&self) -> Option<Arc<AllSettings>> {
        let version = self.changes.version.load(Ordering::Acquire);
        let latest = self.latest.read().unwrap_or_else(PoisonError::into_inner).clone();
        latest.filter(|latest| self.is_fresh(latest, version)).map(|latest| latest.settings)
    }

    /// Call it when they were changed together with other things.
    pub fn restored(&self) {
        self.changes.settings_changed();
    }

    /// Another server has changed them.
    pub fn forget(&self) {
        self.changes.version.fetch_add(1, Ordering::AcqRel);
    }

    /// To change them.
    pub const fn service(&self) -> &Settings<Store, impl SettingObserver + use<>> {
        &self.service
    }

    fn is_fresh(&self, snapshot: &Snapshot, version: u64) -> bool {
        snapshot.version == version
            && self.peers.time_to_live().is_none_or(|time| snapshot.read.elapsed() < time)
    }
}

/// What the owner and the operator decided about comments.
pub fn comment_policy(settings: &CommentSettings, limits: &Limits) -> Policy {
    Policy {
        blocked_addresses: settings.blocked_ips.clone(),
        blocked_emails: settings.blocked_emails.clone(),
        require_review: settings.require_review,
        interval_ms: limits.comment_interval_ms.into(),
        owner: settings.admin_email.as_ref().map(|email| Owner {
            email: email.clone(),
            badge: settings.admin_enabled,
            has_key: settings.admin_key_hash.is_some(),
        }),
    }
}
