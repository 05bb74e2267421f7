//! Taking over what the remote has, and delivering what waits here.

use std::{collections::HashMap, thread, time::Duration};

use git2::{Oid, Repository, Sort};
use inkstone_content::{Delivery, SourceError};

use super::{
    GitSource,
    commit::{Clash, apply_again, version},
    remote::{Pushed, Tip},
    repository::{point, set_fetched, target},
};
use crate::failure::Failure;

/// How often a change is carried out again because the remote has moved on.
const ROUNDS: usize = 30;

/// How often a remote may refuse without having moved, and how long apart: it may be busy.
const REFUSALS: usize = 4;
const REFUSAL_PAUSE: Duration = Duration::from_millis(100);

/// Where our versions are kept that could not be delivered.
const CONFLICTS: &str = "refs/heads/inkstone/conflict-";

/// What became of commits that waited when the remote had moved on.
#[derive(Default)]
pub(crate) struct Moved {
    /// Whether the remote was somewhere else than we knew.
    pub(crate) remote: bool,
    /// What each commit became; itself left out where nothing happened to it.
    became: HashMap<Oid, Oid>,
    /// Commits that could not be carried out again.
    pub(crate) lost: Vec<Kept>,
}

/// A commit of ours that is kept on a branch of its own.
#[derive(Clone, Debug)]
pub(crate) struct Kept {
    commit: Oid,
    clash: Clash,
    branch: String,
}

/// How a delivery ended.
pub(crate) struct Delivered {
    pub(crate) delivery: Delivery,
    /// The commit that was asked for, when it is kept on a branch of its own.
    pub(crate) ours_lost: Option<Kept>,
    /// Other commits that are kept on branches of their own.
    pub(crate) lost: Vec<Kept>,
}

/// The caller holds the lock.
impl GitSource {
    /// Fetches, and carries out again what waits here on top of what came.
    pub(crate) fn take_over(&self, repository: &Repository) -> Result<Moved, Failure> {
        let tip = self.link.fetch(repository, &self.branch.local)?;
        let known = self.branch.remote_head(repository)?;
        let local = self.branch.head(repository)?;
        let moved = match tip {
            // The remote lost everything, or has nothing yet: what we have will be delivered.
            Tip::Empty => {
                point(repository, &self.branch.remote, known, None)?;
                Moved { remote: known.is_some(), ..Moved::default() }
            }
            Tip::At(tip) if Some(tip) == known && local.is_some() => Moved::default(),
            Tip::At(tip) => {
                let mut moved = Moved { remote: true, ..Moved::default() };
                let head = rebase(repository, (local, known), tip, &mut moved)?;
                // In this order a crash in between loses nothing: see `waiting`.
                point(repository, &self.branch.local, local, Some(head))?;
                point(repository, &self.branch.remote, known, Some(tip))?;
                moved
            }
        };
        set_fetched(repository)?;
        Ok(moved)
    }

    /// Pushes what waits; when the remote has moved on, carries it out again before.
    pub(crate) fn push_waiting(
        &self,
        repository: &Repository,
        mut ours: Option<Oid>,
    ) -> Result<Delivered, Failure> {
        let (mut lost, mut ours_lost) = (Vec::new(), None);
        let mut refused = 0;
        let mut delivery = Delivery::Waiting("the remote changes all the time".to_owned());
        for _ in 0..ROUNDS {
            let local = self.branch.head(repository)?;
            let known = self.branch.remote_head(repository)?;
            let Some(commit) = local.filter(|_| local != known) else {
                delivery = Delivery::Done;
                break;
            };
            let answer = match self.link.push(repository, commit, &self.branch.local) {
                Ok(Pushed::Done) => {
                    point(repository, &self.branch.remote, known, local)?;
                    continue;
                }
                Ok(Pushed::Refused(reason)) => self.take_over(repository).map(|m| (m, reason)),
                Err(failure) => Err(failure),
            };
            match answer {
                Ok((mut moved, _)) if moved.remote => {
                    let is_ours = |kept: &mut Kept| Some(kept.commit) == ours;
                    ours_lost = moved.lost.extract_if(.., is_ours).next().or(ours_lost);
                    ours = ours.map(|commit| moved.follow(commit));
                    lost.extend(moved.lost);
                }
                Ok((_, reason)) if refused == REFUSALS => {
                    delivery = Delivery::Waiting(format!("the remote refuses: {reason}"));
                    break;
                }
                Ok(_) => {
                    refused += 1;
                    thread::sleep(REFUSAL_PAUSE);
                }
                Err(Failure::Remote(problem)) => {
                    delivery = Delivery::Waiting(problem.to_string());
                    break;
                }
                Err(failure) => return Err(failure),
            }
        }
        if delivery == Delivery::Done {
            self.push_conflicts(repository)?;
        }
        Ok(Delivered { delivery, ours_lost, lost })
    }

