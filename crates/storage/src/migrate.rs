//! Bringing the schema up to date.

use std::collections::BTreeSet;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use diesel::backend::Backend;
use diesel::connection::SimpleConnection;
use diesel::migration::MigrationSource;
use diesel::sql_types::{Nullable, Text};
use diesel::sqlite::Sqlite;
use diesel::{QueryResult, QueryableByName, RunQueryDsl};
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};
use inkstone_vocab::Timestamp;

use crate::backup;
use crate::connection::{AnyConnection, Begin};
use crate::error::MigrateError;
use crate::pool::{Pool, Purpose, open};
use crate::store::{DANGLING, Finding};
use crate::url::DatabaseUrl;

const SQLITE: EmbeddedMigrations = embed_migrations!("migrations/sqlite");
const POSTGRES: EmbeddedMigrations = embed_migrations!("migrations/postgres");

/// Makes processes that migrate one `PostgreSQL` database take turns (`inkstone` in ASCII). Once
/// it is their turn, they wait for other users of a table only so long.
const TAKE_TURNS: &str =
    "SELECT pg_advisory_xact_lock(7597127765039476325); SET LOCAL lock_timeout = '30s'";

/// What [`Store::migrate`](crate::Store::migrate) did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Migration {
    /// The names of the migrations applied, in order; empty when there was nothing to do.
    pub applied: Vec<String>,
    /// The copy of the `SQLite` file as it was before.
    pub backup: Option<PathBuf>,
}

/// How far a database is.
pub(crate) struct State {
    /// The newest migration it has.
    last: Option<String>,
    /// The names of those it still needs, in order.
    pub(crate) pending: Vec<String>,
}

/// Brings the database up to date; `pool` serves for looking at it.
pub(crate) fn migrate(
    url: &DatabaseUrl,
    pool: &Pool,
    now: Timestamp,
) -> Result<Migration, MigrateError> {
    let state = state(pool)?;
    if state.pending.is_empty() {
        return Ok(Migration::default());
    }
    let backup = match (url.file(), state.last) {
        (Some(file), Some(last)) => Some(back_up(file, &last, now)?),
        _ => None,
    };
    let mut connection = open(url, Purpose::Migration)?;
    // An error leaves the transaction open; the connection, being dropped, undoes it.
    connection.begin(Begin::Write)?;
    let applied = apply(&mut connection)?;
    connection.commit()?;
    Ok(Migration { applied, backup })
}

/// Looks at the database without changing it.
pub(crate) fn state(pool: &Pool) -> Result<State, MigrateError> {
    let applied = pool.run(applied_versions).map_err(|error| MigrateError::Failed(error.into()))?;
    // Both directories hold the same names.
    let mut known = known::<Sqlite>(&SQLITE)?;
    refuse_newer(&known, &applied)?;
    known.retain(|(version, _)| !applied.contains(version));
    let pending = known.into_iter().map(|(_, name)| name).collect();
    Ok(State { last: applied.last().cloned(), pending })
}

#[derive(QueryableByName)]
struct Version {
    #[diesel(sql_type = Text)]
    version: String,
}

#[derive(QueryableByName)]
struct TableName {
    #[diesel(sql_type = Nullable<Text>)]
    name: Option<String>,
}

fn applied_versions(connection: &mut AnyConnection) -> QueryResult<BTreeSet<String>> {
    // Each backend has its own catalogue.
    let catalogue = diesel::sql_query(match connection {
        AnyConnection::Sqlite(_) => {
            "SELECT max(name) AS name FROM sqlite_schema WHERE name = '__diesel_schema_migrations'"
        }
        AnyConnection::Postgres(_) => {
            "SELECT to_regclass('__diesel_schema_migrations')::text AS name"
        }
    });
    let TableName { name } = catalogue.get_result(connection)?;
    if name.is_none() {
        return Ok(BTreeSet::new());
    }
    let query = diesel::sql_query("SELECT version FROM __diesel_schema_migrations");
    let versions: Vec<Version> = query.load(connection)?;
    Ok(versions.into_iter().map(|row| row.version).collect())
}

