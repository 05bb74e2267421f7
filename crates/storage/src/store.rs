//! The store: one database, open.

#[cfg(test)]
mod tests;

use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use diesel::connection::SimpleConnection;
use diesel::sql_types::Text;
use diesel::{QueryResult, QueryableByName, RunQueryDsl};
use inkstone_vocab::{RepositoryError, Timestamp};

use crate::connection::{AnyConnection, Begin};
use crate::error::{Cause, MigrateError, OpenError, Refusal};
use crate::metrics;
use crate::migrate::{self, Migration};
use crate::pool::Pool;
use crate::url::{Backend, DatabaseUrl};
use crate::writer::Writer;

/// How often a `PostgreSQL` transaction is tried when others are in its way.
const ATTEMPTS: u32 = 5;

/// How long it lets them pass, times the tries so far.
const PAUSE: Duration = Duration::from_millis(5);

/// Every Inkstone repository, over one database.
///
/// Cloning is cheap and gives the same store. All methods block: call them where that is
/// allowed. What a write has answered is durable.
#[derive(Clone)]
pub struct Store(Arc<Inner>);

/// How much of the machine a [`Store`] may use.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoreSettings {
    /// Connections for reading; on `PostgreSQL` for writing, too. At least 1; default 8.
    pub read_connections: u32,
    /// How long a read waits for a free connection; default 2 s.
    pub wait: Duration,
    /// Writes that may wait for the `SQLite` writer before the next is refused. At least 1;
    /// default 1024.
    pub queue: usize,
    /// Writes that the `SQLite` writer commits together at most. At least 1; default 256.
    pub batch: usize,
}

impl Default for StoreSettings {
    fn default() -> Self {
        Self { read_connections: 8, wait: Duration::from_secs(2), queue: 1024, batch: 256 }
    }
}

impl Store {
    /// Opens the database `url` names. It does not change the schema: see [`Store::migrate`].
    ///
    /// A `SQLite` file that does not exist is created, readable for its owner only, with the
    /// directories above it.
    pub fn open(url: &DatabaseUrl, settings: &StoreSettings) -> Result<Self, OpenError> {
        metrics::describe();
        let writes = match url.file() {
            Some(file) => {
                create_file(file)?;
                Writes::Queued(Writer::start(url.clone(), settings.queue, settings.batch)?)
            }
            None => Writes::Pooled { closed: AtomicBool::new(false) },
        };
        let pool = Pool::open(url.clone(), settings.read_connections, settings.wait)?;
        Ok(Self(Arc::new(Inner { url: url.clone(), pool, writes })))
    }

    /// Which backend keeps the data.
    pub fn backend(&self) -> Backend {
        self.0.url.backend()
    }

    /// Brings the schema up to date, entirely or not at all.
    ///
    /// A `SQLite` file that has a schema already is copied first, to
    /// `<file>.backup-<its last migration>-<now>`. Processes that migrate one database at once
    /// wait for each other, and all but the first find nothing to do.
    pub fn migrate(&self, now: Timestamp) -> Result<Migration, MigrateError> {
        migrate::migrate(&self.0.url, &self.0.pool, now)
    }

    /// The names of the migrations that [`Store::migrate`] would apply, in order.
    pub fn pending(&self) -> Result<Vec<String>, MigrateError> {
        migrate::state(&self.0.pool).map(|state| state.pending)
    }

    /// Whether the store can serve: a migrated database answers, and writes are accepted.
    pub fn check(&self) -> Result<(), RepositoryError> {
        match &self.0.writes {
            Writes::Queued(writer) => writer.check()?,
            Writes::Pooled { closed } => refuse_when_closed(closed)?,
        }
        self.read(|connection| {
            connection.batch_execute("SELECT version FROM __diesel_schema_migrations LIMIT 1")
        })
    }

    /// What is wrong inside a `SQLite` file, a line for each finding: pages, indexes, references.
    /// It reads the whole file. `PostgreSQL` looks after itself: no findings.
    pub fn check_integrity(&self) -> Result<Vec<String>, RepositoryError> {
        match self.backend() {
            Backend::Sqlite => self.read(integrity_findings),
            Backend::Postgres => Ok(Vec::new()),
        }
    }

    /// Refuses new writes, commits those that are waiting, and returns when they are durable.
    /// Dropping the last clone does the same.
    pub fn close(&self) {
        match &self.0.writes {
            Writes::Queued(writer) => writer.close(),
            Writes::Pooled { closed } => closed.store(true, Ordering::Relaxed),
        }
    }

