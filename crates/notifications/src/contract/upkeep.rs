//! What the owner sees and does, and what is forgotten.

use inkstone_vocab::PageRequest;

use super::{
    all, at, entry, failed, mail, posted, refused, settle, subjects, take, take_one, write,
};
use crate::{
    event::{Event, EventKind},
    message::{ChannelKind, MessageId, MessageState, NewMessage, Wish},
    repository::{OutboxFilter, OutboxRepository, Outcome},
};

pub fn the_given_up_are_retried_one_by_one(repository: &impl OutboxRepository) {
    write(repository, &[mail(1, "ada"), mail(2, "bob")], 0);
    let leased = take(repository, "a", 0);
    for leased in &leased {
        assert!(settle(repository, leased, "a", &refused(), 1));
    }
    let retry = |id| repository.retry(Some(id), at(10)).expect("retry");
    assert_eq!(retry(MessageId::new(i64::MAX).expect("a number")), 0);
    assert_eq!(retry(leased[1].id), 1);
    let waiting = entry(repository, leased[1].id);
    assert_eq!((waiting.state, waiting.attempts), (MessageState::Waiting, 0));
    assert_eq!((waiting.next_attempt, waiting.finished), (Some(at(10)), None));
    assert_eq!(take(repository, "a", 9), []);
    assert_eq!(take(repository, "a", 10), [leased[1].clone()], "with its words, attempt 1 again");
    assert_eq!(entry(repository, leased[0].id).state, MessageState::GivenUp);
}

pub fn the_given_up_are_retried_together(repository: &impl OutboxRepository) {
    let messages = [mail(1, "ada"), mail(2, "ada"), mail(3, "bob"), mail(4, "eve")];
    write(repository, &messages, 0);
    for now in [0, 1] {
        for leased in take(repository, "a", now) {
            let outcome = if leased.event.subject == 4 { failed(9_999) } else { refused() };
            assert!(settle(repository, &leased, "a", &outcome, now));
        }
    }
    assert_eq!(repository.retry(None, at(10)).expect("retry"), 3);
    assert_eq!(repository.retry(None, at(10)).expect("retry"), 0);
    let leased = take(repository, "a", 10);
    assert_eq!(subjects(&leased), [1, 3], "what waits for its time goes on waiting");
    assert!(settle(repository, &leased[0], "a", &Outcome::Sent, 11));
    assert_eq!(subjects(&take(repository, "a", 11)), [2]);
}

pub fn a_retried_message_goes_before_younger_ones(repository: &impl OutboxRepository) {
    write(repository, &[mail(1, "ada"), mail(2, "ada"), mail(3, "ada")], 0);
    let old = take_one(repository, "a", 0);
    assert!(settle(repository, &old, "a", &refused(), 1));
    let young = take_one(repository, "a", 2);
    assert_eq!(repository.retry(Some(old.id), at(3)).expect("retry"), 1);
    assert_eq!(take(repository, "b", 4), [], "another to the same recipient is being sent");
    let taken_over = take_one(repository, "b", 1_002);
    assert_eq!(taken_over.id, old.id);
    assert!(!settle(repository, &young, "a", &Outcome::Sent, 1_003), "taken over");
    assert!(settle(repository, &taken_over, "b", &Outcome::Sent, 1_004));
    for subject in [2, 3] {
        let leased = take_one(repository, "b", 1_005);
        assert_eq!(leased.event.subject, subject);
        assert!(settle(repository, &leased, "b", &Outcome::Sent, 1_005));
    }
}

pub fn what_is_being_sent_is_not_retried(repository: &impl OutboxRepository) {
    write(repository, &[mail(1, "ada")], 0);
    let leased = take_one(repository, "a", 0);
    let before = all(repository);
    assert_eq!(repository.retry(Some(leased.id), at(999)).expect("retry"), 0);
    assert_eq!(all(repository), before);
    assert_eq!(take(repository, "b", 999), []);
    assert_eq!(repository.retry(Some(leased.id), at(1_000)).expect("retry"), 1, "it ran out");
    assert!(!settle(repository, &leased, "a", &Outcome::Released, 1_001), "lost");
    assert_eq!(take(repository, "b", 1_001), [leased], "attempt 1 again");
}

pub fn a_waiting_message_is_retried_at_once(repository: &impl OutboxRepository) {
    write(repository, &[mail(1, "ada"), mail(2, "ada")], 0);
    let leased = take_one(repository, "a", 0);
    assert!(settle(repository, &leased, "a", &failed(5_000), 1));
    assert_eq!(repository.retry(None, at(2)).expect("retry"), 0, "it is not given up");
    assert_eq!(take(repository, "a", 2), []);
    assert_eq!(repository.retry(Some(leased.id), at(3)).expect("retry"), 1);
    assert_eq!(take(repository, "a", 3), [leased]);
}

