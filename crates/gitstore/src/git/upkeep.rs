//! Keeping the repository small and quick: every save leaves a handful of loose objects behind, and
//! every fetch a pack.
//!
//! Nothing is ever dropped, only moved: whoever reads meanwhile finds it in its new place.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use git2::{Oid, PackBuilder, Repository};

use super::repository::remove_file;
use crate::failure::Failure;

/// How long upkeep may wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Due {
    /// Somebody has time for it.
    Soon,
    /// Somebody waits for something else: only when it would become slow.
    Late,
}

impl Due {
    /// Loose objects in one of 256 directories, and packs, from which on there is something to do.
    fn limits(self) -> (usize, usize) {
        match self {
            Self::Soon => (8, 24),
            Self::Late => (32, 96),
        }
    }
}

/// Does what is due, if anything; whether files have gone. The caller holds the lock, so nothing
/// is half written by anybody else.
pub(crate) fn run(repository: &Repository, due: Due) -> Result<bool, Failure> {
    let objects = repository.path().join("objects");
    let (max_loose, max_packs) = due.limits();
    let packs = packs(&objects.join("pack"))?;
    // Names are hashes: one directory stands for all.
    if files(&objects.join("17"))?.len() >= max_loose {
        pack_loose(repository, &objects)?;
    } else if packs.len() >= max_packs {
        merge_packs(repository, &objects, packs)?;
    } else {
        return Ok(false);
    }
    Ok(true)
}

fn pack_loose(repository: &Repository, objects: &Path) -> Result<(), Failure> {
    let loose = loose(objects)?;
    let mut builder = repository.packbuilder()?;
    for (id, _) in &loose {
        builder.insert_object(*id, None)?;
    }
    write(&mut builder, objects)?;
    for (_, file) in loose {
        remove_file(&file)?;
    }
    Ok(())
}

/// Makes one pack of the small ones. A pack stays as it is when it is larger than all smaller ones
/// together: so each object is moved a few times at most.
fn merge_packs(
    repository: &Repository,
    objects: &Path,
    mut packs: Vec<(u64, PathBuf)>,
) -> Result<(), Failure> {
    packs.sort();
    let mut sum = 0;
    let mut small = 0;
    for (number, (size, _)) in packs.iter().enumerate() {
        if *size <= sum || number == 0 {
            small = number + 1;
        }
        sum += size;
    }
    packs.truncate(small);
    if packs.len() < 2 {
        return Ok(());
    }
    let mut builder = repository.packbuilder()?;
    for (_, pack) in &packs {
        for id in indexed(&pack.with_extension("idx"))? {
            builder.insert_object(id, None)?;
        }
    }
    let new = write(&mut builder, objects)?;
    for (_, pack) in packs.into_iter().filter(|(_, pack)| *pack != new) {
        // The index goes first: a pack without one is no pack.
        remove_file(&pack.with_extension("idx"))?;
        remove_file(&pack)?;
    }
    Ok(())
}

/// Writes a pack; where it is.
fn write(builder: &mut PackBuilder<'_>, objects: &Path) -> Result<PathBuf, Failure> {
    let directory = objects.join("pack");
    builder.write(&directory, 0o444)?;
    let name = builder.name()?.unwrap_or_default();
    let pack = directory.join(format!("pack-{name}.pack"));
    for file in [&pack, &pack.with_extension("idx")] {
        // Before anything is removed, what replaces it must be there to stay.
        fs::File::open(file)?.sync_all()?;
    }
    fs::File::open(directory)?.sync_all()?;
    Ok(pack)
}

/// The objects that the index of a pack names (Git's format of version 2): a head of 8 bytes, 256
/// counts that add up, and all names.
fn indexed(index: &Path) -> Result<Vec<Oid>, Failure> {
    const NAMES: usize = 8 + 256 * 4;
    let bytes = fs::read(index)?;
    let broken = || io::Error::from(io::ErrorKind::InvalidData);
    let count = bytes.get(NAMES - 4..NAMES).ok_or_else(broken)?;
    let count = count.iter().fold(0, |count, byte| count << 8 | usize::from(*byte));
    let names = bytes.get(NAMES..NAMES + 20 * count).ok_or_else(broken)?;
    if !bytes.starts_with(b"\xfftOc\0\0\0\x02") {
        return Err(broken().into());
    }
    Ok(names.chunks_exact(20).map(Oid::from_bytes).collect::<Result<_, _>>()?)
}

/// Packs that have an index, and their sizes.
fn packs(directory: &Path) -> Result<Vec<(u64, PathBuf)>, Failure> {
    let mut found = Vec::new();
    for file in files(directory)? {
        let is_pack = file.extension().is_some_and(|extension| extension == "pack");
        if is_pack && file.with_extension("idx").exists() {
            found.push((fs::metadata(&file)?.len(), file));
        }
    }
    Ok(found)
}

/// Every loose object, and its file.
fn loose(objects: &Path) -> Result<Vec<(Oid, PathBuf)>, Failure> {
    let mut found = Vec::new();
    for directory in fs::read_dir(objects)? {
        let directory = directory?;
        let first = directory.file_name().to_string_lossy().into_owned();
        if first.len() != 2 {
            continue;
        }
        for file in files(&directory.path())? {
            let rest = file.file_name().map(|name| name.to_string_lossy().into_owned());
            let id = format!("{first}{}", rest.unwrap_or_default());
            match id.parse() {
                Ok(name) if id.len() == 40 => found.push((name, file)),
                // Left behind by a process that was killed while it wrote.
                _ => remove_file(&file)?,
            }
        }
    }
    Ok(found)
}

fn files(directory: &Path) -> Result<Vec<PathBuf>, Failure> {
    match fs::read_dir(directory) {
        Ok(entries) => Ok(entries.map(|entry| Ok(entry?.path())).collect::<io::Result<_>>()?),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Vec::new()),
        Err(error) => Err(error.into()),
    }
}
