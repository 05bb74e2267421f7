#![doc = include_str!("../README.md")]

mod channel;
mod event;
mod message;
mod repository;

#[cfg(feature = "testing")]
pub mod contract;
#[cfg(feature = "testing")]
mod memory;

pub use channel::{Channel, DeliveryError};
pub use event::{Event, EventKind};
#[cfg(feature = "testing")]
pub use memory::MemoryOutbox;
pub use message::{ChannelKind, Content, Entry, Leased, MessageId, MessageState, NewMessage, Wish};
pub use repository::{Lease, OutboxFilter, OutboxRepository, Outcome, Overflow};
