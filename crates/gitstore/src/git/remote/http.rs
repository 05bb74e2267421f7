//! Git over HTTP, with TLS by rustls and the certificates of Mozilla's list.

use std::{
    error::Error,
    io::{self, Read, Write},
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use base64::{Engine as _, prelude::BASE64_STANDARD};
use git2::transport::{Service, SmartSubtransportStream};
use secrecy::{ExposeSecret as _, SecretString};
use ureq::{
    Agent, Body,
    http::{Response, StatusCode, header},
    tls::{Certificate, PemItem, RootCerts, TlsConfig, parse_pem},
};
use url::Url;

use super::{
    RemoteProblem,
    transport::{Dial, ProblemSlot},
};
use crate::{git::address::Login, words::shown};

/// How many redirects within the same host are followed.
const MAX_REDIRECTS: usize = 5;

/// How much of the text of a refusal is read.
const MAX_REFUSAL_BYTES: u64 = 1024;

pub(crate) struct HttpSettings {
    pub(crate) url: Url,
    pub(crate) login: Option<Login>,
    /// Certificates to believe instead of the usual ones, as PEM.
    pub(crate) certificates: Option<String>,
    pub(crate) connect: Duration,
    pub(crate) silence: Duration,
    pub(crate) transfer: Duration,
}

/// Git over HTTP. Redirects are followed within the same scheme, host and port; anybody else gets
/// neither the credentials nor a request.
pub(crate) struct HttpDial(Arc<Client>);

struct Client {
    agent: Agent,
    authorization: Option<SecretString>,
    /// What no text may repeat.
    password: Option<SecretString>,
    /// Where the repository is, after redirects.
    base: Mutex<Url>,
}

impl HttpDial {
    pub(crate) fn new(settings: HttpSettings) -> Result<Self, RemoteProblem> {
        let mut config = Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .proxy(None)
            // Some servers look whether a Git program asks.
            .user_agent(concat!("git/2 inkstone/", env!("CARGO_PKG_VERSION")))
            .timeout_resolve(Some(settings.connect))
            .timeout_connect(Some(settings.connect))
            .timeout_send_request(Some(settings.silence))
            .timeout_send_body(Some(settings.transfer))
            .timeout_recv_response(Some(settings.transfer))
            .timeout_recv_body(Some(settings.transfer))
            .timeout_per_read(Some(settings.silence))
            .timeout_per_write(Some(settings.silence))
            .max_idle_connections(0);
        if let Some(pem) = &settings.certificates {
            let roots = RootCerts::Specific(Arc::new(certificates(pem)?));
            config = config.tls_config(TlsConfig::builder().root_certs(roots).build());
        }
        let password = settings.login.as_ref().map(|login| login.password.clone());
        let authorization = settings.login.map(|Login { user, password }| {
            let login = format!("{user}:{}", password.expose_secret());
            format!("Basic {}", BASE64_STANDARD.encode(login)).into()
        });
        let mut base = settings.url;
        let path = base.path().trim_end_matches('/').to_owned();
        base.set_path(&path);
        let agent = config.build().into();
        Ok(Self(Arc::new(Client { agent, authorization, password, base: Mutex::new(base) })))
    }
}

fn certificates(pem: &str) -> Result<Vec<Certificate<'static>>, RemoteProblem> {
    let mut found = Vec::new();
    for item in parse_pem(pem.as_bytes()) {
        if let Ok(PemItem::Certificate(certificate)) = item {
            found.push(certificate);
        }
    }
    if found.is_empty() {
        return Err(RemoteProblem::other("the configured certificates are not PEM"));
    }
    Ok(found)
}

impl Dial for HttpDial {
    fn is_stateless(&self) -> bool {
        true
    }

    fn dial(
        &self,
        service: Service,
        problem: &ProblemSlot,
    ) -> Result<Box<dyn SmartSubtransportStream>, RemoteProblem> {
        let client = Arc::clone(&self.0);
        let (name, answer) = match service {
            Service::UploadPackLs => ("git-upload-pack", Some(client.list("git-upload-pack")?)),
            Service::ReceivePackLs => ("git-receive-pack", Some(client.list("git-receive-pack")?)),
            Service::UploadPack => ("git-upload-pack", None),
            Service::ReceivePack => ("git-receive-pack", None),
        };
        let problem = problem.clone();
        Ok(Box::new(Exchange { client, name, request: Vec::new(), answer, problem }))
    }
}

