//! Reading stored values; what makes no sense counts as not set.

use std::collections::BTreeMap;

use secrecy::SecretString;

use crate::{change::single_line, list};

/// Stored values by key.
#[derive(Clone, Copy)]
pub(crate) struct Stored<'a>(pub(crate) &'a BTreeMap<String, String>);

impl<'a> Stored<'a> {
    /// The value as it is stored.
    pub(crate) fn raw(self, key: &str) -> Option<&'a str> {
        self.0.get(key).map(String::as_str)
    }

    /// A text of one line.
    pub(crate) fn line(self, key: &str) -> Option<String> {
        self.raw(key).map(single_line).filter(|line| !line.is_empty())
    }

    /// A text of any shape, kept as it is unless it is blank.
    pub(crate) fn text(self, key: &str) -> Option<String> {
        self.raw(key).filter(|text| !text.trim().is_empty()).map(str::to_owned)
    }

    pub(crate) fn secret(self, key: &str) -> Option<SecretString> {
        self.text(key).map(Into::into)
    }

    /// Whether the value is `1`.
    pub(crate) fn is_on(self, key: &str) -> bool {
        self.raw(key).is_some_and(|value| value.trim() == "1")
    }

    /// Whether the value is `0`.
    pub(crate) fn is_off(self, key: &str) -> bool {
        self.raw(key).is_some_and(|value| value.trim() == "0")
    }

    /// A comma list.
    pub(crate) fn list(self, key: &str) -> Vec<String> {
        list::split(self.raw(key))
    }
}
