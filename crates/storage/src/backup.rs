//! Copies of a `SQLite` database, and their way back.
//!
//! Both directions use `SQLite`'s online backup, which copies pages. A copy is made while others
//! write: a read transaction pins the moment of which it is, so that writers neither wait nor make
//! it start again.

mod copying;
mod error;
mod restoring;

use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::path::Path;

pub use error::{BackupError, RestoreError};
pub use restoring::{Restored, restore};

/// How far the copying is, in pages of the database.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// Pages that are copied.
    pub copied: u64,
    /// Pages there are.
    pub pages: u64,
}

/// Hears how far the copying is, and may break it off: then nothing is left of it.
pub type Observer<'a> = dyn FnMut(Progress) -> ControlFlow<()> + 'a;

/// The number of rows in each table.
pub type Rows = BTreeMap<String, u64>;

/// A copy that was made and verified.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Backup {
    /// Its size.
    pub bytes: u64,
    /// What is in it.
    pub rows: Rows,
}

/// Copies the `SQLite` file `database` to the new file `file`, readable by its owner only.
///
/// It may be in use, by this process or others: the copy holds everything that was acknowledged
/// before the call. `file` appears when the copy has been read again, is intact and has as many
/// rows as the original had at that moment; until then its name ends in `.part`.
pub fn back_up(
    database: &Path,
    file: &Path,
    observe: &mut Observer<'_>,
) -> Result<Backup, BackupError> {
    if !database.exists() {
        return Err(BackupError::NoDatabase { path: database.to_owned() });
    }
    let failed = |error| copying::database_error(database, error);
    let snapshot = copying::pinned(database).map_err(failed)?;
    let rows = copying::rows(&snapshot).map_err(failed)?;
    let bytes = copying::to_file(&snapshot, file, Some(&rows), observe)?;
    Ok(Backup { bytes, rows })
}
