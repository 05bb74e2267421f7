//! Every Inkstone repository, over `SQLite` or `PostgreSQL`.
//!
//! ```
//! use inkstone_storage::{DatabaseUrl, Store, StoreSettings};
//! use inkstone_vocab::Timestamp;
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let directory = tempfile::tempdir()?;
//! let file = directory.path().join("inkstone.db");
//! let url = DatabaseUrl::parse(&format!("sqlite://{}", file.display()))?;
//!
//! let store = Store::open(&url, &StoreSettings::default())?;
//! store.migrate(Timestamp::from_millis(1_795_248_000_000))?;
//! store.check()?;
//! # Ok(())
//! # }
//! ```
//!
//! **Invariant.** Nothing of diesel appears in the public interface. A repository method is one
//! transaction; what it has answered is durable. Every statement is written once for both
//! backends, and every rule that must never break is a constraint of the schema.
//!
//! **Speed.** Build with `LIBSQLITE3_FLAGS=-DSQLITE_ENABLE_QPSG` in the environment, as the
//! `.cargo/config.toml` of this repository does: `SQLite` then plans a statement once, and not again
//! whenever its `LIMIT` is bound.

// The fixtures of the integration tests serve the unit tests as well, under the crate's own name.
#[cfg(test)]
extern crate self as inkstone_storage;

mod accounts;
pub mod backup;
mod comments;
mod connection;
mod error;
mod fields;
mod friends;
mod images;
mod inbox;
mod lock;
mod metrics;
mod migrate;
mod outbox;
mod peers;
mod pool;
pub mod qexo;
mod readmore;
mod restore;
mod schema;
mod settings;
mod stats;
mod store;
mod talks;
mod url;
mod writer;

pub use error::{MigrateError, OpenError};
pub use lock::Lock;
pub use migrate::Migration;
pub use peers::{MAX_PEER_MESSAGE, PeerLink};
pub use store::{Store, StoreSettings};
pub use url::{Backend, DatabaseUrl, DatabaseUrlError};
