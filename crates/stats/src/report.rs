//! Visits and likes in numbers, for the owner.

use std::sync::Arc;

use inkstone_vocab::{PageRequest, PageSlug, RepositoryError, SiteId, Timestamp, VisitorId};

use crate::{error::StatsError, service::Stats};

/// What a store of visits and likes can tell in numbers, beside what readers may ask.
///
/// Every method is atomic. It fails only when the store cannot answer. The laws are in the
/// `contract` module (feature `testing`).
pub trait StatsReport: Send + Sync {
    /// The sites that have pages or visits, in order.
    fn sites(&self) -> Result<Vec<SiteId>, RepositoryError>;

    /// How often the pages of one site, or all, were visited.
    fn totals(&self, site: Option<&SiteId>) -> Result<Totals, RepositoryError>;

    /// The first pages of one site, or all, in `order`, at most `most`; those that were liked and
    /// never visited come last.
    fn top_pages(
        &self,
        site: Option<&SiteId>,
        order: PageOrder,
        most: u32,
    ) -> Result<Vec<PageViews>, RepositoryError>;

    /// The likes of pages that `filter` lets through, newest first.
    fn given_likes(
        &self,
        filter: &LikeFilter,
        slice: PageRequest,
    ) -> Result<GivenLikes, RepositoryError>;

    /// The pages of one site, or all, that most visitors like, at most `most`; of those that as
    /// many like, the one liked first. A page is what has one canonical slug on one site.
    fn most_liked(
        &self,
        site: Option<&SiteId>,
        most: u32,
    ) -> Result<Vec<LikedPage>, RepositoryError>;
}

/// How often pages were visited.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Totals {
    /// All visits.
    pub views: u64,
    /// How many pages were visited at all.
    pub pages: u64,
    /// Whether any visit is booked on a day: those of old imports are not.
    pub dated: bool,
}

/// What comes first in a list of pages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PageOrder {
    /// The most visited, then the one visited last.
    Views,
    /// The one visited last, then the most visited.
    Latest,
}

/// A page and its visits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PageViews {
    /// The slug under which it became known.
    pub slug: String,
    /// What it is called.
    pub title: Option<String>,
    /// Where it is.
    pub url: Option<String>,
    /// How often it was visited.
    pub views: u64,
    /// When it was visited last.
    pub last_visit: Option<Timestamp>,
}

/// Which likes are asked for; without members, all.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LikeFilter {
    /// Those on this site.
    pub site: Option<SiteId>,
    /// Those given under this slug, in any spelling.
    pub page: Option<PageSlug>,
    /// Those of this visitor.
    pub visitor: Option<VisitorId>,
    /// Those given then or later.
    pub from: Option<Timestamp>,
    /// Those given then or before.
    pub until: Option<Timestamp>,
}

/// A like that a visitor gave to a page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GivenLike {
    /// Its number; later likes have higher ones.
    pub id: i64,
    /// The slug it was given under.
    pub slug: String,
    /// Who gave it.
    pub visitor: VisitorId,
    /// When.
    pub at: Timestamp,
}

/// A slice of a list of likes, and how long the list is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GivenLikes {
    /// The slice.
    pub items: Vec<GivenLike>,
    /// How many likes there are in all.
    pub total: u64,
}

/// A page and its likes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LikedPage {
    /// The slug of its first like.
    pub slug: String,
    /// What it is called.
    pub title: Option<String>,
    /// Where it is.
    pub url: Option<String>,
    /// How many visitors like it.
    pub likes: u64,
}

impl<R: StatsReport> Stats<R> {
    /// The sites that have pages or visits, in order.
    pub fn sites(&self) -> Result<Vec<SiteId>, StatsError> {
        Ok(self.repository.sites()?)
    }

    /// The first pages of a list; see [`StatsReport::top_pages`].
    pub fn top_pages(
        &self,
        site: Option<&SiteId>,
        order: PageOrder,
        most: u32,
    ) -> Result<Vec<PageViews>, StatsError> {
        Ok(self.repository.top_pages(site, order, most)?)
    }

    /// Likes one by one; see [`StatsReport::given_likes`].
    pub fn given_likes(
        &self,
        filter: &LikeFilter,
        slice: PageRequest,
    ) -> Result<GivenLikes, StatsError> {
        Ok(self.repository.given_likes(filter, slice)?)
    }

    /// The pages that most visitors like; see [`StatsReport::most_liked`].
    pub fn most_liked(
        &self,
        site: Option<&SiteId>,
        most: u32,
    ) -> Result<Vec<LikedPage>, StatsError> {
        Ok(self.repository.most_liked(site, most)?)
    }
}

impl<R: StatsReport + ?Sized> StatsReport for Arc<R> {
    fn sites(&self) -> Result<Vec<SiteId>, RepositoryError> {
        (**self).sites()
    }

    fn totals(&self, site: Option<&SiteId>) -> Result<Totals, RepositoryError> {
        (**self).totals(site)
    }

    fn top_pages(
        &self,
        site: Option<&SiteId>,
        order: PageOrder,
        most: u32,
    ) -> Result<Vec<PageViews>, RepositoryError> {
        (**self).top_pages(site, order, most)
    }

    fn given_likes(
        &self,
        filter: &LikeFilter,
        slice: PageRequest,
    ) -> Result<GivenLikes, RepositoryError> {
        (**self).given_likes(filter, slice)
    }

    fn most_liked(
        &self,
        site: Option<&SiteId>,
        most: u32,
    ) -> Result<Vec<LikedPage>, RepositoryError> {
        (**self).most_liked(site, most)
    }
}
