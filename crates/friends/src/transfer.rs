//! Moving friends in; [`FriendRepository::all`] moves them out.

use std::{collections::HashSet, sync::Arc};

use inkstone_vocab::{ImportMode, RepositoryError, merge_named};

use crate::{
    application::Application,
    error::FriendError,
    friend::{Friend, Status},
    repository::FriendRepository,
    service::{FriendObserver, Friends},
};

/// What an import has changed.
pub use inkstone_vocab::ImportCounts as Imported;

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

/// The friends there are after `imported` have come to those that are `stored`: see
/// [`merge_named`]. Where two applications for one address would wait, the later is hidden.
pub fn merge(
    stored: Vec<Friend>,
    imported: Vec<Friend>,
    mode: ImportMode,
) -> (Vec<Friend>, Imported) {
    let (mut friends, counts) = merge_named(stored, imported, mode);
    let mut keys = HashSet::new();
    for friend in friends.iter_mut().filter(|friend| friend.status == Status::Pending) {
        if !keys.insert(Application::key_of(&friend.profile.url)) {
            friend.status = Status::Hidden;
        }
    }
    (friends, counts)
}
