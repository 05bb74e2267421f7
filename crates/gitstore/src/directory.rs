//! A blog's source tree in a plain directory.

mod build;
mod place;
mod scan;
mod write;

pub use build::{BuildConfig, BuildReport, BuildState};

use std::{
    collections::BTreeMap,
    fs::{self, File as OsFile},
    path::PathBuf,
    sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard},
    time::{Duration, UNIX_EPOCH},
};

use inkstone_content::{
    Change, Changed, Changes, Commit, ContentPath, ContentSource, Delivery, Edit, Entry, File,
    Revision, SourceError, Version,
};
use inkstone_vocab::{Fault, FaultKind, Source, Timestamp};

use self::{
    build::Builder,
    place::{Place, place},
    scan::{Memory, Tree, revision, version_of},
    write::Batch,
};
use crate::{
    expect::{Seen, check, refuse_nested},
    failure::Failure,
    lock::wait_for,
};

/// Which directory, and what happens when it changes.
#[derive(Clone, Debug)]
pub struct DirectoryConfig {
    /// The root of the blog.
    pub root: PathBuf,
    /// What builds the site after a change.
    pub build: Option<BuildConfig>,
    /// How long a change waits for other processes of this machine to finish theirs; a minute is
    /// plenty.
    pub patience: Duration,
}

/// Why a directory cannot be a source.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DirectoryError {
    /// It does not exist, is no directory, or may not be read.
    #[error("the root of the blog is no directory that can be read")]
    Root(#[source] Source),
}

impl Fault for DirectoryError {
    fn kind(&self) -> FaultKind {
        match self {
            Self::Root(_) => FaultKind::Invalid,
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::Root(_) => "directory_root_invalid",
        }
    }
}

/// The source tree of a blog in a plain directory.
///
/// Files may change under its hands: others edit there, too. A file is replaced as a whole, by
/// renaming; versions are SHA-256 digests. Symbolic links are followed as long as they stay below
/// the root; what is in `.git`, `.hg`, `.svn` and `node_modules` does not exist. There is no
/// history.
pub struct DirectorySource {
    root: PathBuf,
    patience: Duration,
    gate: RwLock<()>,
    memory: Mutex<Memory>,
    builder: Option<Builder>,
}

impl DirectorySource {
    /// Looks whether the directory is there.
    pub fn open(config: DirectoryConfig) -> Result<Self, DirectoryError> {
        let root = config.root.canonicalize();
        let root = root.map_err(|error| DirectoryError::Root(error.into()))?;
        fs::read_dir(&root).map_err(|error| DirectoryError::Root(error.into()))?;
        Ok(Self {
            builder: config.build.map(|build| Builder::new(build, root.clone())),
            root,
            patience: config.patience,
            gate: RwLock::default(),
            memory: Mutex::default(),
        })
    }

    /// The build that runs, or ran last; `None` before the first.
    pub fn last_build(&self) -> Option<BuildReport> {
        self.builder.as_ref()?.report()
    }

    /// Waits until no build runs, at most so long; whether that is so.
    pub fn wait_for_build(&self, limit: Duration) -> bool {
        self.builder.as_ref().is_none_or(|builder| builder.wait(limit))
    }

    fn memory(&self) -> MutexGuard<'_, Memory> {
        self.memory.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Nobody writes as long as this is held, in this process or another of this machine.
    fn reading(&self) -> Result<(RwLockReadGuard<'_, ()>, OsFile), Failure> {
        let guard = self.gate.read().unwrap_or_else(PoisonError::into_inner);
        let file = OsFile::open(&self.root)?;
        wait_for(&file, self.patience, OsFile::try_lock_shared)?;
        Ok((guard, file))
    }

    fn writing(&self) -> Result<(RwLockWriteGuard<'_, ()>, OsFile), Failure> {
        let guard = self.gate.write().unwrap_or_else(PoisonError::into_inner);
        let file = OsFile::open(&self.root)?;
        wait_for(&file, self.patience, OsFile::try_lock)?;
        Ok((guard, file))
    }

    fn read_changes(&self, since: Option<&Revision>) -> Result<Changes, Failure> {
        let _reading = self.reading()?;
        let mut memory = self.memory();
        let tree = memory.scan(&self.root)?;
        let old = since.and_then(|since| memory.remembered(since));
        let none = Tree::new();
        let before = old.as_deref().unwrap_or(&none);
        let entry = |(path, seen): (&ContentPath, &scan::Scanned)| Entry {
            path: path.clone(),
            version: seen.version.clone(),
            size: seen.size,
        };
        let differs = |(path, seen): &(&ContentPath, &scan::Scanned)| {
            before.get(*path).is_none_or(|before| before.version != seen.version)
        };
        let changes = Changes {
            revision: revision(&tree),
            complete: old.is_none(),
            changed: tree.iter().filter(differs).map(entry).collect(),
            removed: before.keys().filter(|path| !tree.contains_key(*path)).cloned().collect(),
        };
        memory.remember(changes.revision.clone(), Arc::new(tree));
        Ok(changes)
    }

