//! A PostgreSQL server of our own, which may be ended as one likes.

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use anyhow::{Context as _, ensure};

use crate::process::free_address;

/// Where it listens, beside 127.0.0.1, so that the way to it can be taken away.
pub(crate) const OTHER_HOST: &str = "127.0.0.9";

/// A running cluster; gone when dropped.
pub(crate) struct Cluster {
    programs: PathBuf,
    directory: PathBuf,
    port: u16,
}

impl Cluster {
    /// Makes and starts one.
    pub(crate) fn start() -> anyhow::Result<Self> {
        // Not below `target`: as root it runs as another user, who may not get there.
        let name = format!("inkstone-faults-{}", std::process::id());
        let cluster = Self {
            programs: programs()?,
            directory: env::temp_dir().join(name),
            port: free_address()?.rsplit(':').next().context("a port")?.parse()?,
        };
        fs::create_dir_all(&cluster.directory)?;
        if is_root() {
            run(Command::new("chown").arg("postgres").arg(&cluster.directory))?;
        }
        run(cluster.program("initdb").args(["--auth=trust", "--username=postgres"]))?;
        cluster.resume()?;
        Ok(cluster)
    }

    /// The address of its only database.
    pub(crate) fn url(&self) -> String {
        url("127.0.0.1", self.port)
    }

    pub(crate) fn port(&self) -> u16 {
        self.port
    }

    /// Ends it without a word to its clients, as a crash does.
    pub(crate) fn crash(&self) -> anyhow::Result<()> {
        run(self.program("pg_ctl").args(["--wait", "--mode=immediate", "stop"]))
    }

    /// Starts it again.
    pub(crate) fn resume(&self) -> anyhow::Result<()> {
        run(self.start_command().arg("start"))
    }

    /// Both at once.
    pub(crate) fn restart(&self) -> anyhow::Result<()> {
        run(self.start_command().args(["--mode=immediate", "restart"]))
    }

    fn start_command(&self) -> Command {
        let mut command = self.program("pg_ctl");
        let (port, directory) = (self.port, self.directory.display());
        command.arg("--wait").arg(format!("--log={directory}/log")).arg(format!(
            "--options=-p {port} -h 127.0.0.1,{OTHER_HOST} -k {directory} -c max_connections=50"
        ));
        command
    }

    fn program(&self, name: &str) -> Command {
        let program = self.programs.join(name);
        let mut command = if is_root() {
            let mut command = Command::new("runuser");
            command.args(["-u", "postgres", "--"]).arg(program);
            command
        } else {
            Command::new(program)
        };
        command.arg(format!("--pgdata={}", self.directory.display())).current_dir("/");
        command
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        // It may be down already.
        let _ = self.crash();
        let _ = fs::remove_dir_all(&self.directory);
    }
}

/// The address of a cluster's only database, by way of any host and port.
pub(crate) fn url(host: &str, port: u16) -> String {
    format!("postgres://postgres@{host}:{port}/postgres")
}

/// Where the newest PostgreSQL is installed.
fn programs() -> anyhow::Result<PathBuf> {
    let versions = fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let mut programs: Vec<PathBuf> = versions.map(|version| version.path().join("bin")).collect();
    programs.retain(|programs| programs.join("initdb").exists());
    programs.sort();
    programs.pop().context("install PostgreSQL (on Debian: apt-get install postgresql)")
}

/// Whether this process may do as it likes on this machine.
pub(crate) fn is_root() -> bool {
    rustix::process::geteuid().is_root()
}

/// Runs `command`, which must succeed.
pub(crate) fn run(command: &mut Command) -> anyhow::Result<()> {
    // pg_ctl leaves a server behind that would keep a pipe open: so nothing is piped.
    let status = command.stdin(Stdio::null()).stdout(Stdio::null()).status();
    let program = Path::new(command.get_program()).display().to_string();
    let status = status.with_context(|| format!("failed to start {program}"))?;
    ensure!(status.success(), "{command:?}: {status}");
    Ok(())
}
