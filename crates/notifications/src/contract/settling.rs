//! What becomes of attempts.

use super::{all, at, entry, failed, mail, refused, settle, take, take_one, write};
use crate::{
    message::{Leased, MessageId, MessageState},
    repository::{OutboxRepository, Outcome},
};

pub fn what_was_sent_keeps_no_words(repository: &impl OutboxRepository) {
    write(repository, &[mail(1, "ada")], 0);
    let leased = take_one(repository, "a", 0);
    assert!(settle(repository, &leased, "a", &failed(1), 1));
    let leased = take_one(repository, "a", 1);
    assert!(settle(repository, &leased, "a", &Outcome::Sent, 2));
    let entry = entry(repository, leased.id);
    assert_eq!((entry.state, entry.attempts, entry.reason), (MessageState::Sent, 2, None));
    assert_eq!((entry.next_attempt, entry.finished), (None, Some(at(2))));
    assert_eq!((entry.title.as_str(), entry.recipient.as_str()), ("title 1", "ada"));
    assert_eq!(take(repository, "a", 9_999), []);
    assert_eq!(repository.retry(Some(leased.id), at(9_999)).expect("retry"), 0);
    assert_eq!(repository.retry(None, at(9_999)).expect("retry"), 0);
}

pub fn what_failed_is_tried_again_when_it_is_time(repository: &impl OutboxRepository) {
    write(repository, &[mail(1, "ada")], 0);
    let first = take_one(repository, "a", 0);
    assert!(settle(repository, &first, "a", &failed(40), 3));
    let waiting = entry(repository, first.id);
    assert_eq!((waiting.state, waiting.attempts), (MessageState::Waiting, 1));
    assert_eq!(waiting.reason.as_deref(), Some("busy"));
    assert_eq!((waiting.next_attempt, waiting.finished), (Some(at(40)), None));
    assert_eq!(take(repository, "a", 39), []);
    let second = take_one(repository, "b", 40);
    assert_eq!(second, Leased { attempt: 2, ..first });
}

pub fn what_is_released_was_never_tried(repository: &impl OutboxRepository) {
    write(repository, &[mail(1, "ada"), mail(2, "ada")], 0);
    let leased = take_one(repository, "a", 0);
    assert!(settle(repository, &leased, "a", &failed(10), 1));
    let before = all(repository);
    let leased = take_one(repository, "a", 11);
    assert_eq!(leased.attempt, 2);
    assert!(settle(repository, &leased, "a", &Outcome::Released, 12));
    assert_eq!(all(repository), before);
    assert_eq!(take_one(repository, "b", 12), leased);
}

pub fn only_the_holder_settles(repository: &impl OutboxRepository) {
    write(repository, &[mail(1, "ada"), mail(2, "bob")], 0);
    let leased = repository.lease(&super::lease("a", 1_000), 1, at(0)).expect("lease").remove(0);
    let before = all(repository);
    let other = before.iter().find(|entry| entry.id != leased.id).expect("another").id;
    let missing = MessageId::new(i64::MAX).expect("a number");
    for outcome in [Outcome::Sent, failed(1), refused(), Outcome::Released] {
        for (id, name) in [(leased.id, "b"), (leased.id, ""), (other, "a"), (missing, "a")] {
            assert!(!repository.settle(id, name, &outcome, at(1)).expect("settle"));
        }
    }
    assert_eq!(all(repository), before);
    assert!(settle(repository, &leased, "a", &Outcome::Sent, 2));
    for outcome in [Outcome::Sent, failed(1), refused(), Outcome::Released] {
        assert!(!settle(repository, &leased, "a", &outcome, 3), "settled already");
    }
    assert_eq!(entry(repository, leased.id).finished, Some(at(2)));
}
