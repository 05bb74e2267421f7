//! `inkstone migrate`.

use anyhow::bail;

use crate::{
    config::Config,
    installation::{Installation, open_store},
    output,
};

#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// Change nothing; fail when there is something to do
    #[arg(long)]
    check: bool,
}

pub(super) fn run(config: &Config, arguments: &Arguments) -> anyhow::Result<()> {
    if arguments.check { check(config) } else { migrate(config) }
}

fn check(config: &Config) -> anyhow::Result<()> {
    // Opening would create the file.
    if config.database_url()?.file().is_some_and(|file| !file.exists()) {
        bail!("there is no database yet");
    }
    let store = open_store(config)?;
    let pending = store.pending()?;
    store.close();
    if !pending.is_empty() {
        bail!("pending: {}", pending.join(", "));
    }
    output::say("The database is up to date.");
    Ok(())
}

fn migrate(config: &Config) -> anyhow::Result<()> {
    let Installation { store, migration, .. } = Installation::open(config)?;
    store.close();
    if let Some(backup) = &migration.backup {
        output::say(format_args!("Backup of the former state: {}", backup.display()));
    }
    for name in &migration.applied {
        output::say(format_args!("Applied {name}"));
    }
    output::say("The database is up to date.");
    Ok(())
}
