//! Copying pages, and looking whether all arrived.

use std::ffi::OsString;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::backup::StepResult;
use rusqlite::{Connection, ErrorCode, OpenFlags};

use super::{BackupError, Observer, Progress, Rows};
use crate::store::private_file;

/// Pages copied between two reports: 4 MiB.
const PAGES_PER_STEP: i32 = 1024;

/// How long others may hold a lock before it counts as refused.
const PATIENCE: Duration = Duration::from_secs(5);

/// What `SQLite` puts beside a database.
pub(super) const SIDE_FILES: [&str; 3] = ["-wal", "-shm", "-journal"];

/// Opens an existing database.
///
/// It may write, so that `SQLite` tidies up beside a database that nobody else has open.
pub(super) fn open(database: &Path) -> rusqlite::Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(database, flags)?;
    connection.busy_timeout(PATIENCE)?;
    Ok(connection)
}

/// Opens an existing database as of now, whatever is written to it from here on.
pub(super) fn pinned(database: &Path) -> rusqlite::Result<Connection> {
    let connection = open(database)?;
    // The first read is the moment.
    connection.execute_batch("PRAGMA query_only = ON; BEGIN; SELECT 1 FROM sqlite_schema")?;
    Ok(connection)
}

/// Counts the rows of every table.
pub(super) fn rows(database: &Connection) -> rusqlite::Result<Rows> {
    let mut query = database.prepare(
        "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT GLOB 'sqlite_*'",
    )?;
    let names = query.query_map([], |row| row.get::<_, String>(0))?;
    names
        .map(|name| {
            let name = name?;
            let count = format!("SELECT count(*) FROM \"{}\"", name.replace('"', "\"\""));
            let count: i64 = database.query_row(&count, [], |row| row.get(0))?;
            Ok((name, u64::try_from(count).unwrap_or_default()))
        })
        .collect()
}

/// What is wrong inside a database, a line for each finding.
pub(super) fn findings(database: &Connection) -> rusqlite::Result<Vec<String>> {
    let found = database
        .prepare("SELECT integrity_check FROM pragma_integrity_check WHERE integrity_check <> 'ok'")
        .and_then(|mut query| query.query_map([], |row| row.get(0))?.collect());
    match found {
        // Some damage is too bad for the check itself.
        Err(error) if error.sqlite_error_code() == Some(ErrorCode::DatabaseCorrupt) => {
            Ok(vec![error.to_string()])
        }
        found => found,
    }
}

/// Copies every page, in one transaction of `to`.
pub(super) fn pages(
    from: &Connection,
    to: &mut Connection,
    path: &Path,
    observe: &mut Observer<'_>,
) -> Result<(), BackupError> {
    let failed = |error| database_error(path, error);
    let backup = rusqlite::backup::Backup::new(from, to).map_err(failed)?;
    loop {
        let step = backup.step(PAGES_PER_STEP).map_err(failed)?;
        let rusqlite::backup::Progress { remaining, pagecount } = backup.progress();
        let [remaining, pages] =
            [remaining, pagecount].map(|pages| u64::try_from(pages).unwrap_or_default());
        let progress = Progress { copied: pages.saturating_sub(remaining), pages };
        match step {
            StepResult::Done => {
                // Everything is there: too late to break it off.
                let _ = observe(progress);
                return Ok(());
            }
            StepResult::More if observe(progress).is_continue() => {}
            StepResult::More => return Err(BackupError::BrokenOff),
            // Nobody else may be in the way here: the source is pinned, the target ours.
            _ => return Err(failed(busy())),
        }
    }
}

/// Copies a database to the new file `file`; its size. With `rows`, the copy is read again and
/// must be intact and have as many.
pub(super) fn to_file(
    from: &Connection,
    file: &Path,
    rows: Option<&Rows>,
    observe: &mut Observer<'_>,
) -> Result<u64, BackupError> {
    let exists = |path: &Path| BackupError::Exists { path: path.to_owned() };
    if file.exists() {
        return Err(exists(file));
    }
    let part = with_suffix(file, ".part");
    // Closed before SQLite opens it: closing a file drops all locks of the process on it.
    match private_file().create_new(true).open(&part) {
        Ok(created) => drop(created),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => return Err(exists(&part)),
        Err(source) => return Err(BackupError::File { path: part, source }),
    }
    let copied = write(from, &part, rows, observe).and_then(|()| {
        publish(&part, file).map_err(|source| BackupError::File { path: file.to_owned(), source })
    });
    if copied.is_err() {
        for suffix in ["", "-wal", "-shm", "-journal"] {
            // What cannot be removed now is only untidy; most of these were never there.
            let _ = fs::remove_file(with_suffix(&part, suffix));
        }
    }
    copied
}

fn write(
    from: &Connection,
    part: &Path,
    rows: Option<&Rows>,
    observe: &mut Observer<'_>,
) -> Result<(), BackupError> {
    let failed = |error| database_error(part, error);
    let mut copy = open(part).map_err(failed)?;
    // A copy that breaks is thrown away, and one that does not is flushed at the end.
    copy.execute_batch("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF").map_err(failed)?;
    pages(from, &mut copy, part, observe)?;
    copy.close().map_err(|(_, source)| failed(source))?;
    // Read again, and made a single file: the original says that a log belongs to it.
    let copy = open(part).map_err(failed)?;
    copy.execute_batch("PRAGMA journal_mode = DELETE").map_err(failed)?;
    if let Some(rows) = rows {
        verify(&copy, rows, part)?;
    }
    copy.close().map_err(|(_, source)| failed(source))
}

/// Whether `copy` is intact and has as many rows as it should.
pub(super) fn verify(copy: &Connection, expected: &Rows, path: &Path) -> Result<(), BackupError> {
    let failed = |error| database_error(path, error);
    let lines = findings(copy).map_err(failed)?;
    if !lines.is_empty() {
        return Err(BackupError::Damaged { lines });
    }
    let found = rows(copy).map_err(failed)?;
    let tables = expected.keys().chain(found.keys());
    match tables.into_iter().find(|&table| expected.get(table) != found.get(table)) {
        Some(table) => Err(BackupError::Differs { table: table.clone() }),
        None => Ok(()),
    }
}

/// Gives the flushed file its name; its size.
fn publish(part: &Path, file: &Path) -> io::Result<u64> {
    let written = fs::OpenOptions::new().write(true).open(part)?;
    written.sync_all()?;
    fs::rename(part, file)?;
    flush_directory_of(file)?;
    Ok(written.metadata()?.len())
}

/// Makes names in the directory of `file` durable.
#[cfg(unix)]
pub(super) fn flush_directory_of(file: &Path) -> io::Result<()> {
    let parent = file.parent().filter(|parent| !parent.as_os_str().is_empty());
    File::open(parent.unwrap_or(Path::new(".")))?.sync_all()
}

/// Other systems do it by themselves.
#[cfg(not(unix))]
pub(super) fn flush_directory_of(_file: &Path) -> io::Result<()> {
    Ok(())
}

pub(super) fn with_suffix(file: &Path, suffix: &str) -> PathBuf {
    let mut name = OsString::from(file);
    name.push(suffix);
    name.into()
}

pub(super) fn database_error(path: &Path, error: rusqlite::Error) -> BackupError {
    BackupError::Database { path: path.to_owned(), source: error.into() }
}

fn busy() -> rusqlite::Error {
    let code = rusqlite::ffi::Error::new(rusqlite::ffi::SQLITE_BUSY);
    rusqlite::Error::SqliteFailure(code, None)
}
