//! The rules of commenting, over any repository.

use inkstone_vocab::{PageLookup, PageRequest, SiteId, Timestamp, VisitorId};

use crate::{
    comment::{Comment, CommentId, Edit, NewComment, Status},
    error::CommentError,
    moderation::{Admitted, Policy},
    news::News,
    repository::{CommentRepository, Inserted, Listing, Touched},
    thread::Thread,
};

/// How long clients are remembered at least, for clocks that are set back a little.
const HOUR_MILLIS: i64 = 3_600_000;

/// Told about changes once the store has agreed to them.
pub trait CommentObserver {
    /// What readers see of pages with this topic may have changed.
    fn page_changed(&self, topic: &str);

    /// There is [`News`] that was not there before.
    fn news_recorded(&self) {}
}

/// Observes nothing.
impl CommentObserver for () {
    fn page_changed(&self, _topic: &str) {}
}

/// Comments, likes and moderation over a repository `R`, told to an observer `O`.
#[derive(Clone, Debug)]
pub struct Comments<R, O = ()> {
    pub(crate) repository: R,
    pub(crate) observer: O,
}

/// A comment that was stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Posted {
    /// Its number.
    pub id: CommentId,
    /// Approved, or waiting for the owner.
    pub status: Status,
}

impl<R: CommentRepository, O: CommentObserver> Comments<R, O> {
    /// Comments kept in `repository`.
    pub fn new(repository: R, observer: O) -> Self {
        Self { repository, observer }
    }

    /// Posts what `policy` has admitted.
    pub fn post(
        &self,
        admitted: Admitted,
        policy: &Policy,
        now: Timestamp,
    ) -> Result<Posted, CommentError> {
        let status = policy.status_of(&admitted);
        let Admitted { submission, verified } = admitted;
        let new = NewComment { submission, status, verified };
        match self.repository.insert(&new, policy.interval_ms, now)? {
            Inserted::Stored(id) => {
                if status == Status::Approved {
                    self.observer.page_changed(new.submission.slug.topic());
                }
                self.observer.news_recorded();
                Ok(Posted { id, status })
            }
            Inserted::TooSoon => Err(CommentError::TooFrequent { interval_ms: policy.interval_ms }),
            Inserted::NoSuchParent => Err(CommentError::NoSuchParent),
        }
    }

    /// The comment numbered `id`, whatever its status.
    pub fn find(&self, id: CommentId) -> Result<Comment, CommentError> {
        self.repository.find(id)?.ok_or(CommentError::NotFound(id))
    }

    /// The threads of a page; see [`CommentRepository::threads`].
    pub fn threads(
        &self,
        page: &PageLookup,
        slice: PageRequest,
    ) -> Result<Listing<Thread>, CommentError> {
        Ok(self.repository.threads(page, slice)?)
    }

    /// The comments of a page without threads; see [`CommentRepository::approved`].
    pub fn approved(
        &self,
        page: &PageLookup,
        slice: PageRequest,
    ) -> Result<Listing<Comment>, CommentError> {
        Ok(self.repository.approved(page, slice)?)
    }

    /// The newest comments of one site, or all, for the owner.
    pub fn latest(
        &self,
        site: Option<&SiteId>,
        slice: PageRequest,
    ) -> Result<Listing<Comment>, CommentError> {
        Ok(self.repository.latest(site, slice)?)
    }

    /// The visitor likes an approved comment, once; the number of likes.
    pub fn like(&self, id: CommentId, visitor: &VisitorId) -> Result<u64, CommentError> {
        let liked = self.repository.like(id, visitor)?.ok_or(CommentError::NotFound(id))?;
        liked.changed.iter().for_each(|topic| self.observer.page_changed(topic));
        Ok(liked.likes)
    }

    /// The visitor no longer likes an approved comment; the number of likes.
    pub fn unlike(&self, id: CommentId, visitor: &VisitorId) -> Result<u64, CommentError> {
        let liked = self.repository.unlike(id, visitor)?.ok_or(CommentError::NotFound(id))?;
        liked.changed.iter().for_each(|topic| self.observer.page_changed(topic));
        Ok(liked.likes)
    }

    /// Changes a comment.
    pub fn edit(&self, id: CommentId, edit: &Edit) -> Result<(), CommentError> {
        self.tell(id, self.repository.edit(id, edit)?)
    }

    /// Approves, rejects or holds back a comment.
    pub fn set_status(&self, id: CommentId, status: Status) -> Result<(), CommentError> {
        self.tell(id, self.repository.set_status(id, status)?)
    }

    /// Approves a comment that waits for the owner; whether it did. What the owner has judged
    /// stays as it is.
    pub fn approve(&self, id: CommentId) -> Result<bool, CommentError> {
        let Some(touched) = self.repository.approve(id)? else { return Ok(false) };
        self.observe(&touched);
        Ok(true)
    }

    /// Removes a comment for good.
    pub fn remove(&self, id: CommentId) -> Result<(), CommentError> {
        self.tell(id, self.repository.remove(id)?)
    }

    /// Forgets clients whose interval is long over; how many. To be called now and then.
    pub fn forget_clients(&self, interval_ms: i64, now: Timestamp) -> Result<u64, CommentError> {
        let before = now.plus_millis(-interval_ms.max(HOUR_MILLIS));
        Ok(self.repository.forget_clients(before)?)
    }

    /// What people are to be told of, `limit` at most, the oldest first; see
    /// [`CommentRepository::news`].
    pub fn news(&self, limit: u32) -> Result<Vec<News>, CommentError> {
        Ok(self.repository.news(limit)?)
    }

    /// Forgets news by number, once others have taken care of it.
    pub fn forget_news(&self, numbers: &[i64]) -> Result<(), CommentError> {
        Ok(self.repository.forget_news(numbers)?)
    }

    fn tell(&self, id: CommentId, touched: Option<Touched>) -> Result<(), CommentError> {
        self.observe(&touched.ok_or(CommentError::NotFound(id))?);
        Ok(())
    }

    fn observe(&self, touched: &Touched) {
        touched.topics.iter().for_each(|topic| self.observer.page_changed(topic));
        if touched.news {
            self.observer.news_recorded();
        }
    }
}
