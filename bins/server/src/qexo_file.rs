//! The files in which everything moves between Qexo and Inkstone (contract qexo, section 11).

mod document;
mod likes;
mod listed;
mod report;
mod rows;
mod writing;

use std::{fs::File, io::BufReader, ops::ControlFlow, path::Path};

use inkstone_storage::qexo::{self, Cell, SourceError};
use serde_json::{Map, Value};

pub use self::{
    document::{DocumentError, MAX_ITEMS, read_document, read_list},
    listed::{ListError, read_listed, read_page},
    report::Report,
    rows::Reading,
    writing::write,
};

/// What a file holds, list by list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum List {
    /// Names and contents.
    Settings,
    /// Uploaded images; the files are elsewhere.
    Images,
    /// Links to other sites.
    Friends,
    /// The owner's inbox.
    Notifications,
    /// Custom fields.
    Custom,
    /// Visitors.
    Uv,
    /// Counters.
    Pv,
    /// Short posts.
    Talks,
    /// An index of posts; the posts themselves are elsewhere.
    Posts,
}

impl List {
    /// All, in the order of an export.
    pub const ALL: [Self; 9] = [
        Self::Settings,
        Self::Images,
        Self::Friends,
        Self::Notifications,
        Self::Custom,
        Self::Uv,
        Self::Pv,
        Self::Talks,
        Self::Posts,
    ];

    /// Its key.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Settings => "settings",
            Self::Images => "images",
            Self::Friends => "friends",
            Self::Notifications => "notifications",
            Self::Custom => "custom",
            Self::Uv => "uv",
            Self::Pv => "pv",
            Self::Talks => "talks",
            Self::Posts => "posts",
        }
    }

    /// The list with this key.
    pub fn of(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|list| list.key() == key)
    }

    /// Its table in Qexo's database.
    const fn table(self) -> &'static str {
        match self {
            Self::Settings => "hexoweb_settingmodel",
            Self::Images => "hexoweb_imagemodel",
            Self::Friends => "hexoweb_friendmodel",
            Self::Notifications => "hexoweb_notificationmodel",
            Self::Custom => "hexoweb_custommodel",
            Self::Uv => "hexoweb_statisticuv",
            Self::Pv => "hexoweb_statisticpv",
            Self::Talks => "hexoweb_talkmodel",
            Self::Posts => "hexoweb_postmodel",
        }
    }
}

/// Why a file cannot be used. Nothing of it is.
#[derive(Debug, thiserror::Error)]
pub enum FileError {
    /// It cannot be opened or read.
    #[error(transparent)]
    Io(#[from] std::io::Error),
    /// It is no export.
    #[error(transparent)]
    Document(#[from] DocumentError),
    /// It is a database that cannot be read.
    #[error(transparent)]
    Database(#[from] SourceError),
    /// It is the database of something else.
    #[error("the database holds none of Qexo's tables")]
    Foreign,
}

/// Reads an export, or Qexo's `SQLite` database, whichever `file` is. `watched` sees the bytes of
/// an export go by.
pub fn read_file<R: std::io::Read>(
    file: &Path,
    watched: impl FnOnce(File) -> R,
    reading: &mut Reading<'_>,
) -> Result<(), FileError> {
    if qexo::is_sqlite(file)? {
        return read_database(file, reading);
    }
    let input = BufReader::with_capacity(256 * 1024, watched(File::open(file)?));
    Ok(read_document(input, reading)?)
}

fn read_database(file: &Path, reading: &mut Reading<'_>) -> Result<(), FileError> {
    let tables = List::ALL.map(List::table);
    let mut rows = 0;
    let found = qexo::read_sqlite(file, &tables, &mut |table, cells| {
        if let Some(list) = List::ALL.into_iter().find(|list| list.table() == table) {
            reading.push(list, &object(list, cells));
        }
        rows += 1;
        if rows > MAX_ITEMS { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    })?;
    if rows > MAX_ITEMS {
        return Err(DocumentError::TooMany.into());
    }
    if found == 0 {
        return Err(FileError::Foreign);
    }
    Ok(())
}

/// A row of a table as an export has it.
fn object(list: List, cells: Vec<(String, Cell)>) -> Value {
    let mut object = Map::new();
    for (name, cell) in cells {
        let value = match cell {
            Cell::Null => Value::Null,
            Cell::Integer(flag @ (0 | 1)) if name == "status" => Value::Bool(flag == 1),
            Cell::Integer(number) => number.into(),
            Cell::Real(number) => number.into(),
            Cell::Text(text) => text.into(),
        };
        object.insert(name, value);
    }
    // Elsewhere it is the number of a row and says nothing.
    if list != List::Talks {
        object.remove("id");
    }
    Value::Object(object)
}
