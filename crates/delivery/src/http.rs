//! The one client for requests that leave the machine.

use std::{
    error::Error,
    fmt,
    io::{self, Read as _},
    time::Duration,
};

use ureq::{
    Agent,
    config::Config,
    http::{HeaderMap, Request, Uri},
    unversioned::{
        resolver::{DefaultResolver, ResolvedSocketAddrs, Resolver},
        transport::{DefaultConnector, NextTimeout},
    },
};
use url::form_urlencoded;

use crate::{reason, resolve::is_public};

/// A client for requests that leave the machine.
///
/// It keeps its limits, follows no redirects, uses no proxy from the environment, and its errors
/// name no address: addresses may hold secrets.
#[derive(Clone)]
pub struct HttpClient {
    agent: Agent,
    max_answer_bytes: u64,
}

/// How long the other side may take, and how much it may say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HttpLimits {
    /// To be found and to be connected to.
    pub connect: Duration,
    /// Everything together, to the last byte of the answer.
    pub total: Duration,
    /// How much of an answer's body is read; the rest is left alone.
    pub max_answer_bytes: u64,
}

/// Ten seconds, thirty seconds and 64 KiB.
impl Default for HttpLimits {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(10),
            total: Duration::from_secs(30),
            max_answer_bytes: 64 * 1024,
        }
    }
}

/// Where requests may go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Targets {
    /// Anywhere: the owner or operator gave the address.
    Any,
    /// To the public internet only, not to this machine nor its networks: a stranger gave the
    /// address. What a name resolves to counts, in the moment of connecting.
    PublicOnly,
}

/// An answer, whatever it says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HttpAnswer {
    /// Its status.
    pub status: u16,
    /// How many milliseconds the other side asked to be left alone (`Retry-After` in seconds); a
    /// day at most.
    pub retry_after_ms: Option<i64>,
    /// What arrived of its body within the limits.
    pub body: Vec<u8>,
}

/// Why there is no answer. The texts name no address.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum HttpError {
    /// The address, or a header, is malformed.
    #[error("the address or a header is malformed")]
    Malformed,
    /// The address leads to this machine or its networks, and must not.
    #[error("the address does not lead to the public internet")]
    NotPublic,
    /// The other side took too long.
    #[error("no answer in time")]
    Timeout,
    /// There is no connection, or it broke.
    #[error("no connection: {0}")]
    Unreachable(String),
    /// What answers does not speak HTTP.
    #[error("the answer is not HTTP")]
    Nonsense,
}

/// The longest time that anybody may ask to be left alone.
const LONGEST_PAUSE_SECONDS: i64 = 24 * 60 * 60;

impl HttpClient {
    /// A client within `limits`.
    pub fn new(limits: HttpLimits, targets: Targets) -> Self {
        let config = Config::builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .max_redirects_will_error(false)
            .proxy(None)
            .user_agent(concat!("inkstone/", env!("CARGO_PKG_VERSION")))
            .max_response_header_size(16 * 1024)
            // A connection that was kept may be dead, and a `POST` cannot be tried again.
            .max_idle_connections(0)
            .timeout_resolve(Some(limits.connect))
            .timeout_connect(Some(limits.connect))
            .timeout_global(Some(limits.total))
            .build();
        let resolver = Checked { inner: DefaultResolver::default(), targets };
        Self {
            agent: Agent::with_parts(config, DefaultConnector::default(), resolver),
            max_answer_bytes: limits.max_answer_bytes,
        }
    }

    /// Asks for a document; an answer of any status is an answer.
    pub fn get(&self, url: &str, headers: &[(&str, &str)]) -> Result<HttpAnswer, HttpError> {
        self.send("GET", url, headers, None)
    }

    /// Posts a JSON document; an answer of any status is an answer.
    pub fn post_json(
        &self,
        url: &str,
        headers: &[(&str, &str)],
        json: &[u8],
    ) -> Result<HttpAnswer, HttpError> {
        let headers = [&[("Content-Type", "application/json")], headers].concat();
        self.send("POST", url, &headers, Some(json))
    }

