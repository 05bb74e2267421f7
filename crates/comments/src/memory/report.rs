//! Comments in memory, counted.

use std::{
    collections::{BTreeMap, BTreeSet},
    ops::RangeInclusive,
};

use inkstone_vocab::{Day, RepositoryError, SiteId};

use super::MemoryComments;
use crate::report::{CommentReport, DailyComments, SiteTally, Tally};

impl CommentReport for MemoryComments {
    fn sites(&self) -> Result<Vec<SiteId>, RepositoryError> {
        let state = self.state();
        let sites: BTreeSet<&SiteId> = state.stored.iter().map(|s| &s.comment.site).collect();
        Ok(sites.into_iter().cloned().collect())
    }

    fn tallies(&self) -> Result<Vec<SiteTally>, RepositoryError> {
        let mut sites: BTreeMap<SiteId, Tally> = BTreeMap::new();
        for stored in &self.state().stored {
            let comment = &stored.comment;
            sites.entry(comment.site.clone()).or_default().add(comment.status, 1);
        }
        Ok(sites.into_iter().map(|(site, tally)| SiteTally { site, tally }).collect())
    }

    fn posted_by_day(
        &self,
        site: Option<&SiteId>,
        days: RangeInclusive<Day>,
    ) -> Result<Vec<DailyComments>, RepositoryError> {
        let mut posted: BTreeMap<Day, u64> = BTreeMap::new();
        for stored in &self.state().stored {
            let (comment, day) = (&stored.comment, stored.comment.created.day());
            if days.contains(&day) && site.is_none_or(|site| *site == comment.site) {
                *posted.entry(day).or_default() += 1;
            }
        }
        Ok(posted.into_iter().map(|(day, comments)| DailyComments { day, comments }).collect())
    }
}
