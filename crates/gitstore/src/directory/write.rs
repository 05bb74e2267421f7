//! Replacing and removing files, all or none.

use std::{
    fs::{self, File, Permissions},
    io::{self, Write as _},
    os::unix::fs::{MetadataExt, PermissionsExt, chown},
    path::{Path, PathBuf},
};

use tempfile::NamedTempFile;

use super::place::Place;
use crate::failure::Failure;

/// How the names of files begin that are not finished yet.
pub(super) const TEMPORARY: &str = ".inkstone-tmp-";

/// Edits whose expectations are met.
#[derive(Default)]
pub(super) struct Batch(Vec<Step>);

struct Step {
    /// The file that changes.
    target: PathBuf,
    /// Its new bytes; `None` removes it.
    new: Option<Vec<u8>>,
    /// What it had, to go back to.
    old: Option<Vec<u8>>,
}

impl Batch {
    pub(super) fn write(&mut self, place: Place, bytes: &[u8], old: Option<Vec<u8>>) {
        let target = match place {
            Place::File { real, .. } => real,
            Place::Nothing { directory, rest } => directory.join(rest),
            Place::BelowFile | Place::Other => return,
        };
        self.0.push(Step { target, new: Some(bytes.to_owned()), old });
    }

    /// A link goes itself; what it leads to stays.
    pub(super) fn remove(&mut self, place: Place, old: Option<Vec<u8>>) {
        if let Place::File { named, .. } = place {
            self.0.push(Step { target: named, new: None, old });
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Writes everything beside its place, then moves it there; goes back when that fails halfway.
    pub(super) fn carry_out(self, root: &Path) -> Result<(), Failure> {
        let mut ready = Vec::new();
        for step in &self.0 {
            ready.push(step.new.as_ref().map(|bytes| prepare(&step.target, bytes)).transpose()?);
        }
        for (done, (step, ready)) in self.0.iter().zip(ready).enumerate() {
            let moved = match ready {
                Some(file) => persist(file, &step.target),
                None => fs::remove_file(&step.target),
            };
            if let Err(error) = moved {
                go_back(&self.0[..done]);
                return Err(error.into());
            }
        }
        for step in &self.0 {
            if step.new.is_none() {
                remove_empty_directories(root, &step.target);
            }
            sync_directory(&step.target)?;
        }
        Ok(())
    }
}

fn prepare(target: &Path, bytes: &[u8]) -> io::Result<NamedTempFile> {
    let directory = target.parent().ok_or(io::ErrorKind::InvalidInput)?;
    fs::create_dir_all(directory)?;
    let mut options = tempfile::Builder::new();
    options.prefix(TEMPORARY).permissions(Permissions::from_mode(0o666));
    let mut file = options.tempfile_in(directory)?;
    file.write_all(bytes)?;
    if let Ok(present) = fs::metadata(target) {
        file.as_file().set_permissions(present.permissions())?;
        // Only root may give files away; all others own what they replace, or share its group.
        drop(chown(file.path(), Some(present.uid()), Some(present.gid())));
    }
    file.as_file().sync_all()?;
    Ok(file)
}

fn persist(file: NamedTempFile, target: &Path) -> io::Result<()> {
    file.persist(target).map(drop).map_err(|error| error.error)
}

/// The disk failed in the middle of several edits: what can be undone is.
fn go_back(done: &[Step]) {
    for step in done.iter().rev() {
        let undone = match &step.old {
            Some(bytes) => prepare(&step.target, bytes).and_then(|f| persist(f, &step.target)),
            None => fs::remove_file(&step.target),
        };
        drop(undone);
    }
}

/// Directories go along with their last file, as in Git.
fn remove_empty_directories(root: &Path, removed: &Path) {
    let above = removed.ancestors().skip(1);
    for directory in above.take_while(|directory| *directory != root) {
        if !directory.starts_with(root) || fs::remove_dir(directory).is_err() {
            break;
        }
    }
}

/// Makes a renaming last.
fn sync_directory(target: &Path) -> io::Result<()> {
    let exists = target.ancestors().skip(1).find(|directory| directory.is_dir());
    exists.map_or(Ok(()), |directory| File::open(directory)?.sync_all())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The second of two files cannot be put into its place: the first gets its old bytes back.
    #[test]
    fn what_fails_halfway_is_undone() {
        let home = tempfile::tempdir().unwrap();
        let file = |name: &str| home.path().join(name);
        fs::write(file("a.md"), "one").unwrap();
        fs::create_dir_all(file("b.md/full")).unwrap();
        let step = |name: &str, old: Option<&str>| Step {
            target: file(name),
            new: Some(b"two".to_vec()),
            old: old.map(Into::into),
        };
        let batch = Batch(vec![step("a.md", Some("one")), step("c.md", None), step("b.md", None)]);
        batch.carry_out(home.path()).unwrap_err();
        assert_eq!(fs::read_to_string(file("a.md")).unwrap(), "one");
        assert!(!file("c.md").exists());
        assert_eq!(fs::read_dir(home.path()).unwrap().count(), 2);
    }
}
