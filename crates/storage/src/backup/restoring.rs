//! A backup becomes the database again.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{self, Read as _};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use inkstone_vocab::Timestamp;
use rusqlite::{Connection, ErrorCode, OpenFlags};

use super::copying::{
    SIDE_FILES, findings, flush_directory_of, open, pages, pinned, rows, to_file, verify,
    with_suffix,
};
use super::{Observer, RestoreError, Rows};
use crate::migrate::{self, compact};
use crate::pool::sqlite_uri;
use crate::store::private_file;

/// The names of the migrations that a database has.
const APPLIED: &str = "SELECT version FROM __diesel_schema_migrations";

/// Takes the database for ourselves alone, which succeeds only when nobody else has it open, and
/// merges its log into it. The lock is held until the connection is closed.
const CLAIM: &str = "
    PRAGMA locking_mode = EXCLUSIVE;
    PRAGMA journal_mode = TRUNCATE;
    PRAGMA synchronous = FULL;
    PRAGMA fullfsync = ON;
    BEGIN EXCLUSIVE; COMMIT;
";

/// Gives it back, with no journal beside it.
const RELEASE: &str = "
    PRAGMA locking_mode = NORMAL;
    PRAGMA journal_mode = DELETE;
";

/// What [`restore`] did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Restored {
    /// Where the database that was there before is kept.
    pub replaced: Option<PathBuf>,
    /// What is in the database now.
    pub rows: Rows,
}

/// Makes the file `database` hold what `backup` holds, entirely or not at all.
///
/// What it held before is kept in `<database>.replaced-<now>`. A backup of an older version is
/// brought up to date by the next [`Store::migrate`](crate::Store::migrate).
pub fn restore(
    database: &Path,
    backup: &Path,
    now: Timestamp,
    observe: &mut Observer<'_>,
) -> Result<Restored, RestoreError> {
    let source = usable(database, backup)?;
    let failed = |error| database_error(database, error);
    let (mut target, mut replaced) = claim_or_set_aside(database, now)?;
    // Zero until something was stored.
    let stored: i64 =
        target.query_row("PRAGMA schema_version", [], |row| row.get(0)).map_err(failed)?;
    if stored > 0 {
        let aside = aside(database, now);
        // Not verified: a damaged database may be the reason for all this.
        let mut go_on = |_| ControlFlow::Continue(());
        to_file(&target, &aside, None, &mut go_on).map_err(RestoreError::Aside)?;
        replaced = Some(aside);
    }
    let expected = rows(&source).map_err(|error| database_error(backup, error))?;
    pages(&source, &mut target, database, observe).map_err(RestoreError::Copy)?;
    verify(&target, &expected, database).map_err(RestoreError::Copy)?;
    target.execute_batch(RELEASE).map_err(failed)?;
    target.close().map_err(|(_, source)| failed(source))?;
    Ok(Restored { replaced, rows: expected })
}

/// Opens a backup that can be restored.
fn usable(database: &Path, backup: &Path) -> Result<Connection, RestoreError> {
    let path = backup.to_owned();
    let unreadable = |source| RestoreError::Unreadable { path: backup.to_owned(), source };
    let canonical = fs::canonicalize(backup).map_err(unreadable)?;
    if fs::canonicalize(database).is_ok_and(|database| database == canonical) {
        return Err(RestoreError::Same { path });
    }
    if begins_with_brace(backup).map_err(unreadable)? {
        return Err(RestoreError::Export { path });
    }
    let failed = |error: rusqlite::Error| match error.sqlite_error_code() {
        Some(ErrorCode::NotADatabase) => RestoreError::Foreign { path: backup.to_owned() },
        Some(ErrorCode::DatabaseCorrupt) => {
            RestoreError::Damaged { path: backup.to_owned(), lines: vec![error.to_string()] }
        }
        _ => database_error(backup, error),
    };
    let source = pinned(backup).map_err(failed)?;
    let lines = findings(&source).map_err(failed)?;
    if !lines.is_empty() {
        return Err(RestoreError::Damaged { path, lines });
    }
    let known = migrate::known_versions()?;
    let applied = applied_versions(&source).map_err(failed)?;
    if applied.is_disjoint(&known) {
        return Err(RestoreError::Foreign { path });
    }
    match applied.difference(&known).last() {
        Some(version) => Err(RestoreError::Newer { path, version: version.clone() }),
        None => Ok(source),
    }
}

fn begins_with_brace(file: &Path) -> io::Result<bool> {
    let mut head = [0; 64];
    let length = File::open(file)?.read(&mut head)?;
    Ok(head[..length].trim_ascii_start().first() == Some(&b'{'))
}

fn applied_versions(database: &Connection) -> rusqlite::Result<BTreeSet<String>> {
    if !database.table_exists(None, "__diesel_schema_migrations")? {
        return Ok(BTreeSet::new());
    }
    database.prepare(APPLIED)?.query_map([], |row| row.get(0))?.collect()
}

/// Claims the database. Where there is none, one is created; where the file is something else, it
/// is moved aside with what belongs to it.
fn claim_or_set_aside(
    database: &Path,
    now: Timestamp,
) -> Result<(Connection, Option<PathBuf>), RestoreError> {
    create(database)?;
    let aside = Some(aside(database, now)).filter(|_| is_something_else(database));
    if let Some(aside) = &aside {
        set_aside(database, aside)
            .map_err(|source| RestoreError::File { path: aside.clone(), source })?;
        create(database)?;
    }
    claim(database).map(|connection| (connection, aside)).map_err(|error| refused(database, error))
}

/// Whether the file is no database, told without touching the log beside it: opened in earnest,
/// `SQLite` removes a log that makes no sense to it.
fn is_something_else(database: &Path) -> bool {
    let probed = database.to_str().ok_or("its name is not UTF-8".into());
    let probed = probed.and_then(|path| sqlite_uri(path, "ro&immutable=1"));
    let error = probed.ok().and_then(|uri| probe(&uri).err());
    error.is_some_and(|error| error.sqlite_error_code() == Some(ErrorCode::NotADatabase))
}

fn probe(uri: &str) -> rusqlite::Result<()> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_URI;
    Connection::open_with_flags(uri, flags)?.execute_batch("SELECT 1 FROM sqlite_schema")
}

/// Creates the database unless it is there: opening and closing it would drop locks on it.
fn create(database: &Path) -> Result<(), RestoreError> {
    match private_file().create_new(true).open(database) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        created => created
            .map(drop)
            .map_err(|source| RestoreError::File { path: database.to_owned(), source }),
    }
}

fn claim(database: &Path) -> rusqlite::Result<Connection> {
    let connection = open(database)?;
    connection.execute_batch(CLAIM)?;
    Ok(connection)
}

fn refused(database: &Path, error: rusqlite::Error) -> RestoreError {
    match error.sqlite_error_code() {
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => {
            RestoreError::InUse { path: database.to_owned() }
        }
        _ => database_error(database, error),
    }
}

fn database_error(path: &Path, error: rusqlite::Error) -> RestoreError {
    RestoreError::Database { path: path.to_owned(), source: error.into() }
}

fn set_aside(database: &Path, aside: &Path) -> io::Result<()> {
    fs::rename(database, aside)?;
    for suffix in SIDE_FILES {
        let beside = with_suffix(database, suffix);
        if beside.exists() {
            fs::rename(beside, with_suffix(aside, suffix))?;
        }
    }
    flush_directory_of(database)
}

fn aside(database: &Path, now: Timestamp) -> PathBuf {
    with_suffix(database, &format!(".replaced-{}", compact(now)))
}
