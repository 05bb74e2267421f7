//! The rules of the service, over memory.

use std::sync::Arc;

use inkstone_notifications::{
    ChannelKind, Content, DeliveryError, Entry, Event, EventKind, Lease, Leased, MAX_REASON_CHARS,
    MAX_RECIPIENT_BYTES, MemoryOutbox, MessageState, NewMessage, Outbox, OutboxError, OutboxFilter,
    OutboxRepository, Outcome, Overflow, RetryPolicy, Wish,
};
use inkstone_vocab::{Fault as _, FaultKind, PageRequest, Timestamp};

const LIMIT: Overflow<'_> = Overflow { max_waiting: 100, reason: "full" };
const POLICY: RetryPolicy = RetryPolicy { attempts: 3, first_ms: 1_000, max_ms: 60_000 };

fn outbox() -> Outbox<MemoryOutbox> {
    Outbox::new(MemoryOutbox::default())
}

fn at(millis: i64) -> Timestamp {
    Timestamp::from_millis(millis)
}

fn mail(recipient: &str) -> NewMessage {
    NewMessage {
        event: Event { kind: EventKind::CommentPosted, subject: 1 },
        channel: ChannelKind::Mail,
        recipient: recipient.to_owned(),
        wish: Wish::Send(Content { title: "title".to_owned(), ..Content::default() }),
    }
}

/// Leases what is due, for 100 milliseconds.
fn take(outbox: &Outbox<impl OutboxRepository>, millis: i64) -> Vec<Leased> {
    let lease = Lease { name: "a".to_owned(), until: at(millis + 100) };
    outbox.lease(&lease, 10, &POLICY, at(millis)).unwrap()
}

fn settle(
    outbox: &Outbox<MemoryOutbox>,
    message: &Leased,
    result: Result<(), DeliveryError>,
    millis: i64,
) -> Option<Outcome> {
    outbox.settle_delivery(message, "a", result, &POLICY, 1.0, at(millis)).unwrap()
}

fn entries(outbox: &Outbox<MemoryOutbox>) -> Vec<Entry> {
    outbox.list(&OutboxFilter::default(), PageRequest::new(1, 100)).unwrap().0
}

#[test]
fn a_message_is_tried_until_it_is_given_up() {
    let outbox = outbox();
    outbox.enqueue(&[mail("ada")], LIMIT, at(0)).unwrap();
    for (now, next) in [(0, 1_005), (1_005, 3_010)] {
        let message = take(&outbox, now).remove(0);
        let outcome = settle(&outbox, &message, Err(DeliveryError::temporary("down")), now + 5);
        assert_eq!(outcome, Some(Outcome::Retry { reason: "down".to_owned(), next: at(next) }));
        assert_eq!(take(&outbox, next - 1), []);
    }
    let message = take(&outbox, 3_010).remove(0);
    assert_eq!(message.attempt, 3);
    let outcome = settle(&outbox, &message, Err(DeliveryError::temporary("still down")), 3_011);
    assert_eq!(outcome, Some(Outcome::GivenUp { reason: "still down".to_owned() }));
    assert_eq!(take(&outbox, i64::MAX - 100), []);

    outbox.retry(message.id, at(5_000)).unwrap();
    let again = take(&outbox, 5_000).remove(0);
    assert_eq!((again.id, again.attempt), (message.id, 1));
    assert_eq!(settle(&outbox, &again, Ok(()), 5_001), Some(Outcome::Sent));
    assert_eq!(entries(&outbox)[0].state, MessageState::Sent);
}

#[test]
fn a_refusal_is_final() {
    let outbox = outbox();
    outbox.enqueue(&[mail("ada")], LIMIT, at(0)).unwrap();
    let message = take(&outbox, 0).remove(0);
    let refusal = DeliveryError::permanent("550 no such\r\nmailbox ".to_owned() + &"x".repeat(900));
    settle(&outbox, &message, Err(refusal), 1).unwrap();
    let entry = entries(&outbox).remove(0);
    assert_eq!((entry.state, entry.attempts), (MessageState::GivenUp, 1));
    let reason = entry.reason.unwrap();
    assert!(reason.starts_with("550 no such mailbox xxx") && reason.ends_with('…'), "{reason}");
    assert_eq!(reason.chars().count(), MAX_REASON_CHARS);
    assert_eq!(outbox.retry_all(at(2)).unwrap(), 1);
}

#[test]
fn the_other_side_is_left_alone_when_it_asks() {
    let outbox = outbox();
    outbox.enqueue(&[mail("ada")], LIMIT, at(0)).unwrap();
    let message = take(&outbox, 0).remove(0);
    let busy = DeliveryError::Temporary { reason: "429".into(), retry_after_ms: Some(7_000) };
    settle(&outbox, &message, Err(busy), 1).unwrap();
    assert_eq!(entries(&outbox)[0].next_attempt, Some(at(7_001)));
}

