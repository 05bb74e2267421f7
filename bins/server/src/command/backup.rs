//! `inkstone backup`.

use std::path::PathBuf;

use anyhow::{Context as _, bail};
use inkstone_storage::backup::{Backup, back_up};

use super::progress::Progress;
use crate::{clock, config::Config, local_backup, output, secrets};

/// Copies the SQLite file, also while the server runs. The copy holds everything that was stored
/// before, secrets among it; it is checked, and readable by its owner only. `inkstone restore`
/// makes it the database again.
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// The new file to write
    #[arg(conflicts_with = "dir")]
    file: Option<PathBuf>,
    /// Write a file named by the time into this directory [default: backup.directory]
    #[arg(long, value_name = "DIRECTORY")]
    dir: Option<PathBuf>,
}

pub(super) fn run(config: &Config, arguments: &Arguments) -> anyhow::Result<()> {
    let url = config.database_url()?;
    let Some(database) = url.file() else {
        bail!(
            "PostgreSQL makes its own backups: pg_dump --format=custom --file=inkstone.dump \
             DATABASE_URL, and pg_restore brings them back (docs/BACKUP.md)"
        );
    };
    let file = if let Some(file) = &arguments.file {
        file.clone()
    } else {
        let directory = arguments.dir.clone().unwrap_or_else(|| config.backup_directory());
        secrets::private_directory(&directory)
            .with_context(|| format!("cannot create {}", directory.display()))?;
        directory.join(local_backup::name(clock::now()))
    };
    let progress = Progress::start();
    let Backup { bytes, rows } = back_up(database, &file, &mut progress.copying())?;
    drop(progress);
    let (rows, tables) = (rows.values().sum::<u64>(), rows.len());
    output::say(format_args!(
        "{}: {bytes} bytes, {rows} rows in {tables} tables, checked. It holds secrets: keep it \
         private.",
        file.display()
    ));
    Ok(())
}
