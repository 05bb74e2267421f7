//! What can go wrong on either way.

use std::io;
use std::path::PathBuf;

use inkstone_vocab::Source;

use crate::error::MigrateError;

/// Why there is no copy. The database is untouched, and nothing half done is left.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum BackupError {
    /// There is nothing to copy.
    #[error("there is no database {path}")]
    NoDatabase {
        /// The database file.
        path: PathBuf,
    },
    /// The file to write is there already, or another process is writing it.
    #[error("{path} exists already")]
    Exists {
        /// The file.
        path: PathBuf,
    },
    /// The file cannot be written.
    #[error("cannot write {path}")]
    File {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// A database cannot be read or copied.
    #[error("cannot copy the database {path}")]
    Database {
        /// The file.
        path: PathBuf,
        /// What `SQLite` says.
        source: Source,
    },
    /// The copy has flaws, and so has the database.
    #[error("the database is damaged: {}", lines.join("; "))]
    Damaged {
        /// One line for each flaw.
        lines: Vec<String>,
    },
    /// The copy is readable, but not the same.
    #[error("the copy of table {table} has another number of rows")]
    Differs {
        /// The first such table.
        table: String,
    },
    /// The observer broke it off.
    #[error("broken off")]
    BrokenOff,
}

/// Why a backup was not restored. Unless it says otherwise, the database is as it was.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RestoreError {
    /// The backup is not there, or cannot be read.
    #[error("cannot read {path}")]
    Unreadable {
        /// The backup.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// The backup is the database itself.
    #[error("{path} is the database itself")]
    Same {
        /// The database file.
        path: PathBuf,
    },
    /// The file holds something else.
    #[error("{path} is no Inkstone database")]
    Foreign {
        /// The file.
        path: PathBuf,
    },
    /// The file holds an export, which has another way back.
    #[error("{path} is an export; import it with POST /admin/import/backup, or in the panel")]
    Export {
        /// The file.
        path: PathBuf,
    },
    /// The backup was made by a newer program.
    #[error(
        "{path} has migration {version}, which this version of Inkstone does not know; \
         restore it with a newer version"
    )]
    Newer {
        /// The backup.
        path: PathBuf,
        /// The newest migration it has and this program does not.
        version: String,
    },
    /// It cannot be told how new the backup is.
    #[error(transparent)]
    Migrations(#[from] MigrateError),
    /// The backup has flaws.
    #[error("{path} is damaged: {}", lines.join("; "))]
    Damaged {
        /// The backup.
        path: PathBuf,
        /// One line for each flaw.
        lines: Vec<String>,
    },
    /// Somebody works with the database.
    #[error("the database {path} is in use; stop the server first")]
    InUse {
        /// The database file.
        path: PathBuf,
    },
    /// The database that would be replaced cannot be kept.
    #[error("the present database cannot be kept aside")]
    Aside(#[source] BackupError),
    /// The present database, or what it shall become, cannot be read or written.
    #[error("cannot restore the database {path}")]
    Database {
        /// The file.
        path: PathBuf,
        /// What `SQLite` says.
        source: Source,
    },
    /// The file cannot be created, or moved aside.
    #[error("cannot write {path}")]
    File {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// The copying failed.
    #[error("restoring failed")]
    Copy(#[source] BackupError),
}
