#![doc = include_str!("../README.md")]

#[cfg(feature = "testing")]
pub mod contract;
mod document;
mod error;
pub mod front_matter;
mod index;
mod layout;
#[cfg(feature = "testing")]
mod memory;
mod path;
mod service;
mod source;

pub use document::Document;
pub use error::ContentError;
pub use front_matter::{DocumentDate, Head};
pub use layout::{Directory, Kind, Layout, Rules, layouts};
#[cfg(feature = "testing")]
pub use memory::MemorySource;
pub use path::{ContentPath, PathError};
pub use service::{Content, MAX_HISTORY, NewDocument, Note, Saved};
pub use source::{
    Base, Change, Changed, Changes, Commit, ContentSource, Delivery, Edit, Entry, File, Revision,
    SourceError, Version,
};
