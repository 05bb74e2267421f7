//! (README follows)

mod channel;
mod event;
mod inbox;
#[cfg(feature = "testing")]
pub mod inbox_contract;
#[cfg(feature = "testing")]
mod inbox_memory;
mod message;
mod repository;

pub use channel::{Channel, DeliveryError};
pub use event::{Event, EventKind};
pub use inbox::{Inbox, InboxError, InboxRepository, Notice, NoticeTime};
#[cfg(feature = "testing")]
pub use inbox_memory::MemoryInbox;
pub use message::{ChannelKind, Content, Entry, Leased, MessageId, MessageState, NewMessage, Wish};
pub use repository::{Lease, OutboxFilter, OutboxRepository, Outcome, Overflow};
