//! Benchmarks of the Inkstone server against a plain actix-web ceiling, and fault runs.
//!
//! Every row is measured right after a bare answer of 15 bytes in the same run, because absolute
//! figures drift with the machine and ratios do not. The server is the program `inkstone` beside this
//! one, or the one that `INKSTONE_BIN` names, on a directory of its own and driven over HTTP by `wrk`;
//! this program knows nothing of its insides but the schema that [`scale`] fills.

mod baseline;
mod ceiling;
mod faults;
mod figures;
mod import;
mod inkstone;
mod load;
mod process;
mod qexo;
mod readmore;
mod report;
mod rows;
mod scale;

use std::process::ExitCode;

use anyhow::Context as _;
use inkstone::Backend;
use load::Load;
use process::Workplace;
use report::Report;

/// How much is measured.
struct Scale {
    /// Times each row is measured beside its reference.
    repetitions: usize,
    /// Seconds of each measurement.
    seconds: u32,
    /// Comments on other pages between which a page must not get slower.
    others: &'static [u32],
    /// Visitors from different addresses after which memory is looked at.
    visitors: u32,
}

const FULL: Scale =
    Scale { repetitions: 3, seconds: 4, others: &[10, 1_000, 100_000], visitors: 1_000_000 };

const QUICK: Scale = Scale { repetitions: 1, seconds: 1, others: &[10, 1_000], visitors: 50_000 };

#[expect(clippy::print_stderr, clippy::print_stdout, reason = "the table is the product")]
fn main() -> anyhow::Result<ExitCode> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let scale = match arguments.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        [] => FULL,
        ["--quick"] => QUICK,
        ["compare"] => {
            let workplace = Workplace::new()?;
            let load = Load::new(&workplace, QUICK.seconds)?;
            let report = warm_rows(&workplace, &load, &[Backend::Sqlite], &QUICK)?;
            println!("{}", baseline::compare(&report, baseline::RECORD));
            return Ok(ExitCode::SUCCESS);
        }
        ["import", count @ ..] => {
            let count = count.first().map_or(Ok(100_000), |count| count.parse())?;
            println!("{}", import::measure(&Workplace::new()?, &backends(), count)?);
            return Ok(ExitCode::SUCCESS);
        }
        ["scale", quick @ ..] if matches!(quick, [] | ["--quick"]) => {
            let url = std::env::var("TEST_POSTGRES_URL")
                .context("TEST_POSTGRES_URL must name a database")?;
            let scale = if quick.is_empty() { scale::FULL } else { scale::QUICK };
            let outcome = scale::measure(&url, &scale)?;
            println!("{}", outcome.markdown);
            return Ok(if outcome.ok { ExitCode::SUCCESS } else { ExitCode::FAILURE });
        }
        ["faults", names @ ..] => {
            let kept = faults::run(names)?;
            return Ok(if kept { ExitCode::SUCCESS } else { ExitCode::FAILURE });
        }
        ["ceiling", address, bodies @ ..] => {
            ceiling::serve(address, bodies)?;
            return Ok(ExitCode::SUCCESS);
        }
        _ => {
            eprintln!(
                "usage: inkstone-bench [--quick | compare | import [COUNT] | scale [--quick] | \
                 faults [NAME…]]"
            );
            return Ok(ExitCode::from(2));
        }
    };
    let workplace = Workplace::new()?;
    let (load, backends) = (Load::new(&workplace, scale.seconds)?, backends());
    let mut report = warm_rows(&workplace, &load, &backends, &scale)?;
    for backend in &backends {
        report.add(rows::cold(&workplace, &load, backend, &scale)?);
    }
    report.add(figures::measure(&workplace, &load, &scale)?);
    println!("{}", report.markdown());
    Ok(ExitCode::SUCCESS)
}

/// The rows of all three APIs, with everything as it should be.
#[expect(clippy::print_stderr, reason = "a benchmark speaks on the terminal")]
fn warm_rows(
    workplace: &Workplace,
    load: &Load,
    backends: &[Backend],
    scale: &Scale,
) -> anyhow::Result<Report> {
    let mut report = Report::default();
    for backend in backends {
        eprintln!("measuring on {}", backend.name());
        report.add(rows::warm(workplace, load, backend, scale)?);
        report.add(qexo::measure(workplace, load, backend, scale)?);
        report.add(readmore::measure(workplace, load, backend, scale)?);
    }
    Ok(report)
}

/// `SQLite` always, `PostgreSQL` when an address is given.
#[expect(clippy::print_stderr, reason = "a benchmark speaks on the terminal")]
fn backends() -> Vec<Backend> {
    let mut backends = vec![Backend::Sqlite];
    match std::env::var("TEST_POSTGRES_URL") {
        Ok(url) => backends.push(Backend::Postgres(url)),
        Err(_) => eprintln!("TEST_POSTGRES_URL is not set: no rows on PostgreSQL"),
    }
    backends
}
