//! `inkstone token`.

use anyhow::ensure;

use crate::{clock, config::Config, installation::Installation, output, services::Accounts};

#[derive(Debug, clap::Subcommand)]
pub(super) enum Command {
    /// Make a token and print it; it cannot be shown again
    Create {
        /// What to call it
        name: String,
    },
    /// List all tokens by name
    List,
    /// Make a token worthless
    Revoke {
        /// What it is called
        name: String,
    },
}

pub(super) fn run(config: &Config, command: &Command) -> anyhow::Result<()> {
    let Installation { store, .. } = Installation::open(config)?;
    let accounts = Accounts::new(store.clone());
    match command {
        Command::Create { name } => {
            let token = accounts.create_token(name, rand::random(), clock::now())?;
            // Alone on standard output, so that it can be piped.
            output::say(token.expose());
            output::complain("Keep it: it cannot be shown again.");
        }
        Command::List => {
            for token in accounts.tokens()? {
                output::say(format_args!("{}  {}", token.created, token.name));
            }
        }
        Command::Revoke { name } => {
            ensure!(accounts.revoke_token(name)?, "there is no token of this name");
            output::say("Revoked.");
        }
    }
    store.close();
    Ok(())
}
