//! Who is told of what, and what becomes of messages (contract cwd, 10 and 11; design, section 5).

mod crash;
mod mail;
mod outbox;
mod secrecy;
mod several;
pub(crate) mod support;
mod telegram;
mod unsubscribe;
