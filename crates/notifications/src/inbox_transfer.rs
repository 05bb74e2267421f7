//! Moving notices in; [`InboxRepository::notices`](crate::InboxRepository::notices) moves them out.

use std::collections::{HashMap, HashSet};

use inkstone_vocab::ImportMode;

use crate::inbox::{Notice, NoticeTime};

/// What an import of notices has changed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ImportedNotices {
    /// Notices of times that no notice had.
    pub added: u64,
    /// Notices that took the place of those of the same times.
    pub replaced: u64,
    /// Notices that are gone.
    pub removed: u64,
}

/// The notices there are, in their order, after `imported` have come to those that are `stored`.
///
/// A time that occurs again in `imported` gets a counter in its fraction, always the same for the
/// same list (contract qexo, 11.1). A notice of a stored time takes its place.
pub fn merge_notices(
    stored: Vec<Notice>,
    imported: Vec<Notice>,
    mode: ImportMode,
) -> (Vec<Notice>, ImportedNotices) {
    let old: HashSet<NoticeTime> = stored.iter().map(|notice| notice.time.clone()).collect();
    let mut notices = match mode {
        ImportMode::Replace => Vec::new(),
        ImportMode::Merge => stored,
    };
    let mut places: HashMap<NoticeTime, usize> =
        notices.iter().enumerate().map(|(place, notice)| (notice.time.clone(), place)).collect();
    let mut counts = ImportedNotices::default();
    for notice in distinct(imported) {
        if old.contains(&notice.time) {
            counts.replaced += 1;
        } else {
            counts.added += 1;
        }
        if let Some(&place) = places.get(&notice.time) {
            notices[place] = notice;
        } else {
            places.insert(notice.time.clone(), notices.len());
            notices.push(notice);
        }
    }
    if mode == ImportMode::Replace {
        counts.removed = old.len() as u64 - counts.replaced;
    }
    (notices, counts)
}

/// The same notices, no two of them of one time.
fn distinct(mut notices: Vec<Notice>) -> Vec<Notice> {
    let given: HashSet<NoticeTime> = notices.iter().map(|notice| notice.time.clone()).collect();
    let mut seen: HashSet<NoticeTime> = HashSet::new();
    let mut counters: HashMap<NoticeTime, usize> = HashMap::new();
    for notice in &mut notices {
        if seen.contains(&notice.time) {
            let counter = counters.entry(notice.time.clone()).or_default();
            notice.time = loop {
                *counter += 1;
                let repeated = notice.time.repeated(*counter);
                if !given.contains(&repeated) && !seen.contains(&repeated) {
                    break repeated;
                }
            };
        }
        seen.insert(notice.time.clone());
    }
    notices
}

#[cfg(test)]
mod tests {
    use super::*;

    fn notice(time: &str, label: &str) -> Notice {
        let time = NoticeTime::parse(time).unwrap();
        Notice { time, label: label.to_owned(), content: String::new() }
    }

    fn listed(notices: &[Notice]) -> Vec<(&str, &str)> {
        notices.iter().map(|notice| (notice.time.as_str(), notice.label.as_str())).collect()
    }

    #[test]
    fn repeated_times_get_a_counter_and_importing_again_changes_nothing() {
        let file = vec![
            notice("5", "a"),
            notice("5", "b"),
            notice("5.1", "c"),
            notice("5", "d"),
            notice("7.25", "e"),
            notice("7.25", "f"),
        ];
        let (once, counts) = merge_notices(Vec::new(), file.clone(), ImportMode::Merge);
        let times = [("5", "a"), ("5.2", "b"), ("5.1", "c"), ("5.3", "d"), ("7.25", "e")];
        assert_eq!(listed(&once)[..5], times);
        assert_eq!(listed(&once)[5], ("7.251", "f"));
        assert_eq!(counts, ImportedNotices { added: 6, ..ImportedNotices::default() });
        for mode in [ImportMode::Merge, ImportMode::Replace] {
            let (again, counts) = merge_notices(once.clone(), file.clone(), mode);
            assert_eq!(again, once);
            assert_eq!(counts, ImportedNotices { replaced: 6, ..ImportedNotices::default() });
        }
    }

    #[test]
    fn merging_keeps_what_replacing_removes() {
        let stored = vec![notice("1", "one"), notice("2", "two")];
        let file = vec![notice("2", "new"), notice("3", "three")];
        let (merged, counts) = merge_notices(stored.clone(), file.clone(), ImportMode::Merge);
        assert_eq!(listed(&merged), [("1", "one"), ("2", "new"), ("3", "three")]);
        assert_eq!(counts, ImportedNotices { added: 1, replaced: 1, removed: 0 });
        let (replaced, counts) = merge_notices(stored, file, ImportMode::Replace);
        assert_eq!(listed(&replaced), [("2", "new"), ("3", "three")]);
        assert_eq!(counts, ImportedNotices { added: 1, replaced: 1, removed: 1 });
    }

    #[test]
    fn the_longest_times_can_be_repeated() {
        for time in ["1".repeat(NoticeTime::MAX_CHARS), format!("{}.5", "1".repeat(38))] {
            let file = vec![notice(&time, "a"), notice(&time, "b")];
            let (notices, _) = merge_notices(Vec::new(), file, ImportMode::Merge);
            let again = NoticeTime::parse(notices[1].time.as_str()).unwrap();
            assert_ne!(again, notices[0].time);
        }
    }
}
