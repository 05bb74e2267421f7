//! The server under test, and what it is filled with before a measurement.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use anyhow::{Context as _, ensure};
use serde_json::{Value, json};

use crate::process::{Process, Workplace, free_address};

/// Who owns every measured server.
pub(crate) const OWNER: &str = "owner";
pub(crate) const PASSWORD: &str = "only for benchmarks";

/// The blog whose articles are locked.
pub(crate) const BLOG: &str = "bench";

/// The key of all servers on one database.
pub(crate) const KEY: &str = "5c0a1e5c0a1e5c0a1e5c0a1e5c0a1e5c0a1e5c0a1e5c0a1e5c0a1e5c0a1e5c0a";

/// Comments on a full page.
pub(crate) const FULL_PAGE: u32 = 50;

/// What lies below a server.
pub(crate) enum Backend {
    Sqlite,
    /// The address of a database beside which others can be created.
    Postgres(String),
}

impl Backend {
    pub(crate) fn name(&self) -> &'static str {
        match self {
            Self::Sqlite => "SQLite",
            Self::Postgres(_) => "PostgreSQL",
        }
    }

    /// An empty database for one `purpose`.
    pub(crate) fn database(&self, place: &Workplace, purpose: &str) -> anyhow::Result<Database> {
        let directory = place.path(&format!("{}-{purpose}", self.name()));
        fs::create_dir_all(&directory)?;
        let Self::Postgres(url) = self else {
            return Ok(Database { directory, url: String::new(), removal: None });
        };
        let name = format!("inkstone_bench_{}_{purpose}", std::process::id());
        let (server, _) = url.rsplit_once('/').context("the address ends with a database")?;
        psql(url, &format!("create database {name}"))?;
        let removal = Some((url.clone(), format!("drop database {name} with (force)")));
        Ok(Database { directory, url: format!("{server}/{name}"), removal })
    }
}

/// Where a server keeps its data; gone at the end.
pub(crate) struct Database {
    directory: PathBuf,
    url: String,
    removal: Option<(String, String)>,
}

impl Database {
    /// Where the server works.
    pub(crate) fn directory(&self) -> &Path {
        &self.directory
    }

    /// The program, told to do `arguments` with this database.
    pub(crate) fn command(&self, arguments: &[&str]) -> anyhow::Result<Command> {
        let mut command = Command::new(binary()?);
        command.args(arguments).current_dir(&self.directory).env_clear();
        if !self.url.is_empty() {
            command.env("INKSTONE__DATABASE__URL", &self.url);
        }
        Ok(command)
    }

    /// What a statement says on PostgreSQL: rows as lines, columns between bars.
    pub(crate) fn query(&self, statement: &str) -> anyhow::Result<String> {
        let mut command = Command::new("psql");
        command.args(["--no-psqlrc", "--quiet", "--tuples-only", "--no-align"]);
        command.args(["--set", "ON_ERROR_STOP=1", "--command", statement, &self.url]);
        let output = command.stderr(Stdio::inherit()).output()?;
        ensure!(output.status.success(), "failed to {statement}");
        Ok(String::from_utf8(output.stdout)?.trim_end().to_owned())
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        if let Some((url, statement)) = &self.removal {
            // A database that stays behind is visible by its name.
            let _ = psql(url, statement);
        }
    }
}

fn psql(url: &str, statement: &str) -> anyhow::Result<()> {
    let status = Command::new("psql").args(["--quiet", "--command", statement, url]).status()?;
    ensure!(status.success(), "failed to {statement}");
    Ok(())
}

/// Which limits and caches a server has.
#[derive(Clone, Copy)]
pub(crate) enum Setup {
    /// As delivered, behind a proxy on this machine.
    Delivered,
    /// Strangers may ask for as much as they like.
    Unlimited,
    /// The same, and nothing is kept in memory.
    Cold,
    /// Unlimited, behind a proxy on this machine, through which visitors differ.
    Visited,
    /// One of several behind a balancer on this machine, with nothing limited.
    Clustered,
    /// The same, and nothing is kept in memory.
    ClusteredCold,
}

