//! The reference repository: everything in memory, behind one lock.

use std::{
    collections::HashSet,
    sync::{Mutex, MutexGuard, PoisonError},
};

use inkstone_vocab::{ImportMode, RepositoryError, Timestamp};

use crate::{
    FriendId,
    application::{Application, Applied, MAX_PENDING},
    friend::{Edit, Friend, NewFriend, Profile, Status},
    repository::FriendRepository,
    transfer::{FriendTransfer, Imported, merge},
};

/// Friends in memory, for tests and examples.
#[derive(Debug, Default)]
pub struct MemoryFriends(Mutex<State>);

/// In the order in which they were added.
#[derive(Debug, Default)]
struct State(Vec<Friend>);

impl MemoryFriends {
    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl FriendRepository for MemoryFriends {
    fn shown(&self) -> Result<Vec<Friend>, RepositoryError> {
        let mut friends = self.all()?;
        friends.retain(|friend| friend.status == Status::Shown);
        Ok(friends)
    }

    fn all(&self) -> Result<Vec<Friend>, RepositoryError> {
        let mut friends = self.state().0.clone();
        friends.sort_by_cached_key(|friend| friend.id.position());
        Ok(friends)
    }

    fn add(&self, new: &NewFriend, at: Timestamp) -> Result<Friend, RepositoryError> {
        let status = if new.shown { Status::Shown } else { Status::Hidden };
        Ok(self.state().add(&new.profile, status, at))
    }

    fn apply(
        &self,
        application: &Application,
        at: Timestamp,
    ) -> Result<Option<Applied>, RepositoryError> {
        let mut state = self.state();
        let profile = application.profile();
        let waiting = || state.0.iter().filter(|friend| friend.status == Status::Pending).count();
        let full = waiting() >= MAX_PENDING as usize;
        let same = state
            .0
            .iter_mut()
            .find(|friend| friend.status == Status::Pending && friend.profile.url == profile.url);
        Ok(match same {
            Some(friend) => {
                friend.profile = profile.clone();
                Some(Applied::Renewed(friend.clone()))
            }
            None if full => None,
            None => Some(Applied::New(state.add(profile, Status::Pending, at))),
        })
    }

    fn edit(&self, id: &FriendId, edit: &Edit) -> Result<bool, RepositoryError> {
        let mut state = self.state();
        let friend = state.0.iter_mut().find(|friend| friend.id == *id);
        Ok(friend.map(|friend| edit.apply(friend)).is_some())
    }

    fn remove(&self, id: &FriendId) -> Result<bool, RepositoryError> {
        Ok(self.state().remove(|friend| friend.id == *id) > 0)
    }

    fn remove_hidden(&self) -> Result<u64, RepositoryError> {
        Ok(self.state().remove(|friend| friend.status != Status::Shown))
    }

    fn repair(&self) -> Result<u64, RepositoryError> {
        // Nothing else writes here.
        Ok(0)
    }
}

impl FriendTransfer for MemoryFriends {
    fn import(&self, friends: Vec<Friend>, mode: ImportMode) -> Result<Imported, RepositoryError> {
        let mut state = self.state();
        let (friends, imported) = merge(state.0.clone(), friends, mode);
        state.0 = friends;
        Ok(imported)
    }
}

impl State {
    fn add(&mut self, profile: &Profile, status: Status, at: Timestamp) -> Friend {
        let taken: HashSet<&FriendId> = self.0.iter().map(|friend| &friend.id).collect();
        let mut second = at;
        let mut id = FriendId::of(second);
        while taken.contains(&id) {
            second = second.plus_millis(1000);
            id = FriendId::of(second);
        }
        let friend = Friend { id, profile: profile.clone(), status };
        self.0.push(friend.clone());
        friend
    }

    fn remove(&mut self, which: impl Fn(&Friend) -> bool) -> u64 {
        let before = self.0.len();
        self.0.retain(|friend| !which(friend));
        (before - self.0.len()) as u64
    }
}
