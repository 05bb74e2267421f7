//! Visits of today, this week and this month.

#![expect(clippy::expect_used, reason = "fixtures")]

use std::ops::RangeInclusive;

use inkstone_stats::{
    DailyVisits, GivenLikes, LikeFilter, LikedPage, MemoryStats, Overview, PageLiked, PageLikes,
    PageOrder, PageReport, PageViews, Stats, StatsReport, StatsRepository, Totals,
    contract::report,
};
use inkstone_vocab::{
    Day, PageLookup, PageRequest, PageSlug, RepositoryError, SiteId, Timestamp, VisitorId,
};

fn day(text: &str) -> Day {
    Day::parse(text).expect("day")
}

/// The overview at noon of `today`, when there was one visit on each of `days`.
fn overview(today: &str, days: RangeInclusive<&str>) -> Overview {
    let stats = Stats::new(MemoryStats::default());
    for day in Day::each(day(days.start())..=day(days.end())) {
        stats.visit(&report("/a", None), day.start()).expect("visit");
    }
    stats.overview(None, day(today).start().plus_millis(43_200_000)).expect("overview")
}

#[test]
fn weeks_begin_on_monday_and_months_on_the_first() {
    // 2026-11-21 is a Saturday.
    for (today, yesterday, week, last_week, month, last_month) in [
        ("2026-11-21", 1, 6, 7, 21, 31),
        ("2026-11-16", 1, 1, 7, 16, 31),
        ("2026-11-15", 1, 7, 7, 15, 31),
        ("2026-12-01", 1, 2, 7, 1, 30),
        ("2026-03-01", 1, 7, 7, 1, 28),
        ("2026-01-01", 1, 4, 7, 1, 31),
    ] {
        let found = overview(today, "2025-06-01"..=today);
        assert_eq!(
            (found.today, found.yesterday, found.week, found.last_week),
            (1, yesterday, week, last_week),
            "{today}"
        );
        assert_eq!((found.month, found.last_month), (month, last_month), "{today}");
        assert_eq!(found.days.len(), 30, "{today}");
        assert!(found.days.iter().all(|daily| daily.visits == 1), "{today}");
        assert_eq!(found.days[29].day, day(today));
    }
}

#[test]
fn visits_outside_a_period_do_not_count_for_it() {
    let found = overview("2026-11-21", "2026-10-01"..="2026-10-31");
    assert_eq!((found.views, found.pages, found.last_month), (31, 1, 31));
    assert_eq!((found.today, found.yesterday, found.week), (0, 0, 0));
    assert_eq!((found.last_week, found.month), (0, 0));
    let visited = found.days.iter().filter(|daily| daily.visits > 0).count();
    assert_eq!((visited, found.days[0].day), (9, day("2026-10-23")));
}

#[test]
fn a_site_counts_alone() {
    let stats = Stats::new(MemoryStats::default());
    let now = Timestamp::from_millis(0);
    let named = SiteId::parse("blog").expect("site");
    stats.visit(&report("/a", None), now).expect("visit");
    let other = PageReport { site: named.clone(), ..report("/b", None) };
    stats.visit(&other, now).expect("visit");
    stats.visit(&other, now).expect("visit");
    let views = |site: Option<&SiteId>| {
        let found = stats.overview(site, now).expect("overview");
        (found.views, found.today, found.pages)
    };
    assert_eq!(views(Some(&named)), (2, 2, 1));
    assert_eq!(views(Some(&SiteId::unnamed())), (1, 1, 1));
    assert_eq!(views(None), (3, 3, 2));
}

#[test]
fn visits_without_any_day_count_for_today() {
    let now = day("2026-11-21").start();
    let imported = Imported { views: 9, days: Vec::new() };
    let found = Stats::new(imported).overview(None, now).expect("overview");
    assert_eq!((found.views, found.today, found.week, found.month), (9, 9, 9, 9));
    assert_eq!((found.yesterday, found.last_week, found.last_month), (0, 0, 0));
    assert_eq!(found.days[29].visits, 9);
    assert!(found.days[..29].iter().all(|daily| daily.visits == 0));
}

#[test]
fn the_present_has_no_more_visits_than_all_time() {
    let today = day("2026-11-21");
    let daily = |day, visits| DailyVisits { day, visits };
    let days = vec![daily(today.plus(-7), 50), daily(today.plus(-1), 20), daily(today, 10)];
    let found =
        Stats::new(Imported { views: 9, days }).overview(None, today.start()).expect("overview");
    assert_eq!((found.today, found.week, found.month), (9, 9, 9));
    assert_eq!((found.yesterday, found.last_week), (20, 50));
    assert_eq!(found.days[29].visits, 10);
}

/// What an import may leave: views and days that do not agree.
struct Imported {
    views: u64,
    days: Vec<DailyVisits>,
}

type Answer<T> = Result<T, RepositoryError>;

impl StatsReport for Imported {
    fn sites(&self) -> Answer<Vec<SiteId>> {
        unreachable!()
    }

    fn totals(&self, _: Option<&SiteId>) -> Answer<Totals> {
        Ok(Totals { views: self.views, pages: 1, dated: !self.days.is_empty() })
    }

    fn top_pages(&self, _: Option<&SiteId>, _: PageOrder, _: u32) -> Answer<Vec<PageViews>> {
        unreachable!()
    }

    fn given_likes(&self, _: &LikeFilter, _: PageRequest) -> Answer<GivenLikes> {
        unreachable!()
    }

    fn most_liked(&self, _: Option<&SiteId>, _: u32) -> Answer<Vec<LikedPage>> {
        unreachable!()
    }
}

impl StatsRepository for Imported {
    fn record_visit(&self, _: &PageReport, _: Timestamp) -> Answer<()> {
        unreachable!()
    }

    fn views(&self, _: &PageLookup) -> Answer<u64> {
        unreachable!()
    }

    fn visits_by_day(
        &self,
        _: Option<&SiteId>,
        _: RangeInclusive<Day>,
    ) -> Answer<Vec<DailyVisits>> {
        Ok(self.days.clone())
    }

    fn like(&self, _: &PageReport, _: &VisitorId, _: Timestamp) -> Answer<PageLiked> {
        unreachable!()
    }

    fn likes(&self, _: &SiteId, _: &PageSlug, _: &VisitorId) -> Answer<PageLikes> {
        unreachable!()
    }
}
