//! Moving friends in; [`FriendRepository::all`] moves them out.

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

use inkstone_vocab::{ImportMode, RepositoryError};

use crate::{
    application::Application,
    error::FriendError,
    friend::{Friend, Status},
    id::FriendId,
    repository::FriendRepository,
    service::{FriendObserver, Friends},
};

/// What an import has changed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Imported {
    /// Friends under names that nobody had.
    pub added: u64,
    /// Friends that took the place of those of the same names.
    pub replaced: u64,
    /// Friends that are gone.
    pub removed: u64,
}

/// Where friends come from.
///
/// The laws are in the `contract::transfer` module (feature `testing`).
pub trait FriendTransfer: Send + Sync {
    /// Stores all of `friends` or none, as [`merge`] says.
    fn import(&self, friends: Vec<Friend>, mode: ImportMode) -> Result<Imported, RepositoryError>;
}

impl<R: FriendTransfer + ?Sized> FriendTransfer for Arc<R> {
    fn import(&self, friends: Vec<Friend>, mode: ImportMode) -> Result<Imported, RepositoryError> {
        (**self).import(friends, mode)
    }
}

impl<R: FriendRepository + FriendTransfer, O: FriendObserver> Friends<R, O> {
    /// Stores all of `friends` or none; see [`FriendTransfer::import`].
    pub fn import(&self, friends: Vec<Friend>, mode: ImportMode) -> Result<Imported, FriendError> {
        let imported = self.repository.import(friends, mode)?;
        self.observer.shown_friends_changed();
        Ok(imported)
    }
}

/// The friends there are, in the order in which they count as added, after `imported` has come to
/// those that are `stored` in that order.
///
/// A name that occurs again in `imported` gets a counter in its fraction, always the same for the
/// same list (contract qexo, 11.1). A friend of a stored name takes its place. Where two
/// applications for one address would wait, the later is hidden.
pub fn merge(
    stored: Vec<Friend>,
    imported: Vec<Friend>,
    mode: ImportMode,
) -> (Vec<Friend>, Imported) {
    let old: HashSet<FriendId> = stored.iter().map(|friend| friend.id.clone()).collect();
    let mut friends = match mode {
        ImportMode::Replace => Vec::new(),
        ImportMode::Merge => stored,
    };
    let mut places: HashMap<FriendId, usize> =
        friends.iter().enumerate().map(|(place, friend)| (friend.id.clone(), place)).collect();
    let mut counts = Imported::default();
    for friend in distinct(imported) {
        if old.contains(&friend.id) {
            counts.replaced += 1;
        } else {
            counts.added += 1;
        }
        if let Some(&place) = places.get(&friend.id) {
            friends[place] = friend;
        } else {
            places.insert(friend.id.clone(), friends.len());
            friends.push(friend);
        }
    }
    if mode == ImportMode::Replace {
        counts.removed = old.len() as u64 - counts.replaced;
    }
    let mut keys = HashSet::new();
    for friend in friends.iter_mut().filter(|friend| friend.status == Status::Pending) {
        if !keys.insert(Application::key_of(&friend.profile.url)) {
            friend.status = Status::Hidden;
        }
    }
    (friends, counts)
}

/// The same friends, no two of them with one name.
fn distinct(mut friends: Vec<Friend>) -> Vec<Friend> {
    let given: HashSet<FriendId> = friends.iter().map(|friend| friend.id.clone()).collect();
    let mut seen: HashSet<FriendId> = HashSet::new();
    let mut counters: HashMap<FriendId, usize> = HashMap::new();
    for friend in &mut friends {
        if seen.contains(&friend.id) {
            let counter = counters.entry(friend.id.clone()).or_default();
            let repeated = loop {
                *counter += 1;
                let repeated = friend.id.repeated(*counter);
                if !given.contains(&repeated) && !seen.contains(&repeated) {
                    break repeated;
                }
            };
            friend.id = repeated;
        }
        seen.insert(friend.id.clone());
    }
    friends
}
