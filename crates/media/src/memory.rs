//! The reference repository: everything in memory, behind one lock.

use std::sync::{Mutex, MutexGuard, PoisonError};

use inkstone_vocab::{ImportCounts, ImportMode, RepositoryError, Timestamp, merge_named};

use crate::{
    ImageId,
    image::{Image, NewImage},
    repository::ImageRepository,
};

/// Records in memory, for tests and examples; in the order in which they were added.
#[derive(Debug, Default)]
pub struct MemoryImages(Mutex<Vec<Image>>);

impl MemoryImages {
    fn images(&self) -> MutexGuard<'_, Vec<Image>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl ImageRepository for MemoryImages {
    fn all(&self) -> Result<Vec<Image>, RepositoryError> {
        let mut images = self.images().clone();
        images.sort_by_cached_key(|image| image.id.position());
        images.reverse();
        Ok(images)
    }

    fn find(&self, id: &ImageId) -> Result<Option<Image>, RepositoryError> {
        Ok(self.images().iter().find(|image| image.id == *id).cloned())
    }

    fn add(&self, new: &NewImage, at: Timestamp) -> Result<Image, RepositoryError> {
        let mut images = self.images();
        let mut second = at;
        while images.iter().any(|image| image.id == ImageId::of(second)) {
            second = second.plus_millis(1000);
        }
        let image = new.clone().under(ImageId::of(second));
        images.push(image.clone());
        Ok(image)
    }

    fn remove(&self, id: &ImageId) -> Result<bool, RepositoryError> {
        let mut images = self.images();
        let before = images.len();
        images.retain(|image| image.id != *id);
        Ok(images.len() < before)
    }

    fn import(
        &self,
        images: Vec<Image>,
        mode: ImportMode,
    ) -> Result<ImportCounts, RepositoryError> {
        let mut stored = self.images();
        let (merged, counts) = merge_named(stored.clone(), images, mode);
        *stored = merged;
        Ok(counts)
    }
}
