//! Comments in numbers, for the owner.

use std::{cmp::Reverse, ops::RangeInclusive, sync::Arc};

use inkstone_vocab::{Day, RepositoryError, SiteId, Timestamp};

use crate::{comment::Status, error::CommentError, service::Comments};

/// What a store of comments can tell in numbers.
///
/// Every method is atomic. It fails only when the store cannot answer. The laws are in the
/// `contract` module (feature `testing`).
pub trait CommentReport: Send + Sync {
    /// The sites that have comments, in order.
    fn sites(&self) -> Result<Vec<SiteId>, RepositoryError>;

    /// How many comments each site has; those without any are left out. Sites come in order.
    fn tallies(&self) -> Result<Vec<SiteTally>, RepositoryError>;

    /// How many comments of one site, or all, whatever their status, were posted on those of the
    /// given days that saw any, oldest first.
    fn posted_by_day(
        &self,
        site: Option<&SiteId>,
        days: RangeInclusive<Day>,
    ) -> Result<Vec<DailyComments>, RepositoryError>;
}

/// How many comments there are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Those that everybody may read.
    pub approved: u64,
    /// Those that wait for the owner.
    pub pending: u64,
    /// Those that the owner refused.
    pub rejected: u64,
}

/// How many comments a site has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SiteTally {
    /// The site.
    pub site: SiteId,
    /// Its comments.
    pub tally: Tally,
}

/// The comments of one day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DailyComments {
    /// The UTC day.
    pub day: Day,
    /// How many were posted.
    pub comments: u64,
}

/// Comments in numbers (contract cwd, 3.4).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CommentOverview {
    /// The comments of the site that was asked for, or of all.
    pub summary: Tally,
    /// Every site that has comments, the one with the most first.
    pub sites: Vec<SiteTally>,
    /// The comments of the site that was asked for, or of all, on each of the latest
    /// [`DAYS`](Self::DAYS) days, oldest first.
    pub days: Vec<DailyComments>,
}

impl CommentOverview {
    /// How many days are counted one by one, today among them.
    pub const DAYS: i64 = 30;
}

impl Tally {
    /// All of them.
    pub const fn total(self) -> u64 {
        self.approved + self.pending + self.rejected
    }

    /// Adds comments of one status.
    pub const fn add(&mut self, status: Status, comments: u64) {
        match status {
            Status::Approved => self.approved += comments,
            Status::Pending => self.pending += comments,
            Status::Rejected => self.rejected += comments,
        }
    }

    const fn plus(self, other: Self) -> Self {
        Self {
            approved: self.approved + other.approved,
            pending: self.pending + other.pending,
            rejected: self.rejected + other.rejected,
        }
    }
}

impl<R: CommentReport, O> Comments<R, O> {
    /// The sites that have comments, in order.
    pub fn sites(&self) -> Result<Vec<SiteId>, CommentError> {
        Ok(self.repository.sites()?)
    }

    /// The comments of one site, or all, in numbers.
    pub fn overview(
        &self,
        site: Option<&SiteId>,
        now: Timestamp,
    ) -> Result<CommentOverview, CommentError> {
        let mut sites = self.repository.tallies()?;
        let summary = sites
            .iter()
            .filter(|tally| site.is_none_or(|site| *site == tally.site))
            .fold(Tally::default(), |sum, tally| sum.plus(tally.tally));
        // Sites with as many comments stay in the order of their names.
        sites.sort_by_key(|tally| Reverse(tally.tally.total()));
        let today = now.day();
        let days = today.plus(1 - CommentOverview::DAYS)..=today;
        let posted = self.repository.posted_by_day(site, days.clone())?;
        Ok(CommentOverview { summary, sites, days: each_day(days, posted) })
    }
}

/// Every one of the days; those without comments count zero.
fn each_day(days: RangeInclusive<Day>, known: Vec<DailyComments>) -> Vec<DailyComments> {
    let mut known = known.into_iter().peekable();
    Day::each(days)
        .map(|day| {
            known.next_if(|daily| daily.day == day).unwrap_or(DailyComments { day, comments: 0 })
        })
        .collect()
}

impl<R: CommentReport + ?Sized> CommentReport for Arc<R> {
    fn sites(&self) -> Result<Vec<SiteId>, RepositoryError> {
        (**self).sites()
    }

    fn tallies(&self) -> Result<Vec<SiteTally>, RepositoryError> {
        (**self).tallies()
    }

    fn posted_by_day(
        &self,
        site: Option<&SiteId>,
        days: RangeInclusive<Day>,
    ) -> Result<Vec<DailyComments>, RepositoryError> {
        (**self).posted_by_day(site, days)
    }
}
