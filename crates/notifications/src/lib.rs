#![doc = include_str!("../README.md")]

mod channel;
pub mod compose;
mod error;
mod event;
mod message;
mod repository;
mod retry;
mod service;
mod template;
mod words;

#[cfg(feature = "testing")]
pub mod contract;
#[cfg(feature = "testing")]
mod memory;

pub use channel::{Channel, DeliveryError};
pub use error::OutboxError;
pub use event::{Event, EventKind};
#[cfg(feature = "testing")]
pub use memory::MemoryOutbox;
pub use message::{ChannelKind, Content, Entry, Leased, MessageId, MessageState, NewMessage, Wish};
pub use repository::{Lease, OutboxFilter, OutboxRepository, Outcome, Overflow};
pub use retry::RetryPolicy;
pub use service::{MAX_REASON_CHARS, MAX_RECIPIENT_BYTES, Outbox};
pub use template::{Value, render};
