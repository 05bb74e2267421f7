//! Memory obeys the contract; how messages are sent, and how comments are put into words.

#![expect(clippy::unwrap_used, reason = "steps shared by tests")]

mod mail;
mod service;
mod telegram;
mod template;

mod memory {
    use inkstone_notifications::MemoryOutbox;

    inkstone_notifications::outbox_repository_contract!(Box::new(MemoryOutbox::default()));
}
