//! Where fields are kept.

use std::sync::Arc;

use inkstone_vocab::RepositoryError;

use crate::field::{Content, Field, FieldName};

/// Where fields are kept, one of each name.
///
/// Every method is atomic: it happens entirely or not at all. It fails only when the store cannot
/// answer; absence and repetition are answers. The laws are in the `contract` module (feature
/// `testing`).
pub trait FieldRepository: Send + Sync {
    /// What is stored under `name`.
    fn find(&self, name: &FieldName) -> Result<Option<Content>, RepositoryError>;

    /// Creates a field, or replaces the content of the one of that name. No reader ever finds it
    /// missing meanwhile.
    fn put(&self, field: &Field) -> Result<(), RepositoryError>;

    /// Removes a field; whether there was one.
    fn remove(&self, name: &FieldName) -> Result<bool, RepositoryError>;

    /// All fields at one moment, by name in the order of its code points.
    fn list(&self) -> Result<Vec<Field>, RepositoryError>;
}

impl<R: FieldRepository + ?Sized> FieldRepository for Arc<R> {
    fn find(&self, name: &FieldName) -> Result<Option<Content>, RepositoryError> {
        (**self).find(name)
    }

    fn put(&self, field: &Field) -> Result<(), RepositoryError> {
        (**self).put(field)
    }

    fn remove(&self, name: &FieldName) -> Result<bool, RepositoryError> {
        (**self).remove(name)
    }

    fn list(&self) -> Result<Vec<Field>, RepositoryError> {
        (**self).list()
    }
}
