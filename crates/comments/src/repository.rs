//! Where comments are kept.

use std::sync::Arc;

use inkstone_vocab::{PageLookup, PageRequest, RepositoryError, SiteId, Timestamp, VisitorId};

use crate::{
    comment::{Comment, CommentId, Edit, NewComment, Status},
    news::News,
    thread::Thread,
};

/// Where comments are kept.
///
/// Every method is atomic: it happens entirely or not at all. It fails only when the store cannot
/// answer; absence and repetition are answers. The laws are in the `contract` module (feature
/// `testing`).
///
/// What people are to be told of is recorded with the change itself, as [`News`]: that a comment
/// was posted ([`insert`](Self::insert)), and that it is approved for the first time (by the same,
/// [`edit`](Self::edit), [`set_status`](Self::set_status) or [`approve`](Self::approve)). Comments
/// that an import stored, even such as wait for the owner, count as told of; they never are news.
pub trait CommentRepository: Send + Sync {
    /// Stores `new`, unless its client stored a comment through this method a moment ago (see
    /// [`is_too_soon`]), or it answers a comment that is not shown on the same page (and
    /// site, when it names one). A refusal does not restart the interval; too soon is said before
    /// no such parent. A reply belongs to the page and site of its parent.
    fn insert(
        &self,
        new: &NewComment,
        interval_ms: i64,
        at: Timestamp,
    ) -> Result<Inserted, RepositoryError>;

    /// The comment numbered `id`, whatever its status.
    fn find(&self, id: CommentId) -> Result<Option<Comment>, RepositoryError>;

    /// The shown threads of a page: roots by priority, then newest first, then highest number.
    fn threads(
        &self,
        page: &PageLookup,
        slice: PageRequest,
    ) -> Result<Listing<Thread>, RepositoryError>;

    /// The approved comments of a page, replies among them, in the order of roots.
    fn approved(
        &self,
        page: &PageLookup,
        slice: PageRequest,
    ) -> Result<Listing<Comment>, RepositoryError>;

    /// The comments of one site, or all, newest first, whatever their status.
    fn latest(
        &self,
        site: Option<&SiteId>,
        slice: PageRequest,
    ) -> Result<Listing<Comment>, RepositoryError>;

    /// Records that `visitor` likes an approved comment; `None` when there is no such comment.
    fn like(&self, id: CommentId, visitor: &VisitorId) -> Result<Option<Liked>, RepositoryError>;

    /// Forgets that `visitor` likes an approved comment; `None` when there is no such comment.
    fn unlike(&self, id: CommentId, visitor: &VisitorId) -> Result<Option<Liked>, RepositoryError>;

    /// Changes a comment. Replies follow it to another page.
    fn edit(&self, id: CommentId, edit: &Edit) -> Result<Option<Touched>, RepositoryError>;

    /// Gives a comment another status.
    fn set_status(&self, id: CommentId, status: Status)
    -> Result<Option<Touched>, RepositoryError>;

    /// Approves a comment that waits for the owner; `None` when none of this number does.
    fn approve(&self, id: CommentId) -> Result<Option<Touched>, RepositoryError>;

    /// Removes a comment for good, and its news; what answered it directly becomes a root.
    fn remove(&self, id: CommentId) -> Result<Option<Touched>, RepositoryError>;

    /// Forgets the clients that last posted before `before`; how many.
    fn forget_clients(&self, before: Timestamp) -> Result<u64, RepositoryError>;

    /// The first `limit` of the news that is not forgotten, by number. Of changes that were made
    /// at once, the one with the smaller number may be seen last: what is not forgotten is asked
    /// for again, and there is no reading on from a number.
    fn news(&self, limit: u32) -> Result<Vec<News>, RepositoryError>;

    /// Forgets the news of these numbers. Numbers without news are none of its business.
    fn forget_news(&self, numbers: &[i64]) -> Result<(), RepositoryError>;
}

