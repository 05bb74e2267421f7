//! Which repository, and the way to its remote.

use std::{path::PathBuf, sync::Arc, time::Duration};

use inkstone_content::ContentPath;
use inkstone_vocab::{Fault, FaultKind, Source};
use secrecy::SecretString;

use super::{
    address::{Login, Place, RemoteAddress},
    remote::{
        Dial, HostKeys, HttpDial, HttpSettings, Link, Local, Proof, RemoteProblem, Smart, SshDial,
        SshSettings, register,
    },
};

/// Which repository, and how to use it.
#[derive(Clone, Debug)]
pub struct GitConfig {
    /// Where the remote repository is.
    pub remote: RemoteAddress,
    /// What the remote wants to see; instead of a login in the address.
    pub credentials: Option<Credentials>,
    /// The branch that is read and written, such as `main`.
    pub branch: String,
    /// The directory of the repository that is the root of the blog; the whole repository for
    /// `None`.
    pub path: Option<ContentPath>,
    /// Who commits.
    pub author: Author,
    /// Where clones are kept, one directory for each remote and branch. It must not be shared
    /// with other machines.
    pub directory: PathBuf,
    /// Keys of SSH hosts that are believed; none by default.
    pub host_keys: HostKeys,
    /// Certificates to believe instead of Mozilla's list, as PEM; for a forge with a private one.
    pub certificates: Option<String>,
    /// How long things may take, and how large they may be.
    pub limits: GitLimits,
}

/// What proves to a remote that we may read and write.
#[derive(Clone, Debug)]
pub enum Credentials {
    /// An access token of a forge.
    Token(SecretString),
    /// A name and a password.
    Password {
        /// The name; over SSH that of the address is used.
        user: String,
        /// The password.
        password: SecretString,
    },
    /// A private key for SSH: Ed25519 or ECDSA.
    Key {
        /// The key itself, in the form of OpenSSH or PKCS#8.
        private: SecretString,
        /// What it is encrypted with.
        passphrase: Option<SecretString>,
    },
}

/// Who commits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Author {
    /// A name.
    pub name: String,
    /// An address.
    pub email: String,
}

/// How long a repository may keep us waiting, and how large it may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct GitLimits {
    /// To find a host and connect to it; default 10 s.
    pub connect: Duration,
    /// Between two pieces of a conversation; default 30 s.
    pub silence: Duration,
    /// For one question or answer; default 15 min.
    pub transfer: Duration,
    /// For other writers to finish; default 60 s.
    pub patience: Duration,
    /// Bytes of one transfer from the remote; default 4 GiB.
    pub bytes: u64,
}

impl Default for GitLimits {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(10),
            silence: Duration::from_secs(30),
            transfer: Duration::from_mins(15),
            patience: Duration::from_mins(1),
            bytes: 4 << 30,
        }
    }
}

/// Why a repository cannot be opened.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum GitError {
    /// The name cannot be that of a branch.
    #[error("{0:?} cannot be the name of a branch")]
    Branch(String),
    /// Name and address must be text without `<`, `>` and line ends.
    #[error("the author of commits needs a name and an address, without angle brackets")]
    Author,
    /// The configured access does not fit, such as a key for HTTP.
    #[error("{0}")]
    Access(String),
    /// The directory for clones, or the clone in it, cannot be used.
    #[error("the directory of the repository cannot be used")]
    Directory(#[source] Source),
}

impl Fault for GitError {
    fn kind(&self) -> FaultKind {
        match self {
            Self::Branch(_) | Self::Author | Self::Access(_) => FaultKind::Invalid,
            Self::Directory(_) => FaultKind::Internal,
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::Branch(_) => "git_branch_invalid",
            Self::Author => "git_author_invalid",
            Self::Access(_) => "git_access_invalid",
            Self::Directory(_) => "git_directory_failed",
        }
    }
}

/// The way to the remote.
pub(super) fn link(config: GitConfig) -> Result<Box<dyn Link>, GitError> {
    let access = |text: &str| GitError::Access(text.to_owned());
    let problem = |problem: RemoteProblem| GitError::Access(problem.to_string());
    let GitConfig { credentials, certificates, limits, host_keys, .. } = config;
    let dial: Arc<dyn Dial> = match config.remote.0 {
        Place::Local(path) => return Ok(Box::new(Local(path))),
        Place::Http { url, login } => {
            let login = match credentials {
                None => login,
                // Forges take any name beside a token.
                Some(Credentials::Token(password)) => {
                    Some(Login { user: "x-access-token".to_owned(), password })
                }
                Some(Credentials::Password { user, password }) => Some(Login { user, password }),
                Some(Credentials::Key { .. }) => {
                    return Err(access("an SSH key does not open an http:// or https:// address"));
                }
            };
            let GitLimits { connect, silence, transfer, .. } = limits;
            let settings = HttpSettings { url, login, certificates, connect, silence, transfer };
            Arc::new(HttpDial::new(settings).map_err(problem)?)
        }
        Place::Ssh(place) => {
            let proof = match credentials {
                None => None,
                Some(Credentials::Key { private, passphrase }) => {
                    Some(Proof::Key { private, passphrase })
                }
                Some(Credentials::Password { password, .. }) => Some(Proof::Password(password)),
                Some(Credentials::Token(_)) => {
                    return Err(access("a token opens https:// addresses; SSH needs a key"));
                }
            };
            let GitLimits { connect, silence, .. } = limits;
            Arc::new(SshDial(SshSettings { place, proof, host_keys, connect, silence }))
        }
    };
    register().map_err(problem)?;
    Ok(Box::new(Smart { dial, max_bytes: limits.bytes }))
}
