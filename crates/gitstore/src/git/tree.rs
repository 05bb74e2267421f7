//! Trees: finding, comparing and writing them.

use std::{cmp::Ordering, collections::BTreeMap, iter::Peekable};

use git2::{Error, ObjectType, Oid, Repository, Tree, TreeEntry};

use crate::failure::Failure;

/// No blog has as many files; a tree that refers to itself a thousand times easily does.
const MAX_ENTRIES: usize = 1_000_000;

/// Longer paths are none of ours.
const MAX_PATH_BYTES: usize = 4096;

const DIRECTORY: i32 = 0o040_000;
const EXECUTABLE: i32 = 0o100_755;

/// The mode of a new file.
pub(crate) const PLAIN: i32 = 0o100_644;

/// A regular file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Blob {
    pub(crate) id: Oid,
    pub(crate) mode: i32,
}

/// What is at a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Found {
    Nothing,
    File(Blob),
    /// Nothing, because one of the directories above is a file.
    BelowFile,
    /// A directory, a link, a submodule, or something below one of the latter two.
    Other,
}

impl Found {
    /// The file, when it is one.
    pub(crate) fn blob(self) -> Option<Blob> {
        match self {
            Self::File(blob) => Some(blob),
            Self::Nothing | Self::BelowFile | Self::Other => None,
        }
    }
}

/// A file that differs between two trees.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Delta {
    pub(crate) path: String,
    pub(crate) old: Option<Blob>,
    pub(crate) new: Option<Blob>,
}

/// What is at `path` below `tree`.
pub(crate) fn find(
    repository: &Repository,
    tree: Option<&Tree<'_>>,
    path: &str,
) -> Result<Found, Error> {
    let Some(mut tree) = tree.cloned() else { return Ok(Found::Nothing) };
    let mut segments = path.split('/').peekable();
    while let Some(segment) = segments.next() {
        let Some(entry) = tree.get_name(segment) else { return Ok(Found::Nothing) };
        let last = segments.peek().is_none();
        let next = match (entry.kind(), regular(&entry)) {
            (Some(ObjectType::Tree), _) if !last => repository.find_tree(entry.id())?,
            (_, Some(blob)) => {
                return Ok(if last { Found::File(blob) } else { Found::BelowFile });
            }
            _ => return Ok(Found::Other),
        };
        drop(entry);
        tree = next;
    }
    Ok(Found::Nothing)
}

/// The directory at `path` below `tree`; the tree itself for an empty path.
pub(crate) fn directory<'r>(
    repository: &'r Repository,
    tree: Tree<'r>,
    path: &str,
) -> Result<Option<Tree<'r>>, Error> {
    let mut tree = tree;
    for segment in path.split('/').filter(|segment| !segment.is_empty()) {
        let entry = tree.get_name(segment).map(|entry| (entry.kind(), entry.id()));
        let Some((Some(ObjectType::Tree), id)) = entry else { return Ok(None) };
        tree = repository.find_tree(id)?;
    }
    Ok(Some(tree))
}

/// Regular files that differ between two trees, but for those below directories named in `unwalked`.
/// Costs as much as what differs.
pub(crate) fn differences(
    repository: &Repository,
    old: Option<&Tree<'_>>,
    new: Option<&Tree<'_>>,
    unwalked: &[&str],
) -> Result<Vec<Delta>, Failure> {
    let mut comparison = Comparison { repository, unwalked, left: MAX_ENTRIES, deltas: Vec::new() };
    comparison.compare(old, new, "")?;
    Ok(comparison.deltas)
}

struct Comparison<'r> {
    repository: &'r Repository,
    unwalked: &'r [&'r str],
    left: usize,
    deltas: Vec<Delta>,
}

