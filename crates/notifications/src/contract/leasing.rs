//! Who may send which message, and for how long.

use super::{
    all, at, entry, failed, lease, mail, posted, refused, settle, subjects, take, take_one, write,
};
use crate::{
    message::{ChannelKind, Leased, MessageState, NewMessage, Wish},
    repository::{OutboxRepository, Outcome},
};

pub fn a_due_message_is_leased_whole(repository: &impl OutboxRepository) {
    assert_eq!(take(repository, "a", 0), []);
    let message = mail(7, "ada");
    write(repository, std::slice::from_ref(&message), 5);
    assert_eq!(take(repository, "a", 4), [], "written later");
    let leased = take_one(repository, "a", 5);
    let Wish::Send(content) = message.wish else { panic!("a message without words") };
    let expected = Leased {
        id: leased.id,
        event: posted(7),
        channel: ChannelKind::Mail,
        recipient: "ada".to_owned(),
        content,
        attempt: 1,
    };
    assert_eq!(leased, expected);
    let entry = entry(repository, leased.id);
    assert_eq!((entry.state, entry.attempts), (MessageState::Waiting, 1));
    assert_eq!((entry.created, entry.next_attempt, entry.finished), (at(5), Some(at(5)), None));
    assert_eq!(take(repository, "a", 6), [], "leased already, by the same");
}

pub fn a_lease_takes_what_has_been_due_longest(repository: &impl OutboxRepository) {
    write(repository, &[mail(1, "ada")], 0);
    let leased = take_one(repository, "a", 0);
    assert!(settle(repository, &leased, "a", &failed(9), 0));
    for (subject, recipient) in [(2, "bob"), (3, "eve"), (4, "joe")] {
        write(repository, &[mail(subject, recipient)], subject);
    }
    let some = |limit| repository.lease(&lease("a", 1_000), limit, at(10)).expect("lease");
    assert_eq!(subjects(&some(0)), [0; 0]);
    assert_eq!(subjects(&some(2)), [2, 3]);
    assert_eq!(subjects(&some(9)), [1, 4], "in the order of their numbers");
}

pub fn one_message_to_each_recipient_is_under_way(repository: &impl OutboxRepository) {
    let chat = NewMessage { channel: ChannelKind::Telegram, ..mail(3, "ada") };
    write(repository, &[mail(1, "ada"), mail(2, "ada"), chat, mail(4, "bob")], 0);
    let leased = take(repository, "a", 0);
    assert_eq!(subjects(&leased), [1, 3, 4]);
    assert_eq!(take(repository, "b", 0), []);
    assert!(settle(repository, &leased[1], "a", &Outcome::Sent, 1));
    assert_eq!(take(repository, "b", 1), [], "another channel has another order");
    assert!(settle(repository, &leased[0], "a", &Outcome::Sent, 1));
    assert_eq!(subjects(&take(repository, "b", 1)), [2]);
}

pub fn a_message_that_waits_holds_back_those_behind_it(repository: &impl OutboxRepository) {
    write(repository, &[mail(1, "ada"), mail(2, "ada"), mail(3, "bob")], 0);
    let leased = take(repository, "a", 0);
    assert!(settle(repository, &leased[0], "a", &failed(50), 1));
    write(repository, &[mail(4, "ada")], 2);
    assert_eq!(take(repository, "b", 49), [], "bob's is leased, ada's has to wait");
    for (now, subject) in [(50, 1), (51, 2), (52, 4)] {
        let leased = take_one(repository, "b", now);
        assert_eq!(leased.event.subject, subject);
        assert!(settle(repository, &leased, "b", &Outcome::Sent, now));
    }
}

pub fn what_is_given_up_holds_back_nobody(repository: &impl OutboxRepository) {
    write(repository, &[mail(1, "ada"), mail(2, "ada")], 0);
    let leased = take_one(repository, "a", 0);
    assert!(settle(repository, &leased, "a", &refused(), 1));
    let entry = entry(repository, leased.id);
    assert_eq!((entry.state, entry.attempts), (MessageState::GivenUp, 1));
    assert_eq!(entry.reason.as_deref(), Some("no such mailbox"));
    assert_eq!((entry.next_attempt, entry.finished), (None, Some(at(1))));
    assert_eq!(take_one(repository, "a", 1).event.subject, 2);
}

pub fn a_lease_that_has_run_out_is_taken_over(repository: &impl OutboxRepository) {
    write(repository, &[mail(1, "ada"), mail(2, "ada")], 0);
    let first = take_one(repository, "a", 0);
    assert_eq!(take(repository, "b", 999), []);
    let second = take_one(repository, "b", 1_000);
    assert_eq!(second, Leased { attempt: 2, ..first.clone() });
    assert!(!settle(repository, &first, "a", &Outcome::Sent, 1_001), "lost");
    assert!(!repository.renew(&lease("a", 9_000)).expect("renew"));
    assert_eq!(entry(repository, first.id).state, MessageState::Waiting);
    assert!(settle(repository, &second, "b", &Outcome::Sent, 1_002));
    assert_eq!(entry(repository, first.id).attempts, 2);
}

pub fn a_late_answer_counts_until_somebody_takes_over(repository: &impl OutboxRepository) {
    write(repository, &[mail(1, "ada")], 0);
    let leased = take_one(repository, "a", 0);
    assert!(settle(repository, &leased, "a", &Outcome::Sent, 5_000));
    assert_eq!(take(repository, "b", 5_001), []);
    assert_eq!(all(repository)[0].state, MessageState::Sent);
}

pub fn a_renewed_lease_lasts_longer(repository: &impl OutboxRepository) {
    assert!(!repository.renew(&lease("a", 10)).expect("renew"));
    write(repository, &[mail(1, "ada"), mail(2, "bob"), mail(3, "eve")], 0);
    let mine = repository.lease(&lease("a", 1_000), 2, at(0)).expect("lease");
    let theirs = take_one(repository, "b", 0);
    assert!(repository.renew(&lease("a", 3_000)).expect("renew"));
    let taken = take(repository, "c", 2_999);
    assert_eq!(taken, [Leased { attempt: 2, ..theirs }]);
    assert!(repository.renew(&lease("a", 6_000)).expect("renew"));
    assert_eq!(take(repository, "d", 3_500), []);
    for leased in &mine {
        assert!(settle(repository, leased, "a", &Outcome::Sent, 3_500));
    }
    assert!(!repository.renew(&lease("a", 9_000)).expect("renew"), "nothing is left to hold");
}
