//! Who changed what, and when: an index in memory, which grows with every commit.

use std::collections::HashMap;

use git2::{Commit, Oid, Repository, Sort};
use inkstone_content as content;
use inkstone_content::{Revision, Version};
use inkstone_vocab::Timestamp;

use super::{
    commit::{blob, time, version},
    repository::parent_tree,
    tree::{self, Delta},
};
use crate::{expect::FOREIGN, failure::Failure};

/// How many steps are remembered, at most; older ones count as unknown. About 60 bytes each.
const MAX_STEPS: usize = 1_000_000;

/// What became of each file, as of some commit.
#[derive(Debug, Default)]
pub(crate) struct Past {
    head: Option<Oid>,
    /// By path, oldest first.
    files: HashMap<String, Vec<Step>>,
    steps: usize,
}

/// A commit that touched a file.
#[derive(Clone, Copy, Debug)]
struct Step {
    commit: Oid,
    /// What the file was then, `None` where it was removed.
    blob: Option<Oid>,
    at: Timestamp,
}

impl Past {
    /// Looks at the commits that are new since the last time.
    pub(crate) fn update(
        &mut self,
        repository: &Repository,
        head: Option<Oid>,
    ) -> Result<(), Failure> {
        if head == self.head {
            return Ok(());
        }
        let mut commits = if self.is_behind(repository, head)? {
            commits(repository, head, self.head)?
        } else {
            Vec::new()
        };
        // A merge may bring along what is older than what we know: it would come too late.
        if commits.is_empty() || commits.iter().any(|commit| commit.parent_count() > 1) {
            *self = Self::default();
            commits = self::commits(repository, head, None)?;
        }
        let mut fresh: HashMap<String, Vec<Step>> = HashMap::new();
        for commit in commits {
            if self.steps >= MAX_STEPS {
                break;
            }
            for delta in touched(repository, &commit)? {
                let blob = delta.new.map(|blob| blob.id);
                let step = Step { commit: commit.id(), blob, at: time(&commit) };
                fresh.entry(delta.path).or_default().push(step);
                self.steps += 1;
            }
        }
        for (path, steps) in fresh {
            self.files.entry(path).or_default().extend(steps.into_iter().rev());
        }
        self.head = head;
        Ok(())
    }

    /// Whether what we know is the past of `head` as well: nobody has rewritten it.
    fn is_behind(&self, repository: &Repository, head: Option<Oid>) -> Result<bool, Failure> {
        let (Some(known), Some(head)) = (self.head, head) else { return Ok(self.head.is_none()) };
        if repository.find_commit(known).is_err() {
            return Ok(false);
        }
        Ok(repository.graph_descendant_of(head, known)?)
    }

    fn steps(&self, path: &str) -> impl DoubleEndedIterator<Item = &Step> {
        self.files.get(path).into_iter().flatten().rev()
    }

    /// When a file that exists was changed last.
    pub(crate) fn modified(&self, path: &str) -> Option<Timestamp> {
        self.steps(path).next().filter(|step| step.blob.is_some()).map(|step| step.at)
    }

    /// Whether a file had this version at some time.
    pub(crate) fn had(&self, path: &str, wanted: &Version) -> Option<Oid> {
        let wanted = blob(wanted)?;
        self.steps(path).any(|step| step.blob == Some(wanted)).then_some(wanted)
    }

    /// Commits that touched a file, newest first.
    pub(crate) fn history(
        &self,
        repository: &Repository,
        path: &str,
        limit: usize,
    ) -> Result<Vec<content::Commit>, Failure> {
        let steps = self.steps(path).take(limit);
        steps.map(|step| Ok(told(&repository.find_commit(step.commit)?, step))).collect()
    }
}

/// The commits below `head` that are not below `known`, newest first.
fn commits(
    repository: &Repository,
    head: Option<Oid>,
    known: Option<Oid>,
) -> Result<Vec<Commit<'_>>, git2::Error> {
    let mut walk = repository.revwalk()?;
    walk.set_sorting(Sort::TIME | Sort::TOPOLOGICAL)?;
    if let Some(head) = head {
        walk.push(head)?;
    }
    if let Some(known) = known {
        walk.hide(known)?;
    }
    walk.map(|id| repository.find_commit(id?)).collect()
}

/// Files that are different from what every parent has.
fn touched(repository: &Repository, commit: &Commit<'_>) -> Result<Vec<Delta>, Failure> {
    let tree = commit.tree()?;
    let first = parent_tree(commit)?;
    let mut deltas = tree::differences(repository, first.as_ref(), Some(&tree), &FOREIGN)?;
    for parent in commit.parents().skip(1) {
        let parent = parent.tree()?;
        let mut kept = Vec::new();
        for delta in deltas {
            if tree::find(repository, Some(&parent), &delta.path)?.blob() != delta.new {
                kept.push(delta);
            }
        }
        deltas = kept;
    }
    Ok(deltas)
}

fn told(commit: &Commit<'_>, step: &Step) -> content::Commit {
    let author = commit.author();
    let name = String::from_utf8_lossy(author.name_bytes());
    let email = String::from_utf8_lossy(author.email_bytes());
    let summary = commit.summary_bytes().map(String::from_utf8_lossy).unwrap_or_default();
    content::Commit {
        revision: Revision(step.commit.to_string()),
        version: step.blob.map(version),
        author: if email.is_empty() { name.into_owned() } else { format!("{name} <{email}>") },
        at: step.at,
        summary: summary.into_owned(),
    }
}
