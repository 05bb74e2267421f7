//! A change as a commit, and the same commit again on top of another.

use std::collections::BTreeMap;

use git2::{Commit, Oid, Repository, Signature, Time};
use inkstone_content::{Change, ContentPath, Edit, Version};
use inkstone_vocab::Timestamp;

use super::{
    Author,
    repository::{parent_tree, tree_of},
    tree::{self, Blob, Found, PLAIN},
};
use crate::{
    expect::{Seen, check, is_foreign, refuse_nested},
    failure::Failure,
};

/// The directory of the repository that is the root of the blog: empty, or with a slash at its end.
#[derive(Clone, Debug)]
pub(crate) struct Root(pub(crate) String);

impl Root {
    /// A path of the blog as a path of the repository.
    pub(crate) fn inside(&self, path: &ContentPath) -> String {
        format!("{}{path}", self.0)
    }

    /// A path of the repository as a path of the blog, if it is one.
    pub(crate) fn outside(&self, path: &str) -> Option<ContentPath> {
        ContentPath::parse(path.strip_prefix(&self.0)?).ok()
    }
}

/// A change whose expectations are met.
pub(crate) struct Plan {
    /// What differs from before.
    edits: Vec<(String, Option<Blob>)>,
    /// The version of each file that was written, changed or not.
    pub(crate) versions: BTreeMap<ContentPath, Version>,
}

/// Checks what a change expects against a commit. Writes blobs, but nothing that refers to them.
pub(crate) fn plan(
    repository: &Repository,
    root: &Root,
    head: Option<Oid>,
    change: &Change,
) -> Result<Plan, Failure> {
    refuse_nested(change)?;
    let tree = tree_of(repository, head)?;
    let mut plan = Plan { edits: Vec::new(), versions: BTreeMap::new() };
    for edit in &change.edits {
        let path = edit.path();
        let inside = root.inside(path);
        let found = tree::find(repository, tree.as_ref(), &inside)?;
        let new = match edit {
            Edit::Write { bytes, .. } => {
                let mode = found.blob().map_or(PLAIN, |blob| blob.mode);
                Some(Blob { id: Oid::hash_object(git2::ObjectType::Blob, bytes)?, mode })
            }
            Edit::Remove { .. } => None,
        };
        let new_version = new.map(|blob| version(blob.id));
        check(edit, seen(found, path), new_version.as_ref())?;
        if let (Edit::Write { bytes, .. }, Some(version)) = (edit, new_version) {
            plan.versions.insert(path.clone(), version);
            if found.blob() != new {
                repository.blob(bytes)?;
            }
        }
        if found.blob() != new {
            plan.edits.push((inside, new));
        }
    }
    Ok(plan)
}

fn seen(found: Found, path: &ContentPath) -> Seen {
    match found {
        _ if is_foreign(path) => Seen::Other,
        Found::Nothing => Seen::Nothing,
        Found::File(blob) => Seen::File(version(blob.id)),
        Found::BelowFile => Seen::BelowFile,
        Found::Other => Seen::Other,
    }
}

impl Plan {
    /// Whether there is nothing to commit.
    pub(crate) fn is_empty(&self) -> bool {
        self.edits.is_empty()
    }

    /// Writes the commit; no reference leads to it yet.
    pub(crate) fn commit(
        &self,
        repository: &Repository,
        author: &Author,
        head: Option<Oid>,
        change: &Change,
    ) -> Result<Oid, Failure> {
        let edits: Vec<_> = self.edits.iter().map(|(path, blob)| (path.as_str(), *blob)).collect();
        let time = Time::new(change.at.millis().div_euclid(1000), 0);
        let signature = Signature::new(&author.name, &author.email, &time)?;
        let message = change.message.replace('\0', " ");
        write(repository, head, &edits, &signature, &message)
    }
}

fn write(
    repository: &Repository,
    parent: Option<Oid>,
    edits: &[(&str, Option<Blob>)],
    signature: &Signature<'_>,
    message: &str,
) -> Result<Oid, Failure> {
    let base = tree_of(repository, parent)?;
    let tree = match tree::write(repository, base.as_ref(), edits)? {
        Some(tree) => tree,
        None => repository.treebuilder(None)?.write()?,
    };
    let tree = repository.find_tree(tree)?;
    let parent = parent.map(|id| repository.find_commit(id)).transpose()?;
    let parents: Vec<&Commit<'_>> = parent.iter().collect();
    Ok(repository.commit(None, signature, signature, message, &tree, &parents)?)
}

/// A commit of ours and one of somebody else that changed the same file.
#[derive(Clone, Debug)]
pub(crate) struct Clash {
    pub(crate) path: String,
    pub(crate) current: Option<Oid>,
}

/// Carries out what `commit` did once more, on top of `onto`: a new commit, or `onto` itself when
/// it has all of that already. Each file must be as `commit` found it.
pub(crate) fn apply_again(
    repository: &Repository,
    commit: &Commit<'_>,
    onto: Oid,
) -> Result<Result<Oid, Clash>, Failure> {
    let before = parent_tree(commit)?;
    let deltas = tree::differences(repository, before.as_ref(), Some(&commit.tree()?), &[])?;
    let head = tree_of(repository, Some(onto))?;
    let mut edits = Vec::new();
    for delta in &deltas {
        let found = tree::find(repository, head.as_ref(), &delta.path)?;
        let current = found.blob();
        let free = matches!(found, Found::Nothing | Found::File(_));
        let same = |one: Option<Blob>, other: Option<Blob>| {
            one.map(|blob| blob.id) == other.map(|blob| blob.id)
        };
        if same(current, delta.new) && (free || delta.new.is_none()) {
            continue;
        }
        if !free || !same(current, delta.old) {
            let current = current.map(|blob| blob.id);
            return Ok(Err(Clash { path: delta.path.clone(), current }));
        }
        edits.push((delta.path.as_str(), delta.new));
    }
    if edits.is_empty() {
        return Ok(Ok(onto));
    }
    let message = String::from_utf8_lossy(commit.message_bytes());
    write(repository, Some(onto), &edits, &commit.author(), &message).map(Ok)
}

/// A blob as a version.
pub(crate) fn version(id: Oid) -> Version {
    Version::parse(&id.to_string())
        .unwrap_or_else(|| unreachable!("a hexadecimal number is a version"))
}

/// A version as a blob, if it can be one.
pub(crate) fn blob(version: &Version) -> Option<Oid> {
    Some(version.as_str()).filter(|text| text.len() == 40).and_then(|text| text.parse().ok())
}

/// When a commit was made.
pub(crate) fn time(commit: &Commit<'_>) -> Timestamp {
    Timestamp::from_millis(commit.time().seconds().saturating_mul(1000))
}
