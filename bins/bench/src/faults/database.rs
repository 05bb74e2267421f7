//! PostgreSQL goes away, or the way to it does.

use std::{process::Command, thread, time::Duration};

use anyhow::ensure;

use super::{
    cluster::{Cluster, OTHER_HOST, is_root, run, url},
    proxy::{Proxy, Way},
    row::{Bounds, Row},
    scenario::Scenario,
    server::Server,
    traffic::Clients,
};
use crate::{inkstone::Backend, process::Workplace};

/// Whoever needs the database waits two seconds for a connection, and a little for the machine.
const BOUNDS: Bounds = Bounds { statuses: &[503], longest: Duration::from_secs(4), memory: 128.0 };

/// A request whose connection went silent waits until TCP gives up, after 20 s.
const SILENT: Bounds = Bounds { longest: Duration::from_secs(25), ..BOUNDS };

/// The server restarts at once, and comes back only after a while.
pub(crate) fn restarted(place: &Workplace) -> anyhow::Result<Vec<Row>> {
    let cluster = Cluster::start()?;
    let server = server(place, &cluster.url())?;
    let at_once =
        scenario(&server, "PostgreSQL restarted (immediate)").run(|| cluster.restart())?;
    let away = scenario(&server, "PostgreSQL away for 5 s").run(|| {
        cluster.crash()?;
        thread::sleep(Duration::from_secs(5));
        cluster.resume()
    })?;
    Ok(vec![at_once, away])
}

/// All connections are reset; then nothing passes for a while, though the other side seems to be
/// there.
pub(crate) fn cut(place: &Workplace) -> anyhow::Result<Vec<Row>> {
    let cluster = Cluster::start()?;
    let proxy = Proxy::start(([127, 0, 0, 1], cluster.port()).into())?;
    let server = server(place, &url("127.0.0.1", proxy.port()))?;
    let reset = scenario(&server, "connections to PostgreSQL reset, 10 × in 2 s").run(|| {
        for _ in 0..10 {
            proxy.reset();
            thread::sleep(Duration::from_millis(200));
        }
        Ok(())
    })?;
    let silent = Scenario { bounds: SILENT, ..scenario(&server, "PostgreSQL hangs for 10 s") };
    // Many more clients than connections.
    let silent =
        Scenario { clients: Clients { writers: 96, readers: 32, ..silent.clients }, ..silent };
    let silent = silent.run(|| {
        proxy.set(Way::Silent);
        thread::sleep(Duration::from_secs(10));
        proxy.set(Way::Open);
        Ok(())
    })?;
    Ok(vec![reset, silent])
}

/// Packets to the database are lost, and no one says so.
pub(crate) fn black_hole(place: &Workplace) -> anyhow::Result<Vec<Row>> {
    ensure!(is_root(), "only root can take away a route");
    let cluster = Cluster::start()?;
    let server = server(place, &url(OTHER_HOST, cluster.port()))?;
    let scenario =
        Scenario { bounds: SILENT, ..scenario(&server, "packets to PostgreSQL lost for 30 s") };
    let lost = scenario.run(|| {
        let hole = Hole::open()?;
        thread::sleep(Duration::from_secs(30));
        drop(hole);
        Ok(())
    })?;
    Ok(vec![lost])
}

fn scenario<'a>(server: &'a Server, fault: &'a str) -> Scenario<'a> {
    Scenario { fault, server, clients: Clients::default(), bounds: BOUNDS }
}

/// A server on the cluster's only database.
fn server(place: &Workplace, url: &str) -> anyhow::Result<Server> {
    let directory = Backend::Sqlite.database(place, "faults")?;
    Server::start(&directory, vec![("INKSTONE__DATABASE__URL", url.to_owned())])
}

/// A route that leads nowhere.
struct Hole;

impl Hole {
    fn open() -> anyhow::Result<Self> {
        route("add").map(|()| Self)
    }
}

impl Drop for Hole {
    fn drop(&mut self) {
        // It would be seen by the next run, which could not add it.
        let _ = route("del");
    }
}

fn route(change: &str) -> anyhow::Result<()> {
    let hole = format!("{OTHER_HOST}/32");
    run(Command::new("ip").args(["route", change, "blackhole", &hole, "table", "local"]))
}
