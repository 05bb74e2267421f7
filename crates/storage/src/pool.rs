//! Opening connections, and lending them.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use diesel::connection::SimpleConnection;
use diesel::r2d2::R2D2Connection;
use diesel::sql_types::Text;
use diesel::{
    Connection, PgConnection, QueryResult, QueryableByName, RunQueryDsl, SqliteConnection,
};
use inkstone_vocab::{RepositoryError, Source};

use crate::connection::AnyConnection;
use crate::error::{Cause, OpenError, repository_error};
use crate::url::{DatabaseUrl, Target};

/// What a connection is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// To be lent by a [`Pool`]. It only reads, except in a transaction that begins as a writing
    /// one on `PostgreSQL`.
    Pooled,
    /// To be the only one that writes to a `SQLite` file.
    Writer,
    /// To change the schema, and to take its time.
    Migration,
    /// To hear from other processes, on `PostgreSQL`.
    Link,
}

/// Read connections never create what is not there and cannot write.
const SQLITE_POOLED: &str = "
    PRAGMA busy_timeout = 5000;
    PRAGMA query_only = ON;
    PRAGMA cache_size = -2000;
";

/// FULL: an acknowledged write survives a power cut; the fullfsync pair says the same on macOS.
/// No memory mapping: a failed read in a mapping would end the process, and mapped pages count
/// as its memory.
const SQLITE_WRITER: &str = "
    PRAGMA busy_timeout = 5000;
    PRAGMA journal_mode = WAL;
    PRAGMA synchronous = FULL;
    PRAGMA fullfsync = ON;
    PRAGMA checkpoint_fullfsync = ON;
    PRAGMA wal_autocheckpoint = 1000;
    PRAGMA journal_size_limit = 67108864;
    PRAGMA cache_size = -8000;
    PRAGMA foreign_keys = ON;
";

/// Foreign keys are off, so that a table can be replaced by its successor; they are checked
/// before the commit. Another process may be migrating the same file: wait for it.
const SQLITE_MIGRATION: &str = "
    PRAGMA journal_mode = WAL;
    PRAGMA synchronous = FULL;
    PRAGMA fullfsync = ON;
    PRAGMA foreign_keys = OFF;
    PRAGMA busy_timeout = 60000;
";

/// The time zone is already UTC: diesel sets it.
const POSTGRES_POOLED: &str = "
    SET default_transaction_read_only = on;
    SET statement_timeout = '30s';
    SET lock_timeout = '5s';
    SET idle_in_transaction_session_timeout = '60s';
";

/// A migration may rewrite a large table, and waits for the process that is already at it.
const POSTGRES_MIGRATION: &str = "
    SET default_transaction_read_only = off;
    SET statement_timeout = 0;
    SET lock_timeout = 0;
";

/// It waits for nothing but the server's answer to a notification.
const POSTGRES_LINK: &str = "
    SET statement_timeout = '5s';
";

/// What libpq is told unless the address says otherwise. A server that has gone without a word is
/// noticed within some seconds.
const POSTGRES_PARAMETERS: [(&str, &str); 6] = [
    ("connect_timeout", "5"),
    ("fallback_application_name", "inkstone"),
    ("keepalives_idle", "10"),
    ("keepalives_interval", "3"),
    ("keepalives_count", "3"),
    ("tcp_user_timeout", "20000"),
];

/// Connects to exactly what `url` names.
pub(crate) fn open(url: &DatabaseUrl, purpose: Purpose) -> Result<AnyConnection, OpenError> {
    let connection = match url.target() {
        Target::Sqlite(path) => open_sqlite(path, purpose).map(AnyConnection::Sqlite),
        Target::Postgres(address) => open_postgres(address, purpose).map(AnyConnection::Postgres),
    };
    connection.map_err(|source| OpenError::Connect { url: url.clone(), source })
}

/// Connections that are lent, one at a time each.
pub(crate) struct Pool {
    connections: r2d2::Pool<Manager>,
    generation: Arc<AtomicU64>,
}

impl Pool {
    /// A pool of `size` connections; whoever finds none free waits for `wait`.
    pub(crate) fn open(url: DatabaseUrl, size: u32, wait: Duration) -> Result<Self, OpenError> {
        // The pool retries in the background and reports only a timeout: try in the open first.
        drop(open(&url, Purpose::Pooled)?);
        let generation = Arc::new(AtomicU64::new(0));
        let connections = r2d2::Pool::builder()
            .max_size(size.max(1))
            .connection_timeout(wait)
            .idle_timeout(None)
            .error_handler(Box::new(Report))
            .build_unchecked(Manager { url, generation: Arc::clone(&generation) });
        Ok(Self { connections, generation })
    }

    /// Lends a connection to `work`.
    pub(crate) fn run<T>(
        &self,
        work: impl FnOnce(&mut AnyConnection) -> QueryResult<T>,
    ) -> Result<T, RepositoryError> {
        let mut session = self.connections.get().map_err(|error| Cause::Busy.error(error))?;
        work(&mut session.connection).map_err(|error| {
            if Cause::of(&error) == Cause::Lost {
                self.retire(session.generation);
            }
            repository_error(error)
        })
    }