    /// Posts a form; an answer of any status is an answer.
    pub fn post_form(&self, url: &str, fields: &[(&str, &str)]) -> Result<HttpAnswer, HttpError> {
        let form = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        let headers = [("Content-Type", "application/x-www-form-urlencoded")];
        self.send("POST", url, &headers, Some(form.as_bytes()))
    }

    /// Sends a request; an answer of any status is an answer.
    pub fn send(
        &self,
        method: &str,
        url: &str,
        headers: &[(&str, &str)],
        body: Option<&[u8]>,
    ) -> Result<HttpAnswer, HttpError> {
        let mut request = Request::builder().method(method).uri(url);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let answer = match body {
            Some(body) => request.body(body).map(|request| self.agent.run(request)),
            None => request.body(()).map(|request| self.agent.run(request)),
        };
        let answer = answer.map_err(|_| HttpError::Malformed)?;
        let mut answer = answer.map_err(|error| failure(&error))?;
        let mut body = Vec::new();
        // The status is known: that the body breaks off does not change what was answered.
        let _ = answer.body_mut().as_reader().take(self.max_answer_bytes).read_to_end(&mut body);
        Ok(HttpAnswer {
            status: answer.status().as_u16(),
            retry_after_ms: retry_after(answer.headers()),
            body,
        })
    }
}

impl fmt::Debug for HttpClient {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("HttpClient").finish_non_exhaustive()
    }
}

/// A number of seconds as milliseconds, within a day.
pub(crate) fn pause_ms(seconds: i64) -> i64 {
    seconds.clamp(0, LONGEST_PAUSE_SECONDS) * 1000
}

fn retry_after(headers: &HeaderMap) -> Option<i64> {
    let seconds = headers.get("retry-after")?.to_str().ok()?.trim().parse().ok()?;
    Some(pause_ms(seconds))
}

fn failure(error: &ureq::Error) -> HttpError {
    match error {
        ureq::Error::Http(_) | ureq::Error::BadUri(_) | ureq::Error::RequireHttpsOnly(_) => {
            HttpError::Malformed
        }
        ureq::Error::Timeout(_) => HttpError::Timeout,
        ureq::Error::Io(error) => match error.kind() {
            io::ErrorKind::TimedOut => HttpError::Timeout,
            _ if error.get_ref().is_some_and(<dyn Error + Send + Sync>::is::<NotPublic>) => {
                HttpError::NotPublic
            }
            _ => HttpError::Unreachable(reason::clean(&error.to_string(), &[])),
        },
        ureq::Error::HostNotFound => HttpError::Unreachable("the host cannot be found".to_owned()),
        ureq::Error::Rustls(error) => {
            HttpError::Unreachable(reason::clean(&error.to_string(), &[]))
        }
        ureq::Error::Tls(text) => HttpError::Unreachable(reason::clean(text, &[])),
        ureq::Error::ConnectionFailed => {
            HttpError::Unreachable("the host cannot be connected to".to_owned())
        }
        // The library's list grows; the texts of what is left may name the address.
        _ => HttpError::Nonsense,
    }
}

/// Resolves names, and leaves out addresses to which no request may go.
#[derive(Debug)]
struct Checked {
    inner: DefaultResolver,
    targets: Targets,
}

#[derive(Debug, thiserror::Error)]
#[error("not public")]
struct NotPublic;

impl Resolver for Checked {
    fn resolve(
        &self,
        uri: &Uri,
        config: &Config,
        timeout: NextTimeout,
    ) -> Result<ResolvedSocketAddrs, ureq::Error> {
        let found = self.inner.resolve(uri, config, timeout)?;
        if self.targets == Targets::Any {
            return Ok(found);
        }
        let mut public = self.empty();
        for address in found.iter().filter(|address| is_public(address.ip())) {
            public.push(*address);
        }
        if public.is_empty() {
            return Err(ureq::Error::Io(io::Error::other(NotPublic)));
        }
        Ok(public)
    }
}
