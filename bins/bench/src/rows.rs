//! The rows of the table, each measured beside the bare answer, in turns.

use anyhow::{Context as _, ensure};

use crate::{
    Scale, ceiling,
    inkstone::{self, Backend, FULL_PAGE, Setup},
    load::{Load, Measured, Script},
    process::{Process, Workplace},
    report::{Figure, Limit, Line, Report, median},
};

/// A reference slower than this part of the best one tells of a busy machine.
const COLLAPSED: f64 = 0.6;

const GZIP: &str = "page of 50 comments, gzip";
const SUBMIT: &str = "submit a comment";
const MIXED: &str = "95 % page, 5 % submit";

/// What is measured in one row.
#[derive(Clone)]
pub(crate) struct Row {
    pub(crate) name: String,
    pub(crate) script: Script,
    pub(crate) url: String,
    pub(crate) headers: Vec<String>,
    pub(crate) argument: usize,
    /// The path at which the reference has a body of the same bytes.
    pub(crate) same: Option<&'static str>,
    pub(crate) limits: Vec<Limit>,
}

/// One measurement and its references.
#[derive(Clone, Copy)]
struct Sample {
    bare: Measured,
    row: Measured,
    same: Option<Measured>,
    memory: f64,
}

/// Measures reading and writing with everything as it should be.
pub(crate) fn warm(
    workplace: &Workplace,
    load: &Load,
    backend: &Backend,
    scale: &Scale,
) -> anyhow::Result<Report> {
    let database = backend.database(workplace, "warm")?;
    let server = inkstone::start(&database, Setup::Unlimited)?;
    inkstone::fill(&server, "/mixed/", FULL_PAGE)?;
    let liked = inkstone::fill(&server, "/liked/", FULL_PAGE)?;
    inkstone::fill(&server, "/page/", FULL_PAGE)?;
    let list = inkstone::list(&server, "/page/");
    let (tag, identity) = inkstone::fetch(&list, "identity")?;
    let (_, compressed) = inkstone::fetch(&list, "gzip")?;
    ensure!(compressed.len() < identity.len(), "the list is not compressed");
    let reference = ceiling::start(workplace, &[&compressed, &identity])?;

    let mut rows = reads(&list, &tag);
    rows.extend(writes(backend, server.url(), liked));
    let mut lines = take_turns(load, &reference, &server, &rows, scale)?;
    compare_mixed(&mut lines);
    let figures = vec![group_commit(load, backend, &server, &lines)?];
    Ok(Report { lines: named(backend, lines), figures })
}

/// Measures the page without a cache while the rest of the blog grows.
pub(crate) fn cold(
    workplace: &Workplace,
    load: &Load,
    backend: &Backend,
    scale: &Scale,
) -> anyhow::Result<Report> {
    let database = backend.database(workplace, "cold")?;
    let server = inkstone::start(&database, Setup::Cold)?;
    inkstone::fill(&server, "/page/", FULL_PAGE)?;
    let reference = ceiling::start(workplace, &[])?;
    let mut lines = Vec::new();
    for &others in scale.others {
        grow(load, &server, others)?;
        let row = Row {
            name: format!("page of 50 comments, no cache, {others} elsewhere"),
            script: Script::Read,
            url: inkstone::list(&server, "/page/"),
            headers: vec!["Accept-Encoding: gzip".to_owned()],
            argument: 0,
            same: None,
            limits: vec![Limit::RatioAtLeast(0.07)],
        };
        lines.extend(take_turns(load, &reference, &server, &[row], scale)?);
    }
    let ratios = || lines.iter().map(|line| line.ratio);
    let slowest = ratios().fold(f64::INFINITY, f64::min);
    let growth = ratios().next().context("a first line")? / slowest;
    let figures = vec![Figure {
        name: format!("{}: growth of the page read", backend.name()),
        value: growth,
        unit: "×",
        most: Some(1.2),
    }];
    Ok(Report { lines: named(backend, lines), figures })
}

fn reads(list: &str, tag: &str) -> Vec<Row> {
    let row = |name: &str, header: String, same, limits| Row {
        name: name.to_owned(),
        script: Script::Read,
        url: list.to_owned(),
        headers: vec![header],
        argument: 0,
        same,
        limits,
    };
    let gzip = || "Accept-Encoding: gzip".to_owned();
    vec![
        row(GZIP, gzip(), Some("/0"), vec![Limit::RatioAtLeast(0.75), Limit::SameAtLeast(0.9)]),
        row(
            "page of 50 comments, identity",
            "Accept-Encoding: identity".to_owned(),
            Some("/1"),
            vec![Limit::SameAtLeast(0.9)],
        ),
        row(
            "page of 50 comments, 304",
            format!("If-None-Match: {tag}"),
            None,
            vec![Limit::RatioAtLeast(0.85)],
        ),
    ]
}