impl Setup {
    pub(crate) fn environment(self) -> &'static [(&'static str, &'static str)] {
        const UNLIMITED: [(&str, &str); 3] = [
            ("INKSTONE__LIMITS__COMMENT_INTERVAL_MS", "0"),
            ("INKSTONE__LIMITS__LIKES_PER_MINUTE", "4294967295"),
            ("INKSTONE__LIMITS__VISITS_PER_MINUTE", "4294967295"),
        ];
        const COLD: [(&str, &str); 4] =
            [UNLIMITED[0], UNLIMITED[1], UNLIMITED[2], ("INKSTONE__CACHE__BYTES", "0")];
        const PROXY: (&str, &str) = ("INKSTONE__SERVER__TRUSTED_PROXIES", "127.0.0.1/32");
        const VISITED: [(&str, &str); 4] = [
            PROXY,
            ("INKSTONE__READMORE__BLOGS", BLOG),
            ("INKSTONE__QEXO__STATISTIC_PER_MINUTE", "4294967295"),
            ("INKSTONE__QEXO__TALK_LIKES_PER_MINUTE", "4294967295"),
        ];
        const SAME_KEY: (&str, &str) = ("INKSTONE__SERVER__KEY", KEY);
        const CLUSTERED: [(&str, &str); 10] = [
            UNLIMITED[0],
            UNLIMITED[1],
            UNLIMITED[2],
            PROXY,
            VISITED[1],
            // What a process has died with is taken over soon.
            ("INKSTONE__NOTIFICATIONS__LEASE_MS", "3000"),
            ("INKSTONE__NOTIFICATIONS__RETRY_MS", "100"),
            ("INKSTONE__NOTIFICATIONS__RETRY_MAX_MS", "100"),
            // The balancer looks twice a second, and believes the second failure.
            ("INKSTONE__SERVER__DRAIN_S", "2"),
            SAME_KEY,
        ];
        const CLUSTERED_COLD: [(&str, &str); 5] =
            [UNLIMITED[0], UNLIMITED[1], UNLIMITED[2], SAME_KEY, COLD[3]];
        match self {
            Self::Clustered => &CLUSTERED,
            Self::ClusteredCold => &CLUSTERED_COLD,
            Self::Delivered => &[PROXY],
            Self::Unlimited => &UNLIMITED,
            Self::Cold => &COLD,
            Self::Visited => &VISITED,
        }
    }
}

/// The program that is measured: the one that `INKSTONE_BIN` names, or the one beside this program.
pub(crate) fn binary() -> anyhow::Result<PathBuf> {
    let beside = || std::env::current_exe().map(|program| program.with_file_name("inkstone"));
    let program = std::env::var_os("INKSTONE_BIN").map_or_else(beside, |path| Ok(path.into()))?;
    program.canonicalize().with_context(|| format!("{} is not built", program.display()))
}

/// Starts the server on what an earlier one may have left in the database.
pub(crate) fn start(database: &Database, setup: Setup) -> anyhow::Result<Process> {
    let address = free_address()?;
    Process::start(&mut serve(database, setup, &address)?, &address, "/readyz")
}

/// The command that starts the server on an address.
pub(crate) fn serve(database: &Database, setup: Setup, address: &str) -> anyhow::Result<Command> {
    let mut command = Command::new(binary()?);
    command
        .arg("serve")
        .current_dir(&database.directory)
        .env("INKSTONE__DATABASE__URL", &database.url)
        .env("INKSTONE__LOG__FILTER", "warn")
        .env("INKSTONE__METRICS__LISTEN", "")
        .env("INKSTONE__OWNER__NAME", OWNER)
        .env("INKSTONE__OWNER__PASSWORD", PASSWORD)
        .env("INKSTONE__SERVER__LISTEN", address)
        .envs(setup.environment().iter().copied());
    Ok(command)
}

/// The address of the measured list.
pub(crate) fn list(server: &Process, page: &str) -> String {
    format!("{}/api/comments?post_slug={page}&limit={FULL_PAGE}&nested=true", server.url())
}

/// Posts `count` comments on `page`; answers the lowest id on it.
pub(crate) fn fill(server: &Process, page: &str, count: u32) -> anyhow::Result<usize> {
    for number in 1..=count {
        post(server, page, number)?;
    }
    let list: Value = ureq::get(list(server, page)).call()?.body_mut().read_json()?;
    let comments = list["data"].as_array().context("a list of comments")?;
    ensure!(comments.len() == count as usize, "{page} has {} comments", comments.len());
    let lowest = comments.iter().filter_map(|comment| comment["id"].as_u64()).min();
    Ok(usize::try_from(lowest.context("a comment has an id")?)?)
}

/// Posts one comment.
pub(crate) fn post(server: &Process, page: &str, number: u32) -> anyhow::Result<()> {
    let comment = json!({
        "post_slug": page,
        "post_url": format!("https://blog.example{page}"),
        "name": format!("Reader {number}"),
        "email": format!("reader{number}@example.org"),
        "content": format!(
            "A comment of an ordinary length, with **some** markup and a \
             [link](https://example.org/), written as number {number}.\n\nAnd a second paragraph."
        ),
    });
    ureq::post(format!("{}/api/comments", server.url())).send_json(&comment)?;
    Ok(())
}

/// An answer's entity tag and its bytes as they are sent.
pub(crate) fn fetch(url: &str, encoding: &str) -> anyhow::Result<(String, Vec<u8>)> {
    let mut answer = ureq::get(url).header("accept-encoding", encoding).call()?;
    let tag = answer.headers().get("etag").context("the list has an entity tag")?;
    Ok((tag.to_str()?.to_owned(), answer.body_mut().read_to_vec()?))
}
