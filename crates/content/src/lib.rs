#![doc = include_str!("../README.md")]

mod path;
mod source;

pub use path::{ContentPath, PathError};
pub use source::{
    Base, Change, Changed, Changes, Commit, ContentSource, Delivery, Edit, Entry, File, Revision,
    SourceError, Version,
};
