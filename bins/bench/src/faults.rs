//! Fault runs: what users see when something around the server breaks, what is kept, and how long
//! it takes until all is well again.
//!
//! Every fault is a real one, on a server of its own, under traffic whose acknowledged writes are
//! looked for afterwards.

mod clients;
mod clock;
mod cluster;
mod database;
mod disk;
mod proxy;
mod remotes;
mod row;
mod scenario;
mod server;
mod shim;
mod small_disk;
mod stubs;
mod traffic;

use std::time::Instant;

use anyhow::{Context as _, ensure};

use self::row::Row;
use crate::process::Workplace;

type Fault = fn(&Workplace) -> anyhow::Result<Vec<Row>>;

/// Every fault by its name on the command line.
const FAULTS: [(&str, Fault); 12] = [
    ("restart", database::restarted),
    ("cut", database::cut),
    ("black-hole", database::black_hole),
    ("slow-disk", disk::slow),
    ("full-disk", disk::full),
    ("clock", clock::jumps),
    ("full-queue", disk::queue),
    ("smtp", remotes::smtp),
    ("s3", remotes::s3),
    ("git", remotes::git),
    ("idle", clients::idle),
    ("slow-clients", clients::slow),
];

/// Runs the faults of these names, or all; whether everything was as promised.
#[expect(clippy::print_stderr, clippy::print_stdout, reason = "the table is the product")]
pub(crate) fn run(names: &[&str]) -> anyhow::Result<bool> {
    let known = FAULTS.map(|(name, _)| name);
    for name in names {
        ensure!(known.contains(name), "no fault {name}; there are {}", known.join(", "));
    }
    let mut rows = Vec::new();
    for (name, fault) in FAULTS {
        if names.is_empty() || names.contains(&name) {
            let started = Instant::now();
            rows.extend(fault(&Workplace::new()?).with_context(|| format!("fault {name}"))?);
            eprintln!("{name}: {:.0} s", started.elapsed().as_secs_f64());
        }
    }
    println!("{}", row::markdown(&rows));
    Ok(rows.iter().all(Row::is_ok))
}
