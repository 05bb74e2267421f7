//! What one server costs by itself: its start, its memory, its size.

use std::fs;

use anyhow::ensure;

use crate::{
    Scale,
    inkstone::{self, Backend, FULL_PAGE, Setup},
    load::{Load, Script},
    process::{Workplace, target},
    report::{Figure, Report, median},
};

/// Starts whose median is the figure.
const STARTS: usize = 5;

/// Client addresses that one run of the load may use for itself.
const ADDRESSES_PER_RUN: usize = 1 << 19;

/// Measures the server as it is delivered, on `SQLite`.
pub(crate) fn measure(workplace: &Workplace, load: &Load, scale: &Scale) -> anyhow::Result<Report> {
    let database = Backend::Sqlite.database(workplace, "figures")?;
    inkstone::fill(&inkstone::start(&database, Setup::Unlimited)?, "/page/", FULL_PAGE)?;
    let mut starts = Vec::new();
    for _ in 0..STARTS {
        let server = inkstone::start(&database, Setup::Delivered)?;
        starts.push(server.readiness().as_secs_f64() * 1e3);
    }
    let server = inkstone::start(&database, Setup::Delivered)?;
    let idle = server.memory()?;
    let visitors = visit(load, server.url(), scale.visitors)?;
    let crowded = server.memory()?;
    let figure = |name: &str, value, unit, most| Figure {
        name: name.to_owned(),
        value,
        unit,
        most: Some(most),
    };
    let mut figures = vec![
        figure("ready after start, existing database", median(starts), "ms", 50.0),
        figure("resident memory, idle", idle, "MB", 25.0),
        figure(&format!("resident memory after {visitors:.0} visitors"), crowded, "MB", 64.0),
    ];
    if let Ok(binary) = fs::metadata(target().join("dist/inkstone")) {
        figures.push(figure("binary, profile dist", megabytes(&binary), "MB", 25.0));
    } else {
        let binary = fs::metadata(inkstone::binary()?)?;
        let name = "binary, profile release (not stripped; no dist build found)".to_owned();
        figures.push(Figure { name, value: megabytes(&binary), unit: "MB", most: None });
    }
    Ok(Report { lines: Vec::new(), figures })
}

/// Sends at least `visitors` requests, each from another address; answers how many were counted.
fn visit(load: &Load, url: &str, visitors: u32) -> anyhow::Result<f64> {
    let mut seen = 0.0;
    for run in 0.. {
        let counted = load.run(Script::Visitors, url, &[], run * ADDRESSES_PER_RUN)?;
        ensure!(counted.errors < counted.requests / 100.0, "visitors are refused");
        seen += counted.requests - counted.errors;
        if seen >= f64::from(visitors) {
            break;
        }
    }
    Ok(seen)
}

#[expect(clippy::cast_precision_loss, reason = "a file of megabytes")]
fn megabytes(file: &fs::Metadata) -> f64 {
    file.len() as f64 / 1024.0 / 1024.0
}
