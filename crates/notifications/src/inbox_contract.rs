//! The laws of [`InboxRepository`]: one function each, for any implementation.
//!
//! [`inbox_repository_contract!`](crate::inbox_repository_contract) turns them into tests.

#![expect(missing_docs, reason = "the name of a law says it all")]
#![expect(clippy::expect_used, reason = "a law panics when it is broken")]

use std::{collections::BTreeSet, thread};

use inkstone_vocab::Timestamp;

use crate::inbox::{InboxRepository, Notice, NoticeTime};

/// Makes a test of every law; takes an expression that gives a fresh repository, or something
/// that dereferences to one, and attributes for each test.
#[macro_export]
macro_rules! inbox_repository_contract {
    ($repository:expr $(, [$(#[$attribute:meta])*])?) => {
        $crate::inbox_repository_contract! {
            @laws $repository, [$($(#[$attribute])*)?];
            notices_are_kept_as_they_are_in_their_order
            a_taken_second_is_passed_over
            a_gap_is_filled
            notices_are_removed_by_their_time
            clearing_removes_all
            the_latest_are_kept
            a_repair_leaves_what_can_be_read
            concurrent_notices_have_times_of_their_own
            a_notice_is_news_until_that_is_forgotten
            a_removed_notice_is_no_news
        }
    };
    (@laws $repository:expr, $attributes:tt; $($law:ident)*) => {
        $($crate::inbox_repository_contract! { @law $repository, $attributes, $law })*
    };
    (@law $repository:expr, [$(#[$attribute:meta])*], $law:ident) => {
        #[test]
        $(#[$attribute])*
        fn $law() {
            $crate::inbox_contract::$law(&*$repository);
        }
    };
}

pub fn notices_are_kept_as_they_are_in_their_order(repository: &impl InboxRepository) {
    assert_eq!(repository.notices().expect("notices"), []);
    let texts = [("友链申请 👑", "a<br>\r\n'b' \"c\" \\ % ;"), ("", ""), ("x", "文")];
    let added: Vec<Notice> = (9..)
        .zip(texts)
        // Later ones may have earlier times, when a clock was set back.
        .map(|(at, (label, content))| repository.add(label, content, second(-at)).expect("add"))
        .collect();
    let kept: Vec<(&str, &str)> =
        added.iter().map(|notice| (notice.label.as_str(), notice.content.as_str())).collect();
    assert_eq!(kept, texts);
    assert_eq!(added[0].time.as_str(), "-9");
    assert_eq!(repository.notices().expect("notices"), added);
}

pub fn a_taken_second_is_passed_over(repository: &impl InboxRepository) {
    // More than any implementation looks at in one step.
    let times: Vec<String> = (0..200).map(|_| added(repository, 5)).collect();
    let expected: Vec<String> = (5..205).map(|second: i32| second.to_string()).collect();
    assert_eq!(times, expected);
}

pub fn a_gap_is_filled(repository: &impl InboxRepository) {
    for (at, time) in [(5, "5"), (7, "7"), (5, "6"), (5, "8"), (6, "9"), (4, "4")] {
        assert_eq!(added(repository, at), time);
    }
}

pub fn notices_are_removed_by_their_time(repository: &impl InboxRepository) {
    added(repository, 5);
    added(repository, 6);
    let time = |text| NoticeTime::parse(text).expect("time");
    assert!(!repository.remove(&time("5.0")).expect("remove"));
    assert!(repository.remove(&time("5")).expect("remove"));
    assert!(!repository.remove(&time("5")).expect("remove"));
    assert_eq!(times(repository), ["6"]);
    assert_eq!(added(repository, 5), "5", "the time is free again");
    assert_eq!(times(repository), ["6", "5"]);
}

pub fn clearing_removes_all(repository: &impl InboxRepository) {
    for at in 0..3 {
        added(repository, at);
    }
    assert_eq!(repository.clear().expect("clear"), 3);
    assert_eq!(repository.clear().expect("clear"), 0);
    assert_eq!(times(repository), [""; 0]);
}

pub fn the_latest_are_kept(repository: &impl InboxRepository) {
    assert_eq!(repository.keep_latest(0).expect("keep"), 0);
    // What was written last may have the earliest time.
    for at in [3, 9, 1, 7] {
        added(repository, at);
    }
    for (keep, removed, left) in [
        (u32::MAX, 0, &["3", "9", "1", "7"][..]),
        (4, 0, &["3", "9", "1", "7"]),
        (2, 2, &["1", "7"]),
    ] {
        assert_eq!(repository.keep_latest(keep).expect("keep"), removed);
        assert_eq!(times(repository), left);
    }
    let news = repository.news(10).expect("news");
    assert_eq!(news.len(), 2, "what is removed is no news");
    assert_eq!(repository.keep_latest(0).expect("keep"), 2);
    assert_eq!(times(repository), [""; 0]);
}

pub fn a_repair_leaves_what_can_be_read(repository: &impl InboxRepository) {
    for at in [3, -1, 3] {
        added(repository, at);
    }
    let before = repository.notices().expect("notices");
    assert_eq!(repository.repair().expect("repair"), 0);
    assert_eq!(repository.notices().expect("notices"), before);
}

pub fn concurrent_notices_have_times_of_their_own(repository: &impl InboxRepository) {
    thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| (0..25).for_each(|_| drop(added(repository, 1_704_599_400))));
        }
    });
    let expected: BTreeSet<String> =
        (1_704_599_400..1_704_599_600).map(|second: i64| second.to_string()).collect();
    assert_eq!(times(repository).into_iter().collect::<BTreeSet<_>>(), expected);
}

pub fn a_notice_is_news_until_that_is_forgotten(repository: &impl InboxRepository) {
    assert_eq!(repository.news(10).expect("news"), []);
    for at in [3, 2, 1] {
        added(repository, at);
    }
    let news = repository.news(10).expect("news");
    assert_eq!(
        news.iter().map(|news| news.notice.time.as_str()).collect::<Vec<_>>(),
        ["3", "2", "1"]
    );
    assert!(news[0].number > 0 && news.is_sorted_by(|one, next| one.number < next.number));
    assert_eq!(repository.news(2).expect("news"), news[..2]);
    assert_eq!(repository.news(0).expect("news"), []);

    repository.forget_news(&[news[1].number, -1, i64::MAX]).expect("forget");
    repository.forget_news(&[news[1].number]).expect("forgotten before");
    repository.forget_news(&[]).expect("nothing");
    let left = repository.news(10).expect("news");
    assert_eq!(left, [news[0].clone(), news[2].clone()]);
    // More than any database binds in a statement.
    let many: Vec<i64> = (0..40_000).chain(left.iter().map(|news| news.number)).collect();
    repository.forget_news(&many).expect("forget");
    assert_eq!(repository.news(10).expect("news"), []);
    assert_eq!(times(repository), ["3", "2", "1"], "the notices stay");
}

pub fn a_removed_notice_is_no_news(repository: &impl InboxRepository) {
    for at in [1, 2] {
        added(repository, at);
    }
    let last = repository.news(10).expect("news")[1].number;
    assert!(repository.remove(&NoticeTime::parse("2").expect("time")).expect("remove"));
    assert_eq!(repository.news(10).expect("news").len(), 1);
    repository.clear().expect("clear");
    assert_eq!(repository.news(10).expect("news"), []);
    added(repository, 2);
    let number = repository.news(10).expect("news")[0].number;
    assert!(number > last, "a number means one notice for ever");
}

fn second(at: i64) -> Timestamp {
    Timestamp::from_millis(at * 1000 + 999)
}

fn added(repository: &impl InboxRepository, at: i64) -> String {
    repository.add("label", "content", second(at)).expect("add").time.as_str().to_owned()
}

fn times(repository: &impl InboxRepository) -> Vec<String> {
    let notices = repository.notices().expect("notices");
    notices.into_iter().map(|notice| notice.time.as_str().to_owned()).collect()
}
