//! Load by `wrk`: 64 connections from two threads, as long as the scale says.

use std::{cell::Cell, fs, path::PathBuf, process::Command};

use anyhow::Context as _;

use crate::process::{Workplace, ensure_installed};

const THREADS: u32 = 2;
const CONNECTIONS: u32 = 64;

/// What is requested: a Lua script after the shared one.
#[derive(Clone, Copy)]
pub(crate) enum Script {
    Read,
    ReadAny,
    Submit,
    LikeComment,
    LikePage,
    Visit,
    Mixed,
    Visitors,
    Statistic,
    LikeTalk,
    CheckToken,
    UseCode,
    ReadArticle,
}

impl Script {
    fn source(self) -> &'static str {
        match self {
            Self::Read => include_str!("../lua/read.lua"),
            Self::ReadAny => include_str!("../lua/read_any.lua"),
            Self::Submit => include_str!("../lua/submit.lua"),
            Self::LikeComment => include_str!("../lua/like_comment.lua"),
            Self::LikePage => include_str!("../lua/like_page.lua"),
            Self::Visit => include_str!("../lua/visit.lua"),
            Self::Mixed => include_str!("../lua/mixed.lua"),
            Self::Visitors => include_str!("../lua/visitors.lua"),
            Self::Statistic => include_str!("../lua/statistic.lua"),
            Self::LikeTalk => include_str!("../lua/like_talk.lua"),
            Self::CheckToken => include_str!("../lua/check_token.lua"),
            Self::UseCode => include_str!("../lua/use_code.lua"),
            Self::ReadArticle => include_str!("../lua/read_article.lua"),
        }
    }
}

/// What one run of `wrk` saw.
#[derive(Clone, Copy)]
pub(crate) struct Measured {
    /// Requests that were answered.
    pub(crate) requests: f64,
    /// Requests per second.
    pub(crate) rate: f64,
    /// Median latency in milliseconds.
    pub(crate) p50: f64,
    /// Latency in milliseconds that one request in a hundred exceeds.
    pub(crate) p99: f64,
    /// Answers with status 400 and above, and connections that broke.
    pub(crate) errors: f64,
}

/// A load generator whose runs never repeat each other's requests.
pub(crate) struct Load {
    script: PathBuf,
    seconds: u32,
    runs: Cell<u32>,
}

impl Load {
    /// Makes sure that `wrk` is there.
    pub(crate) fn new(workplace: &Workplace, seconds: u32) -> anyhow::Result<Self> {
        ensure_installed("wrk")?;
        Ok(Self { script: workplace.path("load.lua"), seconds, runs: Cell::new(0) })
    }

    /// Requests `url` with `headers`, or what the script makes of `argument`.
    pub(crate) fn run(
        &self,
        script: Script,
        url: &str,
        headers: &[String],
        argument: usize,
    ) -> anyhow::Result<Measured> {
        self.run_with(CONNECTIONS, script, url, headers, argument)
    }

    /// The same over one connection: the next request waits for the last answer.
    pub(crate) fn run_alone(&self, script: Script, url: &str) -> anyhow::Result<Measured> {
        self.run_with(1, script, url, &[], 0)
    }

    fn run_with(
        &self,
        connections: u32,
        script: Script,
        url: &str,
        headers: &[String],
        argument: usize,
    ) -> anyhow::Result<Measured> {
        self.runs.set(self.runs.get() + 1);
        fs::write(&self.script, [include_str!("../lua/common.lua"), script.source()].concat())?;
        let mut command = Command::new("wrk");
        command
            .arg(format!("--threads={}", THREADS.min(connections)))
            .arg(format!("--connections={connections}"))
            .arg(format!("--duration={}s", self.seconds))
            .arg("--timeout=10s")
            .arg("--script")
            .arg(&self.script);
        for header in headers {
            command.args(["--header", header]);
        }
        command.arg(url).arg("--").arg(self.runs.get().to_string()).arg(argument.to_string());
        let output = command.output().context("failed to start wrk")?;
        let text = String::from_utf8_lossy(&output.stdout);
        let result =
            text.lines().find_map(|line| line.strip_prefix("RESULT ")).with_context(|| {
                format!("wrk says {text}{}", String::from_utf8_lossy(&output.stderr))
            })?;
        parse(result)
    }
}

fn parse(result: &str) -> anyhow::Result<Measured> {
    let result: serde_json::Value = serde_json::from_str(result)?;
    let number = |name| result[name].as_f64().context("wrk reports a number");
    let requests = number("requests")?;
    Ok(Measured {
        requests,
        rate: requests / number("micros")? * 1e6,
        p50: number("p50_micros")? / 1e3,
        p99: number("p99_micros")? / 1e3,
        errors: number("refused")? + number("broken")?,
    })
}
