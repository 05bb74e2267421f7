//! The port, each method as a unit of work on the repository.

use std::{collections::BTreeMap, sync::atomic::Ordering};

use inkstone_content::{
    Change, Changed, Changes, Commit, ContentPath, ContentSource, Delivery, File, Revision,
    SourceError, Version,
};
use inkstone_vocab::Timestamp;

use super::{GitSource, repository::is_fetched, upkeep::Due};

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
        if let Some(file) = self.read(path)?.filter(|file| file.version == *version) {
            return Ok(Some(file.bytes));
        }
        Ok(self.store.read(|repository| {
            let past = self.past(repository)?;
            let Some(blob) = past.had(&self.root.inside(path), version) else { return Ok(None) };
            Ok(Some(repository.find_blob(blob)?.content().to_vec()))
        })?)
    }

    fn modified(
        &self,
        paths: &[ContentPath],
    ) -> Result<BTreeMap<ContentPath, Timestamp>, SourceError> {
        Ok(self.store.read(|repository| {
            let past = self.past(repository)?;
            let time = |path: &ContentPath| past.modified(&self.root.inside(path));
            Ok(paths.iter().filter_map(|path| Some((path.clone(), time(path)?))).collect())
        })?)
    }

    fn history(&self, path: &ContentPath, limit: usize) -> Result<Vec<Commit>, SourceError> {
        Ok(self.store.read(|repository| {
            self.past(repository)?.history(repository, &self.root.inside(path), limit)
        })?)
    }

    fn change(&self, change: &Change) -> Result<Changed, SourceError> {
        let _held = self.lock.acquire()?;
        Ok(self.store.with(|repository| {
            let changed = self.carry_out(repository, change)?;
            self.keep_up(repository, Due::Late)?;
            Ok(changed)
        })?)
    }

    fn refresh(&self) -> Result<bool, SourceError> {
        let _held = self.lock.acquire()?;
        Ok(self.store.with(|repository| {
            let moved = self.take_over(repository)?;
            self.fetched.store(true, Ordering::Relaxed);
            self.untold().extend(moved.lost.iter().map(|kept| self.conflict(kept)));
            self.keep_up(repository, Due::Soon)?;
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
