//! The laws of tries and locks.

#![expect(clippy::unwrap_used, reason = "a law fails by panicking")]

use std::thread;

use inkstone_vocab::Timestamp;

use crate::{
    repository::ThrottleRepository,
    throttle::{Attempt, Purpose, Subject, ThrottlePolicy},
};

const POLICY: ThrottlePolicy = ThrottlePolicy { limit: 3, window_ms: 1_000, lock_ms: 500 };

/// Tries are numbered from 1; the one at the limit sets the lock.
pub fn tries_are_numbered_until_the_last_locks(repository: &impl ThrottleRepository) {
    assert_eq!(attempt(repository, 0), granted(1));
    assert_eq!(attempt(repository, 1), granted(2));
    assert_eq!(attempt(repository, 2), LAST);
    assert_eq!(attempt(repository, 3), locked(502));
}

/// Attempts during a lock neither extend it nor count; after it tries begin anew.
pub fn a_lock_is_neither_extended_nor_counted(repository: &impl ThrottleRepository) {
    lock(repository, 0);
    for millis in [1, 100, 499] {
        assert_eq!(attempt(repository, millis), locked(500));
    }
    assert_eq!(attempt(repository, 500), granted(1));
    assert_eq!(attempt(repository, 501), granted(2));
    assert_eq!(attempt(repository, 502), LAST);
    assert_eq!(attempt(repository, 503), locked(1_002));
}

/// A counter lives for the window after its latest try, not after its first.
pub fn a_counter_is_renewed_by_every_try(repository: &impl ThrottleRepository) {
    assert_eq!(attempt(repository, 0), granted(1));
    assert_eq!(attempt(repository, 999), granted(2));
    assert_eq!(attempt(repository, 1_999), granted(1));
    assert_eq!(attempt(repository, 2_998), granted(2));
    assert_eq!(attempt(repository, 3_997), LAST);
}

/// A limit of one grants one try and locks.
pub fn a_limit_of_one_locks_at_once(repository: &impl ThrottleRepository) {
    let policy = ThrottlePolicy { limit: 1, ..POLICY };
    let attempt = |millis| repository.attempt(&subject(), &policy, at(millis)).unwrap();
    assert_eq!(attempt(0), Attempt::Granted { number: 1, last: true });
    assert_eq!(attempt(1), locked(500));
    assert_eq!(attempt(500), Attempt::Granted { number: 1, last: true });
    assert_eq!(attempt(501), locked(1_000));
}

/// Clearing forgets tries and locks, and a subject that is unknown.
pub fn clearing_forgets_tries_and_locks(repository: &impl ThrottleRepository) {
    repository.clear(&subject()).unwrap();
    attempt(repository, 0);
    attempt(repository, 0);
    repository.clear(&subject()).unwrap();
    lock(repository, 0);
    repository.clear(&subject()).unwrap();
    assert_eq!(repository.locked_until(&subject(), &POLICY, at(1)).unwrap(), None);
    assert_eq!(attempt(repository, 1), granted(1));
}

/// Subjects share nothing: neither clients of one purpose, nor purposes of one client.
pub fn subjects_do_not_share_tries(repository: &impl ThrottleRepository) {
    let others = [
        Subject::new(Purpose::Login, "client"),
        Subject::new(Purpose::AdminKey, "Client"),
        Subject::new(Purpose::AdminKey, "client "),
        Subject::new(Purpose::AdminKey, ""),
    ];
    lock(repository, 0);
    for other in &others {
        assert_eq!(repository.attempt(other, &POLICY, at(1)).unwrap(), granted(1), "{other:?}");
        repository.clear(other).unwrap();
    }
    assert_eq!(attempt(repository, 1), locked(500));
}

/// Asking for a lock counts nothing.
pub fn asking_for_a_lock_counts_nothing(repository: &impl ThrottleRepository) {
    let lock = |millis| repository.locked_until(&subject(), &POLICY, at(millis)).unwrap();
    assert_eq!(lock(0), None);
    assert_eq!(attempt(repository, 0), granted(1));
    assert_eq!(attempt(repository, 0), granted(2));
    assert_eq!(lock(0), None);
    assert_eq!(attempt(repository, 0), LAST);
    assert_eq!(lock(0), Some(at(500)));
    assert_eq!(lock(499), Some(at(500)));
    assert_eq!(lock(500), None);
}

