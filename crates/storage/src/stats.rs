//! Visits, views and page likes: every count is an upsert.

mod likes;
mod report;
mod statistic;
pub(crate) mod transfer;
mod visits;

use std::ops::RangeInclusive;

use inkstone_stats::{
    DailyVisits, LikeSelection, PageLiked, PageLikes, PageReport, StatsRepository,
};
use inkstone_vocab::{Day, PageLookup, PageSlug, RepositoryError, SiteId, Timestamp, VisitorId};

use crate::Store;

impl StatsRepository for Store {
    fn record_visit(&self, page: &PageReport, at: Timestamp) -> Result<(), RepositoryError> {
        let page = page.clone();
        self.write(move |connection| visits::record(connection, &page, at))
    }

    fn views(&self, page: &PageLookup) -> Result<u64, RepositoryError> {
        self.read(|connection| visits::views(connection, page))
    }

    fn visits_by_day(
        &self,
        site: Option<&SiteId>,
        days: RangeInclusive<Day>,
    ) -> Result<Vec<DailyVisits>, RepositoryError> {
        self.read(|connection| visits::by_day(connection, site, &days))
    }

    fn like(
        &self,
        page: &PageReport,
        visitor: &VisitorId,
        at: Timestamp,
    ) -> Result<PageLiked, RepositoryError> {
        let (page, visitor) = (page.clone(), visitor.clone());
        self.write(move |connection| likes::like(connection, &page, &visitor, at))
    }

    fn likes(
        &self,
        site: &SiteId,
        slug: &PageSlug,
        visitor: &VisitorId,
    ) -> Result<PageLikes, RepositoryError> {
        let selection = LikeSelection::asked(slug);
        self.read_snapshot(|connection| likes::standing(connection, site, &selection, visitor))
    }
}
