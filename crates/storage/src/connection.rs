//! One connection over both backends: every statement is written once.

use std::panic::{AssertUnwindSafe, catch_unwind};

use diesel::connection::{AnsiTransactionManager, SimpleConnection, TransactionManager};
use diesel::query_dsl::methods::{ExecuteDsl, LoadQuery};
use diesel::result::Error;
use diesel::{PgConnection, QueryResult, SqliteConnection};

use crate::error::panicked;

/// A connection to either backend.
///
/// Never call its `establish`: it guesses the backend. [`open`](crate::pool::open) does not.
#[derive(diesel::MultiConnection)]
pub(crate) enum AnyConnection {
    /// To a file.
    Sqlite(SqliteConnection),
    /// To a server.
    Postgres(PgConnection),
}

/// How a transaction begins.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Begin {
    /// To change things.
    Write,
    /// To read several things as of one moment.
    Snapshot,
}

impl AnyConnection {
    /// Executes a statement that the enum's own dialect lacks: upserts, inserts of many rows.
    pub(crate) fn execute_native<Q>(&mut self, statement: Q) -> QueryResult<usize>
    where
        Q: ExecuteDsl<SqliteConnection> + ExecuteDsl<PgConnection>,
    {
        match self {
            Self::Sqlite(connection) => ExecuteDsl::execute(statement, connection),
            Self::Postgres(connection) => ExecuteDsl::execute(statement, connection),
        }
    }

    /// Loads the rows of a statement that the enum's own dialect lacks, such as an upsert with
    /// `returning`, or `union`.
    pub(crate) fn load_native<'query, T, Q>(&mut self, statement: Q) -> QueryResult<Vec<T>>
    where
        Q: LoadQuery<'query, SqliteConnection, T> + LoadQuery<'query, PgConnection, T>,
    {
        match self {
            Self::Sqlite(connection) => statement.internal_load(connection)?.collect(),
            Self::Postgres(connection) => statement.internal_load(connection)?.collect(),
        }
    }

    /// Lets nobody else change `tables` until the transaction ends.
    pub(crate) fn lock(&mut self, tables: &'static str) -> QueryResult<()> {
        match self {
            // Only one transaction writes at a time.
            Self::Sqlite(_) => Ok(()),
            Self::Postgres(connection) => connection
                .batch_execute(&format!("LOCK TABLE {tables} IN SHARE ROW EXCLUSIVE MODE")),
        }
    }

    /// Runs `work` in a transaction and commits it; an error or a panic undoes everything.
    pub(crate) fn transact<T>(
        &mut self,
        begin: Begin,
        work: impl FnOnce(&mut Self) -> QueryResult<T>,
    ) -> QueryResult<T> {
        self.begin(begin)?;
        let result = self.contained(work).and_then(|value| self.commit().map(|()| value));
        if result.is_err() {
            self.roll_back_to(0);
        }
        result
    }

    /// Runs `work` in a savepoint of the open transaction; an error or a panic undoes `work`
    /// alone and is the inner result. An outer error means that the transaction is lost: `SQLite`
    /// ends it on its own when the disk is full or fails.
    pub(crate) fn savepoint<T>(
        &mut self,
        work: impl FnOnce(&mut Self) -> QueryResult<T>,
    ) -> QueryResult<QueryResult<T>> {
        self.batch_execute("SAVEPOINT job")?;
        let result = self.contained(work);
        let ended = self.batch_execute(match result {
            Ok(_) => "RELEASE job",
            Err(_) => "ROLLBACK TO job; RELEASE job",
        });
        match (result, ended) {
            (result, Ok(())) => Ok(result),
            // What has ended the transaction tells more than that its savepoint is gone.
            (Err(lost @ Error::DatabaseError(..)), Err(_)) => Err(lost),
            (_, Err(error)) => Err(error),
        }
    }

    /// Begins a transaction that [`commit`](Self::commit) ends.
    pub(crate) fn begin(&mut self, begin: Begin) -> QueryResult<()> {
        // The dialects differ. On SQLite, a transaction that begins by reading cannot wait for
        // its turn to write, so writers say at once what they are.
        match (self, begin) {
            (Self::Sqlite(connection), Begin::Write) => {
                AnsiTransactionManager::begin_transaction_sql(connection, "BEGIN IMMEDIATE")
            }
            (Self::Sqlite(connection), Begin::Snapshot) => {
                AnsiTransactionManager::begin_transaction_sql(connection, "BEGIN")
            }
            (Self::Postgres(connection), Begin::Write) => {
                AnsiTransactionManager::begin_transaction_sql(
                    connection,
                    "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE",
                )
            }
            (Self::Postgres(connection), Begin::Snapshot) => {
                AnsiTransactionManager::begin_transaction_sql(
                    connection,
                    "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
                )
            }
        }
    }

    /// Commits what [`begin`](Self::begin) began.
    pub(crate) fn commit(&mut self) -> QueryResult<()> {
        match self {
            Self::Sqlite(connection) => AnsiTransactionManager::commit_transaction(connection),
            // When a statement failed and its error was swallowed, PostgreSQL answers COMMIT with
            // a silent rollback. Another statement in the same message makes it say so.
            Self::Postgres(connection) => connection.batch_execute("SELECT 1; COMMIT"),
        }
    }

    /// Runs `work`, turns a panic into an error, and undoes the nested transactions that either
    /// left open.
    fn contained<T>(&mut self, work: impl FnOnce(&mut Self) -> QueryResult<T>) -> QueryResult<T> {
        let depth = self.depth();
        // Unwind safe: whatever `work` has left half done is rolled back.
        let result = catch_unwind(AssertUnwindSafe(|| work(self)))
            .unwrap_or_else(|payload| Err(panicked(payload.as_ref())));
        if self.depth() > depth {
            self.roll_back_to(depth);
            return result.and(Err(Error::AlreadyInTransaction));
        }
        result
    }

    /// Rolls back until `depth` transactions are open. Every round makes the depth smaller: a
    /// failure counts as done, or breaks the connection, and then its owner throws it away.
    fn roll_back_to(&mut self, depth: u32) {
        while self.depth() > depth {
            if let Err(error) = Self::rollback_transaction(self) {
                tracing::debug!(error = &error as &dyn std::error::Error, "rollback failed");
            }
        }
    }

    /// How many nested transactions are open; 0 when the connection is broken.
    fn depth(&mut self) -> u32 {
        let depth = Self::transaction_manager_status_mut(self).transaction_depth();
        depth.ok().flatten().map_or(0, u32::from)
    }
}
