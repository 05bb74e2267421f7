//! Whether strangers may ask to be linked (contract qexo, 3.14).

use super::captcha::{Captcha, CaptchaSettings};

/// Whether strangers may ask to be linked, and how they prove to be human.
#[derive(Clone, Debug, Default)]
pub struct FriendSettings {
    /// Whether they may ask at all; off unless switched on.
    pub applications: bool,
    /// What they have to solve.
    pub captcha: CaptchaSettings,
}

impl FriendSettings {
    pub(super) fn read(allow: &str, captcha: &str, secret: &str) -> Self {
        let kind = match captcha {
            "v2" => Captcha::V2,
            "v3" => Captcha::V3,
            "altcha" => Captcha::ProofOfWork,
            _ => Captcha::Off,
        };
        let secret = (!secret.is_empty()).then(|| secret.into());
        Self { applications: allow == "是", captcha: CaptchaSettings { kind, secret } }
    }
}
