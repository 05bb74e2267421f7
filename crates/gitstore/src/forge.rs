//! Hooks of a forge: it tells us when something was pushed.

mod api;
mod error;
mod signature;

pub use self::{error::ForgeError, signature::SignatureCheck};

use std::{fmt, time::Duration};

use secrecy::SecretString;
use url::Url;

use self::api::Api;

/// Programs that host repositories, by the API they have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Forge {
    /// GitHub, and GitHub Enterprise.
    GitHub,
    /// GitLab.
    GitLab,
    /// Gitea and Forgejo.
    Gitea,
}

/// Which repository of which forge.
#[derive(Clone, Debug)]
pub struct ForgeConfig {
    /// What kind of forge it is.
    pub forge: Forge,
    /// Where it is: for GitHub the address of its API, by default `https://api.github.com`; for
    /// the others that of the site, for GitLab by default `https://gitlab.com`.
    pub base: Option<Url>,
    /// Owner and name, `me/blog`; with groups in between at GitLab.
    pub repository: String,
    /// A token that may administer hooks.
    pub token: SecretString,
    /// How long one request may take; 30 s is plenty.
    pub limit: Duration,
}

/// The hooks of one repository.
#[derive(Debug)]
pub struct ForgeHooks(Api);

/// A hook.
#[derive(Clone, PartialEq, Eq)]
pub struct Hook {
    /// Its number.
    pub id: u64,
    /// The address that is called; its query may hold a secret.
    pub target: String,
}

impl ForgeHooks {
    /// Asks nothing yet.
    pub fn new(config: ForgeConfig) -> Result<Self, ForgeError> {
        Api::new(config).map(Self)
    }

    /// All hooks of the repository, also those of others.
    pub fn list(&self) -> Result<Vec<Hook>, ForgeError> {
        self.0.list()
    }

    /// Adds a hook that calls `target` after every push, signed with `secret` if there is one:
    /// see [`SignatureCheck`].
    pub fn create(&self, target: &Url, secret: Option<&SecretString>) -> Result<Hook, ForgeError> {
        self.0.create(target, secret)
    }

    /// Removes a hook; one that is gone already is fine.
    pub fn delete(&self, id: u64) -> Result<(), ForgeError> {
        self.0.delete(id)
    }

    /// Removes our own earlier hooks, then adds one (contract qexo, 3.3). Ours are those with the
    /// scheme, host and path of `target`, whatever their query.
    pub fn replace(&self, target: &Url, secret: Option<&SecretString>) -> Result<Hook, ForgeError> {
        for hook in self.list()? {
            if Url::parse(&hook.target).is_ok_and(|found| is_same_place(&found, target)) {
                self.delete(hook.id)?;
            }
        }
        self.create(target, secret)
    }
}

/// One slash at the end of the path does not make another place.
fn is_same_place(one: &Url, other: &Url) -> bool {
    let path = |url: &Url| url.path().strip_suffix('/').unwrap_or(url.path()).to_owned();
    one.origin() == other.origin() && path(one) == path(other)
}

/// Without the query of the address.
impl fmt::Debug for Hook {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let place = self.target.split('?').next().unwrap_or_default();
        formatter.debug_struct("Hook").field("id", &self.id).field("target", &place).finish()
    }
}
