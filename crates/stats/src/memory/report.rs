//! Statistics in memory, counted.

use std::{cmp::Reverse, collections::BTreeSet};

use inkstone_vocab::{PageRequest, RepositoryError, SiteId};

use super::{Like, MemoryStats, Page, State};
use crate::report::{
    GivenLike, GivenLikes, LikeFilter, LikedPage, PageOrder, PageViews, StatsReport, Totals,
};

impl StatsReport for MemoryStats {
    fn sites(&self) -> Result<Vec<SiteId>, RepositoryError> {
        let state = self.state();
        let pages = state.pages.iter().map(|page| &page.identity.site);
        let visits = state.visits.keys().map(|(_, site, _)| site);
        let sites: BTreeSet<&SiteId> = pages.chain(visits).collect();
        Ok(sites.into_iter().cloned().collect())
    }

    fn totals(&self, site: Option<&SiteId>) -> Result<Totals, RepositoryError> {
        let state = self.state();
        let visited = || state.pages_of(site).filter(|page| page.views > 0);
        Ok(Totals {
            views: visited().map(|page| page.views).sum(),
            pages: visited().count() as u64,
            dated: state.visits.keys().any(|(_, of, _)| site.is_none_or(|site| site == of)),
        })
    }

    fn top_pages(
        &self,
        site: Option<&SiteId>,
        order: PageOrder,
        most: u32,
    ) -> Result<Vec<PageViews>, RepositoryError> {
        let state = self.state();
        let mut pages: Vec<&Page> = state.pages_of(site).collect();
        match order {
            PageOrder::Views => pages.sort_by_key(|page| Reverse((page.views, page.last_visit))),
            PageOrder::Latest => pages.sort_by_key(|page| Reverse((page.last_visit, page.views))),
        }
        Ok(pages.into_iter().take(most as usize).map(Page::views).collect())
    }

    fn given_likes(
        &self,
        filter: &LikeFilter,
        slice: PageRequest,
    ) -> Result<GivenLikes, RepositoryError> {
        let state = self.state();
        let numbered = (1..).zip(&state.likes).filter(|(_, like)| like.passes(filter));
        let mut likes: Vec<(i64, &Like)> = numbered.collect();
        likes.sort_by_key(|(id, like)| Reverse((like.at, *id)));
        let given = |(id, like): &(i64, &Like)| GivenLike {
            id: *id,
            slug: like.slug.clone(),
            visitor: like.visitor.clone(),
            at: like.at,
        };
        let offset = usize::try_from(slice.offset()).unwrap_or(usize::MAX);
        let items = likes.iter().skip(offset).take(slice.size() as usize).map(given).collect();
        Ok(GivenLikes { items, total: likes.len() as u64 })
    }

    fn most_liked(
        &self,
        site: Option<&SiteId>,
        most: u32,
    ) -> Result<Vec<LikedPage>, RepositoryError> {
        let state = self.state();
        let mut pages: Vec<(&Like, u64)> = Vec::new();
        for like in state.likes.iter().filter(|like| site.is_none_or(|site| *site == like.site)) {
            match pages.iter_mut().find(|(first, _)| first.is_of_the_page_of(like)) {
                Some((_, likes)) => *likes += 1,
                None => pages.push((like, 1)),
            }
        }
        pages.sort_by_key(|(_, likes)| Reverse(*likes));
        pages.truncate(most as usize);
        Ok(pages.into_iter().map(|(first, likes)| state.liked_page(first, likes)).collect())
    }
}

impl State {
    fn pages_of(&self, site: Option<&SiteId>) -> impl Iterator<Item = &Page> {
        self.pages.iter().filter(move |page| site.is_none_or(|site| *site == page.identity.site))
    }

    fn liked_page(&self, like: &Like, likes: u64) -> LikedPage {
        let page =
            self.pages_of(Some(&like.site)).find(|page| page.identity.key == like.source.key);
        LikedPage {
            slug: like.slug.clone(),
            title: page.and_then(|page| page.title.clone()),
            url: page.and_then(|page| page.url.clone()),
            likes,
        }
    }
}

impl Page {
    fn views(&self) -> PageViews {
        PageViews {
            slug: self.slug.clone(),
            title: self.title.clone(),
            url: self.url.clone(),
            views: self.views,
            last_visit: self.last_visit,
        }
    }
}

impl Like {
    fn is_of_the_page_of(&self, other: &Self) -> bool {
        self.site == other.site && self.source.key == other.source.key
    }

    fn passes(&self, filter: &LikeFilter) -> bool {
        filter.site.as_ref().is_none_or(|site| *site == self.site)
            && filter.page.as_ref().is_none_or(|page| page.key() == self.source.key)
            && filter.visitor.as_ref().is_none_or(|visitor| *visitor == self.visitor)
            && filter.from.is_none_or(|from| from <= self.at)
            && filter.until.is_none_or(|until| self.at <= until)
    }
}
