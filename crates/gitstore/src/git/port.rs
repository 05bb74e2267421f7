//! The port, each method as a unit of work on the repository.

use std::{
    collections::BTreeMap,
    sync::{PoisonError, atomic::Ordering},
};

use inkstone_content::{
    Change, Changed, Changes, Commit, ContentPath, ContentSource, Delivery, File, Revision,
    SourceError, Version,
};
use inkstone_vocab::Timestamp;

use super::{
    GitSource, past,
    repository::{is_fetched, tree_of},
    tree,
};

impl ContentSource for GitSource {
    fn changes(&self, since: Option<&Revision>) -> Result<Changes, SourceError> {
        Ok(self.store.read(|repository| self.read_changes(repository, since))?)
    }

    fn read(&self, path: &ContentPath) -> Result<Option<File>, SourceError> {
        Ok(self.store.read(|repository| self.read_file(repository, path))?)
    }

    fn read_version(
        &self,
        path: &ContentPath,
        version: &Version,
    ) -> Result<Option<Vec<u8>>, SourceError> {
        Ok(self.store.read(|repository| {
            self.ready(repository)?;
            let head = self.branch.head(repository)?;
            past::read_version(repository, head, &self.root.inside(path), version)
        })?)
    }

    fn modified(
        &self,
        paths: &[ContentPath],
    ) -> Result<BTreeMap<ContentPath, Timestamp>, SourceError> {
        Ok(self.store.read(|repository| {
            self.ready(repository)?;
            let head = self.branch.head(repository)?;
            let mut times = self.times.lock().unwrap_or_else(PoisonError::into_inner);
            times.update(repository, head)?;
            let tree = tree_of(repository, head)?;
            let mut found = BTreeMap::new();
            for path in paths {
                let inside = self.root.inside(path);
                let Some(time) = times.of(&inside) else { continue };
                if tree::find(repository, tree.as_ref(), &inside)?.blob().is_some() {
                    found.insert(path.clone(), time);
                }
            }
            Ok(found)
        })?)
    }

    fn history(&self, path: &ContentPath, limit: usize) -> Result<Vec<Commit>, SourceError> {
        Ok(self.store.read(|repository| {
            self.ready(repository)?;
            let head = self.branch.head(repository)?;
            past::history(repository, head, &self.root.inside(path), limit)
        })?)
    }

    fn change(&self, change: &Change) -> Result<Changed, SourceError> {
        let _held = self.lock.acquire()?;
        Ok(self.store.with(|repository| {
            let changed = self.carry_out(repository, change)?;
            self.keep_up(repository)?;
            Ok(changed)
        })?)
    }

    fn refresh(&self) -> Result<bool, SourceError> {
        let _held = self.lock.acquire()?;
        Ok(self.store.with(|repository| {
            let moved = self.take_over(repository)?;
            self.fetched.store(true, Ordering::Relaxed);
            self.untold().extend(moved.lost.iter().map(|kept| self.conflict(kept)));
            self.keep_up(repository)?;
            Ok(moved.remote)
        })?)
    }

    fn deliver(&self) -> Result<Option<Delivery>, SourceError> {
        let _held = self.lock.acquire()?;
        let delivered = self.store.with(|repository| {
            if !is_fetched(repository)? || !self.is_waiting(repository)? {
                return Ok(None);
            }
            self.deliver_ours(repository, None).map(Some)
        })?;
        // Conflicts are told one after the other, each once.
        self.untold().pop_front().map_or(Ok(delivered), Err)
    }
}
