//! Friends over any repository.

use std::sync::Arc;

use inkstone_vocab::Timestamp;

use crate::{
    FriendId,
    application::{Application, Applied},
    error::FriendError,
    friend::{Edit, Friend, NewFriend},
    repository::FriendRepository,
};

/// Told about changes once the store has agreed to them.
pub trait FriendObserver {
    /// The friends whom everybody sees may be others now, or say something else.
    fn shown_friends_changed(&self);
}

/// Observes nothing.
impl FriendObserver for () {
    fn shown_friends_changed(&self) {}
}

impl<O: FriendObserver + ?Sized> FriendObserver for Arc<O> {
    fn shown_friends_changed(&self) {
        (**self).shown_friends_changed();
    }
}

/// Friends kept in a repository `R`, told to an observer `O`.
#[derive(Clone, Debug)]
pub struct Friends<R, O = ()> {
    pub(crate) repository: R,
    pub(crate) observer: O,
}

impl<R: FriendRepository, O: FriendObserver> Friends<R, O> {
    /// Friends kept in `repository`.
    pub fn new(repository: R, observer: O) -> Self {
        Self { repository, observer }
    }

    /// The friends whom everybody sees, oldest first.
    pub fn shown(&self) -> Result<Vec<Friend>, FriendError> {
        Ok(self.repository.shown()?)
    }

    /// All friends, oldest first, for the owner.
    pub fn all(&self) -> Result<Vec<Friend>, FriendError> {
        Ok(self.repository.all()?)
    }

    /// Those of all friends that [mention](Friend::mentions) `keyword`.
    pub fn search(&self, keyword: &str) -> Result<Vec<Friend>, FriendError> {
        let mut friends = self.all()?;
        friends.retain(|friend| friend.mentions(keyword));
        Ok(friends)
    }

    /// The owner adds a friend. Every call adds one.
    pub fn add(&self, new: &NewFriend, now: Timestamp) -> Result<Friend, FriendError> {
        let friend = self.repository.add(new, now)?;
        if new.shown {
            self.observer.shown_friends_changed();
        }
        Ok(friend)
    }

    /// A stranger asks to be linked. Nobody but the owner sees it.
    pub fn apply(&self, application: &Application, now: Timestamp) -> Result<Applied, FriendError> {
        self.repository.apply(application, now)?.ok_or(FriendError::TooManyApplications)
    }

    /// Changes a friend.
    pub fn edit(&self, id: &FriendId, edit: &Edit) -> Result<(), FriendError> {
        self.tell(self.repository.edit(id, edit)?)
    }

    /// Removes a friend.
    pub fn remove(&self, id: &FriendId) -> Result<(), FriendError> {
        self.tell(self.repository.remove(id)?)
    }

    /// Removes all friends who are not shown; how many.
    pub fn remove_hidden(&self) -> Result<u64, FriendError> {
        Ok(self.repository.remove_hidden()?)
    }

    /// Mends friends that cannot be read as they are; how many there were.
    pub fn repair(&self) -> Result<u64, FriendError> {
        let mended = self.repository.repair()?;
        if mended > 0 {
            self.observer.shown_friends_changed();
        }
        Ok(mended)
    }

    fn tell(&self, found: bool) -> Result<(), FriendError> {
        if !found {
            return Err(FriendError::NotFound);
        }
        self.observer.shown_friends_changed();
        Ok(())
    }
}
