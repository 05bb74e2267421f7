//! Whether an edit finds what it expects: the same rules for every source.

use inkstone_content::{Base, Change, ContentPath, Edit, SourceError, Version};

/// Directories that belong to other programs: never walked, read or written (contract qexo, 5.3).
pub(crate) const FOREIGN: [&str; 4] = [".git", ".hg", ".svn", "node_modules"];

/// What is at a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Seen {
    Nothing,
    File(Version),
    /// Nothing, because one of the directories above is a file.
    BelowFile,
    /// A directory, a link that may not be followed, a submodule, or something below one.
    Other,
}

/// Whether a path leads into a directory of another program.
pub(crate) fn is_foreign(path: &ContentPath) -> bool {
    path.segments().any(|segment| FOREIGN.contains(&segment))
}

/// Checks an edit against what is there. `new` is the version that a write makes.
pub(crate) fn check(edit: &Edit, seen: Seen, new: Option<&Version>) -> Result<(), SourceError> {
    let path = edit.path();
    let (base, current) = match (edit, seen) {
        (_, Seen::Other) | (Edit::Write { .. }, Seen::BelowFile) => {
            return Err(SourceError::NotAFile(path.clone()));
        }
        (Edit::Remove { .. }, Seen::Nothing | Seen::BelowFile) => {
            return Err(SourceError::NotFound(path.clone()));
        }
        (Edit::Write { base, .. }, Seen::Nothing) => (base, None),
        (Edit::Write { base, .. } | Edit::Remove { base, .. }, Seen::File(version)) => {
            (base, Some(version))
        }
    };
    let fits = match base {
        Base::Current => true,
        Base::Absent => current.is_none(),
        // A repeated edit finds its own result.
        Base::Version(expected) => {
            current.as_ref().is_some_and(|found| found == expected || Some(found) == new)
        }
    };
    if fits {
        Ok(())
    } else {
        Err(SourceError::Conflict { path: path.clone(), current, kept: None })
    }
}

/// Refuses a change that is about a file and about something below it.
pub(crate) fn refuse_nested(change: &Change) -> Result<(), SourceError> {
    let below = |path: &ContentPath, directory: &ContentPath| {
        path.as_str().strip_prefix(directory.as_str()).is_some_and(|rest| rest.starts_with('/'))
    };
    let paths = || change.edits.iter().map(Edit::path);
    let nested = paths().find(|path| paths().any(|other| below(other, path)));
    nested.map_or(Ok(()), |path| Err(SourceError::NotAFile(path.clone())))
}
