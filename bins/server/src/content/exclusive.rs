//! Changes by one process at a time, when several serve one blog.

use std::{collections::BTreeMap, time::Duration};

use inkstone_content::{
    Change, Changed, Changes, Commit, ContentPath, ContentSource, Delivery, File, Revision,
    SourceError, Version,
};
use inkstone_storage::{Lock, Store};
use inkstone_vocab::Timestamp;

/// How long a change waits for those of other processes.
const WAIT: Duration = Duration::from_mins(1);

/// A source that is changed and delivered under a lock of the database.
///
/// Processes with clones of their own would notice each other at the remote; this way they wait
/// instead of trying again. Where there is nothing but a directory, it is what keeps them apart.
pub(super) struct Exclusive<S> {
    source: S,
    store: Store,
    name: String,
}

impl<S> Exclusive<S> {
    /// `name` is that of the repository or directory, the same for all processes.
    pub(super) fn new(source: S, store: Store, name: String) -> Self {
        Self { source, store, name }
    }

    fn lock(&self) -> Result<Lock, SourceError> {
        self.store.lock(&self.name, WAIT).map_err(|error| {
            tracing::warn!(error = &error as &dyn std::error::Error, "no lock for the content");
            SourceError::Busy
        })
    }
}

impl<S: ContentSource> ContentSource for Exclusive<S> {
    fn changes(&self, since: Option<&Revision>) -> Result<Changes, SourceError> {
        self.source.changes(since)
    }

    fn read(&self, path: &ContentPath) -> Result<Option<File>, SourceError> {
        self.source.read(path)
    }

    fn read_version(
        &self,
        path: &ContentPath,
        version: &Version,
    ) -> Result<Option<Vec<u8>>, SourceError> {
        self.source.read_version(path, version)
    }

    fn modified(
        &self,
        paths: &[ContentPath],
    ) -> Result<BTreeMap<ContentPath, Timestamp>, SourceError> {
        self.source.modified(paths)
    }

    fn history(&self, path: &ContentPath, limit: usize) -> Result<Vec<Commit>, SourceError> {
        self.source.history(path, limit)
    }

    fn change(&self, change: &Change) -> Result<Changed, SourceError> {
        let _lock = self.lock()?;
        self.source.change(change)
    }

    fn refresh(&self) -> Result<bool, SourceError> {
        self.source.refresh()
    }

    fn deliver(&self) -> Result<Option<Delivery>, SourceError> {
        let _lock = self.lock()?;
        self.source.deliver()
    }
}
