//! Where a path of the blog is on the disk, and whether that is still in the blog.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use inkstone_content::ContentPath;

use crate::{
    expect::{FOREIGN, is_foreign},
    failure::Failure,
};

/// What is at a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// Nothing; `directory` is the deepest one that exists, `rest` what would come below it.
    Nothing { directory: PathBuf, rest: PathBuf },
    /// A regular file: `named` is its name in a directory, `real` where its bytes are, which is
    /// somewhere else when the name is that of a link.
    File { named: PathBuf, real: PathBuf },
    /// Nothing, because one of the directories above is a file.
    BelowFile,
    /// A directory, a device, a link that leads out or nowhere, or something below one.
    Other,
}

/// Finds out what is at `path`, and follows links as long as they stay below `root`.
pub(super) fn place(root: &Path, path: &ContentPath) -> Result<Place, Failure> {
    if is_foreign(path) {
        return Ok(Place::Other);
    }
    let segments: Vec<&str> = path.segments().collect();
    let mut directory = root.to_owned();
    for (depth, segment) in segments.iter().enumerate() {
        let last = depth + 1 == segments.len();
        let named = directory.join(segment);
        let Some(real) = real(root, &named)? else {
            let rest = segments[depth..].iter().collect();
            return Ok(Place::Nothing { directory, rest });
        };
        match real {
            Real::Directory(real) if !last => directory = real,
            Real::File(real) if last => return Ok(Place::File { named, real }),
            Real::File(_) => return Ok(Place::BelowFile),
            Real::Directory(_) | Real::Other => return Ok(Place::Other),
        }
    }
    Ok(Place::Other)
}

/// What a name in a directory really is.
pub(super) enum Real {
    Directory(PathBuf),
    File(PathBuf),
    Other,
}

/// Looks behind a name, `None` when there is none.
pub(super) fn real(root: &Path, named: &Path) -> Result<Option<Real>, Failure> {
    let kind = match fs::symlink_metadata(named) {
        Ok(metadata) => metadata.file_type(),
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error.into()),
    };
    if kind.is_dir() {
        return Ok(Some(Real::Directory(named.to_owned())));
    }
    if kind.is_file() {
        return Ok(Some(Real::File(named.to_owned())));
    }
    if !kind.is_symlink() {
        return Ok(Some(Real::Other));
    }
    // A link to nowhere, or in circles, is there, but is nothing.
    let Ok(target) = named.canonicalize() else { return Ok(Some(Real::Other)) };
    let inside = target.strip_prefix(root).is_ok_and(|below| {
        below.iter().all(|segment| !FOREIGN.iter().any(|foreign| segment == *foreign))
    });
    let kind = fs::metadata(&target)?.file_type();
    Ok(Some(match () {
        () if !inside => Real::Other,
        () if kind.is_dir() => Real::Directory(target),
        () if kind.is_file() => Real::File(target),
        () => Real::Other,
    }))
}