    /// A connection of `generation` was found dead, and so will be the others that are as old:
    /// none of them is lent again.
    fn retire(&self, generation: u64) {
        let next = generation + 1;
        // Fails when somebody else has found out already.
        let retired = self.generation.compare_exchange(
            generation,
            next,
            Ordering::Relaxed,
            Ordering::Relaxed,
        );
        if retired.is_ok() {
            tracing::warn!("connection to the database lost, reconnecting");
        }
    }
}

/// A pooled connection, and how many times the pool had lost its server when it was made.
struct Session {
    connection: AnyConnection,
    generation: u64,
}

/// Makes the connections of a [`Pool`] and throws the useless ones away.
struct Manager {
    url: DatabaseUrl,
    generation: Arc<AtomicU64>,
}

#[derive(Debug, thiserror::Error)]
enum SessionError {
    #[error(transparent)]
    Open(#[from] OpenError),
    #[error("connection to the database was lost")]
    Retired,
}

impl r2d2::ManageConnection for Manager {
    type Connection = Session;
    type Error = SessionError;

    fn connect(&self) -> Result<Session, SessionError> {
        let generation = self.generation.load(Ordering::Relaxed);
        Ok(Session { connection: open(&self.url, Purpose::Pooled)?, generation })
    }

    fn is_valid(&self, session: &mut Session) -> Result<(), SessionError> {
        if session.generation == self.generation.load(Ordering::Relaxed) {
            Ok(())
        } else {
            Err(SessionError::Retired)
        }
    }

    fn has_broken(&self, session: &mut Session) -> bool {
        std::thread::panicking() || session.connection.is_broken()
    }
}

/// Logs what goes wrong while the pool reconnects.
#[derive(Debug)]
struct Report;

impl r2d2::HandleError<SessionError> for Report {
    fn handle_error(&self, error: SessionError) {
        if let SessionError::Open(error) = error {
            tracing::warn!(error = &error as &dyn std::error::Error, "cannot reconnect");
        }
    }
}

#[derive(QueryableByName)]
struct JournalMode {
    #[diesel(sql_type = Text)]
    journal_mode: String,
}

fn open_sqlite(path: &str, purpose: Purpose) -> Result<SqliteConnection, Source> {
    let (mode, settings) = match purpose {
        Purpose::Pooled | Purpose::Link => ("ro", SQLITE_POOLED),
        Purpose::Writer => ("rw", SQLITE_WRITER),
        Purpose::Migration => ("rw", SQLITE_MIGRATION),
    };
    let mut connection = SqliteConnection::establish(&sqlite_uri(path, mode)?)?;
    connection.batch_execute(settings)?;
    if purpose == Purpose::Writer {
        let query = diesel::sql_query("SELECT journal_mode FROM pragma_journal_mode");
        let JournalMode { journal_mode } = query.get_result(&mut connection)?;
        if journal_mode != "wal" {
            return Err("its file system does not support write-ahead logging".into());
        }
    }
    Ok(connection)
}

/// The file as `SQLite`'s URI, which unlike a bare name does not create it (`mode`) and does not
/// mean another file after a change of directory.
pub(crate) fn sqlite_uri(path: &str, mode: &str) -> Result<String, Source> {
    let absolute = std::path::absolute(path)?;
    let absolute = absolute.to_str().ok_or("the working directory's name is not UTF-8")?;
    let escaped = absolute.replace('%', "%25").replace('#', "%23").replace('?', "%3f");
    Ok(format!("file://{escaped}?mode={mode}"))
}

fn open_postgres(address: &str, purpose: Purpose) -> Result<PgConnection, Source> {
    let settings = match purpose {
        Purpose::Pooled | Purpose::Writer => POSTGRES_POOLED,
        Purpose::Migration => POSTGRES_MIGRATION,
        Purpose::Link => POSTGRES_LINK,
    };
    let mut connection = PgConnection::establish(&with_parameters(address))?;
    connection.batch_execute(settings)?;
    Ok(connection)
}

fn with_parameters(address: &str) -> String {
    let mut address = address.to_owned();
    for (key, value) in POSTGRES_PARAMETERS {
        if !address.contains(&format!("{key}=")) {
            let separator = if address.contains('?') { "&" } else { "?" };
            address.extend([separator, key, "=", value]);
        }
    }
    address
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_of_the_address_win() {
        assert_eq!(
            with_parameters("postgres://host/name"),
            "postgres://host/name?connect_timeout=5&fallback_application_name=inkstone\
             &keepalives_idle=10&keepalives_interval=3&keepalives_count=3&tcp_user_timeout=20000"
        );
        assert_eq!(
            with_parameters("postgres://host/name?connect_timeout=60&keepalives_idle=1"),
            "postgres://host/name?connect_timeout=60&keepalives_idle=1\
             &fallback_application_name=inkstone\
             &keepalives_interval=3&keepalives_count=3&tcp_user_timeout=20000"
        );
    }

    #[test]
    fn file_names_survive_the_uri() {
        assert_eq!(sqlite_uri("/a b/100%#.db", "rw").unwrap(), "file:///a b/100%25%23.db?mode=rw");
    }
}
