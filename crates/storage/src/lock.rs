//! Doing one thing at a time, among all processes of a database.

use std::fmt;
use std::time::Duration;

use diesel::RunQueryDsl;
use diesel::connection::SimpleConnection;
use diesel::sql_types::{BigInt, Text};
use inkstone_vocab::RepositoryError;

use crate::connection::AnyConnection;
use crate::error::repository_error;
use crate::pool::{Purpose, open};
use crate::store::Store;
use crate::url::Backend;

/// What [`Store::lock`] holds until it is dropped.
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
        let unavailable = |error| RepositoryError::Unavailable(Box::new(error));
        let mut connection = open(self.url(), Purpose::Pooled).map_err(unavailable)?;
        let millis = wait.as_millis().max(1);
        let limits = format!("SET statement_timeout = 0; SET lock_timeout = {millis};");
        connection.batch_execute(&limits).map_err(repository_error)?;
        // Of one database, each schema is an installation of its own.
        let statement = "SELECT pg_advisory_lock(hashtextextended(current_schema() || $2, $1))";
        diesel::sql_query(statement)
            .bind::<BigInt, _>(SEED)
            .bind::<Text, _>(name)
            .execute(&mut connection)
            .map_err(repository_error)?;
        Ok(Lock(Some(connection)))
    }
}

/// Keeps our locks apart from those of other programs on the same database.
const SEED: i64 = 0x1a6b_5704_e000;