    fn read_file(&self, path: &ContentPath) -> Result<Option<File>, Failure> {
        let Place::File { real, .. } = place(&self.root, path)? else { return Ok(None) };
        match fs::read(real) {
            Ok(bytes) => Ok(Some(File { version: version_of(&bytes), bytes })),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    fn carry_out(&self, change: &Change) -> Result<Changed, Failure> {
        refuse_nested(change)?;
        let _writing = self.writing()?;
        let mut batch = Batch::default();
        let mut versions = BTreeMap::new();
        for edit in &change.edits {
            let place = place(&self.root, edit.path())?;
            let old = match &place {
                Place::File { real, .. } => Some(fs::read(real)?),
                Place::Nothing { .. } | Place::BelowFile | Place::Other => None,
            };
            let new = match edit {
                Edit::Write { bytes, .. } => Some(version_of(bytes)),
                Edit::Remove { .. } => None,
            };
            check(edit, seen(&place, old.as_deref()), new.as_ref())?;
            if let Some(version) = new {
                versions.insert(edit.path().clone(), version);
            }
            match edit {
                Edit::Write { bytes, .. } if old.as_ref() != Some(bytes) => {
                    batch.write(place, bytes, old);
                }
                Edit::Write { .. } => {}
                Edit::Remove { .. } => batch.remove(place, old),
            }
        }
        let committed = !batch.is_empty();
        batch.carry_out(&self.root)?;
        let tree = self.memory().scan(&self.root)?;
        let revision = revision(&tree);
        self.memory().remember(revision.clone(), Arc::new(tree));
        let delivery = match &self.builder {
            Some(builder) if committed => {
                builder.request();
                Delivery::Building
            }
            _ => Delivery::Done,
        };
        Ok(Changed { revision, versions, committed, delivery })
    }
}

fn seen(place: &Place, bytes: Option<&[u8]>) -> Seen {
    match (place, bytes) {
        (Place::File { .. }, Some(bytes)) => Seen::File(version_of(bytes)),
        (Place::Nothing { .. } | Place::File { .. }, _) => Seen::Nothing,
        (Place::BelowFile, _) => Seen::BelowFile,
        (Place::Other, _) => Seen::Other,
    }
}

impl ContentSource for DirectorySource {
    fn changes(&self, since: Option<&Revision>) -> Result<Changes, SourceError> {
        Ok(self.read_changes(since)?)
    }

    fn read(&self, path: &ContentPath) -> Result<Option<File>, SourceError> {
        Ok(self.read_file(path)?)
    }

    fn read_version(
        &self,
        path: &ContentPath,
        version: &Version,
    ) -> Result<Option<Vec<u8>>, SourceError> {
        let file = self.read_file(path)?;
        Ok(file.filter(|file| file.version == *version).map(|file| file.bytes))
    }

    fn modified(
        &self,
        paths: &[ContentPath],
    ) -> Result<BTreeMap<ContentPath, Timestamp>, SourceError> {
        let time = |path: &ContentPath| -> Option<Timestamp> {
            let Ok(Place::File { real, .. }) = place(&self.root, path) else { return None };
            let modified = fs::metadata(real).ok()?.modified().ok()?;
            let since = modified.duration_since(UNIX_EPOCH).ok()?;
            Some(Timestamp::from_millis(i64::try_from(since.as_millis()).ok()?))
        };
        Ok(paths.iter().filter_map(|path| Some((path.clone(), time(path)?))).collect())
    }

    fn history(&self, _: &ContentPath, _: usize) -> Result<Vec<Commit>, SourceError> {
        Ok(Vec::new())
    }

    fn change(&self, change: &Change) -> Result<Changed, SourceError> {
        Ok(self.carry_out(change)?)
    }

    fn refresh(&self) -> Result<bool, SourceError> {
        Ok(false)
    }

    fn deliver(&self) -> Result<Option<Delivery>, SourceError> {
        Ok(None)
    }
}

impl std::fmt::Debug for DirectorySource {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("DirectorySource").finish_non_exhaustive()
    }
}
