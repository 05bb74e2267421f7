//! Moving statistics in and out.

mod known;

use std::sync::Arc;

use inkstone_vocab::{
    Day, ImportTally, PageSlug, RepositoryError, SiteId, Timestamp, VisitorId, WebUrl,
};

pub use self::known::KnownRecords;
use crate::{error::StatsError, repository::StatsRepository, service::Stats};

/// What is known of a page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PageRecord {
    /// The site.
    pub site: SiteId,
    /// What names it.
    pub slug: PageSlug,
    /// What it is called.
    pub title: Option<String>,
    /// Where it is.
    pub url: Option<WebUrl>,
    /// How often it was visited.
    pub views: u64,
    /// When it was visited last.
    pub last_visit: Option<Timestamp>,
    /// When it became known.
    pub created: Timestamp,
    /// When it was visited or liked last.
    pub updated: Timestamp,
}

/// The visits of a day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DayRecord {
    /// The UTC day.
    pub day: Day,
    /// The site.
    pub site: SiteId,
    /// The host they are booked on, if that is known.
    pub domain: Option<String>,
    /// How many.
    pub visits: u64,
    /// When the first was counted.
    pub created: Timestamp,
    /// When the last was counted.
    pub updated: Timestamp,
}

/// A visitor's like of a page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LikeRecord {
    /// The site.
    pub site: SiteId,
    /// The page.
    pub slug: PageSlug,
    /// Who likes it; never an address in clear.
    pub visitor: VisitorId,
    /// When it was given.
    pub created: Timestamp,
}

/// How often another system says that a page was visited.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CountRecord {
    /// The site.
    pub site: SiteId,
    /// What names the page.
    pub slug: PageSlug,
    /// How often.
    pub views: u64,
    /// When that was so.
    pub at: Timestamp,
}

/// What is moved; one record for each page, day and like.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Records {
    /// Pages.
    pub pages: Vec<PageRecord>,
    /// Days.
    pub days: Vec<DayRecord>,
    /// Likes.
    pub likes: Vec<LikeRecord>,
    /// Counts of other systems; never exported.
    pub counts: Vec<CountRecord>,
}

impl Records {
    /// How many there are in all.
    pub fn count(&self) -> usize {
        self.pages.len() + self.days.len() + self.likes.len() + self.counts.len()
    }

    /// Puts them in the order of exports, which does not depend on how they came in: oldest
    /// first, then by site and page.
    pub fn sort(&mut self) {
        self.pages.sort_by(|a, b| {
            (a.created, &a.site, a.slug.key()).cmp(&(b.created, &b.site, b.slug.key()))
        });
        self.days.sort_by(|a, b| (a.day, &a.site, &a.domain).cmp(&(b.day, &b.site, &b.domain)));
        self.likes.sort_by(|a, b| {
            (a.created, &a.site, a.slug.key(), &a.visitor).cmp(&(
                b.created,
                &b.site,
                b.slug.key(),
                &b.visitor,
            ))
        });
    }
}

/// What an import of statistics has done, or would do.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ImportedRecords {
    /// With pages.
    pub pages: ImportTally,
    /// With days.
    pub days: ImportTally,
    /// With likes.
    pub likes: ImportTally,
    /// With the counts of other systems.
    pub counts: ImportTally,
}

/// Where statistics come from and go to.
///
/// The laws are in the `contract` module (feature `testing`).
pub trait StatsTransfer: Send + Sync {
    /// Stores all of `records` or none, pages first.
    ///
    /// Records of pages and days replace those of the same page or of the same day, site and
    /// domain; likes that are there already stay as they are. A count of another system never
    /// lowers what is known and changes nothing else: the page is new, or the greater number
    /// counts. A like of a custom id is at the address that its page is at then, so that it is
    /// found by that address; nothing else tells where likes were given.
    fn import(&self, records: Records) -> Result<ImportedRecords, RepositoryError>;

    /// What [`import`](Self::import) would do with them as things are; nothing is changed.
    fn preview(&self, records: &Records) -> Result<ImportedRecords, RepositoryError>;

    /// The records of one site, or all, as of one moment, in the order of [`Records::sort`].
    fn export(&self, site: Option<&SiteId>) -> Result<Records, RepositoryError>;
}

impl<R: StatsTransfer + ?Sized> StatsTransfer for Arc<R> {
    fn import(&self, records: Records) -> Result<ImportedRecords, RepositoryError> {
        (**self).import(records)
    }

    fn preview(&self, records: &Records) -> Result<ImportedRecords, RepositoryError> {
        (**self).preview(records)
    }

    fn export(&self, site: Option<&SiteId>) -> Result<Records, RepositoryError> {
        (**self).export(site)
    }
}

impl<R: StatsRepository + StatsTransfer> Stats<R> {
    /// Stores all of `records` or none; see [`StatsTransfer::import`].
    pub fn import(&self, records: Records) -> Result<ImportedRecords, StatsError> {
        Ok(self.repository.import(records)?)
    }

    /// The records of one site, or all; see [`StatsTransfer::export`].
    pub fn export(&self, site: Option<&SiteId>) -> Result<Records, StatsError> {
        Ok(self.repository.export(site)?)
    }
}