fn writes(backend: &Backend, url: &str, liked: usize) -> Vec<Row> {
    let limits = durable(backend);
    let row = |name: &str, script, limits: &[Limit]| Row {
        name: name.to_owned(),
        script,
        url: url.to_owned(),
        headers: Vec::new(),
        argument: liked,
        same: None,
        limits: limits.to_vec(),
    };
    vec![
        row(SUBMIT, Script::Submit, &limits),
        row("like a comment", Script::LikeComment, &limits),
        row("like a page", Script::LikePage, &limits),
        row("visit a page", Script::Visit, &limits),
        row(MIXED, Script::Mixed, &[Limit::OwnAtLeast(0.5)]),
    ]
}

/// The budget of a write that is answered when it is durable.
pub(crate) fn durable(backend: &Backend) -> Vec<Limit> {
    match backend {
        Backend::Sqlite => vec![Limit::RatioAtLeast(0.1), Limit::P99AtMost(40.0)],
        Backend::Postgres(_) => Vec::new(),
    }
}

/// Measures all rows once, then all of them again, each right after the reference.
pub(crate) fn take_turns(
    load: &Load,
    reference: &Process,
    server: &Process,
    rows: &[Row],
    scale: &Scale,
) -> anyhow::Result<Vec<Line>> {
    let read = |path| load.run(Script::Read, &format!("{}{path}", reference.url()), &[], 0);
    let mut samples = vec![Vec::new(); rows.len()];
    for _ in 0..scale.repetitions {
        for (row, samples) in rows.iter().zip(&mut samples) {
            let bare = read("/")?;
            let measured = load.run(row.script, &row.url, &row.headers, row.argument)?;
            let same = row.same.map(read).transpose()?;
            samples.push(Sample { bare, row: measured, same, memory: server.memory()? });
        }
    }
    let best = samples.iter().flatten().map(|sample| sample.bare.rate).fold(0.0, f64::max);
    Ok(rows.iter().zip(&samples).map(|(row, samples)| line(row, samples, best)).collect())
}

/// The medians of what was measured for one row.
fn line(row: &Row, samples: &[Sample], best: f64) -> Line {
    let fair = |sample: &&Sample| sample.bare.rate >= COLLAPSED * best;
    let busy = !samples.iter().any(|sample| fair(&sample));
    let samples: Vec<&Sample> = samples.iter().filter(|sample| busy || fair(sample)).collect();
    let of = |figure: fn(&Sample) -> f64| median(samples.iter().copied().map(figure));
    let same: Vec<f64> =
        samples.iter().filter_map(|sample| Some(sample.row.rate / sample.same?.rate)).collect();
    Line {
        database: "",
        name: row.name.clone(),
        rate: of(|sample| sample.row.rate),
        p50: of(|sample| sample.row.p50),
        p99: of(|sample| sample.row.p99),
        ratio: of(|sample| sample.row.rate / sample.bare.rate),
        same: (!same.is_empty()).then(|| median(same)),
        own: None,
        memory: of(|sample| sample.memory),
        errors: samples.iter().map(|sample| sample.row.errors).sum(),
        busy,
        limits: row.limits.clone(),
    }
}

/// How much of their own row the reads among the writes keep.
fn compare_mixed(lines: &mut [Line]) {
    let ratio = |name| lines.iter().find(|line| line.name == name).map(|line| line.ratio);
    let own = ratio(MIXED).zip(ratio(GZIP)).map(|(mixed, reads)| 0.95 * mixed / reads);
    for line in lines.iter_mut().filter(|line| line.name == MIXED) {
        line.own = own;
    }
}

/// How much faster writes are together than one after the other.
fn group_commit(
    load: &Load,
    backend: &Backend,
    server: &Process,
    lines: &[Line],
) -> anyhow::Result<Figure> {
    let alone = load.run_alone(Script::Submit, server.url())?;
    let together = lines.iter().find(|line| line.name == SUBMIT).context("the submit row")?;
    Ok(Figure {
        name: format!("{}: submits over 64 connections against one", backend.name()),
        value: together.rate / alone.rate,
        unit: "×",
        most: None,
    })
}

/// Brings the number of comments on other pages to `others`, or a little above.
fn grow(load: &Load, server: &Process, others: u32) -> anyhow::Result<()> {
    if others <= 1_000 {
        for number in 0..others {
            inkstone::post(server, &format!("/other/{number}/"), number)?;
        }
        return Ok(());
    }
    let mut more = f64::from(others);
    while more > 0.0 {
        let written = load.run(Script::Submit, server.url(), &[], 0)?;
        ensure!(written.errors < written.requests / 2.0, "submits are refused");
        more -= written.requests - written.errors;
    }
    Ok(())
}

pub(crate) fn named(backend: &Backend, mut lines: Vec<Line>) -> Vec<Line> {
    for line in &mut lines {
        line.database = backend.name();
    }
    lines
}