type Answer = Box<dyn Read + Send>;

impl Client {
    fn base(&self) -> Url {
        self.base.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn list(&self, service: &str) -> Result<Answer, RemoteProblem> {
        let suffix = "/info/refs";
        let mut url = self.base();
        url.set_path(&format!("{}{suffix}", url.path()));
        for _ in 0..=MAX_REDIRECTS {
            let mut asked = url.clone();
            asked.set_query(Some(&format!("service={service}")));
            let mut request = self.agent.get(asked.as_str());
            if let Some(authorization) = &self.authorization {
                request = request.header(header::AUTHORIZATION, authorization.expose_secret());
            }
            let answer = request.call().map_err(|error| self.unreachable(&error))?;
            if answer.status().is_redirection() {
                url = redirected(&asked, &answer)?;
                continue;
            }
            let mime = format!("application/x-{service}-advertisement");
            let answer = self.checked(answer, &mime)?;
            let mut base = url.clone();
            base.set_query(None);
            if let Some(path) = url.path().strip_suffix(suffix) {
                base.set_path(path);
                *self.base.lock().unwrap_or_else(PoisonError::into_inner) = base;
            }
            return Ok(answer);
        }
        Err(RemoteProblem::other("it redirects in circles"))
    }

    fn ask(&self, service: &str, body: &[u8]) -> Result<Answer, RemoteProblem> {
        let mut url = self.base();
        url.set_path(&format!("{}/{service}", url.path()));
        let mut request = self
            .agent
            .post(url.as_str())
            .header(header::CONTENT_TYPE, format!("application/x-{service}-request"))
            .header(header::ACCEPT, format!("application/x-{service}-result"));
        if let Some(authorization) = &self.authorization {
            request = request.header(header::AUTHORIZATION, authorization.expose_secret());
        }
        let answer = request.send(body).map_err(|error| self.unreachable(&error))?;
        if answer.status().is_redirection() {
            return Err(RemoteProblem::other("it redirects in the middle of a conversation"));
        }
        self.checked(answer, &format!("application/x-{service}-result"))
    }

    fn checked(&self, answer: Response<Body>, mime: &str) -> Result<Answer, RemoteProblem> {
        let status = answer.status();
        let found = answer.headers().get(header::CONTENT_TYPE);
        let found = found.and_then(|found| found.to_str().ok()).unwrap_or_default();
        match status {
            StatusCode::OK if found.split(';').next() == Some(mime) => {
                Ok(Box::new(answer.into_body().into_reader()))
            }
            StatusCode::OK => {
                Err(RemoteProblem::other("there is no Git repository at this address"))
            }
            StatusCode::UNAUTHORIZED => Err(RemoteProblem::Refused(
                "a token or password is needed, or the one given is wrong".to_owned(),
            )),
            StatusCode::FORBIDDEN => Err(RemoteProblem::Refused(self.forbidden(answer))),
            StatusCode::NOT_FOUND | StatusCode::GONE => Err(RemoteProblem::NotFound),
            StatusCode::TOO_MANY_REQUESTS => {
                Err(RemoteProblem::other("too many requests; it wants a pause"))
            }
            status => Err(RemoteProblem::other(&format!("it answers with status {status}"))),
        }
    }

    /// Forges say in plain text what a token lacks.
    fn forbidden(&self, answer: Response<Body>) -> String {
        let plain = answer
            .headers()
            .get(header::CONTENT_TYPE)
            .is_some_and(|found| found.as_bytes().starts_with(b"text/plain"));
        let mut text = Vec::new();
        let body = answer.into_body().into_reader();
        // A refusal is a refusal, with or without its text.
        let read = body.take(MAX_REFUSAL_BYTES).read_to_end(&mut text).is_ok();
        let mut text = String::from_utf8_lossy(&text).into_owned();
        if let Some(password) = self.password.as_ref().map(SecretString::expose_secret) {
            text = if password.is_empty() { text } else { text.replace(password, "…") };
        }
        let text = shown(&text);
        if plain && read && !text.is_empty() { text } else { "they may not do this".to_owned() }
    }

    /// Errors of the client, without the address, which is not theirs to tell.
    fn unreachable(&self, error: &ureq::Error) -> RemoteProblem {
        let url = self.base();
        let name = url.host_str().unwrap_or_default().to_owned();
        let port = url.port_or_known_default().unwrap_or_default();
        let host = format!("{name}:{port}");
        let tls = |reason: &dyn ToString| {
            let reason = shown(&reason.to_string());
            RemoteProblem::Tls { host: host.clone(), reason }
        };
        match error {
            ureq::Error::HostNotFound => RemoteProblem::UnknownHost(name),
            ureq::Error::Timeout(_) => RemoteProblem::Timeout(host),
            ureq::Error::Tls(reason) => tls(reason),
            ureq::Error::Rustls(reason) => tls(reason),
            ureq::Error::Io(error) => match error.kind() {
                io::ErrorKind::TimedOut | io::ErrorKind::WouldBlock => RemoteProblem::Timeout(host),
                // How rustls reports a handshake that fails.
                io::ErrorKind::InvalidData if url.scheme() == "https" => tls(error),
                io::ErrorKind::UnexpectedEof if url.scheme() == "https" => {
                    tls(&"the other side closed the connection; it may not speak TLS")
                }
                _ if is_unknown_host(error) => RemoteProblem::UnknownHost(name),
                kind => RemoteProblem::NoConnection { host, reason: kind.to_string() },
            },
            ureq::Error::ConnectionFailed => {
                let reason = "connection failed".to_owned();
                RemoteProblem::NoConnection { host, reason }
            }
            ureq::Error::Protocol(_) => {
                RemoteProblem::other("what answers there does not speak HTTP")
            }
            _ => RemoteProblem::other("the request failed"),
        }
    }
}

/// The resolver of the standard library has no kind of error of its own.
fn is_unknown_host(error: &io::Error) -> bool {
    error.to_string().contains("failed to lookup address")
        || error.source().is_some_and(|source| source.to_string().contains("lookup"))
}

/// Where a redirect leads, if that is the same host.
fn redirected(from: &Url, answer: &Response<Body>) -> Result<Url, RemoteProblem> {
    let location = answer.headers().get(header::LOCATION);
    let location = location.and_then(|location| location.to_str().ok());
    let to = location.and_then(|location| from.join(location).ok());
    let Some(mut to) = to else {
        return Err(RemoteProblem::other("it redirects to nowhere"));
    };
    to.set_query(None);
    to.set_fragment(None);
    if to.origin() == from.origin() {
        return Ok(to);
    }
    // The new address may carry anything: it is told without a login.
    let path = to.path().trim_end_matches("/info/refs");
    let host = to.host_str().unwrap_or_default();
    let port = to.port().map(|port| format!(":{port}")).unwrap_or_default();
    Err(RemoteProblem::Moved(shown(&format!("{}://{host}{port}{path}", to.scheme()))))
}

/// One question and its answer.
struct Exchange {
    client: Arc<Client>,
    name: &'static str,
    request: Vec<u8>,
    answer: Option<Answer>,
    problem: ProblemSlot,
}

impl Write for Exchange {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.request.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Read for Exchange {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let answer = if let Some(answer) = &mut self.answer {
            answer
        } else {
            let request = std::mem::take(&mut self.request);
            let answer = self.client.ask(self.name, &request);
            self.answer.insert(answer.map_err(|problem| self.problem.fail(problem))?)
        };
        answer.read(into).map_err(|error| {
            let text = match error.kind() {
                io::ErrorKind::TimedOut => "it stopped in the middle of an answer",
                _ => "the connection broke",
            };
            self.problem.fail(RemoteProblem::other(text))
        })
    }
}
