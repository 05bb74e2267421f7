//! Where the files of a blog's source tree are kept, and how they change.

use std::{collections::BTreeMap, fmt, sync::Arc};

use inkstone_vocab::{Fault, FaultKind, Source, Timestamp};

use crate::path::ContentPath;

/// The identity of a file's bytes, such as the id of a Git blob; equal bytes of one source have
/// equal versions. An editor names the version it started from, so that a conflict is seen.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Version(String);

impl Version {
    /// A version as an editor or a source names it: 1 to 128 of `[0-9A-Za-z:_-]`.
    pub fn parse(text: &str) -> Option<Self> {
        let allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, ':' | '_' | '-');
        let valid = (1..=128).contains(&text.len()) && text.chars().all(allowed);
        valid.then(|| Self(text.to_owned()))
    }

    /// Its text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Version {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

/// The state of a whole tree, such as the id of a commit. Opaque, and comparable for equality only.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Revision(pub String);

/// A regular file of the tree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Where it is.
    pub path: ContentPath,
    /// What its bytes are.
    pub version: Version,
    /// How many bytes it has.
    pub size: u64,
}

/// How a tree got from one revision to another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Changes {
    /// The revision that was reached.
    pub revision: Revision,
    /// Whether `changed` is the whole tree, because the source cannot tell what has changed since
    /// the revision that was asked for, or none was.
    pub complete: bool,
    /// Files that are new or have other bytes.
    pub changed: Vec<Entry>,
    /// Files that are gone; empty when `complete`.
    pub removed: Vec<ContentPath>,
}

/// The bytes of a file, and what they are called.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct File {
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// Their version.
    pub version: Version,
}

/// What an edit expects to find.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Base {
    /// Whatever is there when the edit begins; a change by somebody else that arrives while it is
    /// carried out is still a conflict.
    Current,
    /// No file at all.
    Absent,
    /// These bytes.
    Version(Version),
}

/// One step of a change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Edit {
    /// Creates a file or replaces its bytes; directories above it are made.
    Write {
        /// Where.
        path: ContentPath,
        /// All of its new bytes.
        bytes: Vec<u8>,
        /// What must be there.
        base: Base,
    },
    /// Removes a regular file; directories are never removed on purpose, empty ones may go along.
    Remove {
        /// Where.
        path: ContentPath,
        /// What must be there.
        base: Base,
    },
}

impl Edit {
    /// The path it touches.
    pub fn path(&self) -> &ContentPath {
        match self {
            Self::Write { path, .. } | Self::Remove { path, .. } => path,
        }
    }
}

/// Edits that happen together or not at all: one commit. No two of them touch one path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// What changes, in any order.
    pub edits: Vec<Edit>,
    /// The commit message; never empty.
    pub message: String,
    /// When.
    pub at: Timestamp,
}

/// What became of a change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Changed {
    /// The tree's revision that has it.
    pub revision: Revision,
    /// The new version of each file that was written.
    pub versions: BTreeMap<ContentPath, Version>,
    /// Whether anything differs from before; when not, nothing was committed.
    pub committed: bool,
    /// How far it got.
    pub delivery: Delivery,
}

/// How far a committed change got.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Delivery {
    /// As far as it goes: the remote has it, or there is none.
    Done,
    /// A build of the site was started, or follows the one that runs.
    Building,
    /// It is kept here and will be delivered later; the reason is fit for the owner's eyes: without
    /// secrets and local paths.
    Waiting(String),
}

/// A commit that touched a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Commit {
    /// The revision it made.
    pub revision: Revision,
    /// The file's version in it, `None` where it was removed.
    pub version: Option<Version>,
    /// Who wrote it: a name, perhaps with an address.
    pub author: String,
    /// When.
    pub at: Timestamp,
    /// The first line of its message.
    pub summary: String,
}

/// Where the files of a blog are kept.
///
/// Paths are relative to the root of the blog, whatever directory of a repository that is. Only
/// regular files exist: symbolic links that leave the root, submodules and `.git` do not. Writes
/// are atomic and one after the other, across threads and processes; a reader never sees half of a
/// change. The laws are in the `contract` module (feature `testing`).
pub trait ContentSource: Send + Sync {
    /// What has changed since `since`; the whole tree for `None` or an unknown revision. Costs as
    /// much as the change where the source can tell, and looks at nothing outside this machine.
    fn changes(&self, since: Option<&Revision>) -> Result<Changes, SourceError>;

    /// The file at `path` now, `None` when there is no regular file.
    fn read(&self, path: &ContentPath) -> Result<Option<File>, SourceError>;

    /// The bytes of a version that the tree has or once had at `path`; `None` when it is unknown, or
    /// the source keeps no history.
    fn read_version(
        &self,
        path: &ContentPath,
        version: &Version,
    ) -> Result<Option<Vec<u8>>, SourceError>;

    /// When each of `paths` was changed last, for those where that is known cheaply.
    fn modified(
        &self,
        paths: &[ContentPath],
    ) -> Result<BTreeMap<ContentPath, Timestamp>, SourceError>;