pub fn old_messages_are_purged(repository: &impl OutboxRepository) {
    let unwanted = NewMessage { wish: Wish::Skip("off".to_owned()), ..mail(1, "") };
    write(repository, &[unwanted, mail(2, "ada"), mail(3, "bob"), mail(4, "eve")], 0);
    let leased = take(repository, "a", 0);
    assert!(settle(repository, &leased[0], "a", &Outcome::Sent, 10));
    assert!(settle(repository, &leased[1], "a", &refused(), 11));
    assert!(settle(repository, &leased[2], "a", &failed(20), 12));
    let purge = |before| repository.purge(at(before)).expect("purge");
    assert_eq!((purge(0), purge(1), purge(10)), (0, 1, 0));
    assert_eq!((purge(11), purge(9_999)), (1, 1));
    let left: Vec<_> = all(repository).into_iter().map(|entry| entry.id).collect();
    assert_eq!(left, [leased[2].id], "what waits is kept");
    assert_eq!(take_one(repository, "a", 20).id, leased[2].id);
}

pub fn a_purged_message_may_be_written_again(repository: &impl OutboxRepository) {
    write(repository, &[mail(1, "ada")], 0);
    let leased = take_one(repository, "a", 0);
    assert!(settle(repository, &leased, "a", &Outcome::Sent, 0));
    assert_eq!(repository.purge(at(1)).expect("purge"), 1);
    assert_eq!(write(repository, &[mail(1, "ada")], 2), 1);
    assert!(take_one(repository, "a", 2).id > leased.id, "numbers are never used again");
}

pub fn lists_are_filtered_and_cut(repository: &impl OutboxRepository) {
    let approved = Event { kind: EventKind::CommentApproved, subject: 1 };
    let messages = [
        mail(1, "ada"),
        NewMessage { event: approved, ..mail(0, "ada") },
        NewMessage { channel: ChannelKind::Telegram, ..mail(1, "chat") },
        mail(2, "bob"),
        NewMessage { wish: Wish::Skip("off".to_owned()), ..mail(3, "") },
    ];
    write(repository, &messages, 0);
    let numbers: Vec<MessageId> = all(repository).into_iter().map(|entry| entry.id).collect();
    let list = |filter: OutboxFilter, number, size| {
        let (entries, total) =
            repository.list(&filter, PageRequest::new(number, size)).expect("list");
        let places = entries.iter().map(|entry| numbers.iter().position(|id| *id == entry.id));
        (places.map(|place| place.expect("known")).collect::<Vec<_>>(), total)
    };
    let any = OutboxFilter::default;
    assert_eq!(list(any(), 1, 2), (vec![4, 3], 5));
    assert_eq!(list(any(), 3, 2), (vec![0], 5));
    assert_eq!(list(any(), 4, 2), (vec![], 5));
    assert_eq!(list(any(), u32::MAX, u32::MAX), (vec![], 5));
    let (mails, chats) = (Some(ChannelKind::Mail), Some(ChannelKind::Telegram));
    assert_eq!(list(OutboxFilter { channel: mails, ..any() }, 1, 9), (vec![4, 3, 1, 0], 4));
    assert_eq!(list(OutboxFilter { channel: chats, ..any() }, 1, 9), (vec![2], 1));
    let about = |event: Event| OutboxFilter {
        kind: Some(event.kind),
        subject: Some(event.subject),
        ..any()
    };
    assert_eq!(list(about(posted(1)), 1, 9), (vec![2, 0], 2));
    assert_eq!(list(about(posted(1)), 2, 1), (vec![0], 2));
    assert_eq!(list(about(approved), 1, 9), (vec![1], 1));
    assert_eq!(list(about(posted(9)), 1, 9), (vec![], 0));
    let kind = OutboxFilter { kind: Some(approved.kind), ..any() };
    assert_eq!(list(kind, 1, 9), (vec![1], 1));
    let to = |name: &str| OutboxFilter { recipient: Some(name.to_owned()), ..any() };
    assert_eq!(list(to("ada"), 1, 9), (vec![1, 0], 2));
    assert_eq!(list(to(""), 1, 9), (vec![4], 1));
    assert_eq!(list(to("ad%"), 1, 9), (vec![], 0));
    let skipped = OutboxFilter { state: Some(MessageState::Skipped), ..any() };
    assert_eq!(list(skipped.clone(), 1, 9), (vec![4], 1));
    assert_eq!(list(OutboxFilter { channel: chats, ..skipped }, 1, 9), (vec![], 0));
    let waiting = OutboxFilter { state: Some(MessageState::Waiting), ..to("ada") };
    assert_eq!(list(waiting, 1, 1), (vec![1], 2));
}

pub fn unsubscribing_is_remembered(repository: &impl OutboxRepository) {
    let is = |key| repository.is_unsubscribed(key).expect("known");
    let set = |key, unsubscribed| {
        repository.set_unsubscribed(key, unsubscribed, at(1)).expect("set");
    };
    assert!(!is("ada"));
    set("ada", true);
    set("ada", true);
    set("bob", false);
    assert_eq!((is("ada"), is("bob"), is("Ada"), is("")), (true, false, false, false));
    set("ada", false);
    set("ada", false);
    assert!(!is("ada"));
}
