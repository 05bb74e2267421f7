//! Who may call the Qexo API.

use secrecy::SecretString;

/// Who may call the Qexo API, beside those who have an API token of this server.
#[derive(Clone, Debug, Default)]
pub struct AccessSettings {
    /// The SHA-256 of the token in 64 lower-case hexadecimal digits.
    pub token_hash: Option<SecretString>,
}

impl AccessSettings {
    pub(super) fn read(token: &str) -> Self {
        Self { token_hash: is_hash(token).then(|| token.to_ascii_lowercase().into()) }
    }
}

/// Whether `text` is a SHA-256 in hexadecimal digits.
pub(super) fn is_hash(text: &str) -> bool {
    text.len() == 64 && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}
