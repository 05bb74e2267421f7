//! The reference implementation: everything in memory, behind one lock.

use std::{
    collections::BTreeMap,
    sync::{Mutex, MutexGuard, PoisonError},
};

use inkstone_vocab::RepositoryError;

use crate::{
    field::{Content, Field, FieldName},
    repository::FieldRepository,
};

/// Keeps fields in memory, for tests and for trying things out.
#[derive(Debug, Default)]
pub struct MemoryFields(Mutex<BTreeMap<FieldName, Content>>);

impl MemoryFields {
    fn fields(&self) -> MutexGuard<'_, BTreeMap<FieldName, Content>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl FieldRepository for MemoryFields {
    fn find(&self, name: &FieldName) -> Result<Option<Content>, RepositoryError> {
        Ok(self.fields().get(name).cloned())
    }

    fn put(&self, field: &Field) -> Result<(), RepositoryError> {
        self.fields().insert(field.name.clone(), field.content.clone());
        Ok(())
    }

    fn remove(&self, name: &FieldName) -> Result<bool, RepositoryError> {
        Ok(self.fields().remove(name).is_some())
    }

    fn list(&self) -> Result<Vec<Field>, RepositoryError> {
        let fields = self.fields();
        let field = |(name, content): (&FieldName, &Content)| Field {
            name: name.clone(),
            content: content.clone(),
        };
        Ok(fields.iter().map(field).collect())
    }
}