    /// Pushes the branches of conflicts, as far as the remote takes them.
    fn push_conflicts(&self, repository: &Repository) -> Result<(), Failure> {
        for (name, commit) in undelivered_conflicts(repository)? {
            match self.link.push(repository, commit, &name) {
                Ok(Pushed::Done) => {
                    point(repository, &beside(&name), None, Some(commit))?;
                }
                // The branch stays here; the next delivery tries again.
                Ok(Pushed::Refused(_)) | Err(Failure::Remote(_)) => {}
                Err(failure) => return Err(failure),
            }
        }
        Ok(())
    }

    /// A conflict as callers see it.
    pub(crate) fn conflict(&self, kept: &Kept) -> SourceError {
        let path = self.root.outside(&kept.clash.path);
        // Only an operator who changed the directory of the blog meanwhile sees the other.
        let path = path.or_else(|| inkstone_content::ContentPath::parse(&kept.clash.path).ok());
        let kept_at = Some(kept.branch.clone());
        match path {
            Some(path) => {
                let current = kept.clash.current.map(version);
                SourceError::Conflict { path, current, kept: kept_at }
            }
            None => SourceError::Busy,
        }
    }
}

/// The new head: `tip`, and on top of it what waited.
fn rebase(
    repository: &Repository,
    (local, known): (Option<Oid>, Option<Oid>),
    tip: Oid,
    moved: &mut Moved,
) -> Result<Oid, Failure> {
    let mut head = tip;
    for id in waiting(repository, local, &[known, Some(tip)])? {
        match apply_again(repository, &repository.find_commit(id)?, head)? {
            Ok(again) => {
                moved.became.insert(id, again);
                head = again;
            }
            Err(clash) => {
                let branch = keep(repository, id)?;
                moved.lost.push(Kept { commit: id, clash, branch });
            }
        }
    }
    Ok(head)
}

impl Moved {
    /// Follows a commit to what it became.
    pub(crate) fn follow(&self, commit: Oid) -> Oid {
        self.became.get(&commit).copied().unwrap_or(commit)
    }
}

/// Commits of `local` that are on none of `others`, oldest first.
fn waiting(
    repository: &Repository,
    local: Option<Oid>,
    others: &[Option<Oid>],
) -> Result<Vec<Oid>, Failure> {
    let Some(local) = local else { return Ok(Vec::new()) };
    let mut walk = repository.revwalk()?;
    walk.set_sorting(Sort::TOPOLOGICAL | Sort::REVERSE)?;
    walk.push(local)?;
    for other in others.iter().flatten() {
        walk.hide(*other)?;
    }
    Ok(walk.collect::<Result<_, _>>()?)
}

/// Keeps a commit on a branch of its own, whose short name is the answer.
fn keep(repository: &Repository, commit: Oid) -> Result<String, Failure> {
    let name = format!("{CONFLICTS}{}", &commit.to_string()[..12]);
    if target(repository, &name)?.is_none() {
        point(repository, &name, None, Some(commit))?;
    }
    Ok(name.replacen("refs/heads/", "", 1))
}

/// Branches of conflicts that the remote did not get yet.
pub(crate) fn undelivered_conflicts(
    repository: &Repository,
) -> Result<Vec<(String, Oid)>, Failure> {
    let mut found = Vec::new();
    for reference in repository.references_glob(&format!("{CONFLICTS}*"))? {
        let reference = reference?;
        let (Ok(name), Some(commit)) = (reference.name(), reference.target()) else { continue };
        if target(repository, &beside(name))?.is_none() {
            found.push((name.to_owned(), commit));
        }
    }
    Ok(found)
}

/// Where we note that the remote has a branch.
fn beside(name: &str) -> String {
    name.replacen("refs/heads/", "refs/remotes/origin/", 1)
}