#[test]
fn a_message_that_brings_down_its_senders_is_given_up() {
    let outbox = outbox();
    outbox.enqueue(&[mail("ada"), mail("bob")], LIMIT, at(0)).unwrap();
    for (round, attempt) in [(0, 1), (1, 2), (2, 3)] {
        let leased = take(&outbox, round * 200);
        let ada = leased.iter().find(|message| message.recipient == "ada").unwrap();
        assert_eq!(ada.attempt, attempt);
        for bob in leased.iter().filter(|message| message.recipient == "bob") {
            settle(&outbox, bob, Ok(()), 0).unwrap();
        }
    }
    assert_eq!(take(&outbox, 600), []);
    let ada = entries(&outbox).into_iter().find(|entry| entry.recipient == "ada").unwrap();
    assert_eq!(ada.state, MessageState::GivenUp);
    assert_eq!(ada.reason.as_deref(), Some("no attempt is left, and the last one came to no end"));
    outbox.retry(ada.id, at(700)).unwrap();
    assert_eq!(take(&outbox, 700)[0].attempt, 1);
}

#[test]
fn a_lost_lease_changes_nothing() {
    let outbox = outbox();
    outbox.enqueue(&[mail("ada")], LIMIT, at(0)).unwrap();
    let message = take(&outbox, 0).remove(0);
    let other = Lease { name: "b".to_owned(), until: at(900) };
    assert_eq!(outbox.lease(&other, 1, &POLICY, at(100)).unwrap().len(), 1);
    assert_eq!(settle(&outbox, &message, Ok(()), 101), None);
    assert!(!outbox.release(&message, "a", at(101)).unwrap());
    assert!(outbox.renew(&other).unwrap());
    assert!(outbox.release(&message, "b", at(102)).unwrap());
    assert!(!outbox.renew(&other).unwrap());
    assert_eq!(entries(&outbox)[0].attempts, 1, "the first one counts");
}

#[test]
fn who_is_no_recipient_is_skipped() {
    let outbox = outbox();
    let long = "é".repeat(MAX_RECIPIENT_BYTES);
    let hostile = "ada@x.io\r\nBcc: eve@x.io";
    let messages = [mail("ada@x.io"), mail(hostile), mail(&long)];
    assert_eq!(outbox.enqueue(&messages, LIMIT, at(0)).unwrap(), 3);
    assert_eq!(outbox.enqueue(&messages, LIMIT, at(0)).unwrap(), 0);
    let leased = take(&outbox, 0);
    assert_eq!(leased.len(), 1);
    assert_eq!(leased[0].recipient, "ada@x.io");
    let skipped = &entries(&outbox)[..2];
    assert_eq!(skipped[0].recipient, "é".repeat(MAX_RECIPIENT_BYTES / 2));
    assert_eq!(skipped[1].recipient, "ada@x.io  Bcc: eve@x.io");
    for entry in skipped {
        assert_eq!(entry.state, MessageState::Skipped);
        assert_eq!(entry.reason.as_deref(), Some("recipient is no address"));
    }
}

#[test]
fn words_are_stored_without_nul() {
    let outbox = outbox();
    let text = "a\0b".to_owned();
    let content =
        Content { title: text.clone(), html: text.clone(), text: text.clone(), action: Some(text) };
    let skipped = NewMessage { wish: Wish::Skip("off\0\n".to_owned()), ..mail("bob") };
    let message = NewMessage { wish: Wish::Send(content), ..mail("ada") };
    outbox.enqueue(&[message, skipped], LIMIT, at(0)).unwrap();
    let Content { title, html, text, action } = take(&outbox, 0).remove(0).content;
    assert_eq!([title, html, text, action.unwrap()], ["ab"; 4]);
    assert_eq!(entries(&outbox)[0].reason.as_deref(), Some("off"));
}

#[test]
fn what_cannot_be_tried_again_is_an_error() {
    let outbox = outbox();
    outbox.enqueue(&[mail("ada")], LIMIT, at(0)).unwrap();
    let message = take(&outbox, 0).remove(0);
    settle(&outbox, &message, Ok(()), 1).unwrap();
    let error = outbox.retry(message.id, at(2)).unwrap_err();
    assert!(matches!(error, OutboxError::NotRetriable));
    assert_eq!((error.kind(), error.code()), (FaultKind::Conflict, "message_not_retriable"));
    assert_eq!(outbox.purge(at(2)).unwrap(), 1);
}

#[test]
fn a_trait_object_is_a_repository() {
    let repository: Arc<dyn OutboxRepository> = Arc::new(MemoryOutbox::default());
    let outbox = Outbox::new(Arc::clone(&repository));
    outbox.set_unsubscribed("ada", true, at(0)).unwrap();
    assert!(repository.is_unsubscribed("ada").unwrap());
    outbox.set_unsubscribed("ada", false, at(0)).unwrap();
    assert!(!outbox.is_unsubscribed("ada").unwrap());
    outbox.enqueue(&[mail("ada")], LIMIT, at(0)).unwrap();
    assert_eq!(take(&outbox, 0).len(), 1);
}
