//! Writing: what a patch does to the store.

use std::fmt;

use inkstone_vocab::EmailAddress;

use crate::{
    error::SettingError,
    key::{KEYS, S3, SECRET_MASK, is_secret},
    list::{self, MAX_ENTRIES, MAX_ENTRY_CHARS},
    qexo,
};

/// The most characters of a text, templates aside.
pub const MAX_TEXT_CHARS: usize = 4_096;

/// The most bytes of a template.
pub const MAX_TEMPLATE_BYTES: usize = 65_536;

/// The most bytes of a value from a backup or of a Qexo setting, whatever its key.
const MAX_RESTORED_BYTES: usize = 1_048_576;

/// A key with its new value. Its `Debug` form hides secrets.
#[derive(Clone, PartialEq, Eq)]
pub struct Change {
    /// One of [`KEYS`] or of [`QEXO_NAMES`](crate::QEXO_NAMES), or one that only the program knows
    /// that embeds this crate: such entries are kept, and are no settings.
    pub key: &'static str,
    /// The new value; `None` removes the key.
    pub value: Option<String>,
}

impl Change {
    /// The change that restores an entry of a backup (contract cwd, 12.2). `None` for unknown
    /// keys, for [`SECRET_MASK`] in place of a secret, and for values over 1 MiB.
    ///
    /// An admin key in a foreign backup is in clear: the caller hashes it first.
    pub fn restored(key: &str, value: &str) -> Option<Self> {
        let key = *KEYS.iter().find(|known| **known == key)?;
        let masked = match key {
            // It holds more than the secret.
            S3 => value.contains(SECRET_MASK),
            _ => is_secret(key) && value.trim() == SECRET_MASK,
        };
        if masked || value.len() > MAX_RESTORED_BYTES {
            return None;
        }
        Some(Self { key, value: Some(without_nul(value)) })
    }

    /// The change that gives the Qexo setting `name` this content, once it is clear that the
    /// setting may have it. A token is stored as its hash: the caller makes that.
    pub fn qexo(name: &str, content: &str) -> Result<Self, SettingError> {
        let known = qexo::find(name).ok_or(SettingError::UnknownName)?;
        let key = known.name;
        if content.len() > MAX_RESTORED_BYTES {
            return Err(SettingError::TooLong { key, max: MAX_RESTORED_BYTES });
        }
        let content = without_nul(content);
        if !known.accepts(&content) {
            return Err(SettingError::InvalidValue { key });
        }
        Ok(Self { key, value: Some(content) })
    }

    /// The change that removes the Qexo setting `name`; `None` when there is no such setting.
    pub fn qexo_removed(name: &str) -> Option<Self> {
        qexo::find(name).map(|known| Self { key: known.name, value: None })
    }
}

impl fmt::Debug for Change {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let hidden = Some("[REDACTED]").filter(|_| self.value.is_some());
        let shown = if is_secret(self.key) { hidden } else { self.value.as_deref() };
        formatter.debug_struct("Change").field("key", &self.key).field("value", &shown).finish()
    }
}

/// The changes of a patch, gathered member by member: an absent member changes nothing, and an
/// empty one removes its key (contract cwd, D-28).
#[derive(Default)]
pub(crate) struct Changes(Vec<Change>);

impl Changes {
    pub(crate) fn into_vec(self) -> Vec<Change> {
        self.0
    }

    /// Stores `value` as it is, or removes the key when it is blank.
    pub(crate) fn put(&mut self, key: &'static str, value: String) {
        let value = Some(value).filter(|value| !value.trim().is_empty());
        self.0.push(Change { key, value });
    }

    /// Stores `value` as it is, even when it is blank.
    pub(crate) fn keep(&mut self, key: &'static str, value: String) {
        self.0.push(Change { key, value: Some(value) });
    }

    pub(crate) fn flag(&mut self, key: &'static str, on: Option<bool>) {
        if let Some(on) = on {
            self.put(key, if on { "1" } else { "0" }.to_owned());
        }
    }

    /// A text of one line.
    pub(crate) fn line(
        &mut self,
        key: &'static str,
        text: Option<&str>,
    ) -> Result<(), SettingError> {
        if let Some(text) = text {
            self.put(key, single_line(limited(key, text)?));
        }
        Ok(())
    }

