//! The laws of [`StatisticRepository`].

use std::{collections::BTreeSet, thread};

use inkstone_vocab::VisitorId;

use crate::{Hits, Referrer, StatisticRepository};

/// Makes a test of every law; takes what
/// [`stats_repository_contract!`](crate::stats_repository_contract) takes.
#[macro_export]
macro_rules! statistic_repository_contract {
    ($repository:expr $(, [$(#[$attribute:meta])*])?) => {
        $crate::statistic_repository_contract! {
            @laws $repository, [$($(#[$attribute])*)?];
            every_hit_counts_for_page_and_site
            a_page_without_a_path_counts_once
            visitors_count_once_over_all_sites
            reading_counts_nothing
            five_hundred_hits_at_once_are_five_hundred
            concurrent_visitors_count_once
        }
    };
    (@laws $repository:expr, $attributes:tt; $($law:ident)*) => {
        $($crate::statistic_repository_contract! { @law $repository, $attributes, $law })*
    };
    (@law $repository:expr, [$(#[$attribute:meta])*], $law:ident) => {
        #[test]
        $(#[$attribute])*
        fn $law() {
            $crate::contract::statistic::$law(&*$repository);
        }
    };
}

pub fn every_hit_counts_for_page_and_site(repository: &impl StatisticRepository) {
    for (address, site_views, page_views) in [
        ("https://h.io/a", 1, 1),
        ("https://h.io/a?q#f", 2, 2),
        ("https://h.io/a/", 3, 1),
        ("http://h.io/a", 4, 3),
        ("https://other.io/a", 1, 1),
        ("https://h.io:8443/a", 1, 1),
        ("https://h.io/b", 5, 1),
    ] {
        let hits = repository.hit(&page(address), &visitor(1)).expect("hit");
        assert_eq!(hits, Hits { site_views, page_views, visitors: 1 }, "{address}");
    }
}

pub fn a_page_without_a_path_counts_once(repository: &impl StatisticRepository) {
    for views in 1..4 {
        let hits = repository.hit(&page("https://h.io"), &visitor(1)).expect("hit");
        assert_eq!(hits, Hits { site_views: views, page_views: views, visitors: 1 });
    }
}

pub fn visitors_count_once_over_all_sites(repository: &impl StatisticRepository) {
    for (address, number, visitors) in [
        ("https://h.io/", 1, 1),
        ("https://h.io/", 1, 1),
        ("https://other.io/", 1, 1),
        ("https://other.io/", 2, 2),
        ("https://h.io/", 2, 2),
        ("https://h.io/", 3, 3),
    ] {
        let hits = repository.hit(&page(address), &visitor(number)).expect("hit");
        assert_eq!(hits.visitors, visitors, "{address} {number}");
    }
}

pub fn reading_counts_nothing(repository: &impl StatisticRepository) {
    let read = |address: &str| repository.hits(&page(address)).expect("hits");
    assert_eq!(read("https://h.io/a"), Hits::default());
    repository.hit(&page("https://h.io/a"), &visitor(1)).expect("hit");
    for _ in 0..2 {
        assert_eq!(read("https://h.io/a"), Hits { site_views: 1, page_views: 1, visitors: 1 });
        assert_eq!(read("https://h.io/b"), Hits { site_views: 1, page_views: 0, visitors: 1 });
        assert_eq!(read("https://other.io/"), Hits { visitors: 1, ..Hits::default() });
    }
}

pub fn five_hundred_hits_at_once_are_five_hundred(repository: &impl StatisticRepository) {
    let seen = thread::scope(|scope| {
        let hit = |thread: u32| {
            let address =
                if thread.is_multiple_of(2) { "https://h.io/a" } else { "https://h.io/b" };
            let hit = |number| repository.hit(&page(address), &visitor(number)).expect("hit");
            (0..50).map(|number| hit(thread * 50 + number)).collect::<Vec<_>>()
        };
        let threads: Vec<_> = (0..10).map(|thread| scope.spawn(move || hit(thread))).collect();
        let hits = threads.into_iter().flat_map(|thread| thread.join().expect("thread"));
        hits.map(|hits| hits.site_views).collect::<BTreeSet<_>>()
    });
    // Each answer includes its own view, so that no two are the same.
    assert_eq!(seen, (1..=500).collect());
    let hits = repository.hits(&page("https://h.io/a")).expect("hits");
    assert_eq!(hits, Hits { site_views: 500, page_views: 250, visitors: 500 });
}

pub fn concurrent_visitors_count_once(repository: &impl StatisticRepository) {
    thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                for number in 0..25 {
                    repository.hit(&page("https://h.io/a"), &visitor(number)).expect("hit");
                }
            });
        }
    });
    let hits = repository.hits(&page("https://h.io/a")).expect("hits");
    assert_eq!(hits, Hits { site_views: 200, page_views: 200, visitors: 25 });
}

fn page(address: &str) -> Referrer {
    Referrer::parse(address).expect("address")
}

fn visitor(number: u32) -> VisitorId {
    VisitorId::parse(&number.to_string()).expect("visitor")
}
