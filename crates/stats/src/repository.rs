//! Where visits and page likes are kept.

use std::{ops::RangeInclusive, sync::Arc};

use inkstone_vocab::{Day, PageLookup, PageSlug, RepositoryError, SiteId, Timestamp, VisitorId};

use crate::{
    like::{PageLiked, PageLikes},
    visit::{DailyVisits, PageReport},
};

/// Where visits and page likes are kept.
///
/// Every method is atomic. It fails only when the store cannot answer. The laws are in the
/// `contract` module (feature `testing`).
pub trait StatsRepository: Send + Sync {
    /// Counts one visit of `page`, on the page and on the day; a title or address that is given
    /// replaces the one known.
    fn record_visit(&self, page: &PageReport, at: Timestamp) -> Result<(), RepositoryError>;

    /// How often a page was visited, under all its spellings.
    fn views(&self, page: &PageLookup) -> Result<u64, RepositoryError>;

    /// The visits of one site, or all, on those of the given days that saw any, oldest first.
    fn visits_by_day(
        &self,
        site: Option<&SiteId>,
        days: RangeInclusive<Day>,
    ) -> Result<Vec<DailyVisits>, RepositoryError>;

    /// Records that `visitor` likes `page`, once: see
    /// [`LikeSelection::given`](crate::LikeSelection::given). The page is known afterwards, with
    /// no visits if it was not known before.
    fn like(
        &self,
        page: &PageReport,
        visitor: &VisitorId,
        at: Timestamp,
    ) -> Result<PageLiked, RepositoryError>;

    /// The likes of a page: see [`LikeSelection::asked`](crate::LikeSelection::asked).
    fn likes(
        &self,
        site: &SiteId,
        slug: &PageSlug,
        visitor: &VisitorId,
    ) -> Result<PageLikes, RepositoryError>;
}

impl<R: StatsRepository + ?Sized> StatsRepository for Arc<R> {
    fn record_visit(&self, page: &PageReport, at: Timestamp) -> Result<(), RepositoryError> {
        (**self).record_visit(page, at)
    }

    fn views(&self, page: &PageLookup) -> Result<u64, RepositoryError> {
        (**self).views(page)
    }

    fn visits_by_day(
        &self,
        site: Option<&SiteId>,
        days: RangeInclusive<Day>,
    ) -> Result<Vec<DailyVisits>, RepositoryError> {
        (**self).visits_by_day(site, days)
    }

    fn like(
        &self,
        page: &PageReport,
        visitor: &VisitorId,
        at: Timestamp,
    ) -> Result<PageLiked, RepositoryError> {
        (**self).like(page, visitor, at)
    }

    fn likes(
        &self,
        site: &SiteId,
        slug: &PageSlug,
        visitor: &VisitorId,
    ) -> Result<PageLikes, RepositoryError> {
        (**self).likes(site, slug, visitor)
    }
}
