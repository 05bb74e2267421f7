//! The laws of [`OutboxRepository`]: one function each, for any implementation.
//!
//! [`outbox_repository_contract!`](crate::outbox_repository_contract) turns them into tests.

#![expect(missing_docs, reason = "the name of a law says it all")]
#![expect(clippy::expect_used, reason = "a law panics when it is broken")]

mod leasing;
mod parallel;
mod settling;
mod upkeep;
mod writing;

pub use leasing::*;
pub use parallel::*;
pub use settling::*;
pub use upkeep::*;
pub use writing::*;

use inkstone_vocab::{PageRequest, Timestamp};

use crate::{
    event::{Event, EventKind},
    message::{ChannelKind, Content, Entry, Leased, MessageId, NewMessage, Wish},
    repository::{Lease, OutboxFilter, OutboxRepository, Outcome, Overflow},
};

/// Makes a test of every law; takes an expression that gives a fresh repository, or something
/// that dereferences to one, and attributes for each test.
#[macro_export]
macro_rules! outbox_repository_contract {
    ($repository:expr $(, [$(#[$attribute:meta])*])?) => {
        $crate::outbox_repository_contract! {
            @laws $repository, [$($(#[$attribute])*)?];
            a_message_is_written_once
            events_channels_and_recipients_differ
            what_is_not_wanted_is_kept_and_never_sent
            beyond_the_limit_messages_are_given_up
            texts_are_kept_as_they_are
            a_due_message_is_leased_whole
            a_lease_takes_what_has_been_due_longest
            one_message_to_each_recipient_is_under_way
            a_message_that_waits_holds_back_those_behind_it
            what_is_given_up_holds_back_nobody
            a_lease_that_has_run_out_is_taken_over
            a_late_answer_counts_until_somebody_takes_over
            a_renewed_lease_lasts_longer
            what_was_sent_keeps_no_words
            what_failed_is_tried_again_when_it_is_time
            what_is_released_was_never_tried
            only_the_holder_settles
            the_given_up_are_retried_one_by_one
            the_given_up_are_retried_together
            a_retried_message_goes_before_younger_ones
            what_is_being_sent_is_not_retried
            a_waiting_message_is_retried_at_once
            old_messages_are_purged
            a_purged_message_may_be_written_again
            lists_are_filtered_and_cut
            unsubscribing_is_remembered
            parallel_workers_never_hold_the_same_message
            parallel_writers_write_a_message_once
            parallel_writing_and_sending_loses_nothing
        }
    };
    (@laws $repository:expr, $attributes:tt; $($law:ident)*) => {
        $($crate::outbox_repository_contract! { @law $repository, $attributes, $law })*
    };
    (@law $repository:expr, [$(#[$attribute:meta])*], $law:ident) => {
        #[test]
        $(#[$attribute])*
        fn $law() {
            $crate::contract::$law(&*$repository);
        }
    };
}

const LIMIT: Overflow<'_> = Overflow { max_waiting: 1_000, reason: "full" };

fn at(millis: i64) -> Timestamp {
    Timestamp::from_millis(millis)
}

fn posted(subject: i64) -> Event {
    Event { kind: EventKind::CommentPosted, subject }
}

fn mail(subject: i64, recipient: &str) -> NewMessage {
    NewMessage {
        event: posted(subject),
        channel: ChannelKind::Mail,
        recipient: recipient.to_owned(),
        wish: Wish::Send(Content {
            title: format!("title {subject}"),
            html: format!("<p>{subject}</p>"),
            text: subject.to_string(),
            action: Some("https://blog.example/unsubscribe".to_owned()),
        }),
    }
}

fn lease(name: &str, until: i64) -> Lease {
    Lease { name: name.to_owned(), until: at(until) }
}

fn failed(next: i64) -> Outcome {
    Outcome::Retry { reason: "busy".to_owned(), next: at(next) }
}

fn refused() -> Outcome {
    Outcome::GivenUp { reason: "no such mailbox".to_owned() }
}

fn write(repository: &impl OutboxRepository, messages: &[NewMessage], millis: i64) -> u64 {
    repository.enqueue(messages, LIMIT, at(millis)).expect("enqueue")
}

/// Leases what is due at `millis`, for 1 000 milliseconds.
fn take(repository: &impl OutboxRepository, name: &str, millis: i64) -> Vec<Leased> {
    repository.lease(&lease(name, millis + 1_000), 100, at(millis)).expect("lease")
}

/// As [`take`], of which there is one.
fn take_one(repository: &impl OutboxRepository, name: &str, millis: i64) -> Leased {
    let mut leased = take(repository, name, millis);
    assert_eq!(leased.len(), 1, "{leased:?}");
    leased.remove(0)
}

fn settle(
    repository: &impl OutboxRepository,
    leased: &Leased,
    name: &str,
    outcome: &Outcome,
    millis: i64,
) -> bool {
    repository.settle(leased.id, name, outcome, at(millis)).expect("settle")
}

fn subjects(leased: &[Leased]) -> Vec<i64> {
    leased.iter().map(|message| message.event.subject).collect()
}

/// All messages, oldest first.
fn all(repository: &impl OutboxRepository) -> Vec<Entry> {
    let (mut entries, total) =
        repository.list(&OutboxFilter::default(), PageRequest::new(1, 10_000)).expect("list");
    assert_eq!(total, entries.len() as u64);
    entries.reverse();
    entries
}

fn entry(repository: &impl OutboxRepository, id: MessageId) -> Entry {
    all(repository).into_iter().find(|entry| entry.id == id).expect("an entry")
}
