//! Where friends are kept.

use std::sync::Arc;

use inkstone_vocab::{RepositoryError, Timestamp};

use crate::{
    FriendId,
    application::{Application, Applied},
    friend::{Edit, Friend, NewFriend},
};

/// Where friends are kept.
///
/// Every method is atomic: it happens entirely or not at all. It fails only when the store cannot
/// answer; absence and repetition are answers. Lists are in the order of
/// [`FriendId::position`], and where that is equal in the order in which friends were added. The
/// laws are in the `contract` module (feature `testing`).
pub trait FriendRepository: Send + Sync {
    /// The friends whom everybody sees.
    fn shown(&self) -> Result<Vec<Friend>, RepositoryError>;

    /// All friends.
    fn all(&self) -> Result<Vec<Friend>, RepositoryError>;

    /// Adds a friend under the first of [`FriendId::candidates`] that no friend has. Of several
    /// that are added at once each gets its own.
    fn add(&self, new: &NewFriend, at: Timestamp) -> Result<Friend, RepositoryError>;

    /// Lets an application wait for the owner: in the place of the one with the same
    /// [key](Application::key), if one waits, else under a name as [`add`](Self::add) gives it.
    /// `None` when [`MAX_PENDING`](crate::MAX_PENDING) others wait; with several at once, a few
    /// more may.
    fn apply(
        &self,
        application: &Application,
        at: Timestamp,
    ) -> Result<Option<Applied>, RepositoryError>;

    /// Changes a friend as [`Edit::apply`] does; whether there is one of this name.
    fn edit(&self, id: &FriendId, edit: &Edit) -> Result<bool, RepositoryError>;

    /// Removes a friend; whether there was one of this name.
    fn remove(&self, id: &FriendId) -> Result<bool, RepositoryError>;

    /// Removes all friends who are not shown; how many.
    fn remove_hidden(&self) -> Result<u64, RepositoryError>;

    /// Mends friends that something else has written and that cannot be read as they are, which
    /// lists show all the same: a name that is none becomes the first free second since the epoch,
    /// an address that runs code nothing, a text that is too long is cut, and the place in lists
    /// is that of the name. How many there were; of several calls at once, one counts each.
    fn repair(&self) -> Result<u64, RepositoryError>;
}

impl<R: FriendRepository + ?Sized> FriendRepository for Arc<R> {
    fn shown(&self) -> Result<Vec<Friend>, RepositoryError> {
        (**self).shown()
    }

    fn all(&self) -> Result<Vec<Friend>, RepositoryError> {
        (**self).all()
    }

    fn add(&self, new: &NewFriend, at: Timestamp) -> Result<Friend, RepositoryError> {
        (**self).add(new, at)
    }

    fn apply(
        &self,
        application: &Application,
        at: Timestamp,
    ) -> Result<Option<Applied>, RepositoryError> {
        (**self).apply(application, at)
    }

    fn edit(&self, id: &FriendId, edit: &Edit) -> Result<bool, RepositoryError> {
        (**self).edit(id, edit)
    }

    fn remove(&self, id: &FriendId) -> Result<bool, RepositoryError> {
        (**self).remove(id)
    }

    fn remove_hidden(&self) -> Result<u64, RepositoryError> {
        (**self).remove_hidden()
    }

    fn repair(&self) -> Result<u64, RepositoryError> {
        (**self).repair()
    }
}
