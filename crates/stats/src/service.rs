//! Visits and page likes over any repository.

use std::ops::RangeInclusive;

use inkstone_vocab::{Day, PageLookup, PageSlug, SiteId, Timestamp, VisitorId};

use crate::{
    error::StatsError,
    like::{PageLiked, PageLikes},
    repository::StatsRepository,
    visit::{DailyVisits, PageReport},
};

/// Visits and page likes, kept in a repository `R`.
#[derive(Clone, Debug)]
pub struct Stats<R> {
    pub(crate) repository: R,
}

impl<R: StatsRepository> Stats<R> {
    /// Statistics kept in `repository`.
    pub fn new(repository: R) -> Self {
        Self { repository }
    }

    /// Counts one visit; every call counts.
    pub fn visit(&self, page: &PageReport, now: Timestamp) -> Result<(), StatsError> {
        Ok(self.repository.record_visit(page, now)?)
    }

    /// How often a page was visited, under all its spellings.
    pub fn views(&self, page: &PageLookup) -> Result<u64, StatsError> {
        Ok(self.repository.views(page)?)
    }

    /// The visits of every one of the given days, oldest first; days without any count zero.
    pub fn visits_by_day(
        &self,
        site: Option<&SiteId>,
        days: RangeInclusive<Day>,
    ) -> Result<Vec<DailyVisits>, StatsError> {
        let known = self.repository.visits_by_day(site, days.clone())?;
        let mut known = known.into_iter().peekable();
        Ok(Day::each(days)
            .map(|day| {
                known.next_if(|visits| visits.day == day).unwrap_or(DailyVisits { day, visits: 0 })
            })
            .collect())
    }

    /// The visitor likes a page, once.
    pub fn like(
        &self,
        page: &PageReport,
        visitor: &VisitorId,
        now: Timestamp,
    ) -> Result<PageLiked, StatsError> {
        Ok(self.repository.like(page, visitor, now)?)
    }

    /// How many like a page, and whether the visitor does.
    pub fn likes(
        &self,
        site: &SiteId,
        slug: &PageSlug,
        visitor: &VisitorId,
    ) -> Result<PageLikes, StatsError> {
        Ok(self.repository.likes(site, slug, visitor)?)
    }
}
