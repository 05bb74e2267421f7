//! A blog's source tree in a bare Git repository.

mod address;
mod commit;
mod config;
mod past;
mod port;
mod reading;
mod remote;
mod repository;
mod saving;
mod sync;
mod tree;
mod upkeep;

pub use address::{RemoteAddress, RemoteAddressError};
pub use config::{Author, Credentials, GitConfig, GitError, GitLimits};
pub use remote::{HostKeys, RemoteProblem};

use std::{
    collections::VecDeque,
    fmt, fs,
    sync::{
        Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
};

use git2::{Reference, Repository};
use inkstone_content::{Revision, SourceError};

use self::{
    commit::Root,
    config::link,
    past::Past,
    remote::Link,
    repository::{Branch, Store, is_fetched},
    sync::undelivered_conflicts,
    upkeep::Due,
};
use crate::{digest::sha256, failure::Failure, lock::WriteLock};

/// What a look at the remote told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RemoteState {
    /// The commit of the branch; `None` in a repository without any.
    pub commit: Option<Revision>,
    /// Whether that is what we have, too.
    pub is_current: bool,
    /// Whether something waits here to be delivered.
    pub is_waiting: bool,
}

/// The source tree of a blog in a Git repository.
///
/// It reads and writes a bare repository of its own, without a checkout, and exchanges commits with
/// the remote. A change is safe on the disk when [`ContentSource::change`](inkstone_content::ContentSource::change) answers; when the remote
/// could not be reached, it is delivered later. Hooks never run. Nothing is read from the remote
/// before the first [`ContentSource::refresh`](inkstone_content::ContentSource::refresh).
pub struct GitSource {
    store: Store,
    lock: WriteLock,
    link: Box<dyn Link>,
    branch: Branch,
    root: Root,
    author: Author,
    fetched: AtomicBool,
    past: Mutex<Past>,
    /// Conflicts that nobody has been told of yet.
    untold: Mutex<VecDeque<SourceError>>,
}

impl GitSource {
    /// Opens the clone, or makes an empty one. Does not look at the remote.
    pub fn open(config: GitConfig) -> Result<Self, GitError> {
        let branch = Branch::new(&config.branch);
        let blank = config.branch.is_empty() || config.branch.starts_with(['-', '/']);
        if blank || !Reference::is_valid_name(&branch.local) {
            return Err(GitError::Branch(config.branch));
        }
        let Author { name, email } = &config.author;
        if git2::Signature::new(name, email, &git2::Time::new(0, 0)).is_err()
            || [name, email].iter().any(|text| text.contains(['<', '>', '\n', '\0']))
        {
            return Err(GitError::Author);
        }
        let directory = |failure: Failure| GitError::Directory(failure.into());
        let place = format!("{}\n{}", config.remote, config.branch);
        let name = sha256([place.as_bytes()])[..16].to_owned();
        fs::create_dir_all(&config.directory).map_err(|error| directory(error.into()))?;
        let lock = config.directory.join(format!("{name}.lock"));
        let lock = WriteLock::new(lock, config.limits.patience);
        let held = lock.acquire().map_err(directory)?;
        let store = Store::open(config.directory.join(format!("{name}.git")), &config.branch);
        let store = store.map_err(directory)?;
        drop(held);
        let fetched = store.with(is_fetched).map_err(directory)?;
        let root = config.path.as_ref().map_or(String::new(), |path| format!("{path}/"));
        Ok(Self {
            store,
            lock,
            branch,
            root: Root(root),
            author: config.author.clone(),
            fetched: fetched.into(),
            past: Mutex::default(),
            untold: Mutex::default(),
            link: link(config)?,
        })
    }

    /// Asks the remote, and changes nothing. The problem says in plain words what is wrong.
    pub fn diagnose(&self) -> Result<RemoteState, SourceError> {
        Ok(self.store.with(|repository| {
            let commit = self.link.look(repository, &self.branch.local)?;
            let known = self.branch.remote_head(repository)?;
            Ok(RemoteState {
                commit: commit.map(|id| Revision(id.to_string())),
                is_current: commit == known && self.is_fetched(),
                is_waiting: self.is_waiting(repository)?,
            })
        })?)
    }

    /// Packs what many changes left behind, when that is due. [`ContentSource::refresh`](inkstone_content::ContentSource::refresh) does so by
    /// itself; a change does when nobody has for a long time.
    pub fn maintain(&self) -> Result<(), SourceError> {
        let _held = self.lock.acquire()?;
        Ok(self.store.with(|repository| self.keep_up(repository, Due::Soon))?)
    }

    fn is_fetched(&self) -> bool {
        self.fetched.load(Ordering::Relaxed)
    }

    /// Refuses to call a tree empty that was not read yet.
    fn ready(&self, repository: &Repository) -> Result<(), Failure> {
        if !self.is_fetched() {
            if !is_fetched(repository)? {
                return Err(RemoteProblem::NotFetched.into());
            }
            self.fetched.store(true, Ordering::Relaxed);
        }
        Ok(())
    }

    fn is_waiting(&self, repository: &Repository) -> Result<bool, Failure> {
        Ok(self.branch.head(repository)? != self.branch.remote_head(repository)?
            || !undelivered_conflicts(repository)?.is_empty())
    }

    fn keep_up(&self, repository: &Repository, due: Due) -> Result<(), Failure> {
        if upkeep::run(repository, due)? {
            self.store.forget_handles();
        }
        Ok(())
    }

    /// The past of the present head.
    fn past(&self, repository: &Repository) -> Result<MutexGuard<'_, Past>, Failure> {
        self.ready(repository)?;
        let head = self.branch.head(repository)?;
        let mut past = self.past.lock().unwrap_or_else(PoisonError::into_inner);
        past.update(repository, head)?;
        Ok(past)
    }

    fn untold(&self) -> MutexGuard<'_, VecDeque<SourceError>> {
        self.untold.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for GitSource {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("GitSource")
            .field("branch", &self.branch.local)
            .finish_non_exhaustive()
    }
}
