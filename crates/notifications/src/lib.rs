//! (README follows)

mod channel;
mod event;
mod message;
mod repository;

pub use channel::{Channel, DeliveryError};
pub use event::{Event, EventKind};
pub use message::{ChannelKind, Content, Entry, Leased, MessageId, MessageState, NewMessage, Wish};
pub use repository::{Lease, OutboxFilter, OutboxRepository, Outcome, Overflow};
