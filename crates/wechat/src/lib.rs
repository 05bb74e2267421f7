#![doc = include_str!("../README.md")]

mod account;
mod envelope;
mod message;
mod query;
mod refusal;
mod reply;
mod seen;
mod signature;
#[cfg(feature = "testing")]
pub mod testing;
mod xml;

pub use account::{Account, AccountConfig, ConfigError, EncryptionConfig};
pub use message::{Delivery, Message, MessageKey, OpenId};
pub use query::Query;
pub use refusal::Refusal;
pub use seen::Seen;

/// The most bytes that a body may have; see [`Refusal::TooLarge`].
pub const MAX_BODY_BYTES: usize = 64 * 1024;
