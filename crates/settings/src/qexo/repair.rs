//! Mending stored settings (contract qexo, Q-39): what is missing or makes no sense gets its
//! default; whatever makes sense stays.

use std::collections::BTreeMap;

use inkstone_vocab::Timestamp;

use super::{
    activity,
    name::{self, Known},
};
use crate::{
    change::Change,
    error::SettingError,
    repository::SettingRepository,
    service::{SettingObserver, Settings},
};

impl<R: SettingRepository, O: SettingObserver> Settings<R, O> {
    /// Mends Qexo's settings; how many it changed. When nothing is wrong that is none.
    ///
    /// A token that an old version stored in clear is replaced by what `hash` makes of it, and
    /// works on. What somebody changes meanwhile stays as they changed it.
    pub fn repair_qexo(&self, hash: impl Fn(&str) -> String) -> Result<u64, SettingError> {
        let stored = self.repository.load()?;
        let mut mended = 0;
        for known in name::QEXO_NAMES.iter().filter_map(|name| name::find(name)) {
            let before = stored.get(known.name).map(String::as_str);
            if let Some(after) = mend(known, before, &hash)
                && self.repository.replace(known.name, before, &after)?
            {
                mended += 1;
            }
        }
        if mended > 0 {
            self.observer.settings_changed();
        }
        Ok(mended)
    }

    /// Remembers that the owner was seen. Nobody is told: it changes with every call of theirs,
    /// and nothing is made from it but the answer to who asks.
    pub fn note_activity(&self, at: Timestamp) -> Result<(), SettingError> {
        let value = Some(activity::write(at));
        Ok(self.repository.save(&[Change { key: name::LAST_LOGIN, value }])?)
    }

    /// Qexo's settings as they are stored, secrets among them: for its exports.
    pub fn export_qexo(&self) -> Result<BTreeMap<String, String>, SettingError> {
        let mut stored = self.repository.load()?;
        stored.retain(|name, _| name::is_qexo_name(name));
        Ok(stored)
    }
}

/// What takes the place of a content that is missing or makes no sense.
fn mend(known: &Known, before: Option<&str>, hash: impl Fn(&str) -> String) -> Option<String> {
    match before {
        None => known.is_required().then(|| known.default.to_owned()),
        Some(content) if known.accepts(content) => None,
        Some(token) if known.name == name::API_TOKEN => Some(hash(token)),
        Some(_) => Some(known.default.to_owned()),
    }
}
