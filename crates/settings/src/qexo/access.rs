//! Who may call the Qexo API.

use secrecy::SecretString;

/// Who may call the Qexo API, beside those who have an API token of this server.
#[derive(Clone, Debug, Default)]
pub struct AccessSettings {
    /// The SHA-256 of the token in 64 lower-case hexadecimal digits.
    pub token_hash: Option<SecretString>,
    /// The same of the token of webhooks, which may only empty caches.
    pub webhook_hash: Option<SecretString>,
}

impl AccessSettings {
    pub(super) fn read(token: &str, webhook: &str) -> Self {
        let hash = |text: &str| is_hash(text).then(|| text.to_ascii_lowercase().into());
        Self { token_hash: hash(token), webhook_hash: hash(webhook) }
    }
}

/// Whether `text` is a SHA-256 in hexadecimal digits.
pub(super) fn is_hash(text: &str) -> bool {
    text.len() == 64 && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}
