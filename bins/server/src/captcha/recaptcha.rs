//! Captchas that a service verifies: reCAPTCHA, or whatever speaks like it.

use std::time::Duration;

use inkstone_delivery::{HttpClient, HttpLimits, Targets};
use secrecy::{ExposeSecret as _, SecretString};
use serde::Deserialize;
use url::Url;

/// The most bytes of an answer that are passed on.
const MAX_ANSWER_BYTES: usize = 16 * 1024;
/// Who scores more is human (contract qexo, 3.14).
const HUMAN: f64 = 0.5;

/// A service that knows who is human.
pub(super) struct Recaptcha {
    http: HttpClient,
    url: String,
}

/// What the service judges by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Version {
    /// A riddle, solved or not.
    Two,
    /// A score.
    Three,
}

/// What the service says; members that it leaves out speak against whoever asks.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Verdict {
    success: bool,
    score: Option<f64>,
    #[serde(rename = "error-codes")]
    errors: Vec<String>,
}

impl Recaptcha {
    /// The service at `url`, which may take `total` for its verdict.
    pub(super) fn new(url: &Url, total: Duration) -> Self {
        let limits = HttpLimits::default();
        let limits = HttpLimits { total, connect: limits.connect.min(total), ..limits };
        Self { http: HttpClient::new(limits, Targets::Any), url: url.to_string() }
    }

    /// Whether the service says that `answer` is a human's; not, when it says nothing. May block.
    pub(super) fn accepts(
        &self,
        version: Version,
        secret: Option<&SecretString>,
        answer: &str,
    ) -> bool {
        let Some(secret) = secret else {
            tracing::warn!("captcha not checked: its secret is not set");
            return false;
        };
        if answer.len() > MAX_ANSWER_BYTES {
            return false;
        }
        let fields = [("secret", secret.expose_secret()), ("response", answer)];
        match self.http.post_form(&self.url, &fields) {
            Ok(said) if (200..300).contains(&said.status) => {
                serde_json::from_slice(&said.body).is_ok_and(|verdict| passes(version, &verdict))
            }
            Ok(said) => {
                tracing::warn!(status = said.status, "captcha not checked: the service refused");
                false
            }
            Err(error) => {
                tracing::warn!(%error, "captcha not checked: the service did not answer");
                false
            }
        }
    }
}

fn passes(version: Version, verdict: &Verdict) -> bool {
    for code in ["missing-input-secret", "invalid-input-secret"] {
        if verdict.errors.iter().any(|error| error == code) {
            tracing::warn!(code, "captcha not checked: the service does not know its secret");
        }
    }
    match version {
        Version::Two => verdict.success,
        Version::Three => verdict.success && verdict.score.is_some_and(|score| score > HUMAN),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judged(version: Version, json: &str) -> bool {
        serde_json::from_str(json).is_ok_and(|verdict| passes(version, &verdict))
    }

    #[test]
    fn doubt_speaks_against_whoever_asks() {
        for (json, two, three) in [
            (r#"{"success":true}"#, true, false),
            (r#"{"success":true,"score":0.9,"hostname":"a.b"}"#, true, true),
            (r#"{"success":true,"score":1}"#, true, true),
            (r#"{"success":true,"score":null}"#, true, false),
            (r#"{"success":true,"score":0.5}"#, true, false),
            (r#"{"success":true,"score":0.51}"#, true, true),
            (r#"{"success":false,"score":0.9}"#, false, false),
            (r#"{"score":0.9}"#, false, false),
            (r#"{"success":false,"error-codes":["invalid-input-secret"]}"#, false, false),
            (r#"{"success":"true","score":0.9}"#, false, false),
            (r#"{"success":true,"score":"0.9"}"#, false, false),
            ("{}", false, false),
            ("true", false, false),
            ("", false, false),
        ] {
            let judged = [Version::Two, Version::Three].map(|version| judged(version, json));
            assert_eq!(judged, [two, three], "{json}");
        }
    }
}
