//! The counters of pages that report themselves.

use std::collections::{BTreeMap, HashSet};

use inkstone_vocab::{RepositoryError, VisitorId};

use super::MemoryStats;
use crate::statistic::{Hits, Referrer, StatisticRepository};

#[derive(Debug, Default)]
pub(super) struct Counters {
    pages: BTreeMap<String, u64>,
    sites: BTreeMap<String, u64>,
    visitors: HashSet<VisitorId>,
}

impl StatisticRepository for MemoryStats {
    fn hit(&self, page: &Referrer, visitor: &VisitorId) -> Result<Hits, RepositoryError> {
        let counters = &mut self.state().counters;
        *counters.pages.entry(page.page().to_owned()).or_default() += 1;
        *counters.sites.entry(page.site().to_owned()).or_default() += 1;
        counters.visitors.insert(visitor.clone());
        Ok(counters.hits(page))
    }

    fn hits(&self, page: &Referrer) -> Result<Hits, RepositoryError> {
        Ok(self.state().counters.hits(page))
    }
}

impl Counters {
    fn hits(&self, page: &Referrer) -> Hits {
        Hits {
            site_views: self.sites.get(page.site()).copied().unwrap_or_default(),
            page_views: self.pages.get(page.page()).copied().unwrap_or_default(),
            visitors: self.visitors.len() as u64,
        }
    }
}
