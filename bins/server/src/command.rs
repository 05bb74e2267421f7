//! The command line.
//!
//! Exit codes: 0 done, 1 failed, 2 wrong usage.

mod backup;
mod config;
mod doctor;
mod export;
mod import;
mod migrate;
mod openapi;
mod progress;
mod restore;
mod serve;
mod token;
mod user;

use std::{env, path::PathBuf, process::ExitCode};

use clap::{Parser, Subcommand};

use crate::{config::Loaded, output};

/// The backend that static blogs are missing.
///
/// Without a command it serves. Without any configuration it works, too: data in ./data,
/// listening on 127.0.0.1:8080.
#[derive(Debug, Parser)]
#[command(name = "inkstone", version)]
struct Arguments {
    /// The configuration file [default: inkstone.toml, when there is one]
    #[arg(long, env = "INKSTONE_CONFIG", global = true, value_name = "FILE")]
    config: Option<PathBuf>,
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serve until told to stop (the default)
    Serve,
    /// Bring the database up to date
    Migrate(migrate::Arguments),
    /// Manage who may log in
    #[command(subcommand)]
    User(user::Command),
    /// Manage the tokens of programs
    #[command(subcommand)]
    Token(token::Command),
    /// Take over the comments of another system
    Import(import::Arguments),
    /// Write everything into one file
    Export(export::Arguments),
    /// Copy the database while it is in use
    Backup(backup::Arguments),
    /// Make a copy the database again
    Restore(restore::Arguments),
    /// Look at the configuration
    #[command(subcommand)]
    Config(config::Command),
    /// Explain this installation in plain words
    Doctor,
    /// Print openapi.json, the description of the API
    Openapi,
}

/// Runs the program with the arguments and variables it was started with.
pub fn run() -> ExitCode {
    let Arguments { config, command } = Arguments::parse();
    // A variable that is no valid Unicode cannot hold a setting.
    let variables = env::vars_os()
        .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)));
    let loaded = Loaded::load(config.as_deref(), variables).map_err(anyhow::Error::from);
    let result = match command.unwrap_or(Command::Serve) {
        Command::Serve => loaded.and_then(|loaded| serve::run(&loaded.config)),
        Command::Migrate(arguments) => {
            loaded.and_then(|loaded| migrate::run(&loaded.config, &arguments))
        }
        Command::User(command) => loaded.and_then(|loaded| user::run(&loaded.config, &command)),
        Command::Token(command) => loaded.and_then(|loaded| token::run(&loaded.config, &command)),
        Command::Import(arguments) => {
            loaded.and_then(|loaded| import::run(&loaded.config, &arguments))
        }
        Command::Export(arguments) => {
            loaded.and_then(|loaded| export::run(&loaded.config, &arguments))
        }
        Command::Backup(arguments) => {
            loaded.and_then(|loaded| backup::run(&loaded.config, &arguments))
        }
        Command::Restore(arguments) => {
            loaded.and_then(|loaded| restore::run(&loaded.config, &arguments))
        }
        Command::Config(command) => config::run(loaded, &command),
        Command::Doctor => loaded.and_then(|loaded| doctor::run(&loaded)),
        Command::Openapi => {
            openapi::run();
            Ok(())
        }
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            output::complain(format_args!("error: {}", output::chain(error.as_ref())));
            ExitCode::FAILURE
        }
    }
}
