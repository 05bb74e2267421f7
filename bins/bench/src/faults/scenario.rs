//! What happens in every run: traffic, a fault, its end, recovery, and the account.

use std::{
    thread,
    time::{Duration, Instant},
};

use anyhow::Context as _;

use super::{
    row::{Bounds, Row},
    server::{Server, wait},
    traffic::{Clients, Traffic},
};

/// How many writes are acknowledged before a fault begins.
const BEFORE: usize = 40;

/// How long the traffic goes on afterwards.
const AFTERWARDS: Duration = Duration::from_secs(1);

/// A fault under load.
pub(crate) struct Scenario<'a> {
    pub(crate) fault: &'a str,
    pub(crate) server: &'a Server,
    pub(crate) clients: Clients,
    pub(crate) bounds: Bounds,
}

impl Scenario<'_> {
    /// Runs `fault`, which returns when the fault is over.
    pub(crate) fn run(&self, fault: impl FnOnce() -> anyhow::Result<()>) -> anyhow::Result<Row> {
        let mut traffic = Traffic::start(self.server.url(), self.clients);
        let enough = if self.clients.writers > 0 { BEFORE } else { 0 };
        wait(Instant::now(), || traffic.acknowledged() >= enough)
            .context("the server takes no writes")?;
        let from = Instant::now();
        fault()?;
        let until = Instant::now();
        let recovered = self.server.recovery(until);
        thread::sleep(AFTERWARDS);
        traffic.stop();
        let mut row = Row {
            fault: self.fault.to_owned(),
            seen: traffic.between(from, until),
            kept: traffic.check()?,
            comments: traffic.comments(),
            note: String::new(),
            recovered,
            memory: self.server.peak()?,
            problems: self.server.complaints()?,
        };
        row.judge(&self.bounds);
        Ok(row)
    }
}
