//! Handing mails to a service that sends them, over HTTP.

use std::fmt;

use inkstone_notifications::DeliveryError;
use secrecy::{ExposeSecret as _, SecretString};
use serde::Serialize;

use crate::{
    http::{HttpClient, HttpError},
    reason,
};

/// A service that sends mails (contract cwd, 10).
#[derive(Clone)]
pub struct MailGateway {
    http: HttpClient,
    url: String,
    token: SecretString,
}

/// Why the service did not take a mail.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum GatewayError {
    /// There is no answer.
    #[error("the mail gateway: {0}")]
    Http(#[from] HttpError),
    /// It refused.
    #[error("the mail gateway answered {status}: {said}")]
    Refused {
        /// The status of its answer.
        status: u16,
        /// The beginning of what it said.
        said: String,
        /// How many milliseconds it asked to be left alone.
        retry_after_ms: Option<i64>,
    },
}

impl From<GatewayError> for DeliveryError {
    fn from(error: GatewayError) -> Self {
        let reason = error.to_string();
        match error {
            // It understood, and does not want this mail.
            GatewayError::Refused { status: 400 | 413 | 422, .. } => Self::permanent(reason),
            GatewayError::Refused { retry_after_ms, .. } => {
                Self::Temporary { reason, retry_after_ms }
            }
            GatewayError::Http(_) => Self::temporary(reason),
        }
    }
}

#[derive(Serialize)]
struct MailDocument<'a> {
    to: [&'a str; 1],
    subject: &'a str,
    html: &'a str,
}

impl MailGateway {
    /// The service at `url`, which knows us by `token`.
    pub fn new(http: HttpClient, url: &str, token: SecretString) -> Self {
        Self { http, url: url.to_owned(), token }
    }

    /// Hands a mail over.
    pub fn send(&self, recipient: &str, subject: &str, html: &str) -> Result<(), GatewayError> {
        let document = MailDocument { to: [recipient], subject, html };
        let json = serde_json::to_vec(&document).map_err(|_| HttpError::Malformed)?;
        let token = self.token.expose_secret();
        let answer = self.http.post_json(&self.url, &[("X-Auth-Token", token)], &json)?;
        if (200..300).contains(&answer.status) {
            return Ok(());
        }
        let said = reason::clean(&String::from_utf8_lossy(&answer.body), &[token, &self.url]);
        Err(GatewayError::Refused {
            status: answer.status,
            said,
            retry_after_ms: answer.retry_after_ms,
        })
    }
}

/// Shows nothing: the address may hold a key as well.
impl fmt::Debug for MailGateway {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("MailGateway").finish_non_exhaustive()
    }
}
