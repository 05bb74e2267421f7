#![doc = include_str!("../README.md")]

#[cfg(feature = "testing")]
pub mod contract;
#[cfg(feature = "testing")]
mod memory;
mod path;
mod source;

#[cfg(feature = "testing")]
pub use memory::MemorySource;
pub use path::{ContentPath, PathError};
pub use source::{
    Base, Change, Changed, Changes, Commit, ContentSource, Delivery, Edit, Entry, File, Revision,
    SourceError, Version,
};
