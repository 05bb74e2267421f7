#![doc = include_str!("../README.md")]

mod application;
#[cfg(feature = "testing")]
pub mod contract;
mod error;
mod friend;
#[cfg(feature = "testing")]
mod memory;
mod repository;
mod service;
mod text;
mod transfer;

pub use application::{Application, Applied, MAX_PENDING};
pub use error::{Field, FriendError};
pub use friend::{Edit, Friend, NewFriend, Profile, Status};
/// What names a friend: the second it was added in.
pub use inkstone_vocab::EpochName as FriendId;
#[cfg(feature = "testing")]
pub use memory::MemoryFriends;
pub use repository::FriendRepository;
pub use service::{FriendObserver, Friends};
pub use text::{Address, Text};
pub use transfer::{FriendTransfer, Imported, merge};
