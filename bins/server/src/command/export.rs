//! `inkstone export`.

use std::{
    fs::OpenOptions,
    io::{self, Write as _},
    os::unix::fs::OpenOptionsExt as _,
    path::PathBuf,
};

use anyhow::Context as _;
use inkstone_vocab::SiteId;

use super::import::site;
use crate::{backup, clock, config::Config, installation::Installation, output};

/// Writes a backup that `POST /admin/import/backup` restores. It holds secrets; a new file can be
/// read by its owner only.
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// Where to write [default: standard output]
    file: Option<PathBuf>,
    /// Comments and statistics of this site only
    #[arg(long, value_name = "NAME", value_parser = site)]
    site: Option<SiteId>,
}

pub(super) fn run(config: &Config, arguments: &Arguments) -> anyhow::Result<()> {
    let Installation { store, .. } = Installation::open(config)?;
    let json = backup::everything(&store, arguments.site.as_ref(), clock::now())?;
    store.close();
    let Some(file) = &arguments.file else {
        return io::stdout().lock().write_all(&json).context("cannot write the backup");
    };
    let mut options = OpenOptions::new();
    let opened = options.write(true).create(true).truncate(true).mode(0o600).open(file);
    opened
        .and_then(|mut file| file.write_all(&json).and_then(|()| file.sync_all()))
        .with_context(|| format!("cannot write {}", file.display()))?;
    output::say(format_args!("Written to {}. It holds secrets: keep it private.", file.display()));
    Ok(())
}
