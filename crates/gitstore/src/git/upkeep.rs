//! Keeping the repository small and quick: every save leaves a handful of loose objects behind.

use std::{
    collections::HashSet,
    fs, io,
    path::{Path, PathBuf},
};

use git2::{Oid, Repository, Sort};

use super::repository::remove_file;
use crate::failure::Failure;

/// Loose objects in one of 256 directories, from which on they are packed.
const LOOSE_SAMPLE: usize = 8;

/// Packs, from which on they become one.
const PACKS: usize = 24;

/// What upkeep found to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Need {
    Nothing,
    PackLoose,
    PackAll,
}

/// What is due, found out cheaply.
pub(crate) fn need(repository: &Repository) -> Result<Need, Failure> {
    let objects = repository.path().join("objects");
    if packs(&objects)?.len() > PACKS {
        return Ok(Need::PackAll);
    }
    // Names are hashes: one directory stands for all.
    let sample = files(&objects.join("17"))?.len();
    Ok(if sample >= LOOSE_SAMPLE { Need::PackLoose } else { Need::Nothing })
}

/// Does what is due. The caller holds the lock, so nothing is half written by anybody else.
pub(crate) fn run(repository: &Repository, need: Need) -> Result<(), Failure> {
    match need {
        Need::Nothing => Ok(()),
        Need::PackLoose => pack_loose(repository),
        Need::PackAll => pack_all(repository),
    }
}

/// Moves all loose objects into one pack. Readers find them there when they miss them.
fn pack_loose(repository: &Repository) -> Result<(), Failure> {
    let objects = repository.path().join("objects");
    let loose = loose(&objects)?;
    let mut builder = repository.packbuilder()?;
    for (id, _) in &loose {
        builder.insert_object(*id, None)?;
    }
    write(&mut builder, &objects)?;
    remove_loose(loose)
}

/// Makes one pack of everything that a reference leads to, and drops the rest: versions that were
/// carried out again elsewhere.
fn pack_all(repository: &Repository) -> Result<(), Failure> {
    let objects = repository.path().join("objects");
    let (old, loose) = (packs(&objects)?, loose(&objects)?);
    let mut walk = repository.revwalk()?;
    walk.set_sorting(Sort::TOPOLOGICAL)?;
    walk.push_glob("refs/*")?;
    let mut builder = repository.packbuilder()?;
    builder.insert_walk(&mut walk)?;
    let new = write(&mut builder, &objects)?;
    repository.odb()?.refresh()?;
    for pack in old.into_iter().filter(|pack| Some(pack) != new.as_ref()) {
        // The index goes first: a pack without one is no pack.
        remove_file(&pack.with_extension("idx"))?;
        remove_file(&pack)?;
    }
    remove_loose(loose)
}

/// Writes a pack; where it is, `None` when there is nothing to write.
fn write(builder: &mut git2::PackBuilder<'_>, objects: &Path) -> Result<Option<PathBuf>, Failure> {
    if builder.object_count() == 0 {
        return Ok(None);
    }
    let directory = objects.join("pack");
    builder.write(&directory, 0o444)?;
    let name = builder.name()?.unwrap_or_default();
    let pack = directory.join(format!("pack-{name}.pack"));
    if !pack.exists() {
        return Err(io::Error::from(io::ErrorKind::NotFound).into());
    }
    Ok(Some(pack))
}

fn remove_loose(loose: Vec<(Oid, PathBuf)>) -> Result<(), Failure> {
    for (_, path) in loose {
        remove_file(&path)?;
    }
    Ok(())
}

/// Packs that have an index. Half-written ones go.
fn packs(objects: &Path) -> Result<HashSet<PathBuf>, Failure> {
    let packs = files(&objects.join("pack"))?.into_iter();
    let with_extension =
        |path: &PathBuf| path.extension().is_some_and(|extension| extension == "pack");
    Ok(packs.filter(with_extension).filter(|path| path.with_extension("idx").exists()).collect())
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
            match Oid::from_str(&id) {
                Ok(id) if !id.is_zero() => found.push((id, file)),
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
