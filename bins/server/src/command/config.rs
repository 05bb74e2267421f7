//! `inkstone config`.

use crate::{
    config::{self, Loaded},
    output,
};

#[derive(Debug, clap::Subcommand)]
pub(super) enum Command {
    /// Tell whether the configuration is valid
    Check,
    /// Print what is in force, secrets masked
    Print {
        /// Print the reference of all settings instead
        #[arg(long)]
        reference: bool,
    },
}

pub(super) fn run(loaded: anyhow::Result<Loaded>, command: &Command) -> anyhow::Result<()> {
    match command {
        Command::Check => {
            let loaded = loaded?;
            output::say(format_args!("The configuration is valid: {}.", loaded.origin()));
        }
        // The reference depends on no configuration, so a broken one does not matter.
        Command::Print { reference: true } => output::print(&config::reference()),
        Command::Print { reference: false } => output::print(&loaded?.print()),
    }
    Ok(())
}
