//! Sending signed requests, with a limit on everything.

use std::io::Read;
use std::time::Duration;

use ureq::http::{Request, Response, StatusCode, header};
use ureq::{Agent, AsSendBody, Body};
use url::Url;

use crate::error::BlobError;

/// The most bytes of an error document that are looked at.
const MAX_ERROR_BYTES: u64 = 64 * 1024;

/// How much a service may ask of us.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Until a connection stands, names resolved and TLS agreed; default 10 s.
    pub connect: Duration,
    /// From the end of a request to the head of its answer, and between two pieces of a transfer;
    /// default 30 s.
    pub silence: Duration,
    /// For one body, either way; default 30 min.
    pub transfer: Duration,
    /// Bytes of one object that is fetched; default 4 GiB.
    pub object_bytes: u64,
    /// Bytes of one page of a list; default 8 MiB.
    pub list_bytes: u64,
    /// Objects in a list; default 100 000.
    pub list_objects: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(10),
            silence: Duration::from_secs(30),
            transfer: Duration::from_mins(30),
            object_bytes: 4 << 30,
            list_bytes: 8 << 20,
            list_objects: 100_000,
        }
    }
}

pub(crate) fn agent(limits: &Limits) -> Agent {
    Agent::config_builder()
        .http_status_as_error(false)
        .max_redirects(0)
        // Where requests go is configured, not found in the environment.
        .proxy(None)
        .timeout_resolve(Some(limits.connect))
        .timeout_connect(Some(limits.connect))
        .timeout_send_request(Some(limits.silence))
        .timeout_send_body(Some(limits.transfer))
        .timeout_recv_response(Some(limits.silence))
        .timeout_recv_body(Some(limits.transfer))
        .timeout_per_read(Some(limits.silence))
        .timeout_per_write(Some(limits.silence))
        // The address of a service that closes idle connections is used now and then only.
        .max_idle_connections(0)
        .build()
        .into()
}

/// Sends a request whose address is its signature; only success is an answer.
pub(crate) fn send(
    agent: &Agent,
    method: &str,
    url: &Url,
    content_type: Option<&str>,
    body: impl AsSendBody,
) -> Result<Response<Body>, BlobError> {
    let mut request = Request::builder().method(method).uri(url.as_str());
    if let Some(content_type) = content_type {
        request = request.header(header::CONTENT_TYPE, content_type);
    }
    let request = request.body(body).map_err(|_| BlobError::Key)?;
    let response = agent.run(request).map_err(unreachable)?;
    match response.status() {
        status if status.is_success() => Ok(response),
        status => {
            let code = error_code(response.into_body());
            let bucket = code.as_deref() == Some("NoSuchBucket");
            if status == StatusCode::NOT_FOUND && !bucket {
                return Err(BlobError::NotFound);
            }
            Err(BlobError::Refused { status: status.as_u16(), code })
        }
    }
}

/// The whole body as text, of at most `limit` bytes.
pub(crate) fn text(body: Body, limit: u64) -> Result<String, BlobError> {
    let mut text = Vec::new();
    let mut reader = body.into_reader().take(limit + 1);
    reader.read_to_end(&mut text).map_err(|error| BlobError::Unreachable(error.into()))?;
    if text.len() as u64 > limit {
        return Err(BlobError::TooLarge);
    }
    String::from_utf8(text).map_err(|_| BlobError::Malformed("it is not UTF-8"))
}

/// The code in an error document, if that is what the body is.
fn error_code(body: Body) -> Option<String> {
    let text = text(body, MAX_ERROR_BYTES).ok()?;
    let (_, rest) = text.split_once("<Code>")?;
    let (code, _) = rest.split_once("</Code>")?;
    let is_name = |code: &&str| {
        (1..=64).contains(&code.len()) && code.bytes().all(|byte| byte.is_ascii_alphanumeric())
    };
    Some(code).filter(is_name).map(str::to_owned)
}

/// Errors of the client hold no address; those that would are left out all the same.
fn unreachable(error: ureq::Error) -> BlobError {
    match error {
        ureq::Error::BadUri(_) => BlobError::Key,
        error => BlobError::Unreachable(error.into()),
    }
}
