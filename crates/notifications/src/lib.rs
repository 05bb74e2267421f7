#![doc = include_str!("../README.md")]

mod channel;
pub mod compose;
#[cfg(feature = "testing")]
pub mod contract;
mod error;
mod event;
mod inbox;
#[cfg(feature = "testing")]
pub mod inbox_contract;
#[cfg(feature = "testing")]
mod inbox_memory;
#[cfg(feature = "testing")]
mod memory;
mod message;
mod repository;
mod retry;
mod service;
mod template;
mod words;

pub use channel::{Channel, DeliveryError};
pub use error::OutboxError;
pub use event::{Event, EventKind};
pub use inbox::{Inbox, InboxError, InboxRepository, Notice, NoticeNews, NoticeTime};
#[cfg(feature = "testing")]
pub use inbox_memory::MemoryInbox;
#[cfg(feature = "testing")]
pub use memory::MemoryOutbox;
pub use message::{ChannelKind, Content, Entry, Leased, MessageId, MessageState, NewMessage, Wish};
pub use repository::{Lease, OutboxFilter, OutboxRepository, Outcome, Overflow};
pub use retry::RetryPolicy;
pub use service::{MAX_REASON_CHARS, MAX_RECIPIENT_BYTES, Outbox};
pub use template::{Value, render};
