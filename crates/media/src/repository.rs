//! Where the records of images are kept.

use std::sync::Arc;

use inkstone_vocab::{ImportCounts, ImportMode, RepositoryError, Timestamp};

use crate::{
    ImageId,
    image::{Image, NewImage},
};

/// Where the records of images are kept.
///
/// Every method is atomic: it happens entirely or not at all. It fails only when the store cannot
/// answer; absence and repetition are answers. The laws are in the `contract` module (feature
/// `testing`).
pub trait ImageRepository: Send + Sync {
    /// All images, the latest first: by falling [`ImageId::position`], and where that is equal the
    /// one that was added last.
    fn all(&self) -> Result<Vec<Image>, RepositoryError>;

    /// The image of this name.
    fn find(&self, id: &ImageId) -> Result<Option<Image>, RepositoryError>;

    /// Adds an image under the first of [`ImageId::candidates`] that no image has. Of several
    /// that are added at once each gets its own.
    fn add(&self, new: &NewImage, at: Timestamp) -> Result<Image, RepositoryError>;

    /// Removes the record of an image; whether there was one of this name.
    fn remove(&self, id: &ImageId) -> Result<bool, RepositoryError>;

    /// Stores all of `images` or none, as [`merge_named`](inkstone_vocab::merge_named) says.
    fn import(&self, images: Vec<Image>, mode: ImportMode)
    -> Result<ImportCounts, RepositoryError>;
}

impl<R: ImageRepository + ?Sized> ImageRepository for Arc<R> {
    fn all(&self) -> Result<Vec<Image>, RepositoryError> {
        (**self).all()
    }

    fn find(&self, id: &ImageId) -> Result<Option<Image>, RepositoryError> {
        (**self).find(id)
    }

    fn add(&self, new: &NewImage, at: Timestamp) -> Result<Image, RepositoryError> {
        (**self).add(new, at)
    }

    fn remove(&self, id: &ImageId) -> Result<bool, RepositoryError> {
        (**self).remove(id)
    }

    fn import(
        &self,
        images: Vec<Image>,
        mode: ImportMode,
    ) -> Result<ImportCounts, RepositoryError> {
        (**self).import(images, mode)
    }
}
