//! Who changed what, and when: an index in memory, which grows with every commit.

use std::collections::HashMap;

use git2::{Commit, Oid, Repository, Sort, Tree};
use inkstone_content as content;
use inkstone_content::{Revision, Version};
use inkstone_vocab::Timestamp;

use super::{
    commit::{blob, time, version},
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
        let mut trees = Trees { repository, last: None };
        for commit in commits {
            if self.steps >= MAX_STEPS {
                break;
            }
            for delta in trees.touched(&commit)? {
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

/// The tree of a commit is that of the parent of the next one, most of the time.
struct Trees<'r> {
    repository: &'r Repository,
    last: Option<Tree<'r>>,
}

impl<'r> Trees<'r> {
    /// Files that are different from what every parent has.
    fn touched(&mut self, commit: &Commit<'r>) -> Result<Vec<Delta>, Failure> {
        let tree = self.tree(commit)?;
        let mut parents = commit.parents();
        let first = parents.next().map(|parent| self.tree(&parent)).transpose()?;
        let mut deltas = tree::differences(self.repository, first.as_ref(), Some(&tree), &FOREIGN)?;
        for parent in parents {
            let parent = parent.tree()?;
            let mut kept = Vec::new();
            for delta in deltas {
                let there = tree::find(self.repository, Some(&parent), &delta.path)?.blob();
                if there != delta.new {
                    kept.push(delta);
                }
            }
            deltas = kept;
        }
        self.last = first;
        Ok(deltas)
    }

    fn tree(&self, commit: &Commit<'r>) -> Result<Tree<'r>, git2::Error> {
        let id = commit.tree_id();
        match self.last.as_ref().filter(|last| last.id() == id) {
            Some(last) => Ok(last.clone()),
            None => self.repository.find_tree(id),
        }
    }
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
