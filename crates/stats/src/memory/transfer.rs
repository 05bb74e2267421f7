//! Moving statistics in and out, worked out from the definitions.

use inkstone_vocab::{PageIdentity, PageSlug, RepositoryError, SiteId, WebUrl};

use super::{Like, MemoryStats, Page, State, Visits};
use crate::{
    like::LikeSource,
    transfer::{
        CountRecord, DayRecord, ImportedRecords, KnownRecords, LikeRecord, PageRecord, Records,
        StatsTransfer,
    },
    visit::PageReport,
};

impl StatsTransfer for MemoryStats {
    fn import(&self, records: Records) -> Result<ImportedRecords, RepositoryError> {
        let mut state = self.state();
        let done = state.known().tally(&records);
        records.pages.into_iter().for_each(|page| state.put_page(page));
        records.days.into_iter().for_each(|day| state.put_day(day));
        records.likes.into_iter().for_each(|like| state.put_like(like));
        records.counts.into_iter().for_each(|count| state.raise(count));
        Ok(done)
    }

    fn preview(&self, records: &Records) -> Result<ImportedRecords, RepositoryError> {
        Ok(self.state().known().tally(records))
    }

    fn export(&self, site: Option<&SiteId>) -> Result<Records, RepositoryError> {
        let state = self.state();
        let of = |found: &SiteId| site.is_none_or(|site| site == found);
        let pages = state.pages.iter().filter(|page| of(&page.identity.site)).map(Page::record);
        let days = state.visits.iter().filter(|((_, found, _), _)| of(found));
        let days = days.map(|((day, site, domain), visits)| DayRecord {
            day: *day,
            site: site.clone(),
            domain: domain.clone(),
            visits: visits.count,
            created: visits.created,
            updated: visits.updated,
        });
        let likes = state.likes.iter().filter(|like| of(&like.site)).map(Like::record);
        let mut records = Records {
            pages: pages.collect(),
            days: days.collect(),
            likes: likes.collect(),
            counts: Vec::new(),
        };
        records.sort();
        Ok(records)
    }
}

impl State {
    fn known(&self) -> KnownRecords {
        let key = |page: &Page| (page.identity.site.clone(), page.identity.key.clone());
        let like = |like: &Like| (like.site.clone(), like.source.key.clone(), like.visitor.clone());
        KnownRecords {
            pages: self.pages.iter().map(|page| (key(page), page.views)).collect(),
            days: self.visits.keys().cloned().collect(),
            likes: self.likes.iter().map(like).collect(),
        }
    }

    fn find(&mut self, site: &SiteId, key: &str) -> Option<&mut Page> {
        let mut pages = self.pages.iter_mut();
        pages.find(|page| page.identity.site == *site && page.identity.key == key)
    }

    fn put_page(&mut self, record: PageRecord) {
        let page = Page {
            identity: PageIdentity::new(record.site, &record.slug, record.url.as_ref()),
            slug: record.slug.as_str().to_owned(),
            title: record.title,
            url: record.url.map(|url| url.as_str().to_owned()),
            views: record.views,
            last_visit: record.last_visit,
            created: record.created,
            updated: record.updated,
        };
        match self.find(&page.identity.site, &page.identity.key) {
            Some(known) => *known = page,
            None => self.pages.push(page),
        }
    }

    fn put_day(&mut self, record: DayRecord) {
        let visits =
            Visits { count: record.visits, created: record.created, updated: record.updated };
        self.visits.insert((record.day, record.site, record.domain), visits);
    }

    fn put_like(&mut self, LikeRecord { site, slug, visitor, created: at }: LikeRecord) {
        let url = self.find(&site, slug.key()).and_then(|page| page.url.clone());
        let url = url.as_deref().and_then(WebUrl::parse).filter(|_| slug.is_custom());
        let page = PageReport { site, slug, title: None, url };
        let source = LikeSource::of(&page);
        let PageReport { site, slug, .. } = page;
        let given = self.likes.iter().any(|like| {
            like.site == site && like.source.key == source.key && like.visitor == visitor
        });
        if !given {
            self.likes.push(Like { site, source, slug: slug.as_str().to_owned(), visitor, at });
        }
    }

    fn raise(&mut self, CountRecord { site, slug, views, at }: CountRecord) {
        if let Some(known) = self.find(&site, slug.key()) {
            known.views = known.views.max(views);
        } else {
            let (title, url, last_visit) = (None, None, None);
            self.put_page(PageRecord {
                site,
                slug,
                title,
                url,
                views,
                last_visit,
                created: at,
                updated: at,
            });
        }
    }
}

impl Page {
    fn record(&self) -> PageRecord {
        PageRecord {
            site: self.identity.site.clone(),
            slug: slug(&self.slug),
            title: self.title.clone(),
            url: self.url.as_deref().and_then(WebUrl::parse),
            views: self.views,
            last_visit: self.last_visit,
            created: self.created,
            updated: self.updated,
        }
    }
}

impl Like {
    fn record(&self) -> LikeRecord {
        LikeRecord {
            site: self.site.clone(),
            slug: slug(&self.slug),
            visitor: self.visitor.clone(),
            created: self.at,
        }
    }
}

fn slug(text: &str) -> PageSlug {
    match PageSlug::parse(text) {
        Some(slug) => slug,
        None => unreachable!("only slugs are kept, and {text:?} is none"),
    }
}
