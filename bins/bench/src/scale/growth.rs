//! What requests cost with more servers, and with more data.

use std::{fmt::Write as _, time::Instant};

use anyhow::Context as _;

use super::{cluster::Cluster, generate};
use crate::{
    ceiling,
    inkstone::{Database, Setup},
    load::{Load, Measured, Script},
    process::{Process, Workplace, busy_by_name},
    report::median,
};

/// One kind of request.
struct Row {
    name: &'static str,
    script: Script,
    url: String,
    argument: usize,
}

/// One measurement: the rates of the bare answer and of the row, and who worked for it.
#[derive(Clone, Copy)]
struct Sample {
    bare: f64,
    row: Measured,
    /// Processors that were busy: for the servers, PostgreSQL, and the balancer.
    busy: [f64; 3],
}

/// What is measured with: the same for all rows.
pub(crate) struct Bench<'a> {
    pub(crate) place: &'a Workplace,
    pub(crate) database: &'a Database,
    pub(crate) load: &'a Load,
    pub(crate) repetitions: usize,
}

/// The tables, as they grow.
pub(crate) struct Tables {
    rows: String,
    costs: String,
}

impl Tables {
    pub(crate) fn new() -> Self {
        let rows = "| Servers | Data | Row | of bare | req/s | p50 ms | p99 ms | busy: servers | \
                    PostgreSQL | balancer | |\n|---|---|---|---|---|---|---|---|---|---|---|\n";
        let costs = "| Servers | Data | RSS MB each | connections to PostgreSQL | each | \
                     of max_connections | database MB |\n|---|---|---|---|---|---|---|\n";
        Self { rows: rows.to_owned(), costs: costs.to_owned() }
    }

    pub(crate) fn markdown(&self) -> String {
        format!("{}\n{}", self.rows, self.costs)
    }
}

impl Bench<'_> {
    /// Measures everything with `size` servers on what there is, called `data`.
    pub(crate) fn measure(
        &self,
        size: usize,
        data: &str,
        tables: &mut Tables,
    ) -> anyhow::Result<()> {
        let row = |name, script, url: &str, path: &str| {
            let url = format!("{url}{path}");
            Row { name, script, url, argument: 0 }
        };
        let page = "/api/comments?post_slug=/generated/0/&limit=50&nested=true";
        let reference = ceiling::start(self.place, &[])?;
        let cluster = Cluster::start(self.place, self.database, Setup::Clustered, size)?;
        let url = cluster.url();
        let mut warm = vec![
            row("a page of 50, cached", Script::Read, url, page),
            row("submit a comment", Script::Submit, url, ""),
            row("like a page", Script::LikePage, url, ""),
            row("visit a page", Script::Visit, url, ""),
        ];
        if let [alone] = &*cluster.urls() {
            warm.insert(1, row("the same without a balancer", Script::Read, alone, page));
        }
        self.rows(&cluster, &reference, &warm, data, tables)?;
        self.costs(&cluster, data, tables)?;
        drop(cluster);
        let cluster = Cluster::start(self.place, self.database, Setup::ClusteredCold, size)?;
        let pages = generate::pages(self.database)?;
        let any = row("a page of 50, no cache", Script::ReadAny, cluster.url(), "");
        let any = Row { argument: pages, ..any };
        self.rows(&cluster, &reference, &[any], data, tables)
    }

    fn rows(
        &self,
        cluster: &Cluster<'_>,
        reference: &Process,
        rows: &[Row],
        data: &str,
        tables: &mut Tables,
    ) -> anyhow::Result<()> {
        let mut samples = vec![Vec::new(); rows.len()];
        for _ in 0..self.repetitions {
            for (row, samples) in rows.iter().zip(&mut samples) {
                samples.push(self.sample(cluster, reference, row)?);
            }
        }
        let servers = cluster.running().count();
        for (row, samples) in rows.iter().zip(&samples) {
            let of = |figure: fn(&Sample) -> f64| median(samples.iter().map(figure));
            let errors: f64 = samples.iter().map(|sample| sample.row.errors).sum();
            let verdict = if errors > 0.0 { format!("{errors} errors") } else { String::new() };
            writeln!(
                tables.rows,
                "| {servers} | {data} | {} | {:.3} | {:.0} | {:.1} | {:.1} | {:.2} | {:.2} | {:.2} \
                 | {verdict} |",
                row.name,
                of(|sample| sample.row.rate / sample.bare),
                of(|sample| sample.row.rate),
                of(|sample| sample.row.p50),
                of(|sample| sample.row.p99),
                of(|sample| sample.busy[0]),
                of(|sample| sample.busy[1]),
                of(|sample| sample.busy[2]),
            )?;
        }
        Ok(())
    }

    fn sample(
        &self,
        cluster: &Cluster<'_>,
        reference: &Process,
        row: &Row,
    ) -> anyhow::Result<Sample> {
        let bare = self.load.run(Script::Read, reference.url(), &[], 0)?.rate;
        let headers = ["Accept-Encoding: gzip".to_owned()];
        let (before, start) = (busy(cluster)?, Instant::now());
        let measured = self.load.run(row.script, &row.url, &headers, row.argument)?;
        let (after, seconds) = (busy(cluster)?, start.elapsed().as_secs_f64());
        let mut worked = [0.0; 3];
        for (worked, (after, before)) in worked.iter_mut().zip(after.into_iter().zip(before)) {
            *worked = (after - before) / seconds;
        }
        Ok(Sample { bare, row: measured, busy: worked })
    }

    fn costs(&self, cluster: &Cluster<'_>, data: &str, tables: &mut Tables) -> anyhow::Result<()> {
        let memory: Vec<f64> = cluster.running().map(Process::memory).collect::<Result<_, _>>()?;
        let memory = memory.iter().map(|megabytes| format!("{megabytes:.0}"));
        let connections = "SELECT count(*) FROM pg_stat_activity
            WHERE datname = current_database() AND pid <> pg_backend_pid()";
        let connections: usize = self.database.query(connections)?.parse().context("a number")?;
        let most = self.database.query("SHOW max_connections")?;
        let size = "SELECT pg_database_size(current_database()) / 1000000";
        let size = self.database.query(size)?;
        let servers = cluster.running().count();
        writeln!(
            tables.costs,
            "| {servers} | {data} | {} | {connections} | {} | {most} | {size} |",
            memory.collect::<Vec<_>>().join(", "),
            connections.div_ceil(servers.max(1)),
        )?;
        Ok(())
    }
}

/// The seconds that processors have worked: for the servers, PostgreSQL, and the balancer.
fn busy(cluster: &Cluster<'_>) -> anyhow::Result<[f64; 3]> {
    let (servers, balancer) = cluster.busy();
    Ok([servers, busy_by_name("postgres")?, balancer])
}
