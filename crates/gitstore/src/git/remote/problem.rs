//! Why the remote did not do what was asked, in words for the owner of a blog.

use inkstone_content::SourceError;

use crate::words::shown;

/// Why a remote repository cannot be used. The texts have no secrets and no paths of this machine.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RemoteProblem {
    /// The name of the host does not exist, or no name server answers.
    #[error("the host {0} cannot be found")]
    UnknownHost(String),
    /// Nothing listens there, or the network does not lead there.
    #[error("{host} cannot be connected to: {reason}")]
    NoConnection {
        /// Name and port.
        host: String,
        /// What the system said.
        reason: String,
    },
    /// No answer, or one that is too slow.
    #[error("{0} did not answer in time")]
    Timeout(String),
    /// The certificate is not believed, or there is no TLS.
    #[error("the TLS connection to {host} failed: {reason}")]
    Tls {
        /// Name and port.
        host: String,
        /// What is wrong.
        reason: String,
    },
    /// The key that an SSH server shows is not one that the configuration names.
    #[error(
        "the key of the host {host} is not known; if {fingerprint} is its fingerprint, put that \
         into the configuration"
    )]
    UnknownHostKey {
        /// Its name.
        host: String,
        /// Such as `SHA256:…`.
        fingerprint: String,
    },
    /// The token, password or key is wrong, missing, or may not do this.
    #[error("the remote refuses the credentials: {0}")]
    Refused(String),
    /// There is no such repository, or it hides from these credentials.
    #[error("there is no repository at this address, or the credentials may not see it")]
    NotFound,
    /// The repository exists, the branch does not.
    #[error("the remote has no branch {branch}; it has {others}")]
    NoBranch {
        /// The branch that is configured.
        branch: String,
        /// Some that exist.
        others: String,
    },
    /// The remote sends us to another address.
    #[error("the remote has moved to {0}; configure that address if it is right")]
    Moved(String),
    /// More than the limit was sent.
    #[error("the repository is larger than the limit of {0} MiB")]
    TooLarge(u64),
    /// Nothing was fetched so far.
    #[error("the repository was not fetched yet")]
    NotFetched,
    /// Anything else.
    #[error("the remote does not work: {0}")]
    Other(String),
}

impl From<RemoteProblem> for SourceError {
    fn from(problem: RemoteProblem) -> Self {
        Self::Remote { reason: problem.to_string(), source: Some(problem.into()) }
    }
}

impl RemoteProblem {
    /// Words of a library or of the other side, made fit to be shown.
    pub(crate) fn other(text: &str) -> Self {
        Self::Other(shown(text))
    }
}
