//! `inkstone user`.

use std::io::{self, IsTerminal as _};

use anyhow::{Context as _, ensure};
use inkstone_accounts::NewPassword;
use secrecy::{ExposeSecret as _, SecretString};

use crate::{clock, config::Config, installation::Installation, output, services::Accounts};

#[derive(Debug, clap::Subcommand)]
pub(super) enum Command {
    /// Set a password; the account is created when it is missing
    ///
    /// The password is asked for on a terminal, and read as one line from standard input
    /// elsewhere.
    SetPassword {
        /// Whose password [default: the configured owner.name]
        #[arg(long)]
        name: Option<String>,
    },
}

pub(super) fn run(config: &Config, command: &Command) -> anyhow::Result<()> {
    let Command::SetPassword { name } = command;
    let name = name.as_ref().unwrap_or(&config.owner.name);
    let password = read_password()?;
    let password = NewPassword::parse(password.expose_secret()).with_context(|| {
        format!(
            "a password must have {} to {} characters",
            NewPassword::MIN_CHARS,
            NewPassword::MAX_CHARS
        )
    })?;
    let Installation { store, .. } = Installation::open(config)?;
    Accounts::new(store.clone()).set_password(name, &password, rand::random(), clock::now())?;
    store.close();
    output::say(format_args!("The password of {name} is set; its sessions are closed."));
    Ok(())
}

fn read_password() -> anyhow::Result<SecretString> {
    if io::stdin().is_terminal() {
        let first: SecretString = rpassword::prompt_password("New password: ")?.into();
        let second: SecretString = rpassword::prompt_password("Once more: ")?.into();
        ensure!(first.expose_secret() == second.expose_secret(), "the passwords differ");
        return Ok(first);
    }
    let mut line = String::new();
    io::stdin().read_line(&mut line).context("cannot read the password from standard input")?;
    Ok(line.trim_end_matches(['\r', '\n']).into())
}