    /// The address of the database.
    pub(crate) fn url(&self) -> &DatabaseUrl {
        &self.0.url
    }

    /// Runs `work` on a connection that cannot write. Several statements may see several states
    /// of the database: see [`Store::read_snapshot`].
    pub(crate) fn read<T>(
        &self,
        work: impl FnOnce(&mut AnyConnection) -> QueryResult<T>,
    ) -> Result<T, RepositoryError> {
        self.0.pool.run(work)
    }

    /// Runs `work` on a connection that cannot write and sees the database as of one moment.
    /// It costs two more statements.
    pub(crate) fn read_snapshot<T>(
        &self,
        work: impl FnOnce(&mut AnyConnection) -> QueryResult<T>,
    ) -> Result<T, RepositoryError> {
        self.0.pool.run(|connection| connection.transact(Begin::Snapshot, work))
    }

    /// Runs `work` in one transaction, and answers when it is durable.
    ///
    /// An error or a panic of `work` undoes what it did and nothing else. `work` passes on every
    /// error of the database, may be run again when other transactions were in its way, and
    /// never writes through the store: on `SQLite` it runs on the writer thread, which would wait
    /// for itself.
    pub(crate) fn write<T: Send + 'static>(
        &self,
        work: impl Fn(&mut AnyConnection) -> QueryResult<T> + Send + 'static,
    ) -> Result<T, RepositoryError> {
        match &self.0.writes {
            Writes::Queued(writer) => writer.write(work),
            Writes::Pooled { closed } => {
                refuse_when_closed(closed)?;
                self.0.pool.run(|connection| transact_patiently(connection, work))
            }
        }
    }
}

struct Inner {
    url: DatabaseUrl,
    // Dropped before the writer: SQLite tidies up when its last connection closes, if that one
    // may write.
    pool: Pool,
    writes: Writes,
}

/// The way to the database for those who change it.
enum Writes {
    /// `SQLite`: through the one writer.
    Queued(Writer),
    /// `PostgreSQL`: side by side, on the pool's connections.
    Pooled { closed: AtomicBool },
}

#[derive(QueryableByName)]
pub(crate) struct Finding {
    #[diesel(sql_type = Text)]
    pub(crate) line: String,
}

/// References of a `SQLite` file that lead nowhere.
pub(crate) const DANGLING: &str = "
    SELECT 'row ' || coalesce(rowid, '?') || ' of ' || \"table\" || ' refers to a missing row of '
        || \"parent\" AS line
    FROM pragma_foreign_key_check";

const DAMAGED: &str =
    "SELECT integrity_check AS line FROM pragma_integrity_check WHERE integrity_check <> 'ok'";

fn integrity_findings(connection: &mut AnyConnection) -> QueryResult<Vec<String>> {
    let mut findings: Vec<Finding> = diesel::sql_query(DAMAGED).load(connection)?;
    findings.extend(diesel::sql_query(DANGLING).load::<Finding>(connection)?);
    Ok(findings.into_iter().map(|finding| finding.line).collect())
}

fn transact_patiently<T>(
    connection: &mut AnyConnection,
    work: impl Fn(&mut AnyConnection) -> QueryResult<T>,
) -> QueryResult<T> {
    for attempt in 1..ATTEMPTS {
        match connection.transact(Begin::Write, &work) {
            Err(error) if Cause::of(&error) == Cause::Contention => thread::sleep(PAUSE * attempt),
            result => return result,
        }
    }
    connection.transact(Begin::Write, work)
}

fn refuse_when_closed(closed: &AtomicBool) -> Result<(), RepositoryError> {
    if closed.load(Ordering::Relaxed) {
        return Err(Cause::Busy.error(Refusal::Closed));
    }
    Ok(())
}

fn create_file(file: &Path) -> Result<(), OpenError> {
    if let Some(directory) = file.parent() {
        fs::create_dir_all(directory)
            .map_err(|source| OpenError::Directory { path: directory.to_owned(), source })?;
    }
    private_file()
        .read(true)
        .create(true)
        .open(file)
        .map(drop)
        .map_err(|source| OpenError::File { path: file.to_owned(), source })
}

/// Opens for writing; what it creates, others cannot read.
pub(crate) fn private_file() -> fs::OpenOptions {
    let mut options = fs::OpenOptions::new();
    options.write(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}
