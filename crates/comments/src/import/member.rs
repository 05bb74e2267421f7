//! The members of an item, whatever types they have.

use inkstone_vocab::{PageSlug, SiteId, Timestamp, WebUrl};
use serde_json::{Map, Value};

use super::{Skip, date};
use crate::{body::strip_scripts, comment::UserAgent};

const MAX_NAME_CHARS: usize = 200;
const MAX_EMAIL_CHARS: usize = 254;
const MAX_TITLE_CHARS: usize = 300;
const MAX_ADDRESS_CHARS: usize = 64;
const MAX_AGENT_CHARS: usize = 1024;

/// Shown where nobody signed.
const NOBODY: &str = "Anonymous";

/// What a system calls one of its comments; numbers and texts that look alike are alike.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct SourceId(String);

impl SourceId {
    pub(super) fn as_str(&self) -> &str {
        &self.0
    }
}

/// The members of an item.
pub(super) struct Members<'a>(pub(super) &'a Map<String, Value>);

impl<'a> Members<'a> {
    /// Whether the member is there and not null.
    pub(super) fn has(&self, name: &str) -> bool {
        self.get(name).is_some()
    }

    /// Whether the member is there, null or not.
    pub(super) fn mentions(&self, name: &str) -> bool {
        self.0.contains_key(name)
    }

    pub(super) fn get(&self, name: &str) -> Option<&'a Value> {
        self.0.get(name).filter(|value| !value.is_null())
    }

    /// The first of these members that is a text.
    pub(super) fn text(&self, names: &[&str]) -> Option<&'a str> {
        names.iter().find_map(|name| self.get(name)?.as_str())
    }

    /// A text in one line, cut to `max` characters.
    pub(super) fn line(&self, names: &[&str], max: usize) -> Option<String> {
        let visible: String = self.text(names)?.chars().filter(|c| !c.is_control()).collect();
        let clean: String = strip_scripts(&visible).trim().chars().take(max).collect();
        Some(clean.trim().to_owned()).filter(|line| !line.is_empty())
    }

    pub(super) fn name(&self, names: &[&str]) -> String {
        self.line(names, MAX_NAME_CHARS).unwrap_or_else(|| NOBODY.to_owned())
    }

    pub(super) fn email(&self, name: &str) -> String {
        self.line(&[name], MAX_EMAIL_CHARS).unwrap_or_default()
    }

    pub(super) fn title(&self, name: &str) -> Option<String> {
        self.line(&[name], MAX_TITLE_CHARS)
    }

    pub(super) fn address(&self, name: &str) -> Option<String> {
        self.line(&[name], MAX_ADDRESS_CHARS)
    }

    pub(super) fn url(&self, name: &str) -> Option<WebUrl> {
        self.text(&[name]).and_then(WebUrl::parse)
    }

    /// The header, with what the system understood of it; if that is nothing, with what `read`
    /// understands.
    pub(super) fn agent(&self, headers: &[&str], read: fn(&str) -> UserAgent) -> UserAgent {
        let part = |names: &[&str]| self.line(names, MAX_AGENT_CHARS).unwrap_or_default();
        let header = part(headers);
        let [os, browser, device] = ["os", "browser", "device"].map(|name| part(&[name]));
        if header.is_empty() || [&os, &browser, &device].iter().any(|part| !part.is_empty()) {
            return UserAgent { header, os, browser, device };
        }
        UserAgent { header: header.clone(), ..read(&header) }
    }

    /// The first of these members that names a page.
    pub(super) fn slug(&self, names: &[&str]) -> Result<PageSlug, Skip> {
        let mut texts = names.iter().filter_map(|name| self.get(name)?.as_str());
        texts.find_map(PageSlug::parse).ok_or(Skip::NoPage)
    }

    /// The site, `None` when it cannot be one; without the member it is the unnamed one.
    pub(super) fn site(&self, name: &str) -> Option<SiteId> {
        match self.get(name) {
            None => Some(SiteId::unnamed()),
            Some(Value::String(site)) => SiteId::parse(site),
            Some(Value::Number(site)) => SiteId::parse(&site.to_string()),
            Some(_) => None,
        }
    }

    /// A number or a text that stands for a comment; zero and blank stand for none.
    pub(super) fn id(&self, name: &str) -> Option<SourceId> {
        let id = match self.get(name)? {
            Value::String(text) => text.trim().to_owned(),
            Value::Number(number) => number.to_string(),
            // As MongoDB's tools write it.
            Value::Object(wrapped) => wrapped.get("$oid")?.as_str()?.to_owned(),
            _ => return None,
        };
        Some(SourceId(id)).filter(|id| !matches!(id.as_str(), "" | "0"))
    }

    /// A whole number, or a text that is one; never negative.
    pub(super) fn number(&self, name: &str) -> Option<u64> {
        let number: u64 = match self.get(name)? {
            Value::Number(number) => number.as_u64()?,
            Value::String(text) => text.trim().parse().ok()?,
            _ => return None,
        };
        // One more must still be a number that clients can read.
        Some(number.min((1 << 53) - 1))
    }

    /// Whether a switch is on, in the spellings of all systems.
    pub(super) fn is_on(&self, name: &str) -> bool {
        match self.get(name) {
            Some(Value::Bool(on)) => *on,
            Some(Value::Number(number)) => number.as_i64() == Some(1),
            Some(Value::String(text)) => matches!(text.trim(), "true" | "1"),
            _ => false,
        }
    }

    /// 2 for what is pinned, else 1.
    pub(super) fn pinned(&self, name: &str) -> u32 {
        if self.is_on(name) { 2 } else { 1 }
    }

    /// The first of these dates that can be read and does not lie ahead.
    pub(super) fn date(&self, names: &[&str], now: Timestamp) -> Option<Timestamp> {
        let read = names.iter().find_map(|name| date::parse(self.get(name)?));
        read.filter(|date| *date <= now)
    }
}
