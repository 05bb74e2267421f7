//! How somebody proves to be human (contract qexo, 3.14 and section 10).

use secrecy::SecretString;

/// What somebody has to solve, and how it is checked.
#[derive(Clone, Debug, Default)]
pub struct CaptchaSettings {
    /// What they have to solve.
    pub kind: Captcha,
    /// What the captcha's service knows this server by.
    pub secret: Option<SecretString>,
}

/// What somebody has to solve.
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

/// How whoever logs in to Qexo's panel proves to be human.
#[derive(Clone, Debug, Default)]
pub struct LoginSettings {
    /// The secret of a reCAPTCHA v2.
    v2: Option<SecretString>,
    /// The secret of a reCAPTCHA v3.
    v3: Option<SecretString>,
}

impl LoginSettings {
    pub(super) fn read(v2: &str, v3: &str) -> Self {
        let [v2, v3] = [v2, v3].map(|secret| (!secret.is_empty()).then(|| secret.into()));
        Self { v2, v3 }
    }

    /// What has to be solved by a client that speaks of `version` (`v2` or `v3`), or says nothing;
    /// `None` when it asks for one that the owner did not set up. Without any secret it is nothing,
    /// whatever a client says.
    pub fn captcha(&self, version: Option<&str>) -> Option<CaptchaSettings> {
        let (kind, secret) = match (version, &self.v2, &self.v3) {
            (_, None, None) => return Some(CaptchaSettings::default()),
            (Some("v3") | None, _, Some(secret)) => (Captcha::V3, secret),
            (Some("v2"), Some(secret), _) | (None, Some(secret), None) => (Captcha::V2, secret),
            _ => return None,
        };
        Some(CaptchaSettings { kind, secret: Some(secret.clone()) })
    }
}

#[cfg(test)]
mod tests {
    use secrecy::ExposeSecret as _;

    use super::*;

    #[test]
    fn nobody_chooses_a_captcha_away() {
        let found = |v2, v3, version| {
            let captcha = LoginSettings::read(v2, v3).captcha(version)?;
            let secret = captcha.secret.map(|secret| secret.expose_secret().to_owned());
            Some((captcha.kind, secret.unwrap_or_default()))
        };
        for version in [None, Some("v2"), Some("v3"), Some("v1")] {
            assert_eq!(found("", "", version), Some((Captcha::Off, String::new())));
        }
        let two = || Some((Captcha::V2, "two".to_owned()));
        let three = || Some((Captcha::V3, "three".to_owned()));
        for (v2, v3, version, expected) in [
            ("two", "", None, two()),
            ("two", "", Some("v2"), two()),
            ("two", "", Some("v3"), None),
            ("", "three", None, three()),
            ("", "three", Some("v3"), three()),
            ("", "three", Some("v2"), None),
            ("two", "three", None, three()),
            ("two", "three", Some("v2"), two()),
            ("two", "three", Some("off"), None),
        ] {
            assert_eq!(found(v2, v3, version), expected, "{v2} {v3} {version:?}");
        }
    }
}
