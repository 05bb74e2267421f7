//! Where the files are.

use inkstone_vocab::{Day, Timestamp};

use crate::{
    error::HostError,
    kind::ImageKind,
    text::{ImageUrl, Removal, Title},
};

/// A file that its owner uploads.
#[derive(Clone, Copy, Debug)]
pub struct ImageFile<'a> {
    /// What it is called.
    pub name: &'a Title,
    /// What it is, told by its content.
    pub kind: ImageKind,
    /// Its bytes.
    pub content: &'a [u8],
}

/// When a file is stored, and what tells it from all others.
#[derive(Clone, Copy, Debug)]
pub struct Moment {
    /// Now.
    pub at: Timestamp,
    /// The owner's day, which may be another than that of `at` in UTC.
    pub day: Day,
    /// Nobody else's bytes.
    pub random: [u8; 16],
}

/// Where a file is now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stored {
    /// Its address.
    pub url: ImageUrl,
    /// What its host needs to know to delete it.
    pub removal: Removal,
}

/// A place that keeps the files of images and shows them to everybody.
///
/// A file is served as its [kind](ImageFile::kind), whatever it was called. Calls block, within
/// limits.
pub trait ImageHost: Send + Sync {
    /// Keeps a file.
    fn store(&self, file: &ImageFile<'_>, moment: &Moment) -> Result<Stored, HostError>;

    /// Deletes what was stored; that it is gone already is no failure. `false` when `removal` does
    /// not say how.
    fn delete(&self, removal: &Removal, now: Timestamp) -> Result<bool, HostError>;
}
