//! The key with which the owner comments (contract cwd, 2.9 and 2.10).

use actix_web::web::{Data, Json};
use inkstone_accounts::PasswordHash;
use inkstone_vocab::RepositoryError;
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::Value;

use super::{
    Body, Error, Said,
    input::Members,
    message,
    refusal::{ADMIN_KEY_MISSING, Refusal},
};
use crate::{
    blocking::blocking, caller::ClientAddress, clock, config::ServerKey,
    owner_settings::OwnerSettings, services::Accounts, verification::Verification,
    visitor::client_key,
};

/// What a client presents as the key.
#[derive(Clone, Debug)]
pub(super) enum Presented {
    /// Nothing.
    Missing,
    /// A text.
    Key(SecretString),
    /// Something else, which is always wrong.
    Nonsense,
}

impl Presented {
    pub(super) fn of(value: Option<&Value>) -> Self {
        match value {
            None => Self::Missing,
            Some(Value::String(text)) if text.is_empty() => Self::Missing,
            Some(Value::String(text)) => Self::Key(text.as_str().into()),
            Some(_) => Self::Nonsense,
        }
    }

    const fn is_missing(&self) -> bool {
        matches!(self, Self::Missing)
    }

    fn text(&self) -> &str {
        match self {
            Self::Key(key) => key.expose_secret(),
            Self::Missing | Self::Nonsense => "",
        }
    }
}

/// Checks keys, a few at once.
pub(super) struct AdminKeys {
    /// Counts the tries.
    pub(super) accounts: Data<Accounts>,
    /// Lets a few at a time hash.
    pub(super) verification: Data<Verification>,
}

impl AdminKeys {
    /// First whether the client is locked out, then whether it presents anything, then whether
    /// that is right.
    pub(super) async fn check(
        &self,
        key: PasswordHash,
        presented: Presented,
        client: String,
        missing: Refusal,
    ) -> Result<(), Error> {
        let accounts = self.accounts.clone();
        if presented.is_missing() {
            blocking(move || accounts.check_admin_lock(&client, clock::now())).await?;
            return Err(missing.into());
        }
        let _turn = self.verification.turn().await?;
        let check = move || accounts.check_admin_key(&key, presented.text(), &client, clock::now());
        Ok(blocking(check).await?)
    }
}

/// `POST /api/verify-admin`.
pub(super) async fn verify(
    ClientAddress(address): ClientAddress,
    server_key: Data<ServerKey>,
    settings: Data<OwnerSettings>,
    keys: Data<AdminKeys>,
    body: Body,
) -> Result<Json<Said>, Error> {
    let presented = Presented::of(Members::parse(&body.bytes)?.get(&["adminToken"]));
    if presented.is_missing() {
        return Err(ADMIN_KEY_MISSING.into());
    }
    let client = client_key(&server_key, address).as_str().to_owned();
    let (accounts, who) = (keys.accounts.clone(), client.clone());
    blocking(move || accounts.check_admin_lock(&who, clock::now())).await?;
    let settings = blocking(move || settings.all()).await?;
    let Some(key) = stored(settings.comments.admin_key_hash.as_ref())? else {
        return Ok(message("未设置管理员密钥"));
    };
    keys.check(key, presented, client, ADMIN_KEY_MISSING).await?;
    Ok(message("验证通过"))
}

/// The stored hash of the key, if one is set.
pub(super) fn stored(hash: Option<&SecretString>) -> Result<Option<PasswordHash>, RepositoryError> {
    let Some(hash) = hash else { return Ok(None) };
    let parsed = PasswordHash::parse(hash.expose_secret());
    parsed.map(Some).ok_or_else(|| RepositoryError::Corrupt("stored admin key is no hash".into()))
}
