//! Where talks are kept.

use std::{collections::HashSet, sync::Arc};

use inkstone_vocab::{PageRequest, RepositoryError, VisitorId};

use crate::{
    id::TalkId,
    talk::{Edit, NewTalk, Talk},
    time::TalkTime,
};

/// Where talks are kept.
///
/// Every method is atomic: it happens entirely or not at all. It fails only when the store cannot
/// answer; absence and repetition are answers. Lists begin with the newest: by time, and where
/// that is equal with what was stored last. The laws are in the `contract` module (feature
/// `testing`).
pub trait TalkRepository: Send + Sync {
    /// A page of talks, and how many there are in all.
    fn page(&self, slice: PageRequest) -> Result<TalkPage, RepositoryError>;

    /// Hands over all talks in the order of lists, as of one moment. Few of them are held in
    /// memory at once.
    fn each(&self, each: &mut dyn FnMut(Talk)) -> Result<(), RepositoryError>;

    /// The talk of this name.
    fn find(&self, id: TalkId) -> Result<Option<Talk>, RepositoryError>;

    /// Those of `talks` that the visitor likes.
    fn liked(
        &self,
        talks: &[TalkId],
        visitor: &VisitorId,
    ) -> Result<HashSet<TalkId>, RepositoryError>;

    /// Stores a talk; not, when another has this name.
    fn insert(&self, id: TalkId, new: &NewTalk, time: TalkTime) -> Result<bool, RepositoryError>;

    /// Changes a talk, but not its likes; whether there is one of this name.
    fn edit(&self, id: TalkId, edit: &Edit) -> Result<bool, RepositoryError>;

    /// Removes a talk and its likes; whether there was one of this name.
    fn remove(&self, id: TalkId) -> Result<bool, RepositoryError>;

    /// Takes back the visitor's like of a talk if there is one, and gives it if there is none.
    /// `None` when there is no such talk. Of several at once each sees what the one before left.
    fn toggle_like(
        &self,
        id: TalkId,
        visitor: &VisitorId,
    ) -> Result<Option<Toggled>, RepositoryError>;

    /// Stores no tags and no values where those that are stored cannot be read, as lists show them
    /// already; how many talks that changed. Of several at once each counts what it has changed
    /// itself.
    fn repair(&self) -> Result<u64, RepositoryError>;
}

/// A page of talks.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TalkPage {
    /// The talks of the page.
    pub items: Vec<Talk>,
    /// How many talks there are in all.
    pub total: u64,
}

/// A talk that a visitor now likes, or no longer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Toggled {
    /// Whether the visitor likes it now.
    pub liked: bool,
    /// How many visitors like it now.
    pub likes: u64,
}

impl<R: TalkRepository + ?Sized> TalkRepository for Arc<R> {
    fn page(&self, slice: PageRequest) -> Result<TalkPage, RepositoryError> {
        (**self).page(slice)
    }

    fn each(&self, each: &mut dyn FnMut(Talk)) -> Result<(), RepositoryError> {
        (**self).each(each)
    }

    fn find(&self, id: TalkId) -> Result<Option<Talk>, RepositoryError> {
        (**self).find(id)
    }

    fn liked(
        &self,
        talks: &[TalkId],
        visitor: &VisitorId,
    ) -> Result<HashSet<TalkId>, RepositoryError> {
        (**self).liked(talks, visitor)
    }

    fn insert(&self, id: TalkId, new: &NewTalk, time: TalkTime) -> Result<bool, RepositoryError> {
        (**self).insert(id, new, time)
    }

    fn edit(&self, id: TalkId, edit: &Edit) -> Result<bool, RepositoryError> {
        (**self).edit(id, edit)
    }

    fn remove(&self, id: TalkId) -> Result<bool, RepositoryError> {
        (**self).remove(id)
    }

    fn toggle_like(
        &self,
        id: TalkId,
        visitor: &VisitorId,
    ) -> Result<Option<Toggled>, RepositoryError> {
        (**self).toggle_like(id, visitor)
    }

    fn repair(&self) -> Result<u64, RepositoryError> {
        (**self).repair()
    }
}
