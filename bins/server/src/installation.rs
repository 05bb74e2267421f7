//! What a server stands on: the data directory, the key, the database, the first account.

use std::time::Duration;

use inkstone_accounts::{AccountError, NewPassword};
use inkstone_settings::{Change, SettingRepository as _};
use inkstone_storage::{
    DatabaseUrlError, MigrateError, Migration, OpenError, Store, StoreSettings,
};
use inkstone_vocab::RepositoryError;
use secrecy::{ExposeSecret as _, SecretString};

use crate::{
    clock,
    config::{Config, Database, ServerKey},
    keyed::{hex, keyed_hash},
    secrets::{self, SecretsError},
    services::Accounts,
};

/// What the database remembers of the key with which it was served last.
const KEY_MARK: &str = "server_key_mark";

/// An installation, open.
pub struct Installation {
    /// The database.
    pub store: Store,
    /// What had to be done to bring it up to date.
    pub migration: Migration,
    /// The secret from which others are derived.
    pub key: ServerKey,
    /// Whether the data directory was made just now.
    pub made_directory: bool,
    /// Whether the key was made just now.
    pub made_key: bool,
}

/// The first account, created just now.
#[derive(Debug)]
pub struct FirstOwner {
    /// Its name.
    pub name: String,
    /// Its password, when it was not configured: to be shown once.
    pub password: Option<SecretString>,
}

/// Why an installation cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum InstallationError {
    /// The data directory or the key.
    #[error(transparent)]
    Secrets(#[from] SecretsError),
    /// The data directory has a name that no database address can have.
    #[error("data_dir cannot hold the database")]
    Address(#[from] DatabaseUrlError),
    /// The database.
    #[error("cannot open the database")]
    Open(#[from] OpenError),
    /// Its structure.
    #[error("cannot bring the database up to date")]
    Migrate(#[from] MigrateError),
    /// What it remembers.
    #[error("cannot compare the server's key with the last one")]
    Key(#[from] RepositoryError),
    /// The configured password.
    #[error(
        "owner.password must have {} to {} characters",
        NewPassword::MIN_CHARS,
        NewPassword::MAX_CHARS
    )]
    WeakPassword,
    /// The first account.
    #[error("cannot create the account of the owner")]
    Owner(#[from] AccountError),
}

impl Installation {
    /// Opens the installation that `config` describes; makes what is missing, except accounts.
    pub fn open(config: &Config) -> Result<Self, InstallationError> {
        let made_directory = secrets::create_directory(&config.data_dir)?;
        let (key, made_key) = match config.server.key.as_ref() {
            Some(key) => (key.clone(), false),
            None => secrets::load_or_create(&config.data_dir, rand::random())?,
        };
        let store = open_store(config)?;
        let migration = store.migrate(clock::now())?;
        Ok(Self { store, migration, key, made_directory, made_key })
    }

    /// Whether the database was last served with another key; from now on it is this one.
    ///
    /// Then visitors are not recognised who were seen with the other one, and servers that use both
    /// count the tries and likes of each visitor apart.
    pub fn key_has_changed(&self) -> Result<bool, InstallationError> {
        // A keyed hash of nothing: it tells keys apart and tells nothing of them.
        let mark = hex(&keyed_hash(&self.key, KEY_MARK, &[]));
        let known = self.store.load()?.remove(KEY_MARK);
        if known.as_ref() == Some(&mark) {
            return Ok(false);
        }
        self.store.save(&[Change { key: KEY_MARK, value: Some(mark) }])?;
        Ok(known.is_some())
    }

    /// Creates the owner's account unless there is an account already.
    pub fn ensure_owner(&self, config: &Config) -> Result<Option<FirstOwner>, InstallationError> {
        let accounts = Accounts::new(self.store.clone());
        if accounts.any()? {
            return Ok(None);
        }
        let configured = config.owner.password.as_ref();
        let password = configured.cloned().unwrap_or_else(random_password);
        let accepted =
            NewPassword::parse(password.expose_secret()).ok_or(InstallationError::WeakPassword)?;
        let name = &config.owner.name;
        // Another process may have been faster since we asked; then its password counts.
        if !accounts.create_first(name, &accepted, rand::random(), clock::now())? {
            return Ok(None);
        }
        let shown = if configured.is_some() { None } else { Some(password) };
        Ok(Some(FirstOwner { name: name.clone(), password: shown }))
    }
}

/// Opens the database as it is.
pub fn open_store(config: &Config) -> Result<Store, InstallationError> {
    let Database { read_connections, writer_queue, wait_ms, .. } = &config.database;
    let settings = StoreSettings {
        read_connections: read_connections.get(),
        wait: Duration::from_millis(wait_ms.get().into()),
        queue: writer_queue.get() as usize,
        ..StoreSettings::default()
    };
    Ok(Store::open(&config.database_url()?, &settings)?)
}

/// Four groups of five characters that nobody confuses: 116 bits.
fn random_password() -> SecretString {
    const ALPHABET: &[u8] = b"abcdefghijkmnopqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789";
    let group = |_| -> String {
        (0..5).map(|_| char::from(ALPHABET[rand::random_range(0..ALPHABET.len())])).collect()
    };
    let groups: [String; 4] = std::array::from_fn(group);
    groups.join("-").into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn random_passwords_are_long_and_differ() {
        let [first, second] = [random_password(), random_password()];
        assert_eq!(first.expose_secret().len(), 23);
        assert_ne!(first.expose_secret(), second.expose_secret());
    }
}
