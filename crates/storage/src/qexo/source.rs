//! The `SQLite` file of another program, read and never written.

use std::{
    fs::File,
    io::{self, Read as _},
    ops::ControlFlow,
    path::Path,
};

use inkstone_vocab::Source;
use rusqlite::{Connection, OpenFlags, types::ValueRef};

use crate::pool::sqlite_uri;

/// What every `SQLite` file begins with.
const MAGIC: &[u8] = b"SQLite format 3\0";

/// A table of that name, not a view, which may be endless.
const IS_TABLE: &str =
    "SELECT EXISTS (SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = ?1)";

/// A value of a row.
#[derive(Clone, Debug, PartialEq)]
pub enum Cell {
    /// Nothing.
    Null,
    /// A whole number; truth values are 0 and 1.
    Integer(i64),
    /// A number.
    Real(f64),
    /// A text. What is not Unicode is replaced by U+FFFD.
    Text(String),
}

/// Why a file cannot be read.
#[derive(Debug, thiserror::Error)]
#[error("the SQLite file cannot be read")]
pub struct SourceError(#[source] Source);

/// Whether the file is a `SQLite` database, told by how it begins.
pub fn is_sqlite(file: &Path) -> io::Result<bool> {
    let mut head = Vec::with_capacity(MAGIC.len());
    File::open(file)?.take(MAGIC.len() as u64).read_to_end(&mut head)?;
    Ok(head == MAGIC)
}

/// Hands over the rows of those of `tables` that the `SQLite` file has, in the order in which
/// they were stored: the name of the table, and each column's name and value. As of one moment,
/// whatever the program that owns the file does meanwhile. How many of the tables it has.
pub fn read_sqlite(
    file: &Path,
    tables: &[&'static str],
    each: &mut dyn FnMut(&'static str, Vec<(String, Cell)>) -> ControlFlow<()>,
) -> Result<usize, SourceError> {
    let source = open(file)?;
    let mut found = 0;
    for table in tables {
        found +=
            usize::from(rows(&source, table, each).map_err(|error| SourceError(error.into()))?);
    }
    Ok(found)
}

fn open(file: &Path) -> Result<Connection, SourceError> {
    let path = file.to_str().ok_or_else(|| SourceError("its name is not UTF-8".into()))?;
    let uri = sqlite_uri(path, "ro").map_err(SourceError)?;
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY
        | OpenFlags::SQLITE_OPEN_URI
        | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let begun = Connection::open_with_flags(uri, flags).and_then(|source| {
        // A foreign schema runs nothing, and the first read is the moment.
        source.execute_batch("PRAGMA trusted_schema = OFF; BEGIN; SELECT 1 FROM sqlite_schema")?;
        Ok(source)
    });
    begun.map_err(|error| SourceError(error.into()))
}

fn rows(
    source: &Connection,
    table: &'static str,
    each: &mut dyn FnMut(&'static str, Vec<(String, Cell)>) -> ControlFlow<()>,
) -> rusqlite::Result<bool> {
    if !source.query_row(IS_TABLE, [table], |row| row.get(0))? {
        return Ok(false);
    }
    let mut query = source.prepare(&format!("SELECT * FROM \"{table}\" ORDER BY rowid"))?;
    let names: Vec<String> = query.column_names().into_iter().map(str::to_owned).collect();
    let mut rows = query.query([])?;
    while let Some(row) = rows.next()? {
        let mut cells = Vec::with_capacity(names.len());
        for (at, name) in names.iter().enumerate() {
            cells.push((name.clone(), cell(row.get_ref(at)?)));
        }
        if each(table, cells).is_break() {
            break;
        }
    }
    Ok(true)
}

fn cell(value: ValueRef<'_>) -> Cell {
    match value {
        ValueRef::Null => Cell::Null,
        ValueRef::Integer(number) => Cell::Integer(number),
        ValueRef::Real(number) => Cell::Real(number),
        ValueRef::Text(bytes) | ValueRef::Blob(bytes) => {
            Cell::Text(String::from_utf8_lossy(bytes).into_owned())
        }
    }
}