/// The versions of all migrations.
pub(crate) fn known_versions() -> Result<BTreeSet<String>, MigrateError> {
    Ok(known::<Sqlite>(&SQLITE)?.into_iter().map(|(version, _)| version).collect())
}

/// Version and name of every migration in `source`, in order.
fn known<DB: Backend>(source: &EmbeddedMigrations) -> Result<Vec<(String, String)>, MigrateError> {
    let migrations = MigrationSource::<DB>::migrations(source).map_err(MigrateError::Failed)?;
    let names = migrations.iter().map(|migration| migration.name());
    let mut known: Vec<_> =
        names.map(|name| (name.version().to_string(), name.to_string())).collect();
    known.sort();
    Ok(known)
}

fn refuse_newer(
    known: &[(String, String)],
    applied: &BTreeSet<String>,
) -> Result<(), MigrateError> {
    let is_known = |version: &String| known.iter().any(|(known, _)| known == version);
    match applied.iter().rev().find(|version| !is_known(version)) {
        Some(version) => Err(MigrateError::Newer { version: version.clone() }),
        None => Ok(()),
    }
}

/// Applies inside the open transaction what is pending now: another process may have been
/// faster.
fn apply(connection: &mut AnyConnection) -> Result<Vec<String>, MigrateError> {
    match connection {
        AnyConnection::Sqlite(connection) => {
            let applied = apply_all(connection, &SQLITE)?;
            let dangling: Vec<Finding> = diesel::sql_query(DANGLING).load(connection)?;
            if dangling.is_empty() {
                return Ok(applied);
            }
            let lines = dangling.into_iter().map(|finding| finding.line).collect();
            Err(MigrateError::Dangling { lines })
        }
        AnyConnection::Postgres(connection) => {
            connection.batch_execute(TAKE_TURNS)?;
            apply_all(connection, &POSTGRES)
        }
    }
}

fn apply_all<DB: Backend>(
    connection: &mut impl MigrationHarness<DB>,
    source: &EmbeddedMigrations,
) -> Result<Vec<String>, MigrateError> {
    let applied = connection.applied_migrations().map_err(MigrateError::Failed)?;
    let applied: BTreeSet<_> = applied.iter().map(ToString::to_string).collect();
    refuse_newer(&known::<DB>(source)?, &applied)?;
    let mut migrations = source.migrations().map_err(MigrateError::Failed)?;
    migrations.retain(|migration| !applied.contains(&migration.name().version().to_string()));
    migrations.sort_by(|a, b| a.name().version().cmp(&b.name().version()));
    for migration in &migrations {
        connection.run_migration(migration).map_err(MigrateError::Failed)?;
        tracing::info!(migration = %migration.name(), "migration applied");
    }
    Ok(migrations.iter().map(|migration| migration.name().to_string()).collect())
}

/// Copies the database beside itself, `version` and `now` in the name.
fn back_up(file: &Path, version: &str, now: Timestamp) -> Result<PathBuf, MigrateError> {
    let mut name = file.as_os_str().to_owned();
    name.push(format!(".backup-{version}-{}", compact(now)));
    let path = PathBuf::from(name);
    let mut go_on = |_| ControlFlow::Continue(());
    match backup::back_up(file, &path, &mut go_on) {
        Ok(_) => Ok(path),
        Err(error) => Err(MigrateError::Backup { path, source: error.into() }),
    }
}

/// The instant in a form for file names: `20261121T080000.123Z`.
pub(crate) fn compact(now: Timestamp) -> String {
    let seconds = now.to_string().replace(['-', ':', 'Z'], "");
    format!("{seconds}.{:03}Z", now.millis().rem_euclid(1000))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn instants_in_file_names_are_compact() {
        assert_eq!(compact(Timestamp::from_millis(1_709_164_800_009)), "20240229T000000.009Z");
        assert_eq!(compact(Timestamp::from_millis(-1)), "19691231T235959.999Z");
    }
}
