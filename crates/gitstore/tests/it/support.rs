//! Words for what tests do.

use inkstone_content::{
    Base, Change, Changed, ContentPath, ContentSource, Edit, SourceError, Version,
};
use inkstone_vocab::Timestamp;

pub(crate) const NOON: Timestamp = Timestamp::from_millis(1_795_780_800_000);

#[track_caller]
pub(crate) fn path(text: &str) -> ContentPath {
    ContentPath::parse(text).unwrap()
}

pub(crate) fn write(text: &str, bytes: impl AsRef<[u8]>, base: Base) -> Edit {
    Edit::Write { path: path(text), bytes: bytes.as_ref().to_owned(), base }
}

pub(crate) fn change(edits: Vec<Edit>) -> Change {
    Change { edits, message: "Save by Inkstone".to_owned(), at: NOON }
}

/// Writes a file, whatever is there.
pub(crate) fn save(
    source: &impl ContentSource,
    text: &str,
    bytes: &str,
) -> Result<Changed, SourceError> {
    source.change(&change(vec![write(text, bytes, Base::Current)]))
}

/// Writes a file that has this version.
pub(crate) fn save_on(
    source: &impl ContentSource,
    text: &str,
    bytes: &str,
    base: &Version,
) -> Result<Changed, SourceError> {
    source.change(&change(vec![write(text, bytes, Base::Version(base.clone()))]))
}

#[track_caller]
pub(crate) fn text(source: &impl ContentSource, name: &str) -> Option<String> {
    let file = source.read(&path(name)).unwrap()?;
    Some(String::from_utf8(file.bytes).unwrap())
}

#[track_caller]
pub(crate) fn version(source: &impl ContentSource, name: &str) -> Version {
    source.read(&path(name)).unwrap().unwrap().version
}

/// The paths of all files.
#[track_caller]
pub(crate) fn names(source: &impl ContentSource) -> Vec<String> {
    let changes = source.changes(None).unwrap();
    let mut names: Vec<_> = changes.changed.iter().map(|entry| entry.path.to_string()).collect();
    names.sort();
    names
}
