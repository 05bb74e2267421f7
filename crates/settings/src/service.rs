//! Reading and changing settings, over any repository.

use std::{collections::BTreeMap, sync::Arc};

use inkstone_vocab::EmailAddress;

use crate::{
    change::{Change, check_entries},
    comment::CommentPatch,
    display::DisplayPatch,
    error::SettingError,
    feature::FeaturePatch,
    key, list,
    mail::MailPatch,
    repository::SettingRepository,
    s3::S3Patch,
    setting::AllSettings,
    stored::Stored,
    telegram::TelegramPatch,
};

/// Told about changes once the store has agreed to them.
pub trait SettingObserver {
    /// Any setting may have changed.
    fn settings_changed(&self);
}

/// Observes nothing.
impl SettingObserver for () {
    fn settings_changed(&self) {}
}

impl<O: SettingObserver + ?Sized> SettingObserver for Arc<O> {
    fn settings_changed(&self) {
        (**self).settings_changed();
    }
}

/// The settings in a repository `R`, told to an observer `O`.
#[derive(Clone, Debug)]
pub struct Settings<R, O = ()> {
    pub(crate) repository: R,
    pub(crate) observer: O,
}

impl<R: SettingRepository, O: SettingObserver> Settings<R, O> {
    /// Settings kept in `repository`.
    pub fn new(repository: R, observer: O) -> Self {
        Self { repository, observer }
    }

    /// All settings at one moment.
    pub fn all(&self) -> Result<AllSettings, SettingError> {
        Ok(AllSettings::read(&self.repository.load()?))
    }

    /// Changes how comments are taken and shown.
    pub fn update_comments(&self, patch: &CommentPatch) -> Result<(), SettingError> {
        self.save(&patch.changes()?)
    }

    /// Changes what the widget and the panel offer.
    pub fn update_features(&self, patch: &FeaturePatch) -> Result<(), SettingError> {
        self.save(&patch.changes()?)
    }

    /// Changes how the panel looks.
    pub fn update_display(&self, patch: &DisplayPatch) -> Result<(), SettingError> {
        self.save(&patch.changes()?)
    }

    /// Changes whether and how mails are sent.
    pub fn update_mail(&self, patch: &MailPatch) -> Result<(), SettingError> {
        self.save(&patch.changes()?)
    }

    /// Replaces whether and how the owner is told of comments by Telegram.
    pub fn update_telegram(&self, patch: &TelegramPatch) -> Result<(), SettingError> {
        self.save(&patch.changes()?)
    }

    /// Replaces where backups are uploaded to.
    pub fn update_s3(&self, patch: &S3Patch) -> Result<(), SettingError> {
        // A masked secret is taken from what is stored, which others may change meanwhile.
        loop {
            let stored = self.repository.load()?;
            let before = stored.get(key::S3).map(String::as_str);
            if self.repository.replace(key::S3, before, &patch.value(before)?)? {
                self.observer.settings_changed();
                return Ok(());
            }
        }
    }

    /// Blocks clients by their addresses, beside those that are blocked.
    pub fn block_ips(&self, addresses: &[String]) -> Result<(), SettingError> {
        self.append(key::BLOCKED_IPS, addresses)
    }

    /// Blocks an author by address, beside those that are blocked.
    pub fn block_email(&self, address: &EmailAddress) -> Result<(), SettingError> {
        self.append(key::BLOCKED_EMAILS, &[address.normalized()])
    }

    /// What CWD knows as it is stored, secrets among it (see [`is_secret`](crate::is_secret)): for
    /// exports and backups.
    pub fn export(&self) -> Result<BTreeMap<String, String>, SettingError> {
        let mut stored = self.repository.load()?;
        stored.retain(|key, _| key::KEYS.contains(&key.as_str()));
        Ok(stored)
    }

    /// Saves changes that are valid already, all or none: see [`Change::restored`].
    pub fn save(&self, changes: &[Change]) -> Result<(), SettingError> {
        if !changes.is_empty() {
            self.repository.save(changes)?;
            self.observer.settings_changed();
        }
        Ok(())
    }

    fn append(&self, key: &'static str, entries: &[String]) -> Result<(), SettingError> {
        let entries = list::split(entries.iter().map(String::as_str));
        if entries.is_empty() {
            return Ok(());
        }
        // A soft limit: entries that others append meanwhile do not count.
        let mut both = Stored(&self.repository.load()?).list(key);
        both.extend(entries.iter().cloned());
        check_entries(key, &list::split(both.iter().map(String::as_str)))?;
        self.repository.append(key, &entries)?;
        self.observer.settings_changed();
        Ok(())
    }
}
