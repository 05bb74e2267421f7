//! A repository in another directory of this machine.
//!
//! libgit2's own transport overwrites the branch without looking at what is there; this one does not.

use std::{fs, io, path::PathBuf};

use git2::{ErrorClass, ErrorCode, ObjectType, Odb, Oid, Repository, Revwalk, Sort};

use super::{Link, Pushed, RemoteProblem, Tip, pick};
use crate::{failure::Failure, git::repository::target};

/// A repository in another directory.
pub(crate) struct Local(pub(crate) PathBuf);

impl Link for Local {
    fn fetch(&self, into: &Repository, branch: &str) -> Result<Tip, Failure> {
        let remote = self.open()?;
        let Some(tip) = branch_of(&remote, branch)? else { return Ok(Tip::Empty) };
        if into.find_commit(tip).is_err() {
            if into.references()?.next().is_none() {
                copy_everything(&remote, into)?;
            } else {
                copy(&remote, into, tip)?;
            }
        }
        Ok(Tip::At(tip))
    }

    fn push(&self, from: &Repository, commit: Oid, reference: &str) -> Result<Pushed, Failure> {
        let remote = self.open()?;
        if is_checked_out(&remote, reference) {
            let reason = "the branch is checked out there; make it a bare repository";
            return Ok(Pushed::Refused(reason.to_owned()));
        }
        let present = target(&remote, reference)?;
        let stale = || Ok(Pushed::Refused("the branch has moved".to_owned()));
        if present == Some(commit) {
            return Ok(Pushed::Done);
        }
        if let Some(present) = present
            && (from.find_commit(present).is_err() || !from.graph_descendant_of(commit, present)?)
        {
            return stale();
        }
        copy(from, &remote, commit)?;
        let pointed = match present {
            Some(present) => {
                remote.reference_matching(reference, commit, true, present, "push by inkstone")
            }
            None => remote.reference(reference, commit, false, "push by inkstone"),
        };
        match pointed {
            Ok(_) => Ok(Pushed::Done),
            Err(error) if is_race(&error) => stale(),
            Err(error) => Err(remote_failed(&error).into()),
        }
    }

    fn look(&self, _: &Repository, branch: &str) -> Result<Option<Oid>, Failure> {
        branch_of(&self.open()?, branch)
    }
}

impl Local {
    fn open(&self) -> Result<Repository, RemoteProblem> {
        Repository::open(&self.0).map_err(|error| match error.code() {
            ErrorCode::NotFound => RemoteProblem::NotFound,
            ErrorCode::Owner => {
                RemoteProblem::Refused("the repository belongs to another user".to_owned())
            }
            _ => remote_failed(&error),
        })
    }
}

const UNREADABLE: &str = "its directory cannot be read or written";

/// What the library says names paths of this machine: only the class is told.
fn remote_failed(error: &git2::Error) -> RemoteProblem {
    let what = match error.class() {
        ErrorClass::Os | ErrorClass::Filesystem => UNREADABLE,
        _ => "it is broken",
    };
    RemoteProblem::other(what)
}

fn is_race(error: &git2::Error) -> bool {
    matches!(error.code(), ErrorCode::Modified | ErrorCode::Exists | ErrorCode::Locked)
}

fn branch_of(remote: &Repository, branch: &str) -> Result<Option<Oid>, Failure> {
    let references = remote.references().map_err(|error| remote_failed(&error))?;
    let mut found = Vec::new();
    for reference in references.flatten() {
        if let (Ok(name), Some(id)) = (reference.name(), reference.target()) {
            found.push((name.to_owned(), id));
        }
    }
    pick(found.iter().map(|(name, id)| (name.as_str(), *id)), branch)
}

fn is_checked_out(remote: &Repository, reference: &str) -> bool {
    let head = remote.find_reference("HEAD").ok();
    let head = head.and_then(|head| head.symbolic_target().ok().flatten().map(str::to_owned));
    !remote.is_bare() && head.as_deref() == Some(reference)
}

/// Up to so many commits are copied object by object; every pack slows a repository down.
const FEW: usize = 20;

