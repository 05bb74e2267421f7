//! `inkstone export`.

use std::{
    fs::OpenOptions,
    io::{self, BufWriter, Write as _},
    os::unix::fs::OpenOptionsExt as _,
    path::PathBuf,
};

use anyhow::{Context as _, ensure};
use inkstone_vocab::SiteId;

use super::import::site;
use crate::{
    backup::{self, ExportError},
    clock,
    config::Config,
    installation::Installation,
    output, qexo_file,
};

/// Writes a backup that `POST /admin/import/backup` restores. It holds secrets; a new file can be
/// read by its owner only.
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// Where to write [default: standard output]
    file: Option<PathBuf>,
    /// Comments and statistics of this site only
    #[arg(long, value_name = "NAME", value_parser = site)]
    site: Option<SiteId>,
    /// What to write
    #[arg(long, value_enum, default_value_t = Format::Inkstone)]
    format: Format,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    /// Comments, their settings and statistics, as CWD and Inkstone read them
    Inkstone,
    /// Friends, talks, custom fields, counters and Qexo's settings, as Qexo and Inkstone read them
    Qexo,
}

pub(super) fn run(config: &Config, arguments: &Arguments) -> anyhow::Result<()> {
    let whole = arguments.site.is_none() || arguments.format == Format::Inkstone;
    ensure!(whole, "--site is not for qexo, which knows no sites");
    let Installation { store, .. } = Installation::open(config)?;
    let write = |output: &mut dyn io::Write| {
        let mut output = BufWriter::new(output);
        match arguments.format {
            Format::Inkstone => {
                backup::everything(&store, arguments.site.as_ref(), clock::now(), &mut output)?;
            }
            Format::Qexo => qexo_file::write(&store, &mut output)?,
        }
        Ok::<_, ExportError>(output.flush()?)
    };
    let Some(file) = &arguments.file else {
        write(&mut io::stdout().lock()).context("cannot write the backup")?;
        store.close();
        return Ok(());
    };
    let mut options = OpenOptions::new();
    let opened = options.write(true).create(true).truncate(true).mode(0o600).open(file);
    let written = opened.map_err(ExportError::from).and_then(|mut opened| {
        write(&mut opened)?;
        Ok(opened.sync_all()?)
    });
    written.with_context(|| format!("cannot write {}", file.display()))?;
    store.close();
    output::say(format_args!("Written to {}. It holds secrets: keep it private.", file.display()));
    Ok(())
}
