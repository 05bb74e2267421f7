//! Clients that keep connections and do little with them.

use std::{
    io::{ErrorKind, Read as _, Write as _},
    net::TcpStream,
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context as _, ensure};
use rustix::{
    net::sockopt::set_socket_recv_buffer_size,
    process::{Resource, Rlimit, getrlimit, setrlimit},
};

use super::{
    row::{Bounds, Row},
    scenario::Scenario,
    server::{Server, wait},
    traffic::Clients,
};
use crate::{inkstone::Backend, process::Workplace};

/// Users share the processors with thousands of others, whose connections have their buffers.
const BOUNDS: Bounds = Bounds { statuses: &[], longest: Duration::from_secs(5), memory: 512.0 };

/// Files that a run may need, on either side.
const FILES: u64 = 12_000;

/// What is left to others when the rest of the connections is held.
const RESERVE: usize = 100;

/// As many as the server takes, less a few; then more than it takes.
pub(crate) fn idle(place: &Workplace) -> anyhow::Result<Vec<Row>> {
    allow_files()?;
    let database = Backend::Sqlite.database(place, "idle")?;
    let server = Server::start(&database, Vec::new())?;
    let scenario =
        |fault, bounds| Scenario { fault, server: &server, clients: Clients::default(), bounds };
    let mut most = 0;
    let mut below = scenario("9 900 idle connections", BOUNDS).run(|| {
        let crowd = Crowd::gather(&server, 10_000 - RESERVE, b"")?;
        most = server.open_files()?;
        thread::sleep(Duration::from_secs(2));
        drop(crowd);
        Ok(())
    })?;
    below.note = released(&server, most, &mut below.problems)?;
    // Whoever comes late waits until the server has closed the first of the silent ones.
    let late = Bounds { longest: Duration::from_secs(15), ..BOUNDS };
    let mut above = scenario("11 000 idle connections, none sends a byte", late).run(|| {
        let crowd = Crowd::gather(&server, 11_000, b"")?;
        most = server.open_files()?;
        let alone = super::traffic::agent(Duration::from_secs(20));
        ensure!(alone.get(format!("{}/healthz", server.url())).call().is_ok(), "nobody is served");
        drop(crowd);
        Ok(())
    })?;
    above.note = released(&server, most, &mut above.problems)?;
    Ok(vec![below, above])
}

/// Heads, bodies and further heads that never end, and answers that nobody reads.
pub(crate) fn slow(place: &Workplace) -> anyhow::Result<Vec<Row>> {
    allow_files()?;
    let database = Backend::Sqlite.database(place, "clients")?;
    // A third of the usual patience, so that a run ends sooner.
    let limits = [
        "INKSTONE__SERVER__HEADER_TIMEOUT_S",
        "INKSTONE__SERVER__BODY_TIMEOUT_S",
        "INKSTONE__SERVER__KEEP_ALIVE_S",
    ];
    let limits = limits.map(|name| (name, "5".to_owned()));
    let server = Server::start(&database, limits.to_vec())?;
    let head = "GET /healthz HTTP/1.1\r\nhost: blog.example\r\n";
    let body = "POST /api/comments HTTP/1.1\r\nhost: blog.example\r\n\
                content-type: application/json\r\ncontent-length: 1000\r\n\r\n";
    let list = "GET /api/comments?post_slug=/faults/ HTTP/1.1\r\nhost: blog.example\r\n\r\n";
    let mut rows = Vec::new();
    for (fault, count, first, drop) in [
        ("2 000 clients send a head byte by byte", 2_000, String::new(), Some(b'x')),
        ("2 000 clients send a body byte by byte", 2_000, body.to_owned(), Some(b'x')),
        ("2 000 clients send a second head byte by byte", 2_000, format!("{head}\r\n"), Some(b'x')),
        ("200 clients ask 3 000 × at once and read no answer", 200, list.repeat(3_000), None),
    ] {
        rows.push(closed(&server, fault, count, first.as_bytes(), drop)?);
    }
    Ok(rows)
}

/// Clients that send `first` and then `drop` by drop, until the server has closed them all.
fn closed(
    server: &Server,
    fault: &str,
    count: usize,
    first: &[u8],
    drop: Option<u8>,
) -> anyhow::Result<Row> {
    let scenario = Scenario { fault, server, clients: Clients::default(), bounds: BOUNDS };
    let mut left = 0;
    let mut lasted = Duration::ZERO;
    let mut row = scenario.run(|| {
        // The traffic may open a few anew.
        let usual = server.open_files()? + 10;
        let mut crowd = Crowd::gather(server, count, first)?;
        let started = Instant::now();
        loop {
            thread::sleep(Duration::from_secs(1));
            if let Some(byte) = drop {
                crowd.trickle(byte);
            }
            left = server.open_files()?.saturating_sub(usual);
            lasted = started.elapsed();
            if left == 0 || lasted > Duration::from_secs(30) {
                return Ok(());
            }
        }
    })?;
    if left > 0 {
        row.problems.push(format!("{left} still connected after {:.0} s", lasted.as_secs_f64()));
    } else {
        row.note = format!("all closed after {:.0} s", lasted.as_secs_f64());
    }
    Ok(row)
}

/// Waits until the server holds no connection of a crowd that had `most` files open.
fn released(server: &Server, most: usize, problems: &mut Vec<String>) -> anyhow::Result<String> {
    let gone = wait(Instant::now(), || server.open_files().is_ok_and(|files| files < 200));
    if gone.is_none() {
        problems.push(format!("{} files are still open", server.open_files()?));
    }
    Ok(format!("{most} files open at most, {} afterwards", server.open_files()?))
}

/// Many connections.
struct Crowd {
    streams: Vec<TcpStream>,
}

impl Crowd {
    /// Connects `count` times and sends `first` each time.
    fn gather(server: &Server, count: usize, first: &[u8]) -> anyhow::Result<Self> {
        let mut streams = Vec::with_capacity(count);
        for number in 0..count {
            let stream = TcpStream::connect(server.address())
                .with_context(|| format!("connection {number} is refused"))?;
            set_socket_recv_buffer_size(&stream, 4096)?;
            stream.set_nonblocking(true)?;
            // As much as the socket takes.
            match (&stream).write(first) {
                Err(error) if error.kind() != ErrorKind::WouldBlock => return Err(error.into()),
                Ok(_) | Err(_) => streams.push(stream),
            }
        }
        Ok(Self { streams })
    }

    /// Everybody sends `byte`; whoever was closed leaves.
    fn trickle(&mut self, byte: u8) {
        self.streams.retain_mut(|stream| is_open(stream) && stream.write(&[byte]).is_ok());
    }
}

/// Reads what is there.
fn is_open(stream: &mut TcpStream) -> bool {
    let mut bytes = [0; 1024];
    loop {
        match stream.read(&mut bytes) {
            Ok(0) => return false,
            Ok(_) => {}
            Err(error) => return error.kind() == ErrorKind::WouldBlock,
        }
    }
}

/// Lets this program and those that it starts open as many files as the system permits.
fn allow_files() -> anyhow::Result<()> {
    let Rlimit { maximum, .. } = getrlimit(Resource::Nofile);
    ensure!(
        maximum.is_none_or(|maximum| maximum >= FILES),
        "at most {} files may be open; allow {FILES} (ulimit -Hn)",
        maximum.unwrap_or_default()
    );
    Ok(setrlimit(Resource::Nofile, Rlimit { current: maximum, maximum })?)
}
