//! `inkstone restore`.

use std::path::PathBuf;

use anyhow::{Context as _, bail};
use inkstone_storage::backup::{Restored, restore};

use super::progress::Progress;
use crate::{clock, config::Config, output, secrets};

/// Makes what `inkstone backup` wrote the database again. The server must be stopped. The database
/// that is replaced is kept beside it; a backup of an older version is brought up to date by the
/// next start.
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// The backup
    file: PathBuf,
}

pub(super) fn run(config: &Config, arguments: &Arguments) -> anyhow::Result<()> {
    let url = config.database_url()?;
    let Some(database) = url.file() else {
        bail!(
            "PostgreSQL restores its own backups: pg_restore --clean --if-exists --single-transaction \
             --dbname=DATABASE_URL inkstone.dump (docs/BACKUP.md)"
        );
    };
    if let Some(directory) = database.parent() {
        secrets::private_directory(directory)
            .with_context(|| format!("cannot create {}", directory.display()))?;
    }
    let progress = Progress::start();
    progress.step("Checking the backup");
    let now = clock::now();
    let Restored { replaced, rows } =
        restore(database, &arguments.file, now, &mut progress.copying())?;
    drop(progress);
    if let Some(replaced) = replaced {
        output::say(format_args!("The former database is kept: {}", replaced.display()));
    }
    let (rows, tables) = (rows.values().sum::<u64>(), rows.len());
    output::say(format_args!(
        "{} holds what {} held: {rows} rows in {tables} tables, checked.",
        database.display(),
        arguments.file.display()
    ));
    Ok(())
}
