//! Where accounts, API tokens and failed tries are kept.

use std::sync::Arc;

use inkstone_vocab::{RepositoryError, Timestamp};

use crate::{
    password::PasswordHash,
    throttle::{Attempt, Subject, ThrottlePolicy},
    token::TokenHash,
};

/// Where accounts and their sessions are kept.
///
/// Every method is atomic: it happens entirely or not at all. It fails only when the store cannot
/// answer; absence and repetition are answers. Names compare exactly. The laws are in the
/// `contract` module (feature `testing`).
pub trait AccountRepository: Send + Sync {
    /// Whether there is an account.
    fn any(&self) -> Result<bool, RepositoryError>;

    /// The password of the account `name`.
    fn password(&self, name: &str) -> Result<Option<PasswordHash>, RepositoryError>;

    /// Creates the account `name` unless there is an account of any name; whether it did. Of
    /// several processes that start at once, one succeeds.
    fn create_first(
        &self,
        name: &str,
        password: &PasswordHash,
        at: Timestamp,
    ) -> Result<bool, RepositoryError>;

    /// Sets the password of the account `name`, which is created when missing, and closes its
    /// sessions.
    fn set_password(
        &self,
        name: &str,
        password: &PasswordHash,
        at: Timestamp,
    ) -> Result<(), RepositoryError>;

    /// Opens `session` if `proven` still is the password of its account; whether it did. So no
    /// session outlives the password it was opened with, even when both happen at once.
    fn open_session(
        &self,
        session: &Session,
        proven: &PasswordHash,
    ) -> Result<bool, RepositoryError>;

    /// The account whose session has this token, unless it has expired by `now`.
    fn session(&self, token: &TokenHash, now: Timestamp)
    -> Result<Option<String>, RepositoryError>;

    /// Removes the sessions that have expired by `now`; how many.
    fn purge_sessions(&self, now: Timestamp) -> Result<u64, RepositoryError>;
}

/// The time during which a token stands for an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    /// What is kept of its token.
    pub token: TokenHash,
    /// The name of the account.
    pub account: String,
    /// When it was opened.
    pub opened: Timestamp,
    /// The first instant at which it is no longer valid.
    pub expires: Timestamp,
}

/// Where named API tokens are kept; atomic like [`AccountRepository`].
pub trait ApiTokenRepository: Send + Sync {
    /// Stores a token unless its name is taken or it exists under another; whether it did.
    fn insert(&self, name: &str, token: &TokenHash, at: Timestamp)
    -> Result<bool, RepositoryError>;

    /// All tokens by name, in the order of their code points.
    fn list(&self) -> Result<Vec<ApiTokenInfo>, RepositoryError>;

    /// Removes the token `name`; whether there was one.
    fn revoke(&self, name: &str) -> Result<bool, RepositoryError>;

    /// The name of this token.
    fn find(&self, token: &TokenHash) -> Result<Option<String>, RepositoryError>;
}

/// What may be told about an API token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApiTokenInfo {
    /// What its owner calls it.
    pub name: String,
    /// When it was made.
    pub created: Timestamp,
}

/// Where tries and locks are kept; atomic like [`AccountRepository`].
///
/// One row per subject is enough: the number of tries, whether that is a lock, and when the row
/// stops to count.
pub trait ThrottleRepository: Send + Sync {
    /// Reserves one try before a secret is verified, so that parallel guesses never exceed the
    /// limit.
    ///
    /// The counter lives for `window_ms` after the latest try. The try numbered `limit` sets the
    /// lock at once: until `lock_ms` after it, attempts are refused, and neither count nor extend
    /// the lock. After either has passed, or when neither counts any more
    /// ([`ThrottlePolicy::counts`]), the next try is the first.
    fn attempt(
        &self,
        subject: &Subject,
        policy: &ThrottlePolicy,
        now: Timestamp,
    ) -> Result<Attempt, RepositoryError>;

    /// Until when `subject` is locked, if it is. Counts nothing.
    fn locked_until(
        &self,
        subject: &Subject,
        policy: &ThrottlePolicy,
        now: Timestamp,
    ) -> Result<Option<Timestamp>, RepositoryError>;

    /// Forgets the tries and the lock of `subject`.
    fn clear(&self, subject: &Subject) -> Result<(), RepositoryError>;

    /// Removes counters and locks that no longer count at `now`; how many.
    fn purge(&self, now: Timestamp) -> Result<u64, RepositoryError>;
}

impl<R: AccountRepository + ?Sized> AccountRepository for Arc<R> {
    fn any(&self) -> Result<bool, RepositoryError> {
        (**self).any()
    }

    fn password(&self, name: &str) -> Result<Option<PasswordHash>, RepositoryError> {
        (**self).password(name)
    }

    fn create_first(
        &self,
        name: &str,
        password: &PasswordHash,
        at: Timestamp,
    ) -> Result<bool, RepositoryError> {
        (**self).create_first(name, password, at)
    }

    fn set_password(
        &self,
        name: &str,
        password: &PasswordHash,
        at: Timestamp,
    ) -> Result<(), RepositoryError> {
        (**self).set_password(name, password, at)
    }

    fn open_session(
        &self,
        session: &Session,
        proven: &PasswordHash,
    ) -> Result<bool, RepositoryError> {
        (**self).open_session(session, proven)
    }

    fn session(
        &self,
        token: &TokenHash,
        now: Timestamp,
    ) -> Result<Option<String>, RepositoryError> {
        (**self).session(token, now)
    }

    fn purge_sessions(&self, now: Timestamp) -> Result<u64, RepositoryError> {
        (**self).purge_sessions(now)
    }
}

impl<R: ApiTokenRepository + ?Sized> ApiTokenRepository for Arc<R> {
    fn insert(
        &self,
        name: &str,
        token: &TokenHash,
        at: Timestamp,
    ) -> Result<bool, RepositoryError> {
        (**self).insert(name, token, at)
    }

    fn list(&self) -> Result<Vec<ApiTokenInfo>, RepositoryError> {
        (**self).list()
    }

    fn revoke(&self, name: &str) -> Result<bool, RepositoryError> {
        (**self).revoke(name)
    }

    fn find(&self, token: &TokenHash) -> Result<Option<String>, RepositoryError> {
        (**self).find(token)
    }
}

impl<R: ThrottleRepository + ?Sized> ThrottleRepository for Arc<R> {
    fn attempt(
        &self,
        subject: &Subject,
        policy: &ThrottlePolicy,
        now: Timestamp,
    ) -> Result<Attempt, RepositoryError> {
        (**self).attempt(subject, policy, now)
    }

    fn locked_until(
        &self,
        subject: &Subject,
        policy: &ThrottlePolicy,
        now: Timestamp,
    ) -> Result<Option<Timestamp>, RepositoryError> {
        (**self).locked_until(subject, policy, now)
    }

    fn clear(&self, subject: &Subject) -> Result<(), RepositoryError> {
        (**self).clear(subject)
    }

    fn purge(&self, now: Timestamp) -> Result<u64, RepositoryError> {
        (**self).purge(now)
    }
}
