//! Who changed what, and when.

use std::collections::HashMap;

use git2::{Commit, Oid, Repository, Sort};
use inkstone_content as content;
use inkstone_content::{Revision, Version};
use inkstone_vocab::Timestamp;

use super::{
    commit::{blob, time, version},
    repository::{parent_tree, tree_of},
    tree::{self, Blob},
};
use crate::{expect::FOREIGN, failure::Failure};

/// How many commits are looked at, at most, before the rest counts as unknown.
const MAX_COMMITS: usize = 50_000;

/// When each file was changed last, as of some commit.
#[derive(Debug, Default)]
pub(crate) struct Times {
    head: Option<Oid>,
    known: HashMap<String, Timestamp>,
}

impl Times {
    /// Looks at the commits that are new since the last time.
    pub(crate) fn update(
        &mut self,
        repository: &Repository,
        head: Option<Oid>,
    ) -> Result<(), Failure> {
        if head == self.head {
            return Ok(());
        }
        let Some(new) = head else {
            *self = Self::default();
            return Ok(());
        };
        let before = match self.head {
            Some(before) if repository.find_commit(before).is_err() => None,
            Some(before) if !repository.graph_descendant_of(new, before)? => None,
            before => before,
        };
        if before.is_none() {
            self.known.clear();
        }
        let mut walk = repository.revwalk()?;
        walk.set_sorting(Sort::TIME | Sort::TOPOLOGICAL)?;
        walk.push(new)?;
        if let Some(before) = before {
            walk.hide(before)?;
        }
        let mut fresh = HashMap::new();
        for id in walk.take(MAX_COMMITS) {
            let commit = repository.find_commit(id?)?;
            for path in changed_paths(repository, &commit)? {
                fresh.entry(path).or_insert_with(|| time(&commit));
            }
        }
        self.known.extend(fresh);
        self.head = head;
        Ok(())
    }

    pub(crate) fn of(&self, path: &str) -> Option<Timestamp> {
        self.known.get(path).copied()
    }
}

/// Files that are different from what every parent has.
fn changed_paths(repository: &Repository, commit: &Commit<'_>) -> Result<Vec<String>, Failure> {
    let tree = commit.tree()?;
    let first = parent_tree(commit)?;
    let deltas = tree::differences(repository, first.as_ref(), Some(&tree), &FOREIGN)?;
    let mut paths: Vec<String> = deltas.into_iter().map(|delta| delta.path).collect();
    for parent in commit.parents().skip(1) {
        let parent = parent.tree()?;
        let differs = |path: &String| {
            let [old, new] = [&parent, &tree].map(|t| tree::find(repository, Some(t), path));
            old.ok() != new.ok()
        };
        paths.retain(differs);
    }
    Ok(paths)
}

/// Commits that touched a file, newest first.
pub(crate) fn history(
    repository: &Repository,
    head: Option<Oid>,
    path: &str,
    limit: usize,
) -> Result<Vec<content::Commit>, Failure> {
    let mut found = Vec::new();
    if limit == 0 {
        return Ok(found);
    }
    for commit in walk(repository, head)? {
        let commit = commit?;
        let now = file_of(repository, &commit, path)?;
        let mut touched = now.is_some() || commit.parent_count() > 0;
        for parent in commit.parents() {
            touched &= file_of(repository, &parent, path)? != now;
        }
        if touched {
            found.push(told(&commit, now));
            if found.len() == limit {
                break;
            }
        }
    }
    Ok(found)
}

/// The bytes of a version, if the file had it once.
pub(crate) fn read_version(
    repository: &Repository,
    head: Option<Oid>,
    path: &str,
    wanted: &Version,
) -> Result<Option<Vec<u8>>, Failure> {
    let Some(wanted) = blob(wanted) else { return Ok(None) };
    if repository.find_blob(wanted).is_err() {
        return Ok(None);
    }
    for commit in walk(repository, head)? {
        if file_of(repository, &commit?, path)?.is_some_and(|file| file.id == wanted) {
            return Ok(Some(repository.find_blob(wanted)?.content().to_vec()));
        }
    }
    Ok(None)
}

fn walk(
    repository: &Repository,
    head: Option<Oid>,
) -> Result<impl Iterator<Item = Result<Commit<'_>, git2::Error>>, Failure> {
    let mut walk = repository.revwalk()?;
    walk.set_sorting(Sort::TIME | Sort::TOPOLOGICAL)?;
    if let Some(head) = head {
        walk.push(head)?;
    }
    Ok(walk.take(MAX_COMMITS).map(|id| repository.find_commit(id?)))
}

fn file_of(
    repository: &Repository,
    commit: &Commit<'_>,
    path: &str,
) -> Result<Option<Blob>, Failure> {
    let tree = tree_of(repository, Some(commit.id()))?;
    Ok(tree::find(repository, tree.as_ref(), path)?.blob())
}

fn told(commit: &Commit<'_>, file: Option<Blob>) -> content::Commit {
    let author = commit.author();
    let name = String::from_utf8_lossy(author.name_bytes());
    let email = String::from_utf8_lossy(author.email_bytes());
    let summary = commit.summary_bytes().map(String::from_utf8_lossy).unwrap_or_default();
    content::Commit {
        revision: Revision(commit.id().to_string()),
        version: file.map(|file| version(file.id)),
        author: if email.is_empty() { name.into_owned() } else { format!("{name} <{email}>") },
        at: time(commit),
        summary: summary.into_owned(),
    }
}