/// What was written while the clock was far ahead does not count when it has been put right; what
/// a clock wrote that is a little ahead does.
pub fn a_clock_that_was_ahead_locks_nobody_for_long(repository: &impl ThrottleRepository) {
    let (ahead, other) = (86_400_000, Subject::new(Purpose::Login, "other"));
    lock(repository, ahead);
    repository.attempt(&other, &POLICY, at(ahead)).unwrap();
    let locked_until = |millis| repository.locked_until(&subject(), &POLICY, at(millis)).unwrap();
    assert_eq!(locked_until(ahead - 501), None);
    assert_eq!(locked_until(ahead - 500), Some(at(ahead + 500)));
    assert_eq!(attempt(repository, ahead - 500), locked(ahead + 500));
    assert_eq!(attempt(repository, 0), granted(1));
    assert_eq!(repository.attempt(&other, &POLICY, at(ahead - 1_000)).unwrap(), granted(2));
    assert_eq!(repository.attempt(&other, &POLICY, at(0)).unwrap(), granted(1));
}

/// Purging removes what no longer counts, says how much, and keeps the rest.
pub fn purging_keeps_what_still_counts(repository: &impl ThrottleRepository) {
    let other = Subject::new(Purpose::Login, "other");
    lock(repository, 0);
    assert_eq!(repository.attempt(&other, &POLICY, at(0)).unwrap(), granted(1));
    assert_eq!(repository.purge(at(499)).unwrap(), 0);
    assert_eq!(attempt(repository, 499), locked(500));
    assert_eq!(repository.purge(at(500)).unwrap(), 1);
    assert_eq!(repository.attempt(&other, &POLICY, at(999)).unwrap(), granted(2));
    assert_eq!(repository.purge(at(1_999)).unwrap(), 1);
    assert_eq!(repository.purge(at(1_999)).unwrap(), 0);
}

/// Of fifty parallel tries exactly as many as the limit are granted, each with its own number.
pub fn parallel_tries_never_exceed_the_limit(repository: &impl ThrottleRepository) {
    let attempts: Vec<Attempt> = thread::scope(|scope| {
        let threads: Vec<_> = (0..50).map(|_| scope.spawn(|| attempt(repository, 0))).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    for wanted in [granted(1), granted(2), LAST] {
        assert_eq!(attempts.iter().filter(|&&attempt| attempt == wanted).count(), 1);
    }
    assert_eq!(attempts.iter().filter(|&&attempt| attempt == locked(500)).count(), 47);
}

/// Parallel tries of many subjects are all counted.
pub fn parallel_tries_of_many_subjects_are_all_counted(repository: &impl ThrottleRepository) {
    let client = |number: u32| Subject::new(Purpose::Login, number.to_string());
    thread::scope(|scope| {
        for number in (0..20).flat_map(|number| [number, number]) {
            scope.spawn(move || repository.attempt(&client(number), &POLICY, at(0)).unwrap());
        }
    });
    for number in 0..20 {
        assert_eq!(repository.attempt(&client(number), &POLICY, at(0)).unwrap(), LAST);
    }
}

const LAST: Attempt = Attempt::Granted { number: POLICY.limit, last: true };

const fn granted(number: u32) -> Attempt {
    Attempt::Granted { number, last: false }
}

fn locked(millis: i64) -> Attempt {
    Attempt::Locked { until: at(millis) }
}

fn at(millis: i64) -> Timestamp {
    Timestamp::from_millis(1_790_000_000_000 + millis)
}

fn subject() -> Subject {
    Subject::new(Purpose::AdminKey, "client")
}

fn attempt(repository: &impl ThrottleRepository, millis: i64) -> Attempt {
    repository.attempt(&subject(), &POLICY, at(millis)).unwrap()
}

fn lock(repository: &impl ThrottleRepository, millis: i64) {
    let tries = [1, 2, 3].map(|_| attempt(repository, millis));
    assert_eq!(tries, [granted(1), granted(2), LAST]);
}
