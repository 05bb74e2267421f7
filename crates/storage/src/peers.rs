//! What processes on one `PostgreSQL` tell each other.

use diesel::sql_types::{Integer, Text};
use diesel::{QueryResult, QueryableByName, RunQueryDsl, sql_query};
use inkstone_vocab::RepositoryError;

use crate::connection::AnyConnection;
use crate::error::{OpenError, repository_error};
use crate::pool::{self, Purpose};
use crate::store::Store;
use crate::url::Backend;

/// A line to the other processes on the same database and schema, over a connection of its own.
///
/// What is sent reaches those who are linked at that moment, in order; who is not misses it. An
/// error means that the line is dead: drop it and link again.
pub struct PeerLink {
    connection: AnyConnection,
    channel: String,
    process: i32,
}

/// The most bytes of one message.
pub const MAX_PEER_MESSAGE: usize = 7_000;

/// Both ends of the line: the channel is named after the schema, since others may share the
/// database.
#[derive(QueryableByName)]
struct Ends {
    #[diesel(sql_type = Text)]
    channel: String,
    #[diesel(sql_type = Integer)]
    process: i32,
}

impl Store {
    /// A line to the other processes; `None` for `SQLite`, which has one process.
    pub fn link_peers(&self) -> Result<Option<PeerLink>, OpenError> {
        match self.backend() {
            Backend::Sqlite => Ok(None),
            Backend::Postgres => PeerLink::open(self).map(Some),
        }
    }
}

impl PeerLink {
    fn open(store: &Store) -> Result<Self, OpenError> {
        let url = store.url();
        let refused = |error| OpenError::Connect { url: url.clone(), source: Box::new(error) };
        let mut connection = pool::open(url, Purpose::Link)?;
        let Ends { channel, process } = listen(&mut connection).map_err(refused)?;
        Ok(Self { connection, channel, process })
    }

    /// Sends `message`, of [`MAX_PEER_MESSAGE`] bytes at most.
    pub fn send(&mut self, message: &str) -> Result<(), RepositoryError> {
        sql_query("SELECT pg_notify($1, $2)")
            .bind::<Text, _>(&self.channel)
            .bind::<Text, _>(message)
            .execute(&mut self.connection)
            .map(drop)
            .map_err(repository_error)
    }

    /// What others have sent since the last call; does not wait.
    pub fn receive(&mut self) -> Result<Vec<String>, RepositoryError> {
        let process = self.process;
        match &mut self.connection {
            // Only PostgreSQL is ever linked.
            AnyConnection::Sqlite(_) => Ok(Vec::new()),
            AnyConnection::Postgres(connection) => connection
                .notifications_iter()
                .filter(|found| !found.as_ref().is_ok_and(|found| found.process_id == process))
                .map(|found| found.map(|found| found.payload))
                .collect::<QueryResult<_>>()
                .map_err(repository_error),
        }
    }
}

fn listen(connection: &mut AnyConnection) -> QueryResult<Ends> {
    let ends: Ends = sql_query(
        "SELECT 'inkstone_' || md5(current_schema()) AS channel, pg_backend_pid() AS process",
    )
    .get_result(connection)?;
    // Its characters are those of a hash. The name tells the operator which connection this is.
    sql_query(format!("SET application_name = {}", ends.channel)).execute(connection)?;
    sql_query(format!("LISTEN {}", ends.channel)).execute(connection)?;
    Ok(ends)
}
