//! The REST APIs of the forges, as far as hooks go.

use std::io::{self, Read as _};

use secrecy::{ExposeSecret as _, SecretString};
use serde::Deserialize;
use serde_json::{Value, json};
use ureq::{
    Agent, Body,
    http::{Request, Response, StatusCode, header},
};
use url::Url;

use super::{Forge, ForgeConfig, ForgeError, Hook};
use crate::words::shown;

/// Hooks on a page of a list; what every forge allows.
const PAGE: usize = 50;
const MAX_PAGES: usize = 40;
const MAX_ANSWER_BYTES: u64 = 4 << 20;

#[derive(Debug)]
pub(super) struct Api {
    forge: Forge,
    token: SecretString,
    /// The address of the list of hooks.
    hooks: Url,
    agent: Agent,
}

impl Api {
    pub(super) fn new(config: ForgeConfig) -> Result<Self, ForgeError> {
        let agent = Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .max_redirects_will_error(false)
            .proxy(None)
            .user_agent(concat!("inkstone/", env!("CARGO_PKG_VERSION")))
            .timeout_global(Some(config.limit))
            .max_idle_connections(0)
            .build()
            .into();
        let hooks = hooks(&config)?;
        Ok(Self { forge: config.forge, token: config.token, hooks, agent })
    }

    pub(super) fn list(&self) -> Result<Vec<Hook>, ForgeError> {
        let mut found = Vec::new();
        for page in 1..=MAX_PAGES {
            let mut url = self.hooks.clone();
            let size = match self.forge {
                Forge::GitHub | Forge::GitLab => "per_page",
                Forge::Gitea => "limit",
            };
            url.set_query(Some(&format!("{size}={PAGE}&page={page}")));
            let answer = self.send("GET", &url, None)?;
            let more = says_more(&answer);
            let listed: Vec<Listed> = parsed(answer)?;
            let full = listed.len() >= PAGE;
            found.extend(listed.into_iter().filter_map(Listed::hook));
            if !more.unwrap_or(full) {
                return Ok(found);
            }
        }
        Err(ForgeError::Malformed)
    }

    pub(super) fn create(
        &self,
        target: &Url,
        secret: Option<&SecretString>,
    ) -> Result<Hook, ForgeError> {
        if !matches!(target.scheme(), "http" | "https") {
            return Err(ForgeError::Configuration("a hook calls an http:// or https:// address"));
        }
        let secret = secret.map(SecretString::expose_secret);
        let answer = self.send("POST", &self.hooks, Some(self.wish(target.as_str(), secret)))?;
        parsed::<Listed>(answer)?.hook().ok_or(ForgeError::Malformed)
    }

    pub(super) fn delete(&self, id: u64) -> Result<(), ForgeError> {
        let mut url = self.hooks.clone();
        url.set_path(&format!("{}/{id}", self.hooks.path()));
        match self.send("DELETE", &url, None) {
            Ok(_) | Err(ForgeError::NotFound) => Ok(()),
            Err(error) => Err(error),
        }
    }

    /// What describes a new hook.
    fn wish(&self, target: &str, secret: Option<&str>) -> Value {
        let mut config = json!({ "url": target, "content_type": "json" });
        if let Some(secret) = secret {
            config["secret"] = secret.into();
        }
        let (kind, events) = (self.forge, ["push"]);
        match kind {
            Forge::GitHub => {
                json!({ "name": "web", "active": true, "events": events, "config": config })
            }
            Forge::Gitea => {
                json!({ "type": "gitea", "active": true, "events": events, "config": config })
            }
            Forge::GitLab => {
                let mut wish = json!({ "url": target, "push_events": true });
                if let Some(secret) = secret {
                    wish["token"] = secret.into();
                }
                wish
            }
        }
    }

    fn send(
        &self,
        method: &str,
        url: &Url,
        body: Option<Value>,
    ) -> Result<Response<Body>, ForgeError> {
        let token = self.token.expose_secret();
        let (name, value) = match self.forge {
            Forge::GitHub => (header::AUTHORIZATION.as_str(), format!("Bearer {token}")),
            Forge::GitLab => ("PRIVATE-TOKEN", token.to_owned()),
            Forge::Gitea => (header::AUTHORIZATION.as_str(), format!("token {token}")),
        };
        let mut request = Request::builder().method(method).uri(url.as_str()).header(name, value);
        request = match self.forge {
            Forge::GitHub => request
                .header(header::ACCEPT, "application/vnd.github+json")
                .header("X-GitHub-Api-Version", "2022-11-28"),
            Forge::GitLab | Forge::Gitea => request.header(header::ACCEPT, "application/json"),
        };
        let malformed = ForgeError::Configuration("the token has characters that no token has");
        let answer = match body {
            Some(body) => request
                .header(header::CONTENT_TYPE, "application/json")
                .body(body.to_string())
                .map(|request| self.agent.run(request)),
            None => request.body(()).map(|request| self.agent.run(request)),
        };
        let answer = answer.map_err(|_| malformed)?.map_err(|error| unreachable(&error))?;
        self.accepted(answer, url)
    }

