//! Writing messages down.

use super::{LIMIT, all, at, mail, posted, settle, subjects, take, take_one, write};
use crate::{
    event::{Event, EventKind},
    message::{ChannelKind, Content, Entry, MessageState, NewMessage, Wish},
    repository::{OutboxRepository, Outcome, Overflow},
};

pub fn a_message_is_written_once(repository: &impl OutboxRepository) {
    assert_eq!(write(repository, &[], 0), 0);
    assert_eq!(write(repository, &[mail(1, "ada"), mail(1, "ada"), mail(1, "bob")], 5), 2);
    let again = NewMessage { wish: Wish::Skip("off".to_owned()), ..mail(1, "ada") };
    assert_eq!(write(repository, &[again.clone(), mail(2, "ada")], 6), 1);
    let leased = take_one_of(repository, "ada");
    assert!(settle(repository, &leased, "a", &Outcome::Sent, 8));
    assert_eq!(write(repository, &[mail(1, "ada"), again], 9), 0, "sent, but known");
    let found: Vec<_> = all(repository)
        .into_iter()
        .map(|entry| (entry.event.subject, entry.recipient, entry.created.millis(), entry.state))
        .collect();
    let expected = [
        (1, "ada".to_owned(), 5, MessageState::Sent),
        (1, "bob".to_owned(), 5, MessageState::Waiting),
        (2, "ada".to_owned(), 6, MessageState::Waiting),
    ];
    assert_eq!(found, expected);
}

fn take_one_of(repository: &impl OutboxRepository, recipient: &str) -> crate::Leased {
    let leased = take(repository, "a", 7);
    leased.into_iter().find(|message| message.recipient == recipient).expect("a message")
}

pub fn events_channels_and_recipients_differ(repository: &impl OutboxRepository) {
    let approved = Event { kind: EventKind::CommentApproved, subject: 1 };
    let messages = [
        mail(1, "ada"),
        mail(2, "ada"),
        mail(1, "Ada"),
        mail(1, ""),
        NewMessage { event: approved, ..mail(1, "ada") },
        NewMessage { channel: ChannelKind::Telegram, ..mail(1, "ada") },
    ];
    assert_eq!(write(repository, &messages, 0), 6);
    let entries = all(repository);
    for (message, entry) in messages.iter().zip(&entries) {
        assert_eq!(
            (message.event, message.channel, &message.recipient),
            (entry.event, entry.channel, &entry.recipient)
        );
    }
    assert!(entries.is_sorted_by(|one, other| one.id < other.id));
}

pub fn what_is_not_wanted_is_kept_and_never_sent(repository: &impl OutboxRepository) {
    let unwanted = NewMessage { wish: Wish::Skip("mail is off".to_owned()), ..mail(1, "") };
    assert_eq!(write(repository, &[unwanted], 3), 1);
    assert_eq!(take(repository, "a", 4), []);
    let entries = all(repository);
    let expected = Entry {
        id: entries[0].id,
        event: posted(1),
        channel: ChannelKind::Mail,
        recipient: String::new(),
        title: String::new(),
        state: MessageState::Skipped,
        attempts: 0,
        reason: Some("mail is off".to_owned()),
        created: at(3),
        next_attempt: None,
        finished: Some(at(3)),
    };
    assert_eq!(entries, [expected]);
    assert_eq!(repository.retry(Some(entries[0].id), at(5)).expect("retry"), 0);
    assert_eq!(repository.retry(None, at(5)).expect("retry"), 0);
}

pub fn beyond_the_limit_messages_are_given_up(repository: &impl OutboxRepository) {
    let limit = Overflow { max_waiting: 2, reason: "too many" };
    let unwanted = NewMessage { wish: Wish::Skip("off".to_owned()), ..mail(1, "") };
    let first = [unwanted, mail(2, "ada"), mail(2, "ada"), mail(3, "bob"), mail(4, "eve")];
    assert_eq!(repository.enqueue(&first, limit, at(0)).expect("enqueue"), 4);
    assert_eq!(repository.enqueue(&[mail(5, "ada")], limit, at(1)).expect("enqueue"), 1);
    let leased = take(repository, "a", 2);
    assert_eq!(subjects(&leased), [2, 3]);
    assert!(settle(repository, &leased[0], "a", &Outcome::Sent, 3));
    let more = [mail(6, "ada"), mail(7, "ada")];
    assert_eq!(repository.enqueue(&more, limit, at(4)).expect("enqueue"), 2);
    let found: Vec<_> = all(repository)
        .into_iter()
        .map(|entry| (entry.event.subject, entry.state, entry.reason, entry.finished))
        .collect();
    let too_many = Some("too many".to_owned());
    let expected = [
        (1, MessageState::Skipped, Some("off".to_owned()), Some(at(0))),
        (2, MessageState::Sent, None, Some(at(3))),
        (3, MessageState::Waiting, None, None),
        (4, MessageState::GivenUp, too_many.clone(), Some(at(0))),
        (5, MessageState::GivenUp, too_many.clone(), Some(at(1))),
        (6, MessageState::Waiting, None, None),
        (7, MessageState::GivenUp, too_many, Some(at(4))),
    ];
    assert_eq!(found, expected);
}

pub fn texts_are_kept_as_they_are(repository: &impl OutboxRepository) {
    let long = "<p>你好 'x' \"y\" \\ % ; -- ${a}</p>\r\n".repeat(2_000);
    for (subject, action) in [(1, None), (2, Some(long.clone()))] {
        let content = Content {
            title: " 新评论 👑 ".to_owned(),
            html: long.clone(),
            text: long.clone(),
            action,
        };
        let message =
            NewMessage { wish: Wish::Send(content.clone()), ..mail(subject, " Ä'; DROP\t") };
        assert_eq!(repository.enqueue(&[message], LIMIT, at(0)).expect("enqueue"), 1);
        let leased = take_one(repository, "a", subject);
        assert_eq!((leased.content.clone(), leased.recipient.as_str()), (content, " Ä'; DROP\t"));
        assert!(settle(repository, &leased, "a", &Outcome::Sent, subject));
    }
}
