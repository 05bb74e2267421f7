//! The other side: a repository that others read and write as well.

mod http;
mod local;
mod problem;
mod smart;
mod ssh;
mod transport;

pub use problem::RemoteProblem;
pub use ssh::HostKeys;

pub(crate) use http::{HttpDial, HttpSettings};
pub(crate) use local::Local;
pub(crate) use smart::Smart;
pub(crate) use ssh::{Proof, SshDial, SshSettings};
pub(crate) use transport::{Dial, register};

use git2::{Oid, Repository};

use crate::failure::Failure;

/// What the remote's branch is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Tip {
    /// The remote has no branch at all.
    Empty,
    /// A commit, which our repository has now, too.
    At(Oid),
}

/// How a push ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Pushed {
    Done,
    /// The remote has something else there than we think, or has other reasons.
    Refused(String),
}

/// A way to the remote. Each call is one connection.
pub(crate) trait Link: Send + Sync {
    /// Fetches the commit of a branch and everything below it.
    fn fetch(&self, into: &Repository, branch: &str) -> Result<Tip, Failure>;

    /// Makes a reference of the remote lead to `commit`, when it leads to one of its ancestors or
    /// does not exist. Never anything else, whatever happens at the same time.
    fn push(&self, from: &Repository, commit: Oid, reference: &str) -> Result<Pushed, Failure>;

    /// The commit of a branch, without fetching it.
    fn look(&self, at: &Repository, branch: &str) -> Result<Option<Oid>, Failure>;
}

/// Finds a branch among the references that a remote tells of.
fn pick<'n>(
    references: impl Iterator<Item = (&'n str, Oid)>,
    branch: &str,
) -> Result<Option<Oid>, Failure> {
    let mut others = Vec::new();
    for (name, id) in references {
        if name == branch {
            return Ok(Some(id));
        }
        others.extend(name.strip_prefix("refs/heads/").map(str::to_owned));
    }
    if others.is_empty() {
        return Ok(None);
    }
    others.truncate(8);
    let branch = branch.replacen("refs/heads/", "", 1);
    Err(RemoteProblem::NoBranch { branch, others: others.join(", ") }.into())
}
