//! The laws of [`StatsRepository`]: one function each, for any implementation.
//!
//! [`stats_repository_contract!`](crate::stats_repository_contract) turns them into tests.

#![expect(missing_docs, reason = "the name of a law says it all")]
#![expect(clippy::expect_used, reason = "a law panics when it is broken")]

pub mod report;
pub mod statistic;
pub mod transfer;

use std::thread;

use inkstone_vocab::{PageLookup, PageSlug, SiteId, Timestamp, VisitorId, WebUrl};

use crate::{DailyVisits, PageLiked, PageLikes, PageReport, StatsRepository};

/// Makes a test of every law; takes an expression that gives a fresh repository, or something
/// that dereferences to one, and attributes for each test.
#[macro_export]
macro_rules! stats_repository_contract {
    ($repository:expr $(, [$(#[$attribute:meta])*])?) => {
        $crate::stats_repository_contract! {
            @laws $repository, [$($(#[$attribute])*)?];
            every_visit_counts
            spellings_of_one_page_share_their_views
            sites_count_apart
            visits_are_booked_on_their_day
            a_visitor_likes_a_page_once
            a_page_liked_by_path_is_liked_by_address
            likes_of_other_origins_do_not_count
            likes_of_a_custom_id_count_for_its_address
            visitors_are_counted_once_however_they_liked
            a_liked_page_has_no_views
            concurrent_visits_are_all_counted
            concurrent_likes_of_one_visitor_count_once
            concurrent_likes_are_not_lost
        }
    };
    (@laws $repository:expr, $attributes:tt; $($law:ident)*) => {
        $($crate::stats_repository_contract! { @law $repository, $attributes, $law })*
    };
    (@law $repository:expr, [$(#[$attribute:meta])*], $law:ident) => {
        #[test]
        $(#[$attribute])*
        fn $law() {
            $crate::contract::$law(&*$repository);
        }
    };
}

pub fn every_visit_counts(repository: &impl StatsRepository) {
    let page = report("/a", None);
    assert_eq!(views(repository, "/a", None), 0);
    repository.record_visit(&page, at(0)).expect("visit");
    repository.record_visit(&page, at(0)).expect("visit");
    assert_eq!(views(repository, "/a", None), 2);
    assert_eq!(views(repository, "/b", None), 0);
}

pub fn spellings_of_one_page_share_their_views(repository: &impl StatsRepository) {
    for (slug, url) in [
        ("https://H.io/a/?q", Some("https://h.io/a")),
        ("https://h.io/a", None),
        ("/a/", Some("https://h.io/a")),
        ("/a", None),
    ] {
        repository.record_visit(&report(slug, url), at(0)).expect("visit");
    }
    assert_eq!(views(repository, "https://h.io/a#f", None), 4);
    assert_eq!(views(repository, "/a", None), 4);
    assert_eq!(
        views(repository, "https://other.io/a", None),
        0,
        "the path is known to be elsewhere"
    );
}

pub fn sites_count_apart(repository: &impl StatsRepository) {
    let mut page = report("/a", None);
    repository.record_visit(&page, at(0)).expect("visit");
    page.site = site("blog");
    repository.record_visit(&page, at(0)).expect("visit");
    repository.like(&page, &visitor("ada"), at(0)).expect("like");
    assert_eq!(views(repository, "/a", Some("")), 1);
    assert_eq!(views(repository, "/a", Some("blog")), 1);
    assert_eq!(views(repository, "/a", None), 2);
    assert_eq!(likes(repository, "/a", "ada"), PageLikes { total: 0, liked: false });
    let days = at(0).day()..=at(0).day();
    let named = repository.visits_by_day(Some(&site("blog")), days).expect("days");
    assert_eq!(named, [DailyVisits { day: at(0).day(), visits: 1 }]);
}

pub fn visits_are_booked_on_their_day(repository: &impl StatsRepository) {
    const DAY: i64 = 86_400_000;
    for (slug, millis) in
        [("/a", 0), ("https://h.io/a", DAY - 1), ("/a", DAY), ("/b", 3 * DAY), ("/a", 4 * DAY)]
    {
        repository.record_visit(&report(slug, None), at(millis)).expect("visit");
    }
    let days = repository
        .visits_by_day(None, at(0).day()..=at(3 * DAY).day())
        .expect("days")
        .into_iter()
        .map(|daily| (daily.day.to_string(), daily.visits))
        .collect::<Vec<_>>();
    let expected = [("1970-01-01", 2), ("1970-01-02", 1), ("1970-01-04", 1)];
    assert_eq!(days, expected.map(|(day, visits)| (day.to_owned(), visits)));
}

pub fn a_visitor_likes_a_page_once(repository: &impl StatsRepository) {
    let page = report("/a/", None);
    let like = |name: &str| repository.like(&page, &visitor(name), at(0)).expect("like");
    assert_eq!(likes(repository, "/a", "ada"), PageLikes { total: 0, liked: false });
    assert_eq!(like("ada"), PageLiked { total: 1, already: false });
    assert_eq!(like("ada"), PageLiked { total: 1, already: true });
    assert_eq!(like("bob"), PageLiked { total: 2, already: false });
    assert_eq!(likes(repository, "/a", "ada"), PageLikes { total: 2, liked: true });
    assert_eq!(likes(repository, "/a", "eve"), PageLikes { total: 2, liked: false });
}

pub fn a_page_liked_by_path_is_liked_by_address(repository: &impl StatsRepository) {
    let by_path = report("/a", Some("https://h.io/a/"));
    repository.like(&by_path, &visitor("ada"), at(0)).expect("like");
    let liked = PageLikes { total: 1, liked: true };
    assert_eq!(likes(repository, "https://h.io/a", "ada"), liked);
    assert_eq!(likes(repository, "/a", "ada"), liked);
    let by_address = report("https://h.io/a", Some("https://h.io/a"));
    let again = repository.like(&by_address, &visitor("ada"), at(0)).expect("like");
    assert_eq!(again, PageLiked { total: 1, already: true });
    assert_eq!(likes(repository, "https://h.io/b", "ada"), PageLikes { total: 0, liked: false });
}

pub fn likes_of_other_origins_do_not_count(repository: &impl StatsRepository) {
    let give = |url: Option<&str>, name: &str| {
        repository.like(&report("/a", url), &visitor(name), at(0)).expect("like")
    };
    assert_eq!(give(None, "ada").total, 1);
    assert_eq!(give(Some("https://h.io/a"), "bob").total, 2);
    assert_eq!(give(Some("https://other.io/a"), "eve").total, 2, "ada and eve");
    assert_eq!(likes(repository, "https://h.io/a", "bob"), PageLikes { total: 2, liked: true });
    assert_eq!(likes(repository, "https://h.io/a", "eve"), PageLikes { total: 2, liked: false });
    assert_eq!(likes(repository, "/a", "eve"), PageLikes { total: 3, liked: true });
}

pub fn likes_of_a_custom_id_count_for_its_address(repository: &impl StatsRepository) {
    let custom = report("post:1", Some("https://h.io/a"));
    repository.like(&custom, &visitor("ada"), at(0)).expect("like");
    repository.like(&report("post:1", None), &visitor("bob"), at(0)).expect("like");
    let liked = PageLikes { total: 2, liked: true };
    assert_eq!(likes(repository, "https://h.io/a", "bob"), liked);
    assert_eq!(likes(repository, "post:1", "ada"), liked);
    assert_eq!(likes(repository, "/a", "ada"), PageLikes { total: 0, liked: false });
    let other = report("/other", Some("https://h.io/a"));
    repository.like(&other, &visitor("eve"), at(0)).expect("like");
    let asked = likes(repository, "https://h.io/a", "eve");
    assert_eq!(asked, PageLikes { total: 2, liked: false }, "a path is no custom id");
}

pub fn visitors_are_counted_once_however_they_liked(repository: &impl StatsRepository) {
    let give = |slug: &str, url: Option<&str>, name: &str| {
        repository.like(&report(slug, url), &visitor(name), at(0)).expect("like")
    };
    give("post:1", None, "ada");
    give("/a", None, "ada");
    give("post:1", Some("https://h.io/a"), "bob");
    give("https://h.io/a", None, "eve");
    let asked = likes(repository, "https://h.io/a", "ada");
    assert_eq!(asked, PageLikes { total: 3, liked: true });
}

pub fn a_liked_page_has_no_views(repository: &impl StatsRepository) {
    repository.like(&report("/a", None), &visitor("ada"), at(0)).expect("like");
    assert_eq!(views(repository, "/a", None), 0);
    repository.record_visit(&report("/a", None), at(0)).expect("visit");
    assert_eq!(views(repository, "/a", None), 1);
}

pub fn concurrent_visits_are_all_counted(repository: &impl StatsRepository) {
    thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                for _ in 0..125 {
                    let page = report("https://h.io/a", Some("https://h.io/a"));
                    repository.record_visit(&page, at(0)).expect("visit");
                }
            });
        }
    });
    assert_eq!(views(repository, "https://h.io/a", None), 1_000);
    let days = repository.visits_by_day(None, at(0).day()..=at(0).day()).expect("days");
    assert_eq!(days, [DailyVisits { day: at(0).day(), visits: 1_000 }]);
}

pub fn concurrent_likes_of_one_visitor_count_once(repository: &impl StatsRepository) {
    let fresh = thread::scope(|scope| {
        let workers: Vec<_> = (0..100)
            .map(|_| {
                scope.spawn(|| {
                    let page = report("/a", Some("https://h.io/a"));
                    repository.like(&page, &visitor("ada"), at(0)).expect("like")
                })
            })
            .collect();
        let answers = workers.into_iter().map(|worker| worker.join().expect("worker"));
        answers.filter(|liked| !liked.already).count()
    });
    assert_eq!(fresh, 1);
    let asked = likes(repository, "https://h.io/a", "ada");
    assert_eq!(asked, PageLikes { total: 1, liked: true });
}

pub fn concurrent_likes_are_not_lost(repository: &impl StatsRepository) {
    thread::scope(|scope| {
        for worker in 0..4 {
            scope.spawn(move || {
                for number in 0..25 {
                    let own = visitor(&format!("{worker}-{number}"));
                    repository.like(&report("/a", None), &own, at(0)).expect("like");
                }
            });
        }
    });
    assert_eq!(likes(repository, "/a", "0-0"), PageLikes { total: 100, liked: true });
}

/// The page `slug` of the unnamed site, said to be at `url`.
pub fn report(slug: &str, url: Option<&str>) -> PageReport {
    PageReport {
        site: SiteId::unnamed(),
        slug: PageSlug::parse(slug).expect("slug"),
        title: None,
        url: url.map(|url| WebUrl::parse(url).expect("url")),
    }
}

#[track_caller]
fn views(repository: &impl StatsRepository, slug: &str, on: Option<&str>) -> u64 {
    let slug = PageSlug::parse(slug).expect("slug");
    repository.views(&PageLookup { site: on.map(site), slug }).expect("views")
}

#[track_caller]
fn likes(repository: &impl StatsRepository, slug: &str, name: &str) -> PageLikes {
    let slug = PageSlug::parse(slug).expect("slug");
    repository.likes(&SiteId::unnamed(), &slug, &visitor(name)).expect("likes")
}

fn at(millis: i64) -> Timestamp {
    Timestamp::from_millis(millis)
}

fn site(name: &str) -> SiteId {
    SiteId::parse(name).expect("site")
}

fn visitor(name: &str) -> VisitorId {
    VisitorId::parse(name).expect("visitor")
}