    /// An address; blank, or of the right shape.
    pub(crate) fn email(
        &mut self,
        key: &'static str,
        text: Option<&str>,
    ) -> Result<(), SettingError> {
        let malformed = |text: &str| !text.trim().is_empty() && EmailAddress::parse(text).is_none();
        if text.is_some_and(malformed) {
            return Err(SettingError::InvalidEmail);
        }
        self.line(key, text)
    }

    /// A secret: [`SECRET_MASK`] leaves it as it is.
    pub(crate) fn secret(
        &mut self,
        key: &'static str,
        text: Option<&str>,
    ) -> Result<(), SettingError> {
        if let Some(text) = text.filter(|text| *text != SECRET_MASK) {
            self.put(key, without_nul(limited(key, text)?));
        }
        Ok(())
    }

    /// A text of many lines.
    pub(crate) fn template(
        &mut self,
        key: &'static str,
        text: Option<&str>,
    ) -> Result<(), SettingError> {
        let Some(text) = text else { return Ok(()) };
        if text.len() > MAX_TEMPLATE_BYTES {
            return Err(SettingError::TooLong { key, max: MAX_TEMPLATE_BYTES });
        }
        self.put(key, without_nul(text));
        Ok(())
    }

    /// A comma list; an entry with commas is several.
    pub(crate) fn list(
        &mut self,
        key: &'static str,
        entries: Option<&[String]>,
    ) -> Result<(), SettingError> {
        if let Some(entries) = entries {
            let entries = list::split(entries.iter().map(String::as_str));
            check_entries(key, &entries)?;
            self.put(key, entries.join(","));
        }
        Ok(())
    }
}

/// Refuses lists with too many entries, or with one too long.
pub(crate) fn check_entries(key: &'static str, entries: &[String]) -> Result<(), SettingError> {
    if entries.len() > MAX_ENTRIES {
        return Err(SettingError::TooMany { key, max: MAX_ENTRIES });
    }
    if entries.iter().any(|entry| entry.chars().count() > MAX_ENTRY_CHARS) {
        return Err(SettingError::TooLong { key, max: MAX_ENTRY_CHARS });
    }
    Ok(())
}

/// Refuses texts over [`MAX_TEXT_CHARS`].
pub(crate) fn limited<'a>(key: &'static str, text: &'a str) -> Result<&'a str, SettingError> {
    if text.chars().count() > MAX_TEXT_CHARS {
        return Err(SettingError::TooLong { key, max: MAX_TEXT_CHARS });
    }
    Ok(text)
}

/// Without NUL, which some databases refuse in texts.
pub(crate) fn without_nul(text: &str) -> String {
    text.replace('\0', "")
}

/// `text` trimmed and without control characters, which would end a line in a mail's head.
pub(crate) fn single_line(text: &str) -> String {
    text.replace(char::is_control, "").trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_backup_restores_known_keys_and_no_masks() {
        let restored = |key, value| Change::restored(key, value).and_then(|change| change.value);
        assert_eq!(restored("comment_admin_badge", "博\0主").as_deref(), Some("博主"));
        assert_eq!(restored("comment_admin_badge", SECRET_MASK).as_deref(), Some(SECRET_MASK));
        assert_eq!(restored("email_smtp_pass", SECRET_MASK), None);
        assert_eq!(restored("s3_config", r#"{"secretAccessKey":"********"}"#), None);
        assert_eq!(restored("unknown", "x"), None);
        assert_eq!(restored("comment_admin_badge", &"x".repeat(1_048_577)), None);
    }

    #[test]
    fn debug_hides_secrets_only() {
        for (key, shown) in [("email_smtp_pass", false), ("email_smtp_user", true)] {
            let change = Change::restored(key, "hunter2").unwrap();
            assert_eq!(format!("{change:?}").contains("hunter2"), shown, "{change:?}");
        }
        let removed = Change { key: "email_smtp_pass", value: None };
        assert_eq!(format!("{removed:?}"), r#"Change { key: "email_smtp_pass", value: None }"#);
    }
}
