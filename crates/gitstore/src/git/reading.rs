//! What the tree has now, and how it differs from before.

use git2::{Oid, Repository};
use inkstone_content::{Changes, ContentPath, Entry, File, Revision};

use super::{
    GitSource,
    commit::version,
    repository::tree_of,
    tree::{self, Blob},
};
use crate::{
    expect::{FOREIGN, is_foreign},
    failure::Failure,
};

impl GitSource {
    pub(super) fn read_changes(
        &self,
        repository: &Repository,
        since: Option<&Revision>,
    ) -> Result<Changes, Failure> {
        self.ready(repository)?;
        let head = self.branch.head(repository)?;
        let tree_at = |commit: Option<Oid>| match tree_of(repository, commit)? {
            Some(tree) => tree::directory(repository, tree, &self.root.0),
            None => Ok(None),
        };
        let since = since.map_or(Since::Unknown, |since| Since::find(repository, since));
        let old = match since {
            Since::Commit(commit) => tree_at(Some(commit))?,
            Since::Nothing | Since::Unknown => None,
        };
        let new = tree_at(head)?;
        let mut changes = Changes {
            revision: revision(head),
            complete: since == Since::Unknown,
            changed: Vec::new(),
            removed: Vec::new(),
        };
        for delta in tree::differences(repository, old.as_ref(), new.as_ref(), &FOREIGN)? {
            let Ok(path) = ContentPath::parse(&delta.path) else { continue };
            match delta.new {
                Some(blob) => changes.changed.push(entry(repository, path, blob)?),
                None => changes.removed.push(path),
            }
        }
        Ok(changes)
    }

    pub(super) fn read_file(
        &self,
        repository: &Repository,
        path: &ContentPath,
    ) -> Result<Option<File>, Failure> {
        self.ready(repository)?;
        let tree = tree_of(repository, self.branch.head(repository)?)?;
        let found = tree::find(repository, tree.as_ref(), &self.root.inside(path))?;
        let Some(blob) = found.blob().filter(|_| !is_foreign(path)) else { return Ok(None) };
        let bytes = repository.find_blob(blob.id)?.content().to_vec();
        Ok(Some(File { bytes, version: version(blob.id) }))
    }
}

fn entry(repository: &Repository, path: ContentPath, blob: Blob) -> Result<Entry, Failure> {
    let (size, _) = repository.odb()?.read_header(blob.id)?;
    Ok(Entry { path, version: version(blob.id), size: size as u64 })
}

/// The revision of a repository without commits.
const NOTHING: &str = "nothing";

pub(super) fn revision(commit: Option<Oid>) -> Revision {
    Revision(commit.map_or(NOTHING.to_owned(), |id| id.to_string()))
}

/// What a revision names.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Since {
    /// The time before the first commit.
    Nothing,
    Commit(Oid),
    Unknown,
}

impl Since {
    fn find(repository: &Repository, revision: &Revision) -> Self {
        if revision.0 == NOTHING {
            return Self::Nothing;
        }
        let id = Some(&revision.0).filter(|text| text.len() == 40);
        let id = id.and_then(|text| text.parse().ok());
        let commit = id.and_then(|id| repository.find_commit(id).ok());
        commit.map_or(Self::Unknown, |commit| Self::Commit(commit.id()))
    }
}
