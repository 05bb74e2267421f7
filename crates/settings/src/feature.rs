//! What the widget and the panel offer (contract cwd, 3.5).

use std::collections::BTreeMap;

use serde_json::Value;

use crate::{
    change::{Change, Changes, check_entries, limited, without_nul},
    error::SettingError,
    key, list,
    stored::Stored,
};

/// What the widget and the panel offer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FeatureSettings {
    /// Whether comments have a like button; on unless switched off.
    pub comment_like: bool,
    /// Whether pages have a like button; on unless switched off.
    pub article_like: bool,
    /// Whether images open in place; off unless switched on.
    pub image_lightbox: bool,
    /// What the empty comment field says. An empty text is one.
    pub placeholder: Option<String>,
    /// The sites the panel shows.
    pub visible_domains: Option<Vec<String>>,
    /// The language of the panel, a code such as `zh-CN`.
    pub admin_language: Option<String>,
    /// The language of the widget, a code, or `auto` for the browser's.
    pub widget_language: Option<String>,
}

impl Default for FeatureSettings {
    fn default() -> Self {
        Self::read(&BTreeMap::new())
    }
}

impl FeatureSettings {
    /// Reads stored values; what makes no sense counts as not set.
    pub fn read(stored: &BTreeMap<String, String>) -> Self {
        let stored = Stored(stored);
        Self {
            comment_like: !stored.is_off(key::COMMENT_LIKE),
            article_like: !stored.is_off(key::ARTICLE_LIKE),
            image_lightbox: stored.is_on(key::IMAGE_LIGHTBOX),
            placeholder: stored.raw(key::PLACEHOLDER).map(|text| text.trim().to_owned()),
            visible_domains: stored.raw(key::VISIBLE_DOMAINS).and_then(parse_array),
            admin_language: stored.line(key::ADMIN_LANGUAGE),
            widget_language: stored.line(key::WIDGET_LANGUAGE),
        }
    }
}

/// What to change of [`FeatureSettings`]: absent members stay.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FeaturePatch {
    /// On or off.
    pub comment_like: Option<bool>,
    /// On or off.
    pub article_like: Option<bool>,
    /// On or off.
    pub image_lightbox: Option<bool>,
    /// Any text, also an empty one.
    pub placeholder: Option<String>,
    /// All sites; an empty list is one.
    pub visible_domains: Option<Vec<String>>,
    /// A code; empty for none.
    pub admin_language: Option<String>,
    /// A code; empty for none.
    pub widget_language: Option<String>,
}

impl FeaturePatch {
    /// What this does to the store.
    pub fn changes(&self) -> Result<Vec<Change>, SettingError> {
        let mut changes = Changes::default();
        changes.flag(key::COMMENT_LIKE, self.comment_like);
        changes.flag(key::ARTICLE_LIKE, self.article_like);
        changes.flag(key::IMAGE_LIGHTBOX, self.image_lightbox);
        if let Some(text) = &self.placeholder {
            let text = without_nul(limited(key::PLACEHOLDER, text)?);
            changes.keep(key::PLACEHOLDER, text.trim().to_owned());
        }
        if let Some(sites) = &self.visible_domains {
            let sites = list::distinct(sites.iter().map(String::as_str));
            check_entries(key::VISIBLE_DOMAINS, &sites)?;
            changes.keep(key::VISIBLE_DOMAINS, Value::from(sites).to_string());
        }
        changes.line(key::ADMIN_LANGUAGE, self.admin_language.as_deref())?;
        changes.line(key::WIDGET_LANGUAGE, self.widget_language.as_deref())?;
        Ok(changes.into_vec())
    }
}

/// The texts of a JSON array; `None` for any other JSON.
fn parse_array(json: &str) -> Option<Vec<String>> {
    let Ok(Value::Array(values)) = serde_json::from_str(json) else { return None };
    Some(list::distinct(values.iter().filter_map(Value::as_str)))
}