    /// Commits that touched `path`, newest first, at most `limit`; empty without a history.
    fn history(&self, path: &ContentPath, limit: usize) -> Result<Vec<Commit>, SourceError>;

    /// Carries out a change, and delivers it. When the remote has moved on, the change is carried
    /// out again on what is there; when somebody else has changed the same file, it is a
    /// [`SourceError::Conflict`] and both versions are kept.
    fn change(&self, change: &Change) -> Result<Changed, SourceError>;

    /// Takes over what others have changed at the remote; whether there was anything.
    fn refresh(&self) -> Result<bool, SourceError>;

    /// Delivers what is still waiting; `None` when nothing waits.
    fn deliver(&self) -> Result<Option<Delivery>, SourceError>;
}

/// Why a source did not do what it was asked to.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SourceError {
    /// There is no file to remove or change.
    #[error("file does not exist")]
    NotFound(ContentPath),
    /// Something else than a regular file is there, or above it: a directory, a link, a submodule.
    #[error("path is not that of a regular file")]
    NotAFile(ContentPath),
    /// Somebody else has changed the file; nothing of theirs is lost.
    #[error("file has changed meanwhile")]
    Conflict {
        /// Which file.
        path: ContentPath,
        /// What is there now, `None` when it was removed.
        current: Option<Version>,
        /// Where our version is kept, such as the name of a branch; `None` when the change was
        /// refused before anything was written.
        kept: Option<String>,
    },
    /// The remote cannot be reached or refuses us. The reason has neither secrets nor local paths.
    #[error("remote failed: {reason}")]
    Remote {
        /// In words fit for the owner.
        reason: String,
        /// What the library said, for the log.
        #[source]
        source: Option<Source>,
    },
    /// Busy for too long; the same request may succeed later.
    #[error("source is busy")]
    Busy,
    /// The disk or the repository is broken.
    #[error("source failed")]
    Backend(#[source] Source),
}

impl Fault for SourceError {
    fn kind(&self) -> FaultKind {
        match self {
            Self::NotFound(_) => FaultKind::NotFound,
            Self::NotAFile(_) => FaultKind::Invalid,
            Self::Conflict { .. } => FaultKind::Conflict,
            Self::Remote { .. } | Self::Busy => FaultKind::Unavailable,
            Self::Backend(_) => FaultKind::Internal,
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::NotFound(_) => "content_not_found",
            Self::NotAFile(_) => "content_not_a_file",
            Self::Conflict { .. } => "content_conflict",
            Self::Remote { .. } => "content_remote_failed",
            Self::Busy => "content_busy",
            Self::Backend(_) => "content_failed",
        }
    }
}

impl<S: ContentSource + ?Sized> ContentSource for Arc<S> {
    fn changes(&self, since: Option<&Revision>) -> Result<Changes, SourceError> {
        (**self).changes(since)
    }

    fn read(&self, path: &ContentPath) -> Result<Option<File>, SourceError> {
        (**self).read(path)
    }

    fn read_version(
        &self,
        path: &ContentPath,
        version: &Version,
    ) -> Result<Option<Vec<u8>>, SourceError> {
        (**self).read_version(path, version)
    }

    fn modified(
        &self,
        paths: &[ContentPath],
    ) -> Result<BTreeMap<ContentPath, Timestamp>, SourceError> {
        (**self).modified(paths)
    }

    fn history(&self, path: &ContentPath, limit: usize) -> Result<Vec<Commit>, SourceError> {
        (**self).history(path, limit)
    }

    fn change(&self, change: &Change) -> Result<Changed, SourceError> {
        (**self).change(change)
    }

    fn refresh(&self) -> Result<bool, SourceError> {
        (**self).refresh()
    }

    fn deliver(&self) -> Result<Option<Delivery>, SourceError> {
        (**self).deliver()
    }
}

impl<S: ContentSource + ?Sized> ContentSource for &S {
    fn changes(&self, since: Option<&Revision>) -> Result<Changes, SourceError> {
        (**self).changes(since)
    }

    fn read(&self, path: &ContentPath) -> Result<Option<File>, SourceError> {
        (**self).read(path)
    }

    fn read_version(
        &self,
        path: &ContentPath,
        version: &Version,
    ) -> Result<Option<Vec<u8>>, SourceError> {
        (**self).read_version(path, version)
    }

    fn modified(
        &self,
        paths: &[ContentPath],
    ) -> Result<BTreeMap<ContentPath, Timestamp>, SourceError> {
        (**self).modified(paths)
    }

    fn history(&self, path: &ContentPath, limit: usize) -> Result<Vec<Commit>, SourceError> {
        (**self).history(path, limit)
    }

    fn change(&self, change: &Change) -> Result<Changed, SourceError> {
        (**self).change(change)
    }

    fn refresh(&self) -> Result<bool, SourceError> {
        (**self).refresh()
    }

    fn deliver(&self) -> Result<Option<Delivery>, SourceError> {
        (**self).deliver()
    }
}
