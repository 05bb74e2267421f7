//! Whether a call really comes from the forge.

use hmac::{Hmac, KeyInit as _, Mac as _};
use secrecy::{ExposeSecret as _, SecretString};
use sha2::Sha256;
use subtle::ConstantTimeEq as _;

use super::Forge;

impl Forge {
    /// The header by which a call proves that it knows the secret.
    pub fn signature_header(self) -> &'static str {
        match self {
            Self::GitHub => "X-Hub-Signature-256",
            Self::GitLab => "X-Gitlab-Token",
            Self::Gitea => "X-Gitea-Signature",
        }
    }

    /// Whether the value of that header fits the secret and the body. Takes the same time wherever
    /// they differ. An empty secret fits nothing.
    pub fn verify(self, secret: &SecretString, signature: &str, body: &[u8]) -> bool {
        let secret = secret.expose_secret().as_bytes();
        if secret.is_empty() {
            return false;
        }
        match self {
            Self::GitHub => {
                signature.strip_prefix("sha256=").is_some_and(|hex| is_signed(secret, hex, body))
            }
            Self::GitLab => signature.as_bytes().ct_eq(secret).into(),
            Self::Gitea => is_signed(secret, signature, body),
        }
    }
}

fn is_signed(secret: &[u8], signature: &str, body: &[u8]) -> bool {
    let Ok(signature) = base16ct::mixed::decode_vec(signature) else { return false };
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(secret) else { return false };
    mac.update(body);
    mac.verify_slice(&signature).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECRET: &str = "It's a Secret to Everybody";
    /// What GitHub's documentation says for this secret and `Hello, World!`.
    const SIGNED: &str = "757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17";

    #[track_caller]
    fn check(forge: Forge, signature: &str, body: &str, expected: bool) {
        assert_eq!(forge.verify(&SECRET.into(), signature, body.as_bytes()), expected);
    }

    #[test]
    fn a_known_signature_fits() {
        check(Forge::GitHub, &format!("sha256={SIGNED}"), "Hello, World!", true);
        check(Forge::GitHub, &format!("sha256={}", SIGNED.to_uppercase()), "Hello, World!", true);
        check(Forge::Gitea, SIGNED, "Hello, World!", true);
        check(Forge::GitLab, SECRET, "anything", true);
    }

    #[test]
    fn nothing_else_fits() {
        for signature in
            ["", "sha256=", SIGNED, "sha1=00", "sha256=zz", &format!("sha256=00{SIGNED}")]
        {
            check(Forge::GitHub, signature, "Hello, World!", false);
        }
        check(Forge::GitHub, &format!("sha256={SIGNED}"), "Hello, World?", false);
        check(Forge::Gitea, &SIGNED[..62], "Hello, World!", false);
        check(Forge::Gitea, "", "Hello, World!", false);
        check(Forge::GitLab, "", "", false);
        check(Forge::GitLab, &SECRET[1..], "", false);
        assert!(!Forge::GitLab.verify(&String::new().into(), "", b""));
        assert!(!Forge::Gitea.verify(&String::new().into(), SIGNED, b"Hello, World!"));
    }
}
