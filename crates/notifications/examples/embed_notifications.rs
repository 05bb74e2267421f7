//! A program of its own that tells people of answers, and goes on when the other side is down.

#![expect(clippy::print_stdout, reason = "an example shows what it does")]

use std::cell::Cell;

use inkstone_notifications::{
    Channel, ChannelKind, DeliveryError, Event, EventKind, Lease, Leased, MemoryOutbox, NewMessage,
    Outbox, OutboxError, OutboxFilter, Overflow, RetryPolicy, Wish,
    compose::{Page, REPLY_TEMPLATE, ReplyMail, Said},
};
use inkstone_vocab::{PageRequest, Timestamp};

const LIMIT: Overflow<'_> = Overflow { max_waiting: 10_000, reason: "too many messages wait" };
const POLICY: RetryPolicy = RetryPolicy { attempts: 8, first_ms: 30_000, max_ms: 3_600_000 };

/// Prints mails, from the second on.
struct Printer {
    down: Cell<bool>,
}

impl Channel for Printer {
    fn deliver(&self, message: &Leased) -> Result<(), DeliveryError> {
        if self.down.take() {
            return Err(DeliveryError::temporary("connection refused"));
        }
        println!("To: {}\nSubject: {}\n", message.recipient, message.content.title);
        println!("{}", message.content.text);
        Ok(())
    }
}

fn main() -> Result<(), OutboxError> {
    let outbox = Outbox::new(MemoryOutbox::default());
    let mut now = Timestamp::from_millis(1_795_248_000_000);
    outbox.enqueue(&[answer()], LIMIT, now)?;

    let printer = Printer { down: Cell::new(true) };
    for round in 0..2 {
        let lease = Lease { name: format!("round {round}"), until: now.plus_millis(60_000) };
        for message in outbox.lease(&lease, 10, &POLICY, now)? {
            let result = printer.deliver(&message);
            let outcome =
                outbox.settle_delivery(&message, &lease.name, result, &POLICY, 0.5, now)?;
            println!("{outcome:?}");
        }
        now = now.plus_millis(60_000);
    }
    println!("{:#?}", outbox.list(&OutboxFilter::default(), PageRequest::new(1, 20))?);
    Ok(())
}

fn answer() -> NewMessage {
    let mail = ReplyMail {
        page: Page {
            title: Some("Hello"),
            slug: "/hello",
            url: Some("https://blog.example/hello"),
        },
        to_email: "ada@mail.example",
        to_name: "Ada",
        parent: Said { html: "<p>First!</p>", text: "First!" },
        author: "Bob",
        reply: Said { html: "<p>Second!</p>", text: "Second!" },
        unsubscribe: Some("https://blog.example/unsubscribe?token=abc"),
    };
    NewMessage {
        event: Event { kind: EventKind::CommentApproved, subject: 2 },
        channel: ChannelKind::Mail,
        recipient: mail.to_email.to_owned(),
        wish: Wish::Send(mail.compose(REPLY_TEMPLATE)),
    }
}
