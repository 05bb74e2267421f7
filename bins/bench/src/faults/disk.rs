//! The disk is slow, or full.

use std::{process::Stdio, thread, time::Duration};

use super::{
    row::{Bounds, Row},
    scenario::Scenario,
    server::Server,
    shim::SlowDisk,
    small_disk::SmallDisk,
    traffic::Clients,
};
use crate::{
    inkstone::Backend,
    load::{Load, Script},
    process::Workplace,
};

/// What a server on a bad disk may cost: nobody is refused, and a commit waits for the one before.
const BOUNDS: Bounds = Bounds { statuses: &[], longest: Duration::from_secs(3), memory: 128.0 };

const FAST: Duration = Duration::ZERO;
const SLOW: Duration = Duration::from_millis(2);
const AWFUL: Duration = Duration::from_millis(200);

/// Every flush takes 2 ms, then 200 ms.
pub(crate) fn slow(place: &Workplace) -> anyhow::Result<Vec<Row>> {
    let database = Backend::Sqlite.database(place, "slow")?;
    let disk = SlowDisk::new(place)?;
    let server = Server::start(&database, disk.variables())?;
    let run = |fault, delay| {
        let clients = Clients { writers: 16, ..Clients::default() };
        Scenario { fault, server: &server, clients, bounds: BOUNDS }.run(|| {
            disk.set(delay)?;
            thread::sleep(Duration::from_secs(5));
            disk.set(FAST)
        })
    };
    let mut slow = run("fsync takes 2 ms", SLOW)?;
    let awful = run("fsync takes 200 ms", AWFUL)?;
    disk.set(SLOW)?;
    let factor = group_commit(place, &server)?;
    slow.note = format!("submits over 64 connections {factor:.1} × one (budget 20 ×)");
    Ok(vec![slow, awful])
}

/// How many times as many comments a second are taken over 64 connections as over one, where each
/// has a transaction of its own.
fn group_commit(place: &Workplace, server: &Server) -> anyhow::Result<f64> {
    let load = Load::new(place, 3)?;
    let together = load.run(Script::Submit, server.url(), &[], 0)?;
    let alone = load.run_alone(Script::Submit, server.url())?;
    Ok(together.rate / alone.rate)
}

/// No byte is free; then some are again.
pub(crate) fn full(place: &Workplace) -> anyhow::Result<Vec<Row>> {
    let database = Backend::Sqlite.database(place, "full")?;
    let disk = SmallDisk::mount(database.directory().join("data"), 24)?;
    let server = Server::start(&database, Vec::new())?;
    let back_up = || {
        let mut command = database.command(&["backup"])?;
        anyhow::Ok(command.stdout(Stdio::null()).stderr(Stdio::null()).status()?.success())
    };
    let bounds = Bounds { statuses: &[503], ..BOUNDS };
    let scenario = Scenario {
        fault: "disk full for 4 s",
        server: &server,
        clients: Clients::default(),
        bounds,
    };
    let mut copied = false;
    let mut row = scenario.run(|| {
        disk.fill()?;
        thread::sleep(Duration::from_secs(4));
        copied = back_up()?;
        disk.free()
    })?;
    if copied {
        row.problems.push("a backup on a full disk claims to have succeeded".to_owned());
    }
    if !row.seen.statuses.contains_key(&("writes", 503)) {
        row.problems.push("no write was refused".to_owned());
    }
    if !back_up()? {
        row.problems.push("no backup afterwards".to_owned());
    }
    Ok(vec![row])
}

/// More writes wait for a slow disk than may.
pub(crate) fn queue(place: &Workplace) -> anyhow::Result<Vec<Row>> {
    let database = Backend::Sqlite.database(place, "queue")?;
    let disk = SlowDisk::new(place)?;
    let mut variables = disk.variables();
    variables.push(("INKSTONE__DATABASE__WRITER_QUEUE", "8".to_owned()));
    let server = Server::start(&database, variables)?;
    let scenario = Scenario {
        fault: "queue of 8 writes full (64 writers, fsync 200 ms)",
        server: &server,
        clients: Clients { writers: 64, ..Clients::default() },
        bounds: Bounds { statuses: &[503], ..BOUNDS },
    };
    let mut row = scenario.run(|| {
        disk.set(AWFUL)?;
        thread::sleep(Duration::from_secs(5));
        disk.set(FAST)
    })?;
    if !row.seen.statuses.contains_key(&("writes", 503)) {
        row.problems.push("no write was refused".to_owned());
    }
    Ok(vec![row])
}
