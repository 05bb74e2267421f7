//! Whether strangers may ask to be linked (contract qexo, 3.14).

use secrecy::SecretString;

/// Whether strangers may ask to be linked, and how they prove to be human.
#[derive(Clone, Debug, Default)]
pub struct FriendSettings {
    /// Whether they may ask at all; off unless switched on.
    pub applications: bool,
    /// What they have to solve.
    pub captcha: Captcha,
    /// What the captcha's service knows this server by.
    pub captcha_secret: Option<SecretString>,
}

/// What strangers have to solve.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Captcha {
    /// Nothing.
    #[default]
    Off,
    /// reCAPTCHA v2: solved or not.
    V2,
    /// reCAPTCHA v3: a score.
    V3,
    /// A proof of work, checked here: `altcha`. Qexo does not know it and takes it for none.
    ProofOfWork,
}

impl FriendSettings {
    pub(super) fn read(allow: &str, captcha: &str, secret: &str) -> Self {
        Self {
            applications: allow == "是",
            captcha: match captcha {
                "v2" => Captcha::V2,
                "v3" => Captcha::V3,
                "altcha" => Captcha::ProofOfWork,
                _ => Captcha::Off,
            },
            captcha_secret: (!secret.is_empty()).then(|| secret.into()),
        }
    }
}
