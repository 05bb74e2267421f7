//! The reference implementation: everything in memory, behind one lock.

use std::{
    collections::BTreeMap,
    fmt,
    sync::{Mutex, MutexGuard, PoisonError},
};

use inkstone_vocab::RepositoryError;

use crate::{change::Change, list::append_entries, repository::SettingRepository};

/// Keeps settings in memory, for tests and for trying things out.
#[derive(Default)]
pub struct MemorySettings {
    values: Mutex<BTreeMap<String, String>>,
}

impl MemorySettings {
    fn values(&self) -> MutexGuard<'_, BTreeMap<String, String>> {
        self.values.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl SettingRepository for MemorySettings {
    fn load(&self) -> Result<BTreeMap<String, String>, RepositoryError> {
        Ok(self.values().clone())
    }

    fn save(&self, changes: &[Change]) -> Result<(), RepositoryError> {
        let mut values = self.values();
        for Change { key, value } in changes {
            match value {
                Some(value) => values.insert((*key).to_owned(), value.clone()),
                None => values.remove(*key),
            };
        }
        Ok(())
    }

    fn replace(
        &self,
        key: &'static str,
        before: Option<&str>,
        after: &str,
    ) -> Result<bool, RepositoryError> {
        let mut values = self.values();
        let as_before = values.get(key).map(String::as_str) == before;
        if as_before {
            values.insert(key.to_owned(), after.to_owned());
        }
        Ok(as_before)
    }

    fn append(&self, key: &'static str, entries: &[String]) -> Result<(), RepositoryError> {
        if entries.is_empty() {
            return Ok(());
        }
        let mut values = self.values();
        let appended = append_entries(values.get(key).map(String::as_str), entries);
        values.insert(key.to_owned(), appended);
        Ok(())
    }
}

/// Shows keys only: values may be secrets.
impl fmt::Debug for MemorySettings {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_set().entries(self.values().keys()).finish()
    }
}