/// Whether a client that posted at `last` may not post again at `at`.
///
/// Less than `interval_ms` lie between them, in either direction: of two requests that come at
/// once, the one that looked at the clock first may be stored last. A clock that is set back by
/// more blocks nobody (contract cwd, H-17).
pub const fn is_too_soon(last: Timestamp, at: Timestamp, interval_ms: i64) -> bool {
    let since = at.millis_since(last);
    -interval_ms < since && since < interval_ms
}

/// What became of a new comment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Inserted {
    /// It is stored under this number.
    Stored(CommentId),
    /// Its client stored another a moment ago.
    TooSoon,
    /// The comment it answers is not shown on its page.
    NoSuchParent,
}

/// A slice of a list, and how long the list is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listing<T> {
    /// The slice.
    pub items: Vec<T>,
    /// How many items there are in all.
    pub total: u64,
    /// How many comments there are in all: more than `total` where items hold several.
    pub comments: u64,
}

/// A comment that has, or no longer has, a visitor's like.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Liked {
    /// How many visitors like it now.
    pub likes: u64,
    /// The topic of its page when the number has changed.
    pub changed: Option<String>,
}

/// What a change of a stored comment was about: the topics of the pages it has touched, see
/// [`PageSlug::topic`](inkstone_vocab::PageSlug::topic), and whether people are to be told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Touched {
    /// One topic, or two when a comment moved.
    pub topics: Vec<String>,
    /// Whether the change was recorded as [`News`].
    pub news: bool,
}

impl<R: CommentRepository + ?Sized> CommentRepository for Arc<R> {
    fn insert(
        &self,
        new: &NewComment,
        interval_ms: i64,
        at: Timestamp,
    ) -> Result<Inserted, RepositoryError> {
        (**self).insert(new, interval_ms, at)
    }

    fn find(&self, id: CommentId) -> Result<Option<Comment>, RepositoryError> {
        (**self).find(id)
    }

    fn threads(
        &self,
        page: &PageLookup,
        slice: PageRequest,
    ) -> Result<Listing<Thread>, RepositoryError> {
        (**self).threads(page, slice)
    }

    fn approved(
        &self,
        page: &PageLookup,
        slice: PageRequest,
    ) -> Result<Listing<Comment>, RepositoryError> {
        (**self).approved(page, slice)
    }

    fn latest(
        &self,
        site: Option<&SiteId>,
        slice: PageRequest,
    ) -> Result<Listing<Comment>, RepositoryError> {
        (**self).latest(site, slice)
    }

    fn like(&self, id: CommentId, visitor: &VisitorId) -> Result<Option<Liked>, RepositoryError> {
        (**self).like(id, visitor)
    }

    fn unlike(&self, id: CommentId, visitor: &VisitorId) -> Result<Option<Liked>, RepositoryError> {
        (**self).unlike(id, visitor)
    }

    fn edit(&self, id: CommentId, edit: &Edit) -> Result<Option<Touched>, RepositoryError> {
        (**self).edit(id, edit)
    }

    fn set_status(
        &self,
        id: CommentId,
        status: Status,
    ) -> Result<Option<Touched>, RepositoryError> {
        (**self).set_status(id, status)
    }

    fn approve(&self, id: CommentId) -> Result<Option<Touched>, RepositoryError> {
        (**self).approve(id)
    }

    fn remove(&self, id: CommentId) -> Result<Option<Touched>, RepositoryError> {
        (**self).remove(id)
    }

    fn forget_clients(&self, before: Timestamp) -> Result<u64, RepositoryError> {
        (**self).forget_clients(before)
    }

    fn news(&self, limit: u32) -> Result<Vec<News>, RepositoryError> {
        (**self).news(limit)
    }

    fn forget_news(&self, numbers: &[i64]) -> Result<(), RepositoryError> {
        (**self).forget_news(numbers)
    }
}
