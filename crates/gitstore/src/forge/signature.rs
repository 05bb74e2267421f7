//! Whether a call really comes from the forge.

use hmac::{Hmac, KeyInit as _, Mac as _};
use secrecy::{ExposeSecret as _, SecretString};
use sha2::Sha256;
use subtle::ConstantTimeEq as _;

use super::Forge;

/// A call's proof that its sender knows the secret, checked while its body arrives.
///
/// GitHub and Gitea sign the body, GitLab sends the secret itself.
#[derive(Debug)]
pub struct SignatureCheck(Proof);

#[derive(Debug)]
enum Proof {
    Told(bool),
    Signed { mac: Hmac<Sha256>, signature: Vec<u8> },
}

impl SignatureCheck {
    /// Begins with the first header of any forge that `header` finds by its name. An empty secret
    /// fits nothing.
    pub fn begin<'a>(
        secret: &SecretString,
        header: impl Fn(&'static str) -> Option<&'a str>,
    ) -> Option<Self> {
        let found = |forge: Forge| Some((forge, header(forge.signature_header())?));
        let (forge, signature) = Forge::ALL.into_iter().find_map(found)?;
        Some(Self(Proof::of(forge, secret.expose_secret().as_bytes(), signature)))
    }

    /// Takes the next piece of the body.
    pub fn update(&mut self, piece: &[u8]) {
        if let Proof::Signed { mac, .. } = &mut self.0 {
            mac.update(piece);
        }
    }

    /// Whether the proof holds for what has arrived. Takes the same time wherever it differs.
    pub fn holds(self) -> bool {
        match self.0 {
            Proof::Told(holds) => holds,
            Proof::Signed { mac, signature } => mac.verify_slice(&signature).is_ok(),
        }
    }
}

impl Proof {
    fn of(forge: Forge, secret: &[u8], signature: &str) -> Self {
        if secret.is_empty() {
            return Self::Told(false);
        }
        let hex = match forge {
            Forge::GitHub => signature.strip_prefix("sha256="),
            Forge::Gitea => Some(signature),
            Forge::GitLab => return Self::Told(signature.as_bytes().ct_eq(secret).into()),
        };
        let signature = hex.and_then(|hex| base16ct::mixed::decode_vec(hex).ok());
        match (signature, Hmac::new_from_slice(secret)) {
            (Some(signature), Ok(mac)) => Self::Signed { mac, signature },
            _ => Self::Told(false),
        }
    }
}

impl Forge {
    const ALL: [Self; 3] = [Self::GitHub, Self::GitLab, Self::Gitea];

    /// The header by which a call proves that it knows the secret.
    fn signature_header(self) -> &'static str {
        match self {
            Self::GitHub => "X-Hub-Signature-256",
            Self::GitLab => "X-Gitlab-Token",
            Self::Gitea => "X-Gitea-Signature",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECRET: &str = "It's a Secret to Everybody";
    /// What GitHub's documentation says for this secret and `Hello, World!`.
    const SIGNED: &str = "757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17";

    /// The body arrives in two pieces.
    fn holds(secret: &str, forge: Forge, signature: &str, body: &str) -> Option<bool> {
        let header = |name| (name == forge.signature_header()).then_some(signature);
        let mut check = SignatureCheck::begin(&secret.into(), header)?;
        let (start, end) = body.split_at(body.len() / 2);
        check.update(start.as_bytes());
        check.update(end.as_bytes());
        Some(check.holds())
    }

    #[track_caller]
    fn check(forge: Forge, signature: &str, body: &str, expected: bool) {
        assert_eq!(holds(SECRET, forge, signature, body), Some(expected), "{signature}");
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
        assert_eq!(holds("", Forge::GitLab, "", ""), Some(false));
        assert_eq!(holds("", Forge::Gitea, SIGNED, "Hello, World!"), Some(false));
    }

    #[test]
    fn without_a_header_there_is_nothing_to_check() {
        assert!(SignatureCheck::begin(&SECRET.into(), |_| None).is_none());
    }
}
