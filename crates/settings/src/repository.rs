//! Where settings are kept.

use std::{collections::BTreeMap, sync::Arc};

use inkstone_vocab::RepositoryError;

use crate::change::Change;

/// Where settings are kept: texts by key.
///
/// Every method is atomic: it happens entirely or not at all. It fails only when the store cannot
/// answer; absence and repetition are answers. The laws are in the `contract` module (feature
/// `testing`).
pub trait SettingRepository: Send + Sync {
    /// Everything that is stored, at one moment.
    fn load(&self) -> Result<BTreeMap<String, String>, RepositoryError>;

    /// Sets and removes keys, in order; no others are touched.
    fn save(&self, changes: &[Change]) -> Result<(), RepositoryError>;

    /// Puts `after` under `key` if `before` is what is there, or nothing is and `before` is `None`;
    /// whether it did. Of several that replace the same at once, one does.
    fn replace(
        &self,
        key: &'static str,
        before: Option<&str>,
        after: &str,
    ) -> Result<bool, RepositoryError>;

    /// Adds to the comma list under `key` the entries that it lacks, as
    /// [`append_entries`](crate::append_entries) does. Without entries nothing happens. Of several
    /// that append at once, none loses an entry.
    fn append(&self, key: &'static str, entries: &[String]) -> Result<(), RepositoryError>;
}

impl<R: SettingRepository + ?Sized> SettingRepository for Arc<R> {
    fn load(&self) -> Result<BTreeMap<String, String>, RepositoryError> {
        (**self).load()
    }

    fn save(&self, changes: &[Change]) -> Result<(), RepositoryError> {
        (**self).save(changes)
    }

    fn replace(
        &self,
        key: &'static str,
        before: Option<&str>,
        after: &str,
    ) -> Result<bool, RepositoryError> {
        (**self).replace(key, before, after)
    }

    fn append(&self, key: &'static str, entries: &[String]) -> Result<(), RepositoryError> {
        (**self).append(key, entries)
    }
}
