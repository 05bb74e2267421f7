//! Whether and how the owner is told of comments by Telegram (contract cwd, 3.5 and 11).

use std::collections::BTreeMap;

use secrecy::{ExposeSecret, SecretString};

use crate::{
    change::{Change, Changes},
    error::SettingError,
    key,
    stored::Stored,
};

/// Whether and how the owner is told of comments by Telegram.
#[derive(Clone, Debug, Default)]
pub struct TelegramSettings {
    /// The token of the bot that sends.
    pub bot_token: Option<SecretString>,
    /// The chat that it sends to.
    pub chat_id: Option<String>,
    /// Whether comments are announced; off unless switched on.
    pub enabled: bool,
}

impl TelegramSettings {
    /// Reads stored values; what makes no sense counts as not set.
    pub fn read(stored: &BTreeMap<String, String>) -> Self {
        let stored = Stored(stored);
        Self {
            bot_token: stored.secret(key::TELEGRAM_TOKEN),
            chat_id: stored.line(key::TELEGRAM_CHAT),
            enabled: stored.is_on(key::TELEGRAM_ENABLED),
        }
    }
}

/// What takes the place of [`TelegramSettings`]; nothing of them stays unless it is said again.
#[derive(Clone, Debug, Default)]
pub struct TelegramPatch {
    /// A token; `None` or blank for none, [`SECRET_MASK`](crate::SECRET_MASK) to leave it as it
    /// is.
    pub bot_token: Option<SecretString>,
    /// A chat; `None` or blank for none.
    pub chat_id: Option<String>,
    /// On or off.
    pub enabled: bool,
}

impl TelegramPatch {
    /// What this does to the store.
    pub fn changes(&self) -> Result<Vec<Change>, SettingError> {
        let mut changes = Changes::default();
        let token = self.bot_token.as_ref().map(ExposeSecret::expose_secret);
        changes.secret(key::TELEGRAM_TOKEN, Some(token.unwrap_or_default().trim()))?;
        changes.line(key::TELEGRAM_CHAT, Some(self.chat_id.as_deref().unwrap_or_default()))?;
        changes.flag(key::TELEGRAM_ENABLED, Some(self.enabled));
        Ok(changes.into_vec())
    }
}
