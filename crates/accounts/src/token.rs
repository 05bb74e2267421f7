//! Secrets that machines present: of sessions and of API tokens.

use std::fmt;

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use secrecy::{ExposeSecret, SecretString};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

/// A fresh secret, to be shown once and kept only as its [`TokenHash`].
#[derive(Clone, Debug)]
pub struct AccessToken(SecretString);

impl AccessToken {
    /// The token made of 32 random bytes: `ink_` and their base64url form.
    pub fn from_entropy(entropy: [u8; 32]) -> Self {
        Self(format!("ink_{}", BASE64_URL_SAFE_NO_PAD.encode(entropy)).into())
    }

    /// The secret itself.
    pub fn expose(&self) -> &str {
        self.0.expose_secret()
    }

    /// What is stored of it.
    pub fn hash(&self) -> TokenHash {
        TokenHash::of(self.expose())
    }
}

/// What is stored of a presented secret, ours or imported: its SHA-256 in lower-case hex.
///
/// Compares in constant time.
#[derive(Clone)]
pub struct TokenHash(String);

impl TokenHash {
    /// The hash of exactly the text that was presented.
    pub fn of(presented: &str) -> Self {
        Self(base16ct::lower::encode_string(&Sha256::digest(presented.as_bytes())))
    }

    /// A hash that was stored elsewhere; `None` unless it is 64 hex digits.
    pub fn parse(digits: &str) -> Option<Self> {
        let valid = digits.len() == 64 && digits.bytes().all(|byte| byte.is_ascii_hexdigit());
        valid.then(|| Self(digits.to_ascii_lowercase()))
    }

    /// The 64 hex digits to store.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl PartialEq for TokenHash {
    fn eq(&self, other: &Self) -> bool {
        self.0.as_bytes().ct_eq(other.0.as_bytes()).into()
    }
}

impl Eq for TokenHash {}

impl fmt::Debug for TokenHash {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("TokenHash([REDACTED])")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_shows_its_origin_and_all_its_entropy() {
        let token = AccessToken::from_entropy([0xff; 32]);
        assert_eq!(token.expose(), "ink___________________________________________8");
        assert_ne!(token.hash(), AccessToken::from_entropy([0xfe; 32]).hash());
    }

    #[test]
    fn hashes_any_presented_text() {
        let hash = TokenHash::of("abc");
        assert_eq!(
            hash.as_str(),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        );
        assert_eq!(hash, TokenHash::of("abc"));
        assert_ne!(hash, TokenHash::of("abC"));
    }

    #[test]
    fn a_stored_hash_is_64_digits_in_any_case() {
        let hash = TokenHash::of("abc");
        assert_eq!(TokenHash::parse(&hash.as_str().to_uppercase()), Some(hash));
        for bad in ["", "abc", &"0".repeat(65), &"é".repeat(32), &format!("+{}", "0".repeat(63))] {
            assert_eq!(TokenHash::parse(bad), None, "{bad}");
        }
    }

    #[test]
    fn debug_reveals_nothing() {
        let token = AccessToken::from_entropy([0xff; 32]);
        assert!(!format!("{token:?} {:?}", token.hash()).contains(&token.expose()[4..]));
        assert_eq!(format!("{:?}", TokenHash::of("abc")), "TokenHash([REDACTED])");
    }
}
