#![doc = include_str!("../README.md")]

#[cfg(feature = "testing")]
pub mod contract;
mod error;
mod excerpt;
mod id;
#[cfg(feature = "testing")]
mod memory;
mod repository;
mod service;
mod slice;
mod tags;
mod talk;
mod time;
mod transfer;
mod values;

pub use error::TalkError;
pub use excerpt::excerpt;
pub use id::TalkId;
#[cfg(feature = "testing")]
pub use memory::MemoryTalks;
pub use repository::{TalkPage, TalkRepository, Toggled};
pub use service::{TalkObserver, Talks};
pub use slice::slice;
pub use tags::Tags;
pub use talk::{Content, Edit, NewTalk, Summary, Talk};
pub use time::TalkTime;
pub use transfer::{
    ExportedTalk, Imported, ListedTalk, Planned, RecordId, StoredTalk, TalkRecord, TalkTransfer,
    identify, plan,
};
pub use values::Values;
