//! Memory obeys the laws; the service's rules.

mod overview;

use inkstone_stats::{MemoryStats, Stats, contract::report};
use inkstone_vocab::Timestamp;

mod memory {
    inkstone_stats::stats_repository_contract!(Box::new(inkstone_stats::MemoryStats::default()));
    inkstone_stats::stats_report_contract!(Box::new(inkstone_stats::MemoryStats::default()));
    inkstone_stats::stats_transfer_contract!(Box::new(inkstone_stats::MemoryStats::default()));
    inkstone_stats::statistic_repository_contract!(
        Box::new(inkstone_stats::MemoryStats::default())
    );
}

#[test]
fn days_without_visits_count_zero() {
    const DAY: i64 = 86_400_000;
    let stats = Stats::new(MemoryStats::default());
    for day in [1, 1, 3] {
        stats.visit(&report("/a", None), Timestamp::from_millis(day * DAY)).expect("visit");
    }
    let days = Timestamp::from_millis(0).day()..=Timestamp::from_millis(4 * DAY).day();
    let counts = stats.visits_by_day(None, days).expect("days");
    assert_eq!(counts.iter().map(|daily| daily.visits).collect::<Vec<_>>(), [0, 2, 0, 1, 0]);
    assert_eq!(counts[2].day.to_string(), "1970-01-03");
}
