//! Which of several servers on one database does what need be done once for all of them.

use std::sync::{Arc, Mutex, PoisonError};

use inkstone_storage::{Lock, Store};
use inkstone_vocab::RepositoryError;
use metrics::{Gauge, describe_gauge, gauge};

const LEADER: &str = "inkstone_leader";

/// The lock that the leader holds for as long as it lives.
const NAME: &str = "scheduled jobs";

/// A claim to be the leader, among the servers of one database.
///
/// Whoever asks first becomes the leader and remains it until its process ends or its connection
/// is lost; then whoever asks next does. A file of `SQLite` has one server, which leads.
#[derive(Clone)]
pub struct Leadership {
    store: Store,
    held: Arc<Mutex<Option<Lock>>>,
    leads: Gauge,
}

impl Leadership {
    /// A claim that nobody has made yet.
    pub fn new(store: Store) -> Self {
        describe_gauge!(LEADER, "1 on the server that does the scheduled jobs, 0 on others");
        Self { store, held: Arc::default(), leads: gauge!(LEADER) }
    }

    /// Whether this server leads. May block: it asks the database each time, so that a leader that
    /// was cut off does not take itself for one.
    pub fn claim(&self) -> Result<bool, RepositoryError> {
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        if !held.as_mut().is_some_and(Lock::is_held) {
            // What was lost goes first: its connection may still seem to be there.
            *held = None;
            *held = self.store.try_lock(NAME)?;
            if held.is_some() {
                tracing::info!("this server does the scheduled jobs");
            } else {
                tracing::debug!("another server does the scheduled jobs");
            }
        }
        self.leads.set(if held.is_some() { 1.0 } else { 0.0 });
        Ok(held.is_some())
    }
}
