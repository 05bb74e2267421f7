//! Moving many comments in and out at once.

mod plan;

use std::{collections::BTreeSet, sync::Arc};

use inkstone_vocab::{
    ImportTally, PageIdentity, PageSlug, RepositoryError, SiteId, Timestamp, WebUrl,
};

pub use self::plan::{Action, Plan, Planned, break_circles, top_down};
use crate::{
    body::CommentBody,
    comment::{Comment, CommentId, Status, UserAgent},
    error::CommentError,
    service::{CommentObserver, Comments},
};

/// The greatest number that an imported comment keeps: clients read numbers as floating point,
/// and every later comment has a greater one.
pub const MAX_KEPT_NUMBER: i64 = 1 << 48;

/// A comment from elsewhere, ready to be stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImportedComment {
    /// The number it keeps, and under which it replaces a stored one; at most
    /// [`MAX_KEPT_NUMBER`]. Without a number it gets a new one, unless the same comment is stored
    /// already.
    pub id: Option<CommentId>,
    /// The comment it answers.
    pub parent: Option<ImportedParent>,
    /// When it was posted.
    pub created: Timestamp,
    /// Whether that is known. If not, `created` is when it was imported: it does not tell the
    /// comment from a stored one, and does not replace what is stored.
    pub dated: bool,
    /// The site it belongs to.
    pub site: SiteId,
    /// The page; a comment that answers another is listed on the page of that one.
    pub slug: PageSlug,
    /// Where the page is.
    pub url: Option<WebUrl>,
    /// What the page is called; `None` keeps what is known.
    pub title: Option<String>,
    /// The author's name.
    pub name: String,
    /// The author's address, of whatever shape.
    pub email: String,
    /// Where the author's name links to.
    pub website: Option<WebUrl>,
    /// What it says.
    pub body: CommentBody,
    /// How many visitors like it.
    pub likes: u64,
    /// Comments with a higher priority come first; at least 1.
    pub priority: u32,
    /// Whether it is public.
    pub status: Status,
    /// The client's address, for the owner alone.
    pub address: Option<String>,
    /// The program it was posted with.
    pub agent: UserAgent,
}

impl ImportedComment {
    /// The page that it names itself.
    pub fn page(&self) -> PageIdentity {
        PageIdentity::new(self.site.clone(), &self.slug, self.url.as_ref())
    }
}

/// The comment that an imported one answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ImportedParent {
    /// Another of the same import, by its index.
    Item(usize),
    /// A stored one.
    Stored(CommentId),
}

impl Imported {
    /// The same as numbers.
    pub const fn tally(&self) -> ImportTally {
        ImportTally { inserted: self.inserted, updated: self.updated, known: self.known }
    }
}

/// What an import has changed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Imported {
    /// Comments that are new.
    pub inserted: u64,
    /// Comments that replaced the stored one of the same number.
    pub updated: u64,
    /// Comments that were stored already, or given twice.
    pub known: u64,
    /// The topics of the pages that may show something else now.
    pub topics: BTreeSet<String>,
}

/// Where comments come from and go to by the thousand.
///
/// The laws are in the `contract::transfer` module (feature `testing`).
pub trait CommentTransfer: Send + Sync {
    /// Stores all of them or none.
    ///
    /// A comment with a number replaces the stored one in place: its answers, the likes of
    /// visitors, an unknown title and an unknown time stay. One without a number is left out when
    /// the same comment (site, page, name, text and, if that is known, time) is stored already.
    /// Parents may come after their answers; unknown ones and those on another site are dropped,
    /// and circles are broken. What answers a comment moves with it to another page or site. All
    /// count as verified, and as told of: neither the import nor a later approval is
    /// [`News`](crate::News).
    fn import(&self, comments: Vec<ImportedComment>) -> Result<Imported, RepositoryError>;

    /// What [`import`](Self::import) would do with them as things are; nothing is changed.
    fn preview(&self, comments: &[ImportedComment]) -> Result<ImportTally, RepositoryError>;

    /// Hands over the comments of one site, or all, as of one moment: by priority, then newest
    /// first, then highest number.
    fn export(
        &self,
        site: Option<&SiteId>,
        each: &mut dyn FnMut(Comment),
    ) -> Result<(), RepositoryError>;
}

impl<R: CommentTransfer + ?Sized> CommentTransfer for Arc<R> {
    fn import(&self, comments: Vec<ImportedComment>) -> Result<Imported, RepositoryError> {
        (**self).import(comments)
    }

    fn preview(&self, comments: &[ImportedComment]) -> Result<ImportTally, RepositoryError> {
        (**self).preview(comments)
    }

    fn export(
        &self,
        site: Option<&SiteId>,
        each: &mut dyn FnMut(Comment),
    ) -> Result<(), RepositoryError> {
        (**self).export(site, each)
    }
}

impl<R: CommentTransfer, O: CommentObserver> Comments<R, O> {
    /// Stores all of `comments` or none; see [`CommentTransfer::import`].
    pub fn import(&self, comments: Vec<ImportedComment>) -> Result<Imported, CommentError> {
        let imported = self.repository.import(comments)?;
        imported.topics.iter().for_each(|topic| self.observer.page_changed(topic));
        Ok(imported)
    }

    /// Hands over the comments of one site, or all; see [`CommentTransfer::export`].
    pub fn export(
        &self,
        site: Option<&SiteId>,
        each: &mut dyn FnMut(Comment),
    ) -> Result<(), CommentError> {
        Ok(self.repository.export(site, each)?)
    }
}
