//! Doing one thing at a time, or in one place, among all processes of a database.

use std::fmt;
use std::time::Duration;

use diesel::connection::SimpleConnection;
use diesel::sql_types::{BigInt, Bool, Text};
use diesel::{QueryableByName, RunQueryDsl};
use inkstone_vocab::RepositoryError;

use crate::connection::AnyConnection;
use crate::error::repository_error;
use crate::pool::{Purpose, open};
use crate::store::Store;
use crate::url::Backend;

/// What [`Store::lock`] and [`Store::try_lock`] hold until it is dropped.
#[must_use = "dropping it gives it back"]
pub struct Lock(Option<AnyConnection>);

impl fmt::Debug for Lock {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Lock").field("held", &self.0.is_some()).finish()
    }
}

impl Store {
    /// Waits until no other process of this database holds the lock called `name`, at most for
    /// `wait`; then it is [`RepositoryError::Unavailable`].
    ///
    /// On `PostgreSQL` an advisory lock, on a connection of its own: a process that dies gives it
    /// back, and long work holds up nobody who only reads. A `SQLite` file has one process: there
    /// is nothing to wait for, and threads keep order among themselves.
    pub fn lock(&self, name: &str, wait: Duration) -> Result<Lock, RepositoryError> {
        if self.backend() == Backend::Sqlite {
            return Ok(Lock(None));
        }
        let mut connection = self.locking(wait)?;
        diesel::sql_query(format!("SELECT pg_advisory_lock({KEY})"))
            .bind::<BigInt, _>(SEED)
            .bind::<Text, _>(name)
            .execute(&mut connection)
            .map_err(repository_error)?;
        Ok(Lock(Some(connection)))
    }

    /// The lock called `name`, or `None` when another process holds it: the same lock as
    /// [`lock`](Self::lock) waits for. On `SQLite` it is always free.
    pub fn try_lock(&self, name: &str) -> Result<Option<Lock>, RepositoryError> {
        if self.backend() == Backend::Sqlite {
            return Ok(Some(Lock(None)));
        }
        let mut connection = self.locking(Duration::ZERO)?;
        let taken: Taken =
            diesel::sql_query(format!("SELECT pg_try_advisory_lock({KEY}) AS taken"))
                .bind::<BigInt, _>(SEED)
                .bind::<Text, _>(name)
                .get_result(&mut connection)
                .map_err(repository_error)?;
        Ok(taken.taken.then_some(Lock(Some(connection))))
    }

    /// A connection that will hold a lock, and waits for nothing longer than `wait`.
    fn locking(&self, wait: Duration) -> Result<AnyConnection, RepositoryError> {
        let unavailable = |error| RepositoryError::Unavailable(Box::new(error));
        let mut connection = open(self.url(), Purpose::Pooled).map_err(unavailable)?;
        let millis = wait.as_millis().max(1);
        let limits = format!("SET statement_timeout = 0; SET lock_timeout = {millis};");
        connection.batch_execute(&limits).map_err(repository_error)?;
        Ok(connection)
    }
}

impl Lock {
    /// Whether it is still held: a connection that was lost has given it back, perhaps to another
    /// process. Asks the database.
    pub fn is_held(&mut self) -> bool {
        self.0.as_mut().is_none_or(|connection| connection.batch_execute("SELECT 1").is_ok())
    }
}

#[derive(QueryableByName)]
struct Taken {
    #[diesel(sql_type = Bool)]
    taken: bool,
}

/// A lock's key, of a seed and a name. Of one database, each schema is an installation of its own.
const KEY: &str = "hashtextextended(current_schema() || $2, $1)";

/// Keeps our locks apart from those of other programs on the same database.
const SEED: i64 = 0x1a6b_5704_e000;
