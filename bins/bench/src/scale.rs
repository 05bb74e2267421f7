//! Several servers on one `PostgreSQL`: what they agree on, what survives them, and what it costs.

mod agreement;
mod checks;
mod client;
mod cluster;
mod content;
mod generate;
mod growth;
mod mailbox;
mod survival;
mod traffic;

use std::thread;

use anyhow::Context as _;

use self::{
    checks::Checks,
    cluster::Cluster,
    generate::PAGE_COMMENTS,
    growth::{Bench, Tables},
};
use crate::{
    inkstone::{Backend, Database, Setup},
    load::Load,
    process::Workplace,
};

/// Servers of the largest cluster.
const SERVERS: usize = 3;

/// How much is measured.
pub(crate) struct Scale {
    /// Times every server ends in each way, and times checks of agreement are repeated.
    rounds: u32,
    /// Times each row is measured.
    repetitions: usize,
    /// Seconds of each measurement.
    seconds: u32,
    /// Comments that there are, one after the other.
    comments: &'static [usize],
    /// Visitors with a like each, added at the end.
    visitors: usize,
}

/// About ten minutes.
pub(crate) const FULL: Scale = Scale {
    rounds: 3,
    repetitions: 3,
    seconds: 2,
    comments: &[1_000, 10_000, 100_000, 1_000_000],
    visitors: 1_000_000,
};

/// Under three minutes.
pub(crate) const QUICK: Scale =
    Scale { rounds: 1, repetitions: 1, seconds: 1, comments: &[1_000, 10_000], visitors: 10_000 };

/// What there is to print, and whether all checks were passed.
pub(crate) struct Outcome {
    pub(crate) markdown: String,
    pub(crate) ok: bool,
}

/// Checks and measures on databases beside the one at `url`.
#[expect(clippy::print_stderr, reason = "a benchmark speaks on the terminal")]
pub(crate) fn measure(url: &str, scale: &Scale) -> anyhow::Result<Outcome> {
    let (place, backend) = (Workplace::new()?, Backend::Postgres(url.to_owned()));
    let mut checks = Checks::default();
    let database = backend.database(&place, "survival")?;
    let mut cluster = Cluster::start(&place, &database, Setup::Clustered, SERVERS)?;
    eprintln!("checking what {SERVERS} servers agree on");
    agreement::check(&cluster, scale.rounds * 3, &mut checks)?;
    content::check(&cluster, &place, scale.rounds * 2, &mut checks)?;
    eprintln!("stopping and killing them");
    survival::check(&mut cluster, scale.rounds, &mut checks)?;
    drop(cluster);
    totals(&database, "kept totals are right after that", &mut checks)?;
    drop(database);

    let database = backend.database(&place, "growth")?;
    let mut tables = Tables::new();
    let load = Load::new(&place, scale.seconds)?;
    let bench =
        Bench { place: &place, database: &database, load: &load, repetitions: scale.repetitions };
    // The first server makes the tables.
    drop(Cluster::start(&place, &database, Setup::Clustered, 1)?);
    let (first, others) = scale.comments.split_first().context("a number of comments")?;
    for (size, &comments) in (1..=SERVERS)
        .map(|size| (size, first))
        .chain(others.iter().map(|comments| (SERVERS, comments)))
    {
        eprintln!("measuring {size} of {SERVERS} servers on {comments} comments");
        generate::comments(&database, comments / PAGE_COMMENTS)?;
        bench.measure(size, &format!("{comments} comments"), &mut tables)?;
    }
    eprintln!("measuring with {} visitors", scale.visitors);
    generate::visitors(&database, scale.visitors)?;
    bench.measure(SERVERS, &format!("and {} visitors", scale.visitors), &mut tables)?;
    totals(&database, "kept totals are right after the load", &mut checks)?;
    let markdown =
        format!("{}\n{}\n{}", circumstances(&database)?, checks.markdown(), tables.markdown());
    Ok(Outcome { markdown, ok: checks.all_ok() })
}

/// What the figures depend on.
fn circumstances(database: &Database) -> anyhow::Result<String> {
    let processors = thread::available_parallelism()?;
    let setting = |name: &str| database.query(&format!("SHOW {name}"));
    Ok(format!(
        "{processors} processors for everything; PostgreSQL {}, shared_buffers {}, fsync {}.\n",
        setting("server_version")?,
        setting("shared_buffers")?,
        setting("fsync")?,
    ))
}

fn totals(database: &Database, rule: &'static str, checks: &mut Checks) -> anyhow::Result<()> {
    let wrong = generate::wrong_totals(database)?;
    let seen = if wrong.is_empty() { "none wrong".to_owned() } else { wrong.join(", ") };
    checks.note(rule, seen, wrong.is_empty());
    Ok(())
}
