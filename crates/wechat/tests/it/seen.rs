//! Repetitions.

#![expect(clippy::unwrap_used, reason = "fixtures")]

use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use inkstone_vocab::Timestamp;
use inkstone_wechat::{MessageKey, Seen, testing};

use crate::support::{ACCOUNT, FOLLOWER, SECONDS, delivered};

const MINUTE: i64 = 60_000;

/// The same in the unit of the window.
const WINDOW: u32 = 60;

fn at(millis: i64) -> Timestamp {
    Timestamp::from_millis(millis)
}

fn key(xml: &str) -> MessageKey {
    delivered(xml).unwrap().key
}

fn text(msg_id: u64) -> MessageKey {
    key(&testing::text(FOLLOWER, ACCOUNT, "hi", msg_id))
}

#[test]
fn a_message_is_told_by_its_number() {
    assert_eq!(text(1), text(1));
    assert_ne!(text(1), text(2));
    let (first, spelled) = (testing::text("o1", "g", "a", 5), testing::text("o2", "g", "b", 5));
    assert_eq!(key(&first), key(&spelled.replace("MsgId", "MsgID")));
}

#[test]
fn an_event_is_told_by_all_that_it_has() {
    let event = |from: &str, name: &str, time| key(&testing::event(from, ACCOUNT, name, time));
    let first = event(FOLLOWER, "unsubscribe", SECONDS);
    assert_eq!(first, event(FOLLOWER, "unsubscribe", SECONDS));
    // Leaving and returning in the same second are two events.
    assert_ne!(first, event(FOLLOWER, "subscribe", SECONDS));
    assert_ne!(first, event(FOLLOWER, "unsubscribe", SECONDS + 1));
    assert_ne!(first, event("oOther", "unsubscribe", SECONDS));
    let scan = testing::event(FOLLOWER, ACCOUNT, "subscribe", SECONDS);
    let with_key =
        |value: &str| key(&scan.replace("</xml>", &format!("<EventKey>{value}</EventKey></xml>")));
    assert_ne!(with_key("qrscene_1"), with_key("qrscene_2"));
}

#[test]
fn a_message_without_a_number_is_told_by_its_words() {
    let text = |content| {
        let xml = testing::text(FOLLOWER, ACCOUNT, content, 9);
        key(&xml.replace("<MsgId>9</MsgId>", ""))
    };
    assert_eq!(text("a"), text("a"));
    assert_ne!(text("a"), text("b"));
}

#[test]
fn a_repetition_is_known_until_the_window_closes() {
    let seen = Seen::new(100, WINDOW);
    assert!(seen.insert(text(1), at(0)));
    assert!(!seen.insert(text(1), at(0)));
    assert!(!seen.insert(text(1), at(MINUTE - 1)));
    assert!(seen.insert(text(2), at(MINUTE - 1)));
    assert!(seen.insert(text(1), at(MINUTE)));
    assert!(!seen.insert(text(1), at(MINUTE)));
}

#[test]
fn what_could_not_be_handled_may_come_again() {
    let seen = Seen::new(100, WINDOW);
    assert!(seen.insert(text(1), at(0)));
    seen.remove(text(1));
    assert!(seen.insert(text(1), at(10)));
    // The first place of the key in the order must not take the second along.
    assert!(!seen.insert(text(1), at(MINUTE + 5)));
    assert!(seen.insert(text(1), at(MINUTE + 10)));
    seen.remove(text(7));
}

#[test]
fn the_memory_is_bounded() {
    let seen = Seen::new(3, WINDOW);
    let keys: Vec<MessageKey> = (0..4).map(text).collect();
    for key in &keys {
        assert!(seen.insert(*key, at(0)));
    }
    assert!(!seen.insert(keys[3], at(0)));
    assert!(!seen.insert(keys[1], at(0)));
    assert!(seen.insert(keys[0], at(0)), "the oldest made room");
    assert!(Seen::new(0, WINDOW).insert(keys[0], at(0)));
}

#[test]
fn a_clock_that_goes_back_repeats_nothing() {
    let seen = Seen::new(10, WINDOW);
    assert!(seen.insert(text(1), at(10 * MINUTE)));
    assert!(!seen.insert(text(1), at(0)));
    assert!(seen.insert(text(2), at(i64::MIN)));
    assert!(!seen.insert(text(2), at(i64::MIN)));
}

#[test]
fn of_simultaneous_deliveries_one_is_the_first() {
    let (seen, first, key) = (Seen::new(10, WINDOW), AtomicUsize::new(0), text(1));
    thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                if seen.insert(key, at(0)) {
                    first.fetch_add(1, Ordering::Relaxed);
                }
            });
        }
    });
    assert_eq!(first.into_inner(), 1);
}
