//! The owner's inbox: notices that stay until the owner removes them.

use std::sync::Arc;

use inkstone_vocab::{EpochName, Fault, FaultKind, Named, RepositoryError, Timestamp};

/// When a notice was written, and at the same time what names it.
pub use inkstone_vocab::EpochName as NoticeTime;

/// Something the owner should know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// When it was written, and its name.
    pub time: NoticeTime,
    /// What it is about; one line.
    pub label: String,
    /// What it says, in HTML.
    pub content: String,
}

impl Named for Notice {
    fn name(&self) -> &EpochName {
        &self.time
    }

    fn rename(&mut self, name: EpochName) {
        self.time = name;
    }
}

/// A notice of which somebody is still to be told. It is recorded in the transaction that writes
/// the notice, and kept until it is forgotten; a removed notice is no news.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoticeNews {
    /// By which it is forgotten; positive, and never used again.
    pub number: i64,
    /// The notice.
    pub notice: Notice,
}

/// Where notices are kept.
///
/// Every method is atomic. It fails only when the store cannot answer. The laws are in the module
/// `inbox_contract` (feature `testing`).
pub trait InboxRepository: Send + Sync {
    /// Writes a notice down, and that it is news. Its time is the second of `at`, or the first
    /// later one that no notice has. Of several that are written at once each gets its own.
    fn add(&self, label: &str, content: &str, at: Timestamp) -> Result<Notice, RepositoryError>;

    /// All notices in the order in which they were written.
    fn notices(&self) -> Result<Vec<Notice>, RepositoryError>;

    /// Removes the notice with exactly this time; whether there was one.
    fn remove(&self, time: &NoticeTime) -> Result<bool, RepositoryError>;

    /// Removes all notices; how many.
    fn clear(&self) -> Result<u64, RepositoryError>;

    /// Removes all notices but the `keep` that were written last; how many.
    fn keep_latest(&self, keep: u32) -> Result<u64, RepositoryError>;

    /// Mends times that something else has written and that are no numbers, for which lists show
    /// the epoch: each becomes the first second since the epoch that no notice has. How many there
    /// were; of several calls at once, one counts each.
    fn repair(&self) -> Result<u64, RepositoryError>;

    /// Up to `limit` pieces of news, in the order in which their notices were written.
    fn news(&self, limit: u32) -> Result<Vec<NoticeNews>, RepositoryError>;

    /// Forgets the news with these numbers; unknown ones do not matter. The notices stay.
    fn forget_news(&self, numbers: &[i64]) -> Result<(), RepositoryError>;
}

impl<R: InboxRepository + ?Sized> InboxRepository for Arc<R> {
    fn add(&self, label: &str, content: &str, at: Timestamp) -> Result<Notice, RepositoryError> {
        (**self).add(label, content, at)
    }

    fn notices(&self) -> Result<Vec<Notice>, RepositoryError> {
        (**self).notices()
    }

    fn remove(&self, time: &NoticeTime) -> Result<bool, RepositoryError> {
        (**self).remove(time)
    }

    fn clear(&self) -> Result<u64, RepositoryError> {
        (**self).clear()
    }

    fn keep_latest(&self, keep: u32) -> Result<u64, RepositoryError> {
        (**self).keep_latest(keep)
    }

    fn repair(&self) -> Result<u64, RepositoryError> {
        (**self).repair()
    }

    fn news(&self, limit: u32) -> Result<Vec<NoticeNews>, RepositoryError> {
        (**self).news(limit)
    }

    fn forget_news(&self, numbers: &[i64]) -> Result<(), RepositoryError> {
        (**self).forget_news(numbers)
    }
}

/// Why the inbox did not answer.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum InboxError {
    /// The store could not answer.
    #[error(transparent)]
    Repository(#[from] RepositoryError),
}

impl Fault for InboxError {
    fn kind(&self) -> FaultKind {
        match self {
            Self::Repository(error) => error.kind(),
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::Repository(error) => error.code(),
        }
    }
}

/// The owner's inbox, kept in a repository `R`.
#[derive(Clone, Debug)]
pub struct Inbox<R> {
    repository: R,
}

impl<R: InboxRepository> Inbox<R> {
    /// The inbox kept in `repository`.
    pub fn new(repository: R) -> Self {
        Self { repository }
    }

    /// Writes a notice down. Neither text may hold NUL, which some stores refuse: it is left out.
    pub fn add(&self, label: &str, content: &str, now: Timestamp) -> Result<Notice, InboxError> {
        let [label, content] = [label, content].map(|text| text.replace('\0', ""));
        Ok(self.repository.add(&label, &content, now)?)
    }

    /// All notices, oldest first.
    pub fn notices(&self) -> Result<Vec<Notice>, InboxError> {
        Ok(self.repository.notices()?)
    }

    /// Removes the notice with this time; whether there was one.
    pub fn remove(&self, time: &str) -> Result<bool, InboxError> {
        match NoticeTime::parse(time) {
            Some(time) => Ok(self.repository.remove(&time)?),
            None => Ok(false),
        }
    }

    /// Removes all notices; how many.
    pub fn clear(&self) -> Result<u64, InboxError> {
        Ok(self.repository.clear()?)
    }

    /// Removes all notices but the `keep` that were written last; how many. To be called now and
    /// then, for others than the owner write notices, too.
    pub fn keep_latest(&self, keep: u32) -> Result<u64, InboxError> {
        Ok(self.repository.keep_latest(keep)?)
    }

    /// Mends notices whose times are no numbers; how many there were.
    pub fn repair(&self) -> Result<u64, InboxError> {
        Ok(self.repository.repair()?)
    }

    /// Up to `limit` notices of which somebody is still to be told, oldest first.
    pub fn news(&self, limit: u32) -> Result<Vec<NoticeNews>, InboxError> {
        Ok(self.repository.news(limit)?)
    }

    /// Forgets the news with these numbers, because it has been passed on.
    pub fn forget_news(&self, numbers: &[i64]) -> Result<(), InboxError> {
        Ok(self.repository.forget_news(numbers)?)
    }
}
