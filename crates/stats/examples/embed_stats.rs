//! Counting visits in somebody else's program.
//!
//! `cargo run -p inkstone-stats --example embed_stats --features testing`

#![expect(clippy::print_stdout, clippy::expect_used, reason = "an example shows what it does")]

use inkstone_stats::{MemoryStats, PageReport, Stats};
use inkstone_vocab::{PageLookup, PageSlug, SiteId, Timestamp};

fn main() {
    let stats = Stats::new(MemoryStats::default());
    let slug = PageSlug::parse("/hello").expect("slug");
    let page = PageReport { site: SiteId::unnamed(), slug: slug.clone(), title: None, url: None };
    for hour in 0..48 {
        stats.visit(&page, Timestamp::from_millis(hour * 3_600_000)).expect("visit");
    }
    println!("views: {}", stats.views(&PageLookup { site: None, slug }).expect("views"));
    let days = Timestamp::from_millis(0).day()..=Timestamp::from_millis(172_800_000).day();
    for daily in stats.visits_by_day(None, days).expect("days") {
        println!("{}: {}", daily.day, daily.visits);
    }
}
