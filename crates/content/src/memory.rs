//! The reference source: every revision in memory, behind one lock.

use std::{
    collections::BTreeMap,
    sync::{Mutex, MutexGuard, PoisonError},
};

use inkstone_vocab::Timestamp;

use crate::{
    path::ContentPath,
    source::{
        Base, Change, Changed, Changes, Commit, ContentSource, Delivery, Edit, Entry, File,
        Revision, SourceError, Version,
    },
};

/// A source tree in memory, for tests and examples.
#[derive(Debug)]
pub struct MemorySource(Mutex<State>);

#[derive(Debug)]
struct State {
    /// Every distinct content; its place is its version.
    contents: Vec<Vec<u8>>,
    /// From the empty tree to the present.
    revisions: Vec<Recorded>,
}

#[derive(Clone, Debug, Default)]
struct Recorded {
    tree: BTreeMap<ContentPath, usize>,
    summary: String,
    at: Option<Timestamp>,
}

impl Default for MemorySource {
    fn default() -> Self {
        let revisions = vec![Recorded::default()];
        Self(Mutex::new(State { contents: Vec::new(), revisions }))
    }
}

impl MemorySource {
    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl ContentSource for MemorySource {
    fn changes(&self, since: Option<&Revision>) -> Result<Changes, SourceError> {
        let state = self.state();
        let last = state.revisions.len() - 1;
        let now = &state.revisions[last].tree;
        let known = since
            .and_then(|Revision(name)| name.strip_prefix('r')?.parse::<usize>().ok())
            .and_then(|number| state.revisions.get(number))
            .map(|recorded| &recorded.tree);
        let differs = |path: &ContentPath, content: &usize| {
            known.is_none_or(|known| known.get(path) != Some(content))
        };
        let entry = |(path, content): (&ContentPath, &usize)| Entry {
            path: path.clone(),
            version: version(*content),
            size: state.contents[*content].len() as u64,
        };
        let gone = known.into_iter().flat_map(BTreeMap::keys).filter(|p| !now.contains_key(p));
        Ok(Changes {
            revision: revision(last),
            complete: known.is_none(),
            changed: now
                .iter()
                .filter(|(path, content)| differs(path, content))
                .map(entry)
                .collect(),
            removed: gone.cloned().collect(),
        })
    }

    fn read(&self, path: &ContentPath) -> Result<Option<File>, SourceError> {
        let state = self.state();
        let content = state.present().get(path).copied();
        Ok(content.map(|content| File {
            bytes: state.contents[content].clone(),
            version: version(content),
        }))
    }

    fn read_version(
        &self,
        path: &ContentPath,
        wanted: &Version,
    ) -> Result<Option<Vec<u8>>, SourceError> {
        let state = self.state();
        let mut held = state.revisions.iter().filter_map(|recorded| recorded.tree.get(path));
        let content = held.find(|content| version(**content) == *wanted);
        Ok(content.map(|content| state.contents[*content].clone()))
    }

    fn modified(
        &self,
        paths: &[ContentPath],
    ) -> Result<BTreeMap<ContentPath, Timestamp>, SourceError> {
        let state = self.state();
        let last = |path: &ContentPath| {
            state.present().get(path)?;
            Some((path.clone(), state.commits(path).next()?.at))
        };
        Ok(paths.iter().filter_map(last).collect())
    }

    fn history(&self, path: &ContentPath, limit: usize) -> Result<Vec<Commit>, SourceError> {
        Ok(self.state().commits(path).take(limit).collect())
    }

    fn change(&self, change: &Change) -> Result<Changed, SourceError> {
        let mut state = self.state();
        let mut tree = state.present().clone();
        for edit in &change.edits {
            state.check(edit)?;
        }
        let mut versions = BTreeMap::new();
        for edit in &change.edits {
            match edit {
                Edit::Remove { path, .. } => {
                    tree.remove(path);
                }
                Edit::Write { path, bytes, .. } => {
                    let content = state.intern(bytes);
                    tree.insert(path.clone(), content);
                    versions.insert(path.clone(), version(content));
                }
            }
        }
        let committed = tree != *state.present();
        if committed {
            let summary = change.message.lines().next().unwrap_or_default().to_owned();
            state.revisions.push(Recorded { tree, summary, at: Some(change.at) });
        }
        let revision = revision(state.revisions.len() - 1);
        Ok(Changed { revision, versions, committed, delivery: Delivery::Done })
    }

    fn refresh(&self) -> Result<bool, SourceError> {
        Ok(false)
    }

    fn deliver(&self) -> Result<Option<Delivery>, SourceError> {
        Ok(None)
    }
}

impl State {
    fn present(&self) -> &BTreeMap<ContentPath, usize> {
        &self.revisions[self.revisions.len() - 1].tree
    }

    fn intern(&mut self, bytes: &[u8]) -> usize {
        self.contents.iter().position(|known| known == bytes).unwrap_or_else(|| {
            self.contents.push(bytes.to_vec());
            self.contents.len() - 1
        })
    }

    /// Whether an edit finds what it expects.
    fn check(&self, edit: &Edit) -> Result<(), SourceError> {
        let path = edit.path();
        let tree = self.present();
        let removal = matches!(edit, Edit::Remove { .. });
        let blocked =
            |other: &ContentPath| lies_below(path, other) || (!removal && lies_below(other, path));
        if tree.keys().any(blocked) {
            return Err(SourceError::NotAFile(path.clone()));
        }
        let present = tree.get(path).copied();
        let current = present.map(version);
        let fits = match edit {
            Edit::Write { bytes, base, .. } => match base {
                Base::Current => true,
                Base::Absent => present.is_none(),
                Base::Version(_) if present.is_some_and(|p| self.contents[p] == *bytes) => true,
                Base::Version(expected) => current.as_ref() == Some(expected),
            },
            Edit::Remove { base, .. } => {
                if present.is_none() {
                    return Err(SourceError::NotFound(path.clone()));
                }
                match base {
                    Base::Current => true,
                    Base::Absent => false,
                    Base::Version(expected) => current.as_ref() == Some(expected),
                }
            }
        };
        if fits {
            return Ok(());
        }
        Err(SourceError::Conflict { path: path.clone(), current, kept: None })
    }

    /// What became of a file, newest first.
    fn commits(&self, path: &ContentPath) -> impl Iterator<Item = Commit> {
        let steps = self.revisions.windows(2).enumerate().rev();
        steps.filter_map(move |(number, step)| {
            let (before, after) = (step[0].tree.get(path), step[1].tree.get(path));
            (before != after).then(|| Commit {
                revision: revision(number + 1),
                version: after.copied().map(version),
                author: "Memory".to_owned(),
                at: step[1].at.unwrap_or(Timestamp::from_millis(0)),
                summary: step[1].summary.clone(),
            })
        })
    }
}

fn lies_below(directory: &ContentPath, path: &ContentPath) -> bool {
    path.as_str().strip_prefix(directory.as_str()).is_some_and(|rest| rest.starts_with('/'))
}

fn revision(number: usize) -> Revision {
    Revision(format!("r{number}"))
}

fn version(content: usize) -> Version {
    // A number is a valid version.
    Version::parse(&content.to_string()).unwrap_or_else(|| unreachable!("digits are allowed"))
}
