//! Moving statistics in and out.

use std::sync::Arc;

use inkstone_vocab::{Day, PageSlug, RepositoryError, SiteId, Timestamp, VisitorId, WebUrl};

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
    /// Who likes it; imported ones may hold an address in clear.
    pub visitor: VisitorId,
    /// When it was given.
    pub created: Timestamp,
}

/// Everything there is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Records {
    /// Pages.
    pub pages: Vec<PageRecord>,
    /// Days.
    pub days: Vec<DayRecord>,
    /// Likes.
    pub likes: Vec<LikeRecord>,
}

impl Records {
    /// How many there are in all.
    pub fn count(&self) -> usize {
        self.pages.len() + self.days.len() + self.likes.len()
    }
}

/// Where statistics come from and go to.
///
/// The laws are in the `contract` module (feature `testing`).
pub trait StatsTransfer: Send + Sync {
    /// Stores all of `records` or none. Records of pages and days replace those of the same page
    /// or of the same day, site and domain; likes that are there already stay as they are.
    fn import(&self, records: Records) -> Result<(), RepositoryError>;

    /// The records of one site, or all, as of one moment, oldest first.
    fn export(&self, site: Option<&SiteId>) -> Result<Records, RepositoryError>;
}

impl<R: StatsTransfer + ?Sized> StatsTransfer for Arc<R> {
    fn import(&self, records: Records) -> Result<(), RepositoryError> {
        (**self).import(records)
    }

    fn export(&self, site: Option<&SiteId>) -> Result<Records, RepositoryError> {
        (**self).export(site)
    }
}

impl<R: StatsRepository + StatsTransfer> Stats<R> {
    /// Stores all of `records` or none; see [`StatsTransfer::import`].
    pub fn import(&self, records: Records) -> Result<(), StatsError> {
        Ok(self.repository.import(records)?)
    }

    /// The records of one site, or all; see [`StatsTransfer::export`].
    pub fn export(&self, site: Option<&SiteId>) -> Result<Records, StatsError> {
        Ok(self.repository.export(site)?)
    }
}
