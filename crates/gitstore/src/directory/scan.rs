//! All files of a directory, and which of them were looked into before.

use std::{
    collections::{BTreeMap, HashMap, VecDeque},
    fs::{self, File, Metadata},
    io::{self, Read},
    os::unix::fs::MetadataExt,
    path::{Path, PathBuf},
    sync::Arc,
    time::{Duration, SystemTime},
};

use inkstone_content::{ContentPath, Revision, Version};
use sha2::{Digest as _, Sha256};

use super::{
    place::{Real, real},
    write::TEMPORARY,
};
use crate::{digest::sha256, expect::FOREIGN, failure::Failure};

/// No blog has as many files; links that lead to each other easily do.
const MAX_FILES: usize = 500_000;

/// Trees that are remembered, to tell what has changed since.
const REMEMBERED: usize = 8;

/// A file that changed so shortly ago may change again without any other time.
const SETTLED: Duration = Duration::from_secs(2);

/// A regular file as it was found.
#[derive(Clone, Debug)]
pub(super) struct Scanned {
    pub(super) version: Version,
    pub(super) size: u64,
}

pub(super) type Tree = BTreeMap<ContentPath, Scanned>;

/// What is known of the directory from before.
#[derive(Debug, Default)]
pub(super) struct Memory {
    /// Files by where they really are.
    known: HashMap<PathBuf, (Stamp, Version)>,
    trees: VecDeque<(Revision, Arc<Tree>)>,
}

/// What changes when a file does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Stamp {
    device: u64,
    inode: u64,
    size: u64,
    modified: (i64, i64),
    changed: (i64, i64),
}

impl Memory {
    /// Looks at every file, and into those that seem to have changed.
    pub(super) fn scan(&mut self, root: &Path) -> Result<Tree, Failure> {
        let mut scan = Scan { root, memory: self, tree: Tree::new(), known: HashMap::new() };
        scan.directory(root, "", &mut vec![root.to_owned()])?;
        let Scan { tree, known, .. } = scan;
        self.known = known;
        Ok(tree)
    }

    pub(super) fn remember(&mut self, revision: Revision, tree: Arc<Tree>) {
        self.trees.retain(|(known, _)| *known != revision);
        self.trees.push_back((revision, tree));
        if self.trees.len() > REMEMBERED {
            self.trees.pop_front();
        }
    }

    pub(super) fn remembered(&self, revision: &Revision) -> Option<Arc<Tree>> {
        let found = self.trees.iter().find(|(known, _)| known == revision)?;
        Some(Arc::clone(&found.1))
    }
}

struct Scan<'s> {
    root: &'s Path,
    memory: &'s Memory,
    tree: Tree,
    known: HashMap<PathBuf, (Stamp, Version)>,
}

impl Scan<'_> {
    /// `chain` are the directories that we are in, links resolved: none is entered twice.
    fn directory(
        &mut self,
        directory: &Path,
        above: &str,
        chain: &mut Vec<PathBuf>,
    ) -> Result<(), Failure> {
        for entry in gone_is_empty(fs::read_dir(directory))?.into_iter().flatten() {
            let entry = entry?;
            // A path that is no text, or not ours, cannot be named by anybody.
            let Ok(name) = entry.file_name().into_string() else { continue };
            let Ok(path) = ContentPath::parse(&format!("{above}{name}")) else { continue };
            if FOREIGN.contains(&name.as_str()) || name.starts_with(TEMPORARY) {
                continue;
            }
            match real(self.root, &directory.join(&name))? {
                Some(Real::File(file)) => self.file(path, file)?,
                Some(Real::Directory(real)) if !chain.contains(&real) => {
                    chain.push(real.clone());
                    self.directory(&real, &format!("{path}/"), chain)?;
                    chain.pop();
                }
                Some(Real::Directory(_) | Real::Other) | None => {}
            }
        }
        Ok(())
    }

    fn file(&mut self, path: ContentPath, real: PathBuf) -> Result<(), Failure> {
        if self.tree.len() >= MAX_FILES {
            return Err(Failure::TooManyFiles);
        }
        let Some(metadata) = gone_is_empty(fs::metadata(&real))? else { return Ok(()) };
        let stamp = Stamp::of(&metadata);
        let known = self.known.get(&real).or_else(|| self.memory.known.get(&real));
        let version = match known {
            Some((known, version)) if *known == stamp => version.clone(),
            _ => match gone_is_empty(digest(&real))? {
                Some(version) => version,
                None => return Ok(()),
            },
        };
        self.tree.insert(path, Scanned { version: version.clone(), size: stamp.size });
        if is_settled(&metadata) {
            self.known.insert(real, (stamp, version));
        }
        Ok(())
    }
}

impl Stamp {
    fn of(metadata: &Metadata) -> Self {
        Self {
            device: metadata.dev(),
            inode: metadata.ino(),
            size: metadata.size(),
            modified: (metadata.mtime(), metadata.mtime_nsec()),
            changed: (metadata.ctime(), metadata.ctime_nsec()),
        }
    }
}

/// Files and directories come and go while we look.
fn gone_is_empty<T>(found: io::Result<T>) -> io::Result<Option<T>> {
    match found {
        Ok(found) => Ok(Some(found)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "file times are compared with the clock that made them"
)]
fn is_settled(metadata: &Metadata) -> bool {
    let modified = metadata.modified().ok();
    let age = modified.and_then(|modified| SystemTime::now().duration_since(modified).ok());
    age.is_some_and(|age| age > SETTLED)
}

fn digest(file: &Path) -> io::Result<Version> {
    let mut file = File::open(file)?;
    let mut digest = Sha256::new();
    let mut buffer = vec![0; 1 << 16];
    loop {
        match file.read(&mut buffer)? {
            0 => break,
            read => digest.update(&buffer[..read]),
        }
    }
    Ok(version(&base16ct::lower::encode_string(&digest.finalize())))
}

/// The version of these bytes.
pub(super) fn version_of(bytes: &[u8]) -> Version {
    version(&sha256([bytes]))
}

fn version(digest: &str) -> Version {
    Version::parse(digest).unwrap_or_else(|| unreachable!("a hexadecimal number is a version"))
}

/// What a tree is called: equal trees have equal names, also after a restart.
pub(super) fn revision(tree: &Tree) -> Revision {
    let parts = tree.iter().flat_map(|(path, seen)| {
        [path.as_str().as_bytes(), b"\n", seen.version.as_str().as_bytes(), b"\n"]
    });
    Revision(sha256(parts))
}
