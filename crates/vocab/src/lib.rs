//! The words every Inkstone crate shares.
//!
//! A page is named in many ways by its readers' browsers; [`PageSlug`] gives all of them one key:
//!
//! ```
//! use inkstone_vocab::{PageSlug, SiteId, Timestamp};
//!
//! let as_address = PageSlug::parse("https://blog.example/hello/").unwrap();
//! let as_path = PageSlug::parse("/hello").unwrap();
//! assert_eq!(as_address.path(), Some(as_path.key()));
//!
//! assert_eq!(SiteId::parse("default"), Some(SiteId::unnamed()));
//! assert_eq!(Timestamp::from_millis(0).to_string(), "1970-01-01T00:00:00Z");
//! ```
//!
//! **Invariant.** No I/O, no clock, no framework: values, their shapes, and how failures present
//! themselves ([`Fault`]).

mod epoch_name;
mod fault;
mod import;
mod lookup;
mod page;
mod site;
mod text;
mod time;
mod visitor;

pub use epoch_name::{EpochName, ImportCounts, Named, merge_named};
pub use fault::{Fault, FaultKind, RepositoryError, Source};
pub use import::{ImportMode, ImportTally};
pub use lookup::{PageIdentity, PageLookup};
pub use page::PageRequest;
pub use site::{PageSlug, SiteId, bounded_key};
pub use text::{EmailAddress, WebUrl};
pub use time::{Day, Timestamp};
pub use visitor::VisitorId;
