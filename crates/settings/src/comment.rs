//! How comments are taken and shown (contract cwd, 2.8 and 3.5).

use std::{collections::BTreeMap, net::IpAddr};

use inkstone_vocab::WebUrl;
use secrecy::{ExposeSecret, SecretString};

use crate::{
    change::{Change, Changes},
    error::SettingError,
    key, list,
    stored::Stored,
};

/// The most characters of an address that avatars are taken from (contract cwd, 7).
const MAX_AVATAR_PREFIX_CHARS: usize = 300;

/// How comments are taken and shown.
#[derive(Clone, Debug, Default)]
pub struct CommentSettings {
    /// The address with which the owner comments. Imported ones may be malformed.
    pub admin_email: Option<String>,
    /// The text of the owner's badge.
    pub admin_badge: Option<String>,
    /// Where avatars are taken from, as it was written: a web address of up to 300 characters.
    pub avatar_prefix: Option<String>,
    /// Whether the owner's comments carry a badge.
    pub admin_enabled: bool,
    /// The hosts on which the widget shows itself; empty for all.
    pub allowed_domains: Vec<String>,
    /// Whether comments wait for the owner.
    pub require_review: bool,
    /// Client addresses that may not comment, in canonical form where they are addresses.
    pub blocked_ips: Vec<String>,
    /// Author addresses that may not comment, in any case.
    pub blocked_emails: Vec<String>,
    /// What is kept of the key with which the owner comments.
    pub admin_key_hash: Option<SecretString>,
}

impl CommentSettings {
    /// Reads stored values; what makes no sense counts as not set.
    pub fn read(stored: &BTreeMap<String, String>) -> Self {
        let stored = Stored(stored);
        Self {
            admin_email: stored.line(key::ADMIN_EMAIL),
            admin_badge: stored.line(key::ADMIN_BADGE),
            avatar_prefix: stored.line(key::AVATAR_PREFIX).filter(|prefix| serves_avatars(prefix)),
            admin_enabled: stored.is_on(key::ADMIN_ENABLED),
            allowed_domains: stored.list(key::ALLOWED_DOMAINS),
            require_review: stored.is_on(key::REQUIRE_REVIEW),
            blocked_ips: canonical(&stored.list(key::BLOCKED_IPS)),
            blocked_emails: stored.list(key::BLOCKED_EMAILS),
            admin_key_hash: stored.secret(key::ADMIN_KEY_HASH),
        }
    }
}

/// What to change of [`CommentSettings`]: absent members stay, empty ones are cleared.
#[derive(Clone, Debug, Default)]
pub struct CommentPatch {
    /// Blank, or of the shape of an address.
    pub admin_email: Option<String>,
    /// Any text.
    pub admin_badge: Option<String>,
    /// Any text; one that is no web address counts as not set when it is read.
    pub avatar_prefix: Option<String>,
    /// On or off.
    pub admin_enabled: Option<bool>,
    /// All hosts; an entry with commas is several, here and below.
    pub allowed_domains: Option<Vec<String>>,
    /// On or off.
    pub require_review: Option<bool>,
    /// All addresses.
    pub blocked_ips: Option<Vec<String>>,
    /// All addresses.
    pub blocked_emails: Option<Vec<String>>,
    /// The hash of the new key, never the key; empty for no key.
    pub admin_key_hash: Option<SecretString>,
}

impl CommentPatch {
    /// What this does to the store.
    pub fn changes(&self) -> Result<Vec<Change>, SettingError> {
        let mut changes = Changes::default();
        changes.email(key::ADMIN_EMAIL, self.admin_email.as_deref())?;
        changes.line(key::ADMIN_BADGE, self.admin_badge.as_deref())?;
        changes.line(key::AVATAR_PREFIX, self.avatar_prefix.as_deref())?;
        changes.flag(key::ADMIN_ENABLED, self.admin_enabled);
        changes.list(key::ALLOWED_DOMAINS, self.allowed_domains.as_deref())?;
        changes.flag(key::REQUIRE_REVIEW, self.require_review);
        changes.list(key::BLOCKED_IPS, self.blocked_ips.as_deref())?;
        changes.list(key::BLOCKED_EMAILS, self.blocked_emails.as_deref())?;
        let hash = self.admin_key_hash.as_ref().map(ExposeSecret::expose_secret);
        changes.secret(key::ADMIN_KEY_HASH, hash)?;
        Ok(changes.into_vec())
    }
}

fn serves_avatars(prefix: &str) -> bool {
    prefix.chars().count() <= MAX_AVATAR_PREFIX_CHARS && WebUrl::parse(prefix).is_some()
}

/// Each address in the one form in which clients are known (contract cwd, 1.5).
fn canonical(addresses: &[String]) -> Vec<String> {
    let written: Vec<String> = addresses
        .iter()
        .map(|text| match text.parse::<IpAddr>() {
            Ok(address) => address.to_canonical().to_string(),
            Err(_) => text.clone(),
        })
        .collect();
    list::distinct(written.iter().map(String::as_str))
}
