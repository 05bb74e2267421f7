//! Visits of today, this week and this month (contract cwd, 3.4).

use std::ops::RangeInclusive;

use inkstone_vocab::{Day, SiteId, Timestamp};

use crate::{
    error::StatsError, report::StatsReport, repository::StatsRepository, service::Stats,
    visit::DailyVisits,
};

/// Visits over the days; days are UTC, and weeks begin on Monday.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Overview {
    /// All visits.
    pub views: u64,
    /// How many pages were visited at all.
    pub pages: u64,
    /// Visits today; at most all, here and for this week and month.
    pub today: u64,
    /// Visits yesterday.
    pub yesterday: u64,
    /// Visits since Monday.
    pub week: u64,
    /// Visits from Monday to Sunday before.
    pub last_week: u64,
    /// Visits since the first of the month.
    pub month: u64,
    /// Visits of the whole month before.
    pub last_month: u64,
    /// The visits of each of the latest [`DAYS`](Self::DAYS) days, oldest first.
    pub days: Vec<DailyVisits>,
}

impl Overview {
    /// How many days are counted one by one, today among them.
    pub const DAYS: i64 = 30;

    /// Counts `days`, which come one after another and end today.
    fn of(views: u64, pages: u64, today: Day, days: &[DailyVisits]) -> Self {
        let sum = |range: RangeInclusive<Day>| -> u64 {
            days.iter().filter(|daily| range.contains(&daily.day)).map(|daily| daily.visits).sum()
        };
        let (yesterday, monday, first) = (today.plus(-1), today.monday(), today.month_start());
        let before = first.plus(-1);
        Self {
            views,
            pages,
            today: sum(today..=today).min(views),
            yesterday: sum(yesterday..=yesterday),
            week: sum(monday..=today).min(views),
            last_week: sum(monday.plus(-7)..=monday.plus(-1)),
            month: sum(first..=today).min(views),
            last_month: sum(before.month_start()..=before),
            days: days
                .iter()
                .copied()
                .filter(|daily| daily.day > today.plus(-Self::DAYS))
                .collect(),
        }
    }
}

impl<R: StatsRepository + StatsReport> Stats<R> {
    /// The visits of one site, or all, as of `now`. Visits without any day count for today.
    pub fn overview(&self, site: Option<&SiteId>, now: Timestamp) -> Result<Overview, StatsError> {
        let totals = self.repository.totals(site)?;
        let today = now.day();
        let last_month = today.month_start().plus(-1).month_start();
        // Last month may have begun only 28 days ago; the list begins 29 days ago.
        let first = last_month.min(today.plus(1 - Overview::DAYS));
        let mut days = self.visits_by_day(site, first..=today)?;
        if let (false, Some(latest)) = (totals.dated, days.last_mut()) {
            latest.visits = totals.views;
        }
        Ok(Overview::of(totals.views, totals.pages, today, &days))
    }
}