/// Copies a commit and everything below it that the other repository lacks.
fn copy(from: &Repository, into: &Repository, commit: Oid) -> Result<(), Failure> {
    let mut commits = Vec::new();
    for id in missing(from, into, commit)?.take(FEW + 1) {
        commits.push(from.find_commit(id?)?);
    }
    // The whole tree of a first commit is a lot.
    if commits.len() > FEW || commits.iter().any(|commit| commit.parent_count() == 0) {
        return copy_pack(from, into, commit);
    }
    commits.reverse();
    let odbs = Odbs { from: from.odb()?, into: into.odb()? };
    for commit in commits {
        odbs.copy_tree(from, commit.parent(0)?.tree_id(), commit.tree_id())?;
        odbs.copy(commit.id())?;
    }
    Ok(())
}

/// The commits that `into` lacks, each before its parents.
fn missing<'r>(
    from: &'r Repository,
    into: &Repository,
    commit: Oid,
) -> Result<Revwalk<'r>, Failure> {
    let mut walk = from.revwalk()?;
    walk.set_sorting(Sort::TOPOLOGICAL)?;
    walk.push(commit)?;
    for reference in into.references()?.flatten() {
        if let Some(id) = reference.target()
            && from.find_commit(id).is_ok()
        {
            walk.hide(id)?;
        }
    }
    Ok(walk)
}

/// Copies all objects, packs as they are: to find out which ones a first fetch needs, and to pack
/// those once more, takes far longer.
fn copy_everything(from: &Repository, into: &Repository) -> Result<(), Failure> {
    let odbs = Odbs { from: from.odb()?, into: into.odb()? };
    let unreadable = |_| RemoteProblem::other(UNREADABLE);
    for entry in fs::read_dir(from.path().join("objects/pack")).map_err(unreadable)? {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "pack") {
            let mut pack = fs::File::open(path).map_err(unreadable)?;
            let mut writer = odbs.into.packwriter()?;
            io::copy(&mut pack, &mut writer)?;
            writer.commit()?;
        }
    }
    odbs.into.refresh()?;
    let mut copied = Ok(());
    odbs.from.foreach(|id| {
        copied = odbs.copy(*id);
        copied.is_ok()
    })?;
    copied
}

fn copy_pack(from: &Repository, into: &Repository, commit: Oid) -> Result<(), Failure> {
    let mut walk = missing(from, into, commit)?;
    let mut builder = from.packbuilder()?;
    builder.insert_walk(&mut walk)?;
    if builder.object_count() == 0 {
        return Ok(());
    }
    let odb = into.odb()?;
    let mut writer = odb.packwriter()?;
    let mut written = Ok(());
    builder.foreach(|bytes| {
        written = io::Write::write_all(&mut writer, bytes);
        written.is_ok()
    })?;
    written?;
    writer.commit()?;
    Ok(())
}

struct Odbs<'r> {
    from: Odb<'r>,
    into: Odb<'r>,
}

impl Odbs<'_> {
    /// Copies what a tree has and `known`, which the other side has entirely, does not. A tree that
    /// the other side has may lack what is below it, when no reference leads there: only what lies
    /// below references is relied on.
    fn copy_tree(&self, from: &Repository, known: Oid, new: Oid) -> Result<(), Failure> {
        if known == new {
            return Ok(());
        }
        let (known, tree) = (from.find_tree(known).ok(), from.find_tree(new)?);
        for entry in &tree {
            let before = known.as_ref().and_then(|known| known.get_name_bytes(entry.name_bytes()));
            let before = before.map_or(Oid::ZERO_SHA1, |before| before.id());
            match entry.kind() {
                _ if before == entry.id() => {}
                Some(ObjectType::Tree) => self.copy_tree(from, before, entry.id())?,
                Some(ObjectType::Blob) => self.copy(entry.id())?,
                // The commit of a submodule lives elsewhere.
                _ => {}
            }
        }
        self.copy(new)
    }

    fn copy(&self, id: Oid) -> Result<(), Failure> {
        if !self.into.exists(id) {
            let object = self.from.read(id)?;
            self.into.write(object.kind(), object.data())?;
        }
        Ok(())
    }
}
