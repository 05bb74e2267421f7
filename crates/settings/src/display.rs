//! How the panel looks (contract cwd, 3.5).

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::{
    change::{Change, Changes, limited, single_line},
    error::SettingError,
    key,
    stored::Stored,
};

/// The title until another is chosen.
const DEFAULT_TITLE: &str = "CWD 评论系统";

/// How the panel looks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DisplaySettings {
    /// The panel's title; `CWD 评论系统` unless another is chosen.
    pub layout_title: String,
}

impl Default for DisplaySettings {
    fn default() -> Self {
        Self::read(&BTreeMap::new())
    }
}

impl DisplaySettings {
    /// Reads stored values; what makes no sense counts as not set.
    pub fn read(stored: &BTreeMap<String, String>) -> Self {
        let title = Stored(stored).raw(key::DISPLAY).and_then(parse_title);
        Self { layout_title: title.unwrap_or_else(|| DEFAULT_TITLE.to_owned()) }
    }
}

/// What to change of [`DisplaySettings`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DisplayPatch {
    /// Any text; empty for the default.
    pub layout_title: Option<String>,
}

impl DisplayPatch {
    /// What this does to the store.
    pub fn changes(&self) -> Result<Vec<Change>, SettingError> {
        let mut changes = Changes::default();
        if let Some(title) = &self.layout_title {
            let title = single_line(limited(key::DISPLAY, title)?);
            changes.keep(key::DISPLAY, json!({ "layoutTitle": title }).to_string());
        }
        Ok(changes.into_vec())
    }
}

fn parse_title(json: &str) -> Option<String> {
    let config: Value = serde_json::from_str(json).ok()?;
    config.get("layoutTitle")?.as_str().map(single_line).filter(|title| !title.is_empty())
}
