//! Taking over the followers of another server.

use std::collections::HashSet;

use inkstone_vocab::{ImportTally, RepositoryError};

use crate::follower::{Follower, Subscriber};

/// Where followers come in by the thousand.
///
/// The laws are in the `contract::transfer` module (feature `testing`).
pub trait SubscriberTransfer: Send + Sync {
    /// Stores all who are unknown, in their order, or none. Whoever is known stays as is: what was
    /// heard here is newer.
    fn import(&self, subscribers: Vec<Subscriber>) -> Result<ImportTally, RepositoryError>;

    /// What [`import`](Self::import) would do with them as things are; nothing is changed.
    fn preview(&self, subscribers: &[Subscriber]) -> Result<ImportTally, RepositoryError>;
}

/// What an import of `subscribers` does where those are known whom `stored` says.
pub fn tally(subscribers: &[Subscriber], stored: impl Fn(&Follower) -> bool) -> ImportTally {
    let mut seen = HashSet::new();
    let mut tally = ImportTally::default();
    for Subscriber { follower, .. } in subscribers {
        if stored(follower) || !seen.insert(follower) {
            tally.known += 1;
        } else {
            tally.inserted += 1;
        }
    }
    tally
}
