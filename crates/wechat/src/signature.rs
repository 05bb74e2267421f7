//! The signature: SHA-1 over sorted texts, one of which is the secret token.

use sha1::{Digest, Sha1};
use subtle::ConstantTimeEq;

use crate::refusal::Refusal;

/// The signature of `parts`, 40 lower-case hexadecimal digits.
pub(crate) fn sign<const N: usize>(mut parts: [&str; N]) -> String {
    parts.sort_unstable();
    let mut hash = Sha1::new();
    for part in parts {
        hash.update(part);
    }
    base16ct::lower::encode_string(&hash.finalize())
}

/// Compares in a time that tells nothing about the right signature.
pub(crate) fn verify<const N: usize>(presented: &str, parts: [&str; N]) -> Result<(), Refusal> {
    let right = presented.as_bytes().ct_eq(sign(parts).as_bytes());
    if right.into() { Ok(()) } else { Err(Refusal::Signature) }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PARTS: [&str; 3] = ["wxtoken123", "1700000000", "987654321"];
    const SIGNATURE: &str = "e4c3f5ad95dfe2c6fc0d34bcec345748c154fafa";

    #[test]
    fn signs_as_wechat_does() {
        assert_eq!(sign(PARTS), SIGNATURE);
    }

    #[test]
    fn only_the_signature_itself_is_right() {
        assert_eq!(verify(SIGNATURE, PARTS), Ok(()));
        let upper = SIGNATURE.to_uppercase();
        for wrong in ["", &SIGNATURE[..39], &SIGNATURE.replace('e', "f"), &upper] {
            assert_eq!(verify(wrong, PARTS), Err(Refusal::Signature), "{wrong}");
        }
    }
}
