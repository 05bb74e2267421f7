//! The reference repository: everything in memory, every answer worked out from the definitions.

mod report;
mod statistic;
mod transfer;

use std::{
    collections::{BTreeMap, HashSet},
    ops::RangeInclusive,
    sync::{Mutex, MutexGuard, PoisonError},
};

use inkstone_vocab::{
    Day, PageIdentity, PageLookup, PageSlug, RepositoryError, SiteId, Timestamp, VisitorId,
};

use crate::{
    like::{LikeSelection, LikeSource, PageLiked, PageLikes},
    repository::StatsRepository,
    visit::{DailyVisits, PageReport},
};

/// Statistics in memory, for tests and examples.
#[derive(Debug, Default)]
pub struct MemoryStats(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    pages: Vec<Page>,
    visits: BTreeMap<(Day, SiteId, Option<String>), Visits>,
    likes: Vec<Like>,
    counters: statistic::Counters,
}

#[derive(Debug)]
struct Page {
    identity: PageIdentity,
    slug: String,
    title: Option<String>,
    url: Option<String>,
    views: u64,
    last_visit: Option<Timestamp>,
    created: Timestamp,
    updated: Timestamp,
}

#[derive(Clone, Copy, Debug)]
struct Visits {
    count: u64,
    created: Timestamp,
    updated: Timestamp,
}

#[derive(Debug)]
struct Like {
    site: SiteId,
    source: LikeSource,
    slug: String,
    visitor: VisitorId,
    at: Timestamp,
}

impl StatsRepository for MemoryStats {
    fn record_visit(&self, page: &PageReport, at: Timestamp) -> Result<(), RepositoryError> {
        let mut state = self.state();
        let known = state.page(page, at);
        known.views += 1;
        known.last_visit = Some(at);
        let visits = state
            .visits
            .entry((at.day(), page.site.clone(), page.domain()))
            .or_insert(Visits { count: 0, created: at, updated: at });
        visits.count += 1;
        visits.updated = at;
        Ok(())
    }

    fn views(&self, page: &PageLookup) -> Result<u64, RepositoryError> {
        let state = self.state();
        Ok(state.pages.iter().filter(|known| page.finds(&known.identity)).map(|p| p.views).sum())
    }

    fn visits_by_day(
        &self,
        site: Option<&SiteId>,
        days: RangeInclusive<Day>,
    ) -> Result<Vec<DailyVisits>, RepositoryError> {
        let mut sums: BTreeMap<Day, u64> = BTreeMap::new();
        for ((day, of, _), visits) in &self.state().visits {
            if days.contains(day) && site.is_none_or(|site| site == of) {
                *sums.entry(*day).or_default() += visits.count;
            }
        }
        Ok(sums.into_iter().map(|(day, visits)| DailyVisits { day, visits }).collect())
    }

    fn like(
        &self,
        page: &PageReport,
        visitor: &VisitorId,
        at: Timestamp,
    ) -> Result<PageLiked, RepositoryError> {
        let mut state = self.state();
        state.page(page, at);
        let selection = LikeSelection::given(page);
        let source = LikeSource::of(page);
        let already = state.select(&page.site, &selection).contains(visitor)
            || state.likes.iter().any(|like| {
                like.site == page.site && like.source.key == source.key && like.visitor == *visitor
            });
        if !already {
            let (site, slug) = (page.site.clone(), page.slug.as_str().to_owned());
            state.likes.push(Like { site, source, slug, visitor: visitor.clone(), at });
        }
        let total = state.select(&page.site, &selection).len() as u64;
        Ok(PageLiked { total, already })
    }

    fn likes(
        &self,
        site: &SiteId,
        slug: &PageSlug,
        visitor: &VisitorId,
    ) -> Result<PageLikes, RepositoryError> {
        let state = self.state();
        let visitors = state.select(site, &LikeSelection::asked(slug));
        Ok(PageLikes { total: visitors.len() as u64, liked: visitors.contains(visitor) })
    }
}

impl MemoryStats {
    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// The page with the report's key, known from now on and told where it is.
    fn page(&mut self, report: &PageReport, now: Timestamp) -> &mut Page {
        let fresh = PageIdentity::new(report.site.clone(), &report.slug, report.url.as_ref());
        let known = self
            .pages
            .iter()
            .position(|page| page.identity.site == fresh.site && page.identity.key == fresh.key);
        let at = known.unwrap_or_else(|| {
            self.pages.push(Page {
                identity: fresh.clone(),
                slug: report.slug.as_str().to_owned(),
                title: None,
                url: None,
                views: 0,
                last_visit: None,
                created: now,
                updated: now,
            });
            self.pages.len() - 1
        });
        let page = &mut self.pages[at];
        page.updated = now;
        if fresh.url_key.is_some() {
            page.identity.url_key = fresh.url_key;
        }
        if report.title.is_some() {
            page.title.clone_from(&report.title);
        }
        if let Some(url) = &report.url {
            page.url = Some(url.as_str().to_owned());
        }
        page
    }

    fn select(&self, site: &SiteId, selection: &LikeSelection) -> HashSet<&VisitorId> {
        let likes = || self.likes.iter().filter(|like| like.site == *site);
        let at = |source: &LikeSource, origin: &str| {
            source.origin.as_deref().is_none_or(|known| known == origin)
        };
        let custom: HashSet<&str> = match selection {
            LikeSelection::Address { key, .. } => likes()
                .filter(|like| {
                    like.source.url_key.as_ref() == Some(key) && !like.source.key.starts_with('/')
                })
                .map(|like| like.source.key.as_str())
                .collect(),
            LikeSelection::Key(_) | LikeSelection::KeyAt { .. } => HashSet::new(),
        };
        likes()
            .filter(|Like { source, .. }| match selection {
                LikeSelection::Key(key) => source.key == *key,
                LikeSelection::KeyAt { key, origin } => source.key == *key && at(source, origin),
                LikeSelection::Address { key, path, origin } => {
                    source.key == *key
                        || (source.key == *path && at(source, origin))
                        || custom.contains(source.key.as_str())
                }
            })
            .map(|like| &like.visitor)
            .collect()
    }
}