impl Comparison<'_> {
    fn compare(
        &mut self,
        old: Option<&Tree<'_>>,
        new: Option<&Tree<'_>>,
        above: &str,
    ) -> Result<(), Failure> {
        let mut old = old.into_iter().flat_map(Tree::iter).peekable();
        let mut new = new.into_iter().flat_map(Tree::iter).peekable();
        while let Some((before, after)) = next_pair(&mut old, &mut new) {
            self.left = self.left.checked_sub(1).ok_or(Failure::TooManyFiles)?;
            let same = |(a, b): (&TreeEntry<'_>, &TreeEntry<'_>)| {
                a.id() == b.id() && a.filemode() == b.filemode()
            };
            if before.as_ref().zip(after.as_ref()).is_some_and(same) {
                continue;
            }
            let Some(entry) = after.as_ref().or(before.as_ref()) else { continue };
            // A path that is no text cannot be named by anybody.
            let Ok(name) = entry.name() else { continue };
            let path = format!("{above}{name}");
            if path.len() > MAX_PATH_BYTES {
                continue;
            }
            if entry.kind() == Some(ObjectType::Tree) {
                if !self.unwalked.contains(&name) {
                    let old = subtree(self.repository, before.as_ref())?;
                    let new = subtree(self.repository, after.as_ref())?;
                    self.compare(old.as_ref(), new.as_ref(), &format!("{path}/"))?;
                }
                continue;
            }
            let old = before.as_ref().and_then(regular);
            let new = after.as_ref().and_then(regular);
            if old != new {
                self.deltas.push(Delta { path, old, new });
            }
        }
        Ok(())
    }
}

fn subtree<'r>(
    repository: &'r Repository,
    entry: Option<&TreeEntry<'_>>,
) -> Result<Option<Tree<'r>>, Error> {
    entry.map(|entry| repository.find_tree(entry.id())).transpose()
}

type Pair<'o, 'n> = (Option<TreeEntry<'o>>, Option<TreeEntry<'n>>);

/// The next entry of either tree, or of both when it is in both as the same kind of thing.
fn next_pair<'o, 'n>(
    old: &mut Peekable<impl Iterator<Item = TreeEntry<'o>>>,
    new: &mut Peekable<impl Iterator<Item = TreeEntry<'n>>>,
) -> Option<Pair<'o, 'n>> {
    let order = match (old.peek(), new.peek()) {
        (None, None) => return None,
        (Some(_), None) => Ordering::Less,
        (None, Some(_)) => Ordering::Greater,
        (Some(old), Some(new))
            if old.name_bytes() == new.name_bytes() && old.filemode() == new.filemode() =>
        {
            Ordering::Equal
        }
        (Some(old), Some(new)) => sort_key(old).cmp(sort_key(new)),
    };
    Some(match order {
        Ordering::Less => (old.next(), None),
        Ordering::Greater => (None, new.next()),
        Ordering::Equal => (old.next(), new.next()),
    })
}

/// Git sorts a directory as if a slash followed its name.
fn sort_key(entry: &TreeEntry<'_>) -> impl Iterator<Item = u8> {
    let slash = (entry.kind() == Some(ObjectType::Tree)).then_some(b'/');
    entry.name_bytes().iter().copied().chain(slash)
}

fn regular(entry: &TreeEntry<'_>) -> Option<Blob> {
    let mode = entry.filemode();
    // Old programs left other permissions behind, such as 0o100664.
    let mode = match mode {
        EXECUTABLE => EXECUTABLE,
        mode if mode & 0o170_000 == 0o100_000 => PLAIN,
        _ => return None,
    };
    Some(Blob { id: entry.id(), mode })
}

/// Writes the tree that `base` becomes when each path gets its file, or loses it; `None` when
/// nothing is left. Directories come and go with their files.
pub(crate) fn write(
    repository: &Repository,
    base: Option<&Tree<'_>>,
    edits: &[(&str, Option<Blob>)],
) -> Result<Option<Oid>, Error> {
    let mut builder = repository.treebuilder(base)?;
    let mut below: BTreeMap<&str, Vec<(&str, Option<Blob>)>> = BTreeMap::new();
    for (path, blob) in edits {
        match (path.split_once('/'), blob) {
            (Some((directory, rest)), blob) => {
                below.entry(directory).or_default().push((rest, *blob));
            }
            (None, Some(blob)) => drop(builder.insert(*path, blob.id, blob.mode)?),
            (None, None) if builder.get(*path)?.is_some() => builder.remove(*path)?,
            (None, None) => {}
        }
    }
    for (name, edits) in below {
        let known = builder.get(name)?.filter(|entry| entry.kind() == Some(ObjectType::Tree));
        let known = known.map(|entry| repository.find_tree(entry.id())).transpose()?;
        match write(repository, known.as_ref(), &edits)? {
            Some(id) => drop(builder.insert(name, id, DIRECTORY)?),
            None if known.is_some() => builder.remove(name)?,
            None => {}
        }
    }
    if builder.is_empty() { Ok(None) } else { builder.write().map(Some) }
}
