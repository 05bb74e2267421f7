//! What can go wrong, and the only place that looks into diesel's errors.

use std::any::Any;
use std::io;
use std::path::PathBuf;

use diesel::result::{DatabaseErrorKind, Error};
use inkstone_vocab::{RepositoryError, Source};

use crate::metrics::count_error;
use crate::url::DatabaseUrl;

/// Why a [`Store`](crate::Store) could not be opened.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum OpenError {
    /// The directory of the database file cannot be created.
    #[error("directory {path} cannot be created")]
    Directory {
        /// The directory.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// The database file cannot be created, read or written.
    #[error("database file {path} cannot be opened for reading and writing")]
    File {
        /// The database file.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// The database refuses the connection: wrong password, no such server, not a database file.
    #[error("cannot connect to {url}")]
    Connect {
        /// The address; it shows no password.
        url: DatabaseUrl,
        /// What the database says.
        source: Source,
    },
    /// The writer thread cannot be started.
    #[error("writer thread cannot be started")]
    Thread(#[source] io::Error),
}

/// Why the database could not be brought up to date. It is as it was before.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum MigrateError {
    /// The database has been used by a newer program.
    #[error(
        "database has migration {version}, which this version of Inkstone does not know; \
         start a newer version, or restore the backup made before the upgrade"
    )]
    Newer {
        /// The newest migration the database has and this program does not.
        version: String,
    },
    /// The backup that comes before every migration failed.
    #[error("backup {path} cannot be written")]
    Backup {
        /// The backup file.
        path: PathBuf,
        /// What the system or the database says.
        source: Source,
    },
    /// The migrated data would break foreign keys.
    #[error("migration leaves dangling references: {}", lines.join("; "))]
    Dangling {
        /// One line for each.
        lines: Vec<String>,
    },
    /// The database cannot be opened for migration.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// Anything else that stops a migration.
    #[error("database cannot be migrated")]
    Failed(#[source] Source),
}

impl From<Error> for MigrateError {
    fn from(error: Error) -> Self {
        Self::Failed(error.into())
    }
}

/// Why [`Store::write`](crate::Store) did not even try.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Refusal {
    #[error("too many writes are waiting")]
    QueueFull,
    #[error("store is closed")]
    Closed,
    #[error("writer thread has ended")]
    WriterEnded,
}

/// A closure panicked while it held a connection.
#[derive(Debug, thiserror::Error)]
#[error("panicked: {0}")]
struct Panicked(String);

/// The error of a closure that panicked with `payload`.
pub(crate) fn panicked(payload: &(dyn Any + Send)) -> Error {
    let text = payload.downcast_ref::<&str>().map(ToString::to_string);
    let text = text.or_else(|| payload.downcast_ref::<String>().cloned());
    Error::QueryBuilderError(Box::new(Panicked(text.unwrap_or_default())))
}

/// What an error of the database means for whoever asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Cause {
    /// A unique or foreign key constraint refused the change.
    Conflict,
    /// Two transactions are in each other's way; the same one may succeed at once.
    Contention,
    /// The database is busy, or its disk is full; later may be better.
    Busy,
    /// The connection is gone.
    Lost,
    /// What was read is no value of the expected type.
    Corrupt,
    /// Anything else.
    Backend,
}

/// How libpq says that there is no connection any more.
const LOST: [&str; 4] = [
    "could not receive data from server",
    "could not send data to server",
    "no connection to the server",
    "server closed the connection unexpectedly",
];

impl Cause {
    pub(crate) fn of(error: &Error) -> Self {
        match error {
            Error::DatabaseError(kind, information) => match kind {
                DatabaseErrorKind::UniqueViolation | DatabaseErrorKind::ForeignKeyViolation => {
                    Self::Conflict
                }
                DatabaseErrorKind::SerializationFailure => Self::Contention,
                DatabaseErrorKind::ClosedConnection | DatabaseErrorKind::UnableToSendCommand => {
                    Self::Lost
                }
                _ => Self::of_message(information.message()),
            },
            Error::DeserializationError(_) => Self::Corrupt,
            Error::RollbackErrorOnCommit { commit_error, .. } => Self::of(commit_error),
            // Diesel enters this state when it no longer knows what the server thinks.
            Error::BrokenTransactionManager => Self::Lost,
            _ => Self::Backend,
        }
    }

    /// For errors that diesel tells apart by their text alone. `SQLite` speaks English only; a
    /// `PostgreSQL` server that does not (`lc_messages`) makes these few `Backend`.
    fn of_message(message: &str) -> Self {
        if message == "deadlock detected" {
            Self::Contention
        } else if message.starts_with("canceling statement due to")
            || (message.starts_with("database ") && message.contains(" is locked"))
            || message == "database or disk is full"
            || message.ends_with("No space left on device")
        {
            Self::Busy
        } else if LOST.iter().any(|said| message.starts_with(said)) {
            Self::Lost
        } else {
            Self::Backend
        }
    }

    /// The error of this cause, counted.
    pub(crate) fn error(self, source: impl Into<Source>) -> RepositoryError {
        let (kind, variant): (_, fn(Source) -> RepositoryError) = match self {
            Self::Conflict => ("conflict", RepositoryError::Conflict),
            Self::Contention | Self::Busy | Self::Lost => {
                ("unavailable", RepositoryError::Unavailable)
            }
            Self::Corrupt => ("corrupt", RepositoryError::Corrupt),
            Self::Backend => ("backend", RepositoryError::Backend),
        };
        count_error(kind);
        variant(source.into())
    }
}

/// A diesel error as the domains know it.
pub(crate) fn repository_error(error: Error) -> RepositoryError {
    Cause::of(&error).error(error)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn unknown(message: &str) -> Error {
        Error::DatabaseError(DatabaseErrorKind::Unknown, Box::new(message.to_owned()))
    }

    #[test]
    fn texts_that_mean_something_are_recognised() {
        for (message, cause) in [
            ("database is locked", Cause::Busy),
            ("database table is locked: comments", Cause::Busy),
            ("database schema is locked: main", Cause::Busy),
            ("canceling statement due to statement timeout", Cause::Busy),
            ("canceling statement due to lock timeout", Cause::Busy),
            ("deadlock detected", Cause::Contention),
            ("could not receive data from server: Connection timed out\n", Cause::Lost),
            ("database disk image is malformed", Cause::Backend),
            ("database or disk is full", Cause::Busy),
            ("could not extend file \"base/5/16384\": No space left on device", Cause::Busy),
        ] {
            assert_eq!(Cause::of(&unknown(message)), cause, "{message}");
        }
    }

    #[test]
    fn a_failed_rollback_does_not_hide_why_the_commit_failed() {
        let error = Error::RollbackErrorOnCommit {
            rollback_error: Box::new(unknown("disk I/O error")),
            commit_error: Box::new(unknown("database is locked")),
        };
        assert!(matches!(repository_error(error), RepositoryError::Unavailable(_)));
    }
}