    fn accepted(&self, answer: Response<Body>, url: &Url) -> Result<Response<Body>, ForgeError> {
        let status = answer.status();
        if status.is_success() {
            return Ok(answer);
        }
        if status.is_redirection() {
            let location = answer.headers().get(header::LOCATION);
            let location = location.and_then(|location| location.to_str().ok());
            let to = location.and_then(|location| url.join(location).ok());
            let host = to.as_ref().and_then(Url::host_str).unwrap_or("nowhere");
            return Err(ForgeError::Redirected(shown(host)));
        }
        Err(match status {
            StatusCode::NOT_FOUND => ForgeError::NotFound,
            StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => {
                ForgeError::Unauthorized(self.reason(answer))
            }
            _ => ForgeError::Refused { status: status.as_u16(), reason: self.reason(answer) },
        })
    }

    /// What the forge says, should it repeat the token without that.
    fn reason(&self, answer: Response<Body>) -> String {
        let status = answer.status();
        let told = parsed::<Value>(answer).ok();
        let told = told.as_ref().and_then(|told| match &told["message"] {
            Value::Null => told["error"].as_str().map(str::to_owned),
            Value::String(text) => Some(text.clone()),
            other => Some(other.to_string()),
        });
        let told =
            told.unwrap_or_else(|| status.canonical_reason().unwrap_or("no reason").to_lowercase());
        shown(&told.replace(self.token.expose_secret(), "…"))
    }
}

/// A hook as the forges write it: GitLab on its own, the others in `config`.
#[derive(Deserialize)]
struct Listed {
    id: u64,
    #[serde(default)]
    url: String,
    config: Option<ListedConfig>,
}

#[derive(Deserialize)]
struct ListedConfig {
    url: Option<String>,
}

impl Listed {
    /// Hooks of other kinds call no address.
    fn hook(self) -> Option<Hook> {
        let target = match self.config {
            Some(config) => config.url?,
            None => self.url,
        };
        Some(Hook { id: self.id, target })
    }
}

fn hooks(config: &ForgeConfig) -> Result<Url, ForgeError> {
    let (base, prefix, project) = match config.forge {
        Forge::GitHub => (Some("https://api.github.com"), &[][..], "repos"),
        Forge::GitLab => (Some("https://gitlab.com"), &["api", "v4"][..], "projects"),
        Forge::Gitea => (None, &["api", "v1"][..], "repos"),
    };
    let default = base.and_then(|base| Url::parse(base).ok());
    let missing = ForgeError::Configuration("the address of the forge is missing");
    let mut url = config.base.clone().or(default).ok_or(missing)?;
    if !matches!(url.scheme(), "http" | "https") || !url.username().is_empty() {
        return Err(ForgeError::Configuration("the forge has an http:// or https:// address"));
    }
    url.set_query(None);
    url.set_fragment(None);
    let names: Vec<&str> = config.repository.split('/').collect();
    let is_name = |name: &&str| {
        let allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-');
        !name.is_empty() && !matches!(*name, "." | "..") && name.chars().all(allowed)
    };
    let groups = config.forge == Forge::GitLab && names.len() > 2;
    if !names.iter().all(is_name) || !(names.len() == 2 || groups) {
        return Err(ForgeError::Configuration(
            "a repository is named by its owner, / and its name",
        ));
    }
    let whole = [config.repository.as_str()];
    let names = if config.forge == Forge::GitLab { &whole[..] } else { &names[..] };
    let opaque = |()| ForgeError::Configuration("the forge has an http:// or https:// address");
    let mut path = url.path_segments_mut().map_err(opaque)?;
    path.pop_if_empty().extend(prefix).push(project).extend(names).push("hooks");
    drop(path);
    Ok(url)
}

/// What the `Link` header says about a next page, if there is one.
fn says_more(answer: &Response<Body>) -> Option<bool> {
    let link = answer.headers().get(header::LINK)?.to_str().ok()?;
    Some(link.contains("rel=\"next\""))
}

fn parsed<T: for<'de> Deserialize<'de>>(answer: Response<Body>) -> Result<T, ForgeError> {
    let mut body = Vec::new();
    let reader = answer.into_body().into_reader();
    let read = reader.take(MAX_ANSWER_BYTES).read_to_end(&mut body);
    read.map_err(|error| broken(&error))?;
    serde_json::from_slice(&body).map_err(|_| ForgeError::Malformed)
}

fn unreachable(error: &ureq::Error) -> ForgeError {
    ForgeError::Unreachable(match error {
        ureq::Error::HostNotFound => "its host cannot be found".to_owned(),
        ureq::Error::Timeout(_) => "no answer in time".to_owned(),
        ureq::Error::Io(error) => return broken(error),
        ureq::Error::Tls(_) | ureq::Error::Rustls(_) => "TLS failed".to_owned(),
        ureq::Error::ConnectionFailed => "no connection".to_owned(),
        _ => return ForgeError::Malformed,
    })
}

fn broken(error: &io::Error) -> ForgeError {
    ForgeError::Unreachable(error.kind().to_string())
}
