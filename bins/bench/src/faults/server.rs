//! The server that is in trouble, and what it says of itself.

use std::{
    fs::{self, File},
    path::PathBuf,
    time::{Duration, Instant},
};

use anyhow::{Context as _, ensure};
use serde_json::{Value, json};
use ureq::Agent;

use super::traffic;
use crate::{
    inkstone::{Database, OWNER, PASSWORD, Setup},
    process::{Process, free_address},
};

/// How long a server has to be well again.
const PATIENCE: Duration = Duration::from_mins(1);

/// How long until somebody who waits for a state looks again.
pub(crate) const PAUSE: Duration = Duration::from_millis(10);

/// A server, and its log.
pub(crate) struct Server {
    process: Process,
    log: PathBuf,
}

/// What differs from the usual server: variables of its environment.
pub(crate) type Variables = Vec<(&'static str, String)>;

impl Server {
    /// Starts the program on `database`, without limits for strangers.
    pub(crate) fn start(database: &Database, variables: Variables) -> anyhow::Result<Self> {
        let address = free_address()?;
        let log = database.directory().join("log");
        let mut command = database.command(&["serve"])?;
        command
            .env("INKSTONE__LOG__FILTER", "warn")
            .env("INKSTONE__LOG__REQUESTS", "off")
            .env("INKSTONE__METRICS__LISTEN", "")
            .env("INKSTONE__OWNER__NAME", OWNER)
            .env("INKSTONE__OWNER__PASSWORD", PASSWORD)
            .env("INKSTONE__SERVER__LISTEN", &address)
            .envs(Setup::Unlimited.environment().iter().copied())
            .envs(variables)
            .stderr(File::create(&log)?);
        let process = Process::start(&mut command, &address, "/readyz")
            .with_context(|| fs::read_to_string(&log).unwrap_or_default())?;
        Ok(Self { process, log })
    }

    pub(crate) fn url(&self) -> &str {
        self.process.url()
    }

    /// Host and port.
    pub(crate) fn address(&self) -> &str {
        self.url().trim_start_matches("http://")
    }

    /// The most resident memory so far, in MB.
    pub(crate) fn peak(&self) -> anyhow::Result<f64> {
        self.process.peak()
    }

    /// How many files it has open, connections among them.
    pub(crate) fn open_files(&self) -> anyhow::Result<usize> {
        self.process.open_files()
    }

    /// What its log has that should not be there.
    pub(crate) fn complaints(&self) -> anyhow::Result<Vec<String>> {
        let log = fs::read_to_string(&self.log)?;
        let panics = log.lines().filter(|line| line.contains("panicked"));
        Ok(panics.map(str::to_owned).collect())
    }

    /// The header with a fresh token of the owner.
    pub(crate) fn login(&self) -> anyhow::Result<String> {
        let login = json!({ "name": OWNER, "password": PASSWORD });
        let answer = self.json("POST", "/admin/login", "", &login)?;
        let key = answer["data"]["key"].as_str().context("a login has a key")?;
        Ok(format!("Bearer {key}"))
    }

    /// A request that must succeed; what it answers.
    pub(crate) fn json(
        &self,
        method: &str,
        path: &str,
        authorization: &str,
        body: &Value,
    ) -> anyhow::Result<Value> {
        let (status, answer) = self.send(method, path, authorization, body)?;
        ensure!(status == 200, "{method} {path} answers {status} {answer}");
        Ok(answer)
    }

    /// A request with a JSON body; status and what is answered.
    pub(crate) fn send(
        &self,
        method: &str,
        path: &str,
        authorization: &str,
        body: &Value,
    ) -> anyhow::Result<(u16, Value)> {
        let request = ureq::http::Request::builder()
            .method(method)
            .uri(format!("{}{path}", self.url()))
            .header("content-type", "application/json")
            .header("authorization", authorization)
            .body(body.to_string())?;
        let mut answer = traffic::agent(PATIENCE).run(request)?;
        let text = answer.body_mut().read_to_string()?;
        Ok((answer.status().as_u16(), serde_json::from_str(&text).unwrap_or(Value::String(text))))
    }

    /// How long after `since` it is ready, lists, and takes a comment; `None` when that takes too
    /// long.
    pub(crate) fn recovery(&self, since: Instant) -> Option<Duration> {
        let agent = traffic::agent(Duration::from_secs(5));
        wait(since, || self.is_well(&agent))
    }

    fn is_well(&self, agent: &Agent) -> bool {
        let get = |path: &str| {
            agent
                .get(format!("{}{path}", self.url()))
                .call()
                .is_ok_and(|answer| answer.status() == 200)
        };
        get("/readyz")
            && get("/api/comments?post_slug=/recovered/")
            && traffic::submit(agent, self.url(), "/recovered/", "well again") == 200
    }
}

/// How long after `since` something is so; `None` when that takes too long.
pub(crate) fn wait(since: Instant, is_so: impl Fn() -> bool) -> Option<Duration> {
    while !is_so() {
        if since.elapsed() > PATIENCE {
            return None;
        }
        std::thread::sleep(PAUSE);
    }
    Some(since.elapsed())
}
