//! A change, from its first look to its delivery. The caller holds the lock.

use std::sync::atomic::Ordering;

use git2::{Oid, Repository};
use inkstone_content::{Base, Change, Changed, Delivery, Edit};

use super::{
    GitSource, RemoteProblem, commit,
    reading::revision,
    repository::{is_fetched, point},
};
use crate::failure::Failure;

impl GitSource {
    pub(super) fn carry_out(
        &self,
        repository: &Repository,
        change: &Change,
    ) -> Result<Changed, Failure> {
        let mut unreachable = self.catch_up(repository, change)?;
        let head = self.branch.head(repository)?;
        let plan = commit::plan(repository, &self.root, head, change)?;
        let committed = !plan.is_empty();
        if committed {
            let commit = plan.commit(repository, &self.author, head, change)?;
            point(repository, &self.branch.local, head, Some(commit))?;
        }
        let delivery = match unreachable.take() {
            Some(problem) if self.is_waiting(repository)? => Delivery::Waiting(problem.to_string()),
            Some(_) => Delivery::Done,
            None => {
                let ours = self.branch.head(repository)?.filter(|_| committed);
                self.deliver_ours(repository, ours)?
            }
        };
        let revision = revision(self.branch.head(repository)?);
        Ok(Changed { revision, versions: plan.versions, committed, delivery })
    }

    /// Fetches before a change that must begin with what is there now; why that did not work, when
    /// we can go on without.
    fn catch_up(
        &self,
        repository: &Repository,
        change: &Change,
    ) -> Result<Option<RemoteProblem>, Failure> {
        let base = |edit: &Edit| match edit {
            Edit::Write { base, .. } | Edit::Remove { base, .. } => *base == Base::Current,
        };
        let fetched = is_fetched(repository)?;
        if fetched && !change.edits.iter().any(base) {
            return Ok(None);
        }
        match self.take_over(repository) {
            Ok(moved) => {
                self.fetched.store(true, Ordering::Relaxed);
                self.untold().extend(moved.lost.iter().map(|kept| self.conflict(kept)));
                Ok(None)
            }
            Err(Failure::Remote(problem)) if fetched => Ok(Some(problem)),
            Err(failure) => Err(failure),
        }
    }

    /// Delivers what waits; that our own commit could not be is an error.
    pub(super) fn deliver_ours(
        &self,
        repository: &Repository,
        ours: Option<Oid>,
    ) -> Result<Delivery, Failure> {
        let delivered = self.push_waiting(repository, ours)?;
        self.untold().extend(delivered.lost.iter().map(|kept| self.conflict(kept)));
        match delivered.ours_lost {
            Some(kept) => Err(self.conflict(&kept).into()),
            None => Ok(delivered.delivery),
        }
    }
}
