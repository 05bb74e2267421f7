//! Several servers on one database, behind a balancer.

use std::{fs, process::Command};

use anyhow::{Context as _, ensure};

use crate::{
    inkstone::{self, Database, Setup},
    process::{Process, Workplace, ensure_installed, free_address},
};

/// The balancer as operators are shown it.
const BALANCER: &str = include_str!("../../../../deploy/haproxy.cfg");

/// The servers, which may die, and what stands before them.
pub(crate) struct Cluster<'a> {
    database: &'a Database,
    place: &'a Workplace,
    setup: Setup,
    addresses: Vec<String>,
    // Dropped first, so that it does not report the ends of the servers.
    balancer: Process,
    processes: Vec<Option<Process>>,
}

/// How a process comes to its end.
#[derive(Clone, Copy)]
pub(crate) enum End {
    /// SIGKILL, whatever it is doing.
    Killed,
    /// SIGTERM, as for an upgrade.
    Stopped,
}

impl<'a> Cluster<'a> {
    /// Starts `size` servers, each with a data directory of its own, and their balancer.
    pub(crate) fn start(
        place: &'a Workplace,
        database: &'a Database,
        setup: Setup,
        size: usize,
    ) -> anyhow::Result<Self> {
        let mut addresses = Vec::new();
        let mut processes = Vec::new();
        for number in 0..size {
            let address = free_address()?;
            processes.push(Some(start(place, database, setup, number, &address)?));
            addresses.push(address);
        }
        let balancer = balance(place, &addresses)?;
        Ok(Self { database, place, setup, addresses, balancer, processes })
    }

    /// The database of all servers.
    pub(crate) const fn database(&self) -> &Database {
        self.database
    }

    /// The address at which readers find the blog.
    pub(crate) fn url(&self) -> &str {
        self.balancer.url()
    }

    /// The address of each server by itself.
    pub(crate) fn urls(&self) -> Vec<String> {
        self.addresses.iter().map(|address| format!("http://{address}")).collect()
    }

    /// The servers that run.
    pub(crate) fn running(&self) -> impl Iterator<Item = &Process> {
        self.processes.iter().flatten()
    }

    /// The seconds that processors have worked for the servers, and for the balancer.
    pub(crate) fn busy(&self) -> (f64, f64) {
        (self.running().map(Process::busy).sum(), self.balancer.busy())
    }

    /// Ends one server.
    pub(crate) fn end(&mut self, number: usize, end: End) -> anyhow::Result<()> {
        let process = self.processes.get_mut(number).and_then(Option::take);
        let process = process.context("the server runs")?;
        match end {
            End::Killed => process.kill(),
            End::Stopped => {
                let status = process.stop()?;
                ensure!(status.success(), "a server that was asked to stop ended with {status}");
                Ok(())
            }
        }
    }

    /// Starts a server again that has ended, where it was.
    pub(crate) fn restart(&mut self, number: usize) -> anyhow::Result<()> {
        let Self { database, place, setup, addresses, processes, .. } = self;
        let process = processes.get_mut(number).context("a server's number")?;
        *process = Some(start(place, database, *setup, number, &addresses[number])?);
        Ok(())
    }
}

fn start(
    place: &Workplace,
    database: &Database,
    setup: Setup,
    number: usize,
    address: &str,
) -> anyhow::Result<Process> {
    let mut command = inkstone::serve(database, setup, address)?;
    command
        .env("INKSTONE__DATA_DIR", place.path(&format!("data-{number}")))
        .env("INKSTONE__CONTENT__LOCAL_ROOTS", place.path(""));
    Process::start(&mut command, address, "/readyz")
}

/// Starts the balancer, and waits until it has found a server.
fn balance(place: &Workplace, servers: &[String]) -> anyhow::Result<Process> {
    ensure_installed("haproxy")?;
    let address = free_address()?;
    let file = place.path(&format!("haproxy-{address}.cfg"));
    fs::write(&file, rendered(BALANCER, &address, servers))?;
    let mut command = Command::new("haproxy");
    // In the foreground, and silent.
    Process::start(command.args(["-db", "-q", "-f"]).arg(file), &address, "/readyz")
}

/// The configuration with other addresses.
fn rendered(configuration: &str, address: &str, servers: &[String]) -> String {
    let is = |line: &&str, word: &str| line.split_whitespace().next() == Some(word);
    let mut lines: Vec<String> = Vec::new();
    for line in configuration.lines().filter(|line| !is(line, "server")) {
        let bind = is(&line, "bind");
        lines.push(if bind { format!("    bind {address}") } else { line.to_owned() });
    }
    let server = |(number, server)| format!("    server server-{number} {server}");
    lines.extend(servers.iter().enumerate().map(server));
    lines.join("\n") + "\n"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_but_the_addresses_is_the_operators() {
        let servers = ["127.0.0.1:1".to_owned(), "127.0.0.1:2".to_owned()];
        let rendered = rendered(BALANCER, "127.0.0.1:9", &servers);
        let changed: Vec<&str> =
            rendered.lines().filter(|line| !BALANCER.lines().any(|known| known == *line)).collect();
        assert_eq!(
            changed,
            [
                "    bind 127.0.0.1:9",
                "    server server-0 127.0.0.1:1",
                "    server server-1 127.0.0.1:2"
            ]
        );
        let lost = BALANCER.lines().filter(|line| !rendered.lines().any(|kept| kept == *line));
        assert_eq!(lost.count(), 4, "one address to bind, three servers");
    }
}
