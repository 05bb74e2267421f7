//! Talks over any repository.

use std::{collections::HashSet, sync::Arc};

use inkstone_vocab::{PageRequest, Timestamp, VisitorId};

use crate::{
    error::TalkError,
    id::TalkId,
    repository::{TalkPage, TalkRepository, Toggled},
    talk::{Edit, NewTalk, Summary, Talk},
    time::TalkTime,
};

/// Told about changes once the store has agreed to them.
pub trait TalkObserver {
    /// Pages of talks may hold others now, say something else, or count other likes.
    fn talks_changed(&self);
}

/// Observes nothing.
impl TalkObserver for () {
    fn talks_changed(&self) {}
}

impl<O: TalkObserver + ?Sized> TalkObserver for Arc<O> {
    fn talks_changed(&self) {
        (**self).talks_changed();
    }
}

/// Talks kept in a repository `R`, told to an observer `O`.
#[derive(Clone, Debug)]
pub struct Talks<R, O = ()> {
    pub(crate) repository: R,
    pub(crate) observer: O,
}

impl<R: TalkRepository, O: TalkObserver> Talks<R, O> {
    /// Talks kept in `repository`.
    pub fn new(repository: R, observer: O) -> Self {
        Self { repository, observer }
    }

    /// A page of talks, newest first; the same for every visitor.
    pub fn page(&self, slice: PageRequest) -> Result<TalkPage, TalkError> {
        Ok(self.repository.page(slice)?)
    }

    /// Those of `talks` that the visitor likes.
    pub fn liked(
        &self,
        talks: &[TalkId],
        visitor: &VisitorId,
    ) -> Result<HashSet<TalkId>, TalkError> {
        Ok(self.repository.liked(talks, visitor)?)
    }

    /// The talk of this name.
    pub fn find(&self, id: TalkId) -> Result<Talk, TalkError> {
        self.repository.find(id)?.ok_or(TalkError::NotFound)
    }

    /// All talks, or those that [mention](Talk::mentions) `keyword`, newest first, for the owner.
    pub fn search(&self, keyword: Option<&str>) -> Result<Vec<Summary>, TalkError> {
        let mut found = Vec::new();
        self.repository.each(&mut |talk| {
            if keyword.is_none_or(|keyword| talk.mentions(keyword)) {
                found.push(Summary::from(talk));
            }
        })?;
        Ok(found)
    }

    /// Makes a talk; `random` are sixteen random bytes for its name.
    pub fn create(
        &self,
        new: &NewTalk,
        random: [u8; 16],
        now: Timestamp,
    ) -> Result<TalkId, TalkError> {
        let id = TalkId::from_random(random);
        if !self.repository.insert(id, new, TalkTime::of(now))? {
            return Err(TalkError::Exists);
        }
        self.observer.talks_changed();
        Ok(id)
    }

    /// Changes a talk.
    pub fn edit(&self, id: TalkId, edit: &Edit) -> Result<(), TalkError> {
        self.tell(self.repository.edit(id, edit)?)
    }

    /// Removes a talk and its likes.
    pub fn remove(&self, id: TalkId) -> Result<(), TalkError> {
        self.tell(self.repository.remove(id)?)
    }

    /// The visitor likes a talk, or no longer if that was so before.
    pub fn toggle_like(&self, id: TalkId, visitor: &VisitorId) -> Result<Toggled, TalkError> {
        let toggled = self.repository.toggle_like(id, visitor)?.ok_or(TalkError::NotFound)?;
        self.observer.talks_changed();
        Ok(toggled)
    }

    /// Mends talks whose tags or values cannot be read; how many there were.
    pub fn repair(&self) -> Result<u64, TalkError> {
        let mended = self.repository.repair()?;
        if mended > 0 {
            self.observer.talks_changed();
        }
        Ok(mended)
    }

    fn tell(&self, found: bool) -> Result<(), TalkError> {
        if !found {
            return Err(TalkError::NotFound);
        }
        self.observer.talks_changed();
        Ok(())
    }
}
