//! Records of images over any repository.

use inkstone_vocab::{ImportCounts, ImportMode, Timestamp};

use crate::{
    ImageId,
    error::ImageError,
    image::{Image, NewImage},
    repository::ImageRepository,
};

/// Records of images kept in a repository `R`.
#[derive(Clone, Debug)]
pub struct Images<R> {
    repository: R,
}

impl<R: ImageRepository> Images<R> {
    /// Records kept in `repository`.
    pub fn new(repository: R) -> Self {
        Self { repository }
    }

    /// Those of all images that [mention](Image::mentions) `keyword`, the latest first.
    pub fn search(&self, keyword: &str) -> Result<Vec<Image>, ImageError> {
        let mut images = self.repository.all()?;
        images.retain(|image| image.mentions(keyword));
        Ok(images)
    }

    /// The image of this name.
    pub fn find(&self, id: &ImageId) -> Result<Image, ImageError> {
        self.repository.find(id)?.ok_or(ImageError::NotFound)
    }

    /// Records that an image was uploaded.
    pub fn add(&self, new: &NewImage, now: Timestamp) -> Result<Image, ImageError> {
        Ok(self.repository.add(new, now)?)
    }

    /// Removes the record of an image; the file stays where it is.
    pub fn remove(&self, id: &ImageId) -> Result<(), ImageError> {
        if self.repository.remove(id)? { Ok(()) } else { Err(ImageError::NotFound) }
    }

    /// Stores all of `images` or none; see [`ImageRepository::import`].
    pub fn import(&self, images: Vec<Image>, mode: ImportMode) -> Result<ImportCounts, ImageError> {
        Ok(self.repository.import(images, mode)?)
    }
}
