//! The key that signs tokens.

use std::fmt;

use base64::{
    Engine as _,
    alphabet::STANDARD,
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig},
};
use jsonwebtoken::{DecodingKey, EncodingKey};
use sha2::{Digest as _, Sha256};

/// The fewest bytes that HMAC-SHA-512 should have.
const MIN_BYTES: usize = 64;

/// The SHA-256 of the key that the original server has when nobody sets one: everybody knows it.
const PUBLISHED: &str = "03611c4a3fc1c5b94797d7f0c92ed3250262178ecd00ac6ab0c1d3c0b1d9250a";

/// Keys of 86 characters end in bits that mean nothing; most keys have some of them set.
const LENIENT: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_allow_trailing_bits(true)
        .with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// The key that signs tokens, at least 64 bytes.
#[derive(Clone)]
pub struct SignKey {
    pub(crate) encoding: EncodingKey,
    pub(crate) decoding: DecodingKey,
}

/// Why a text is no key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SignKeyError {
    /// It is the default of the original server.
    #[error("is the published default of the original server; with it anybody can make tokens")]
    Published,
    /// It is not Base64.
    #[error("is not Base64")]
    NotBase64,
    /// It is too short.
    #[error("is shorter than {MIN_BYTES} bytes, which are 86 characters of Base64")]
    TooShort,
}

impl SignKey {
    /// A key of these bytes.
    pub fn new(bytes: &[u8]) -> Result<Self, SignKeyError> {
        if bytes.len() < MIN_BYTES {
            return Err(SignKeyError::TooShort);
        }
        Ok(Self {
            encoding: EncodingKey::from_secret(bytes),
            decoding: DecodingKey::from_secret(bytes),
        })
    }

    /// The key that a text in Base64 spells, with or without padding (contract readmore, 6.2).
    pub fn parse(text: &str) -> Result<Self, SignKeyError> {
        Self::parse_unless(text.trim(), PUBLISHED)
    }

    fn parse_unless(text: &str, published: &str) -> Result<Self, SignKeyError> {
        if base16ct::lower::encode_string(&Sha256::digest(text.as_bytes())) == published {
            return Err(SignKeyError::Published);
        }
        Self::new(&LENIENT.decode(text).map_err(|_| SignKeyError::NotBase64)?)
    }
}

impl fmt::Debug for SignKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("SignKey(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_decoded_leniently() {
        let text = "c3RhdGljLWJsb2ctYmFja2VuZC1yZWFkbW9yZS10ZXN0LWtleS0wMDAxLWRvLW5vdC11c2UtaW4tcHJvZHVjdd";
        let expected = b"static-blog-backend-readmore-test-key-0001-do-not-use-in-producu";
        assert_eq!(LENIENT.decode(text).unwrap(), expected);
        assert!(SignKey::parse(text).is_ok());
        assert!(SignKey::parse(&format!(" {text}==\n")).is_ok());
    }

    #[test]
    fn a_published_key_is_refused_however_good_it_looks() {
        let text = "a1".repeat(43);
        let published = base16ct::lower::encode_string(&Sha256::digest(text.as_bytes()));
        assert!(SignKey::parse(&text).is_ok());
        let refused = SignKey::parse_unless(&text, &published).unwrap_err();
        assert_eq!(refused, SignKeyError::Published);
        assert!(!refused.to_string().contains(&text));
    }

    #[test]
    fn short_and_broken_keys_are_refused_without_being_repeated() {
        for (text, error) in [
            ("", SignKeyError::TooShort),
            (&"A".repeat(84), SignKeyError::TooShort),
            (&"A".repeat(85), SignKeyError::NotBase64),
            (&"-".repeat(88), SignKeyError::NotBase64),
        ] {
            assert_eq!(SignKey::parse(text).unwrap_err(), error, "{text}");
        }
        assert_eq!(format!("{:?}", SignKey::new(&[7; 64]).unwrap()), "SignKey(…)");
    }
}
