//! Our own bare repository, and the two references that matter in it.

use std::{
    fs, io,
    path::{Path, PathBuf},
    sync::{Mutex, MutexGuard, PoisonError},
    thread,
    time::Duration,
};

use git2::{Commit, ErrorCode, Oid, Repository, RepositoryInitOptions, Tree};
use inkstone_content::SourceError;

use crate::failure::Failure;

/// What says that the remote was read once, and that an empty tree is not just an unread one.
const FETCHED: &str = "inkstone.fetched";

/// How often a reference that somebody locks is tried again, and how long apart.
const LOCKED_TRIES: usize = 20;
const LOCKED_PAUSE: Duration = Duration::from_millis(20);

/// A bare repository; handles of it are kept, because opening one reads configuration files.
pub(crate) struct Store {
    path: PathBuf,
    spare: Mutex<Vec<Repository>>,
}

/// Handles that are kept for the next who needs one.
const SPARE_HANDLES: usize = 2;

impl Store {
    /// Opens the repository at `path`, or makes one there. Nobody else may do so meanwhile.
    pub(crate) fn open(path: PathBuf, branch: &str) -> Result<Self, Failure> {
        if !path.exists() {
            create(&path, branch)?;
        }
        let store = Self { path, spare: Mutex::default() };
        store.with(|_| Ok(()))?;
        Ok(store)
    }

    /// Works with a handle.
    pub(crate) fn with<T>(
        &self,
        work: impl FnOnce(&Repository) -> Result<T, Failure>,
    ) -> Result<T, Failure> {
        let spare = self.spare().pop();
        let handle = spare.map_or_else(|| Repository::open_bare(&self.path), Ok)?;
        let done = work(&handle);
        let mut spare = self.spare();
        if done.is_ok() && spare.len() < SPARE_HANDLES {
            spare.push(handle);
        }
        done
    }

    /// Reads, and once more when a handle stumbled over a pack that was replaced meanwhile.
    pub(crate) fn read<T>(
        &self,
        work: impl Fn(&Repository) -> Result<T, Failure>,
    ) -> Result<T, Failure> {
        match self.with(&work) {
            Err(Failure::Git(_)) => {
                self.forget_handles();
                self.with(&work)
            }
            done => done,
        }
    }

    /// Closes the handles that are kept, and with them what they remember.
    pub(crate) fn forget_handles(&self) {
        self.spare().clear();
    }

    fn spare(&self) -> MutexGuard<'_, Vec<Repository>> {
        self.spare.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Makes a repository beside its place and moves it there, so that there is never half of one.
fn create(path: &Path, branch: &str) -> Result<(), Failure> {
    let parent = path.parent().ok_or(io::Error::from(io::ErrorKind::InvalidInput))?;
    let new = tempfile::Builder::new().prefix(".new-").tempdir_in(parent)?;
    let mut options = RepositoryInitOptions::new();
    options.bare(true).external_template(false).initial_head(branch);
    let repository = Repository::init_opts(new.path(), &options)?;
    // What was answered must survive a power failure; a program of Git may come along as well.
    let mut config = repository.config()?;
    config.set_bool("core.fsyncObjectFiles", true)?;
    config.set_i32("gc.auto", 0)?;
    drop((config, repository));
    fs::rename(new.keep(), path)?;
    Ok(())
}

/// A branch of ours, and what we know of the same branch at the remote.
#[derive(Clone, Debug)]
pub(crate) struct Branch {
    /// Its name at the remote, such as `refs/heads/main`, which is our name for it as well.
    pub(crate) local: String,
    /// Where we keep what the remote had last.
    pub(crate) remote: String,
}

impl Branch {
    pub(crate) fn new(name: &str) -> Self {
        Self { local: format!("refs/heads/{name}"), remote: format!("refs/remotes/origin/{name}") }
    }

    /// The newest commit: the remote's, or what waits on top of it.
    pub(crate) fn head(&self, repository: &Repository) -> Result<Option<Oid>, Failure> {
        target(repository, &self.local)
    }

    /// The newest commit that the remote is known to have.
    pub(crate) fn remote_head(&self, repository: &Repository) -> Result<Option<Oid>, Failure> {
        target(repository, &self.remote)
    }
}

/// What a reference points to.
pub(crate) fn target(repository: &Repository, name: &str) -> Result<Option<Oid>, Failure> {
    match repository.refname_to_id(name) {
        Ok(id) => Ok(Some(id)),
        Err(error) if error.code() == ErrorCode::NotFound => Ok(None),
        Err(error) => Err(error.into()),
    }
}

/// Points a reference somewhere else, if it still points where it did.
pub(crate) fn point(
    repository: &Repository,
    name: &str,
    from: Option<Oid>,
    to: Option<Oid>,
) -> Result<(), Failure> {
    for _ in 0..LOCKED_TRIES {
        match try_point(repository, name, from, to) {
            Err(error) if error.code() == ErrorCode::Locked => thread::sleep(LOCKED_PAUSE),
            Err(error) if matches!(error.code(), ErrorCode::Modified | ErrorCode::Exists) => {
                return Err(SourceError::Busy.into());
            }
            done => return Ok(done?),
        }
    }
    // We alone write here, and only while we hold our lock: whoever locked this is dead.
    remove_left_locks(&repository.path().join("refs"))?;
    remove_file(&repository.path().join("packed-refs.lock"))?;
    Ok(try_point(repository, name, from, to)?)
}

fn try_point(
    repository: &Repository,
    name: &str,
    from: Option<Oid>,
    to: Option<Oid>,
) -> Result<(), git2::Error> {
    match (from, to) {
        (from, to) if from == to => {}
        (Some(from), Some(to)) => {
            repository.reference_matching(name, to, true, from, "inkstone")?;
        }
        (None, Some(to)) => drop(repository.reference(name, to, false, "inkstone")?),
        (_, None) => repository.find_reference(name)?.delete()?,
    }
    Ok(())
}

fn remove_left_locks(directory: &Path) -> Result<(), Failure> {
    for entry in fs::read_dir(directory)? {
        let path = entry?.path();
        if path.is_dir() {
            remove_left_locks(&path)?;
        } else if path.extension().is_some_and(|extension| extension == "lock") {
            remove_file(&path)?;
        }
    }
    Ok(())
}

/// Removes a file that may be gone already.
pub(crate) fn remove_file(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        done => done,
    }
}

/// Whether the remote was read, at some time.
pub(crate) fn is_fetched(repository: &Repository) -> Result<bool, Failure> {
    match repository.config()?.snapshot()?.get_bool(FETCHED) {
        Ok(fetched) => Ok(fetched),
        Err(error) if error.code() == ErrorCode::NotFound => Ok(false),
        Err(error) => Err(error.into()),
    }
}

pub(crate) fn set_fetched(repository: &Repository) -> Result<(), Failure> {
    if !is_fetched(repository)? {
        remove_file(&repository.path().join("config.lock"))?;
        repository.config()?.set_bool(FETCHED, true)?;
    }
    Ok(())
}

/// The tree of a commit; none before the first commit.
pub(crate) fn tree_of(
    repository: &Repository,
    commit: Option<Oid>,
) -> Result<Option<Tree<'_>>, git2::Error> {
    commit.map(|id| repository.find_commit(id)?.tree()).transpose()
}

/// The tree of the first parent; none for the first commit.
pub(crate) fn parent_tree<'r>(commit: &Commit<'r>) -> Result<Option<Tree<'r>>, git2::Error> {
    if commit.parent_count() == 0 { Ok(None) } else { commit.parent(0)?.tree().map(Some) }
}
