//! The rules of administering, over any repository.

use std::hint::black_box;

use inkstone_vocab::{RepositoryError, Timestamp};

use crate::{
    error::{AccountError, KeyError, LoginError},
    password::{NewPassword, PasswordHash},
    repository::{
        AccountRepository, ApiTokenInfo, ApiTokenRepository, Session, ThrottleRepository,
    },
    throttle::{Attempt, Purpose, Subject, ThrottlePolicy},
    token::{AccessToken, TokenHash},
};

/// How long a session lasts: 48 hours from login, not extended by use (contract cwd, 3.1).
pub const SESSION_MILLIS: i64 = 172_800_000;

/// The fewest characters of a token that was made elsewhere.
const MIN_TOKEN_CHARS: usize = 16;

/// The most characters in the name of an account or token.
const MAX_NAME_CHARS: usize = 64;

/// Accounts, sessions, API tokens and the admin key over a repository `R`.
///
/// Wherever a `client` is asked for it is an opaque name, such as a keyed hash of an address.
#[derive(Clone, Debug)]
pub struct Accounts<R> {
    repository: R,
}

/// Who has proved who they are, and how.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Caller {
    /// The name of the account or of the API token.
    pub name: String,
    /// What was presented.
    pub via: Via,
}

/// What a caller presented.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Via {
    /// The token of a session, opened with a password.
    Session,
    /// An API token.
    ApiToken,
}

impl<R> Accounts<R> {
    /// Accounts kept in `repository`.
    pub fn new(repository: R) -> Self {
        Self { repository }
    }
}

impl<R: AccountRepository> Accounts<R> {
    /// Whether anybody can log in at all.
    pub fn any(&self) -> Result<bool, AccountError> {
        Ok(self.repository.any()?)
    }

    /// Creates the first account; `false` when there is one already, be it since a moment ago.
    pub fn create_first(
        &self,
        name: &str,
        password: &NewPassword,
        salt: [u8; 16],
        now: Timestamp,
    ) -> Result<bool, AccountError> {
        let name = checked(name)?;
        Ok(self.repository.create_first(name, &password.hash(salt), now)?)
    }

    /// Sets the password of an account, which is created when missing, and closes its sessions.
    pub fn set_password(
        &self,
        name: &str,
        password: &NewPassword,
        salt: [u8; 16],
        now: Timestamp,
    ) -> Result<(), AccountError> {
        let name = checked(name)?;
        Ok(self.repository.set_password(name, &password.hash(salt), now)?)
    }

    /// The password of `name` if `password` is it. Takes as long when there is no such account.
    fn prove(&self, name: &str, password: &str) -> Result<Option<PasswordHash>, RepositoryError> {
        // The store is asked only about names it could hold.
        let name = checked(name).unwrap_or_default();
        let Some(hash) = self.repository.password(name)? else {
            black_box(PasswordHash::create(password, [0; 16]));
            return Ok(None);
        };
        Ok(hash.verify(password).then_some(hash))
    }
}

impl<R: AccountRepository + ThrottleRepository> Accounts<R> {
    /// Opens a session of the account `name` and returns its token, made of `entropy`, 32 random
    /// bytes. Slow on purpose.
    ///
    /// The fifth failure of a client within ten minutes of each other locks it out for half an
    /// hour (contract cwd, 3.2).
    pub fn login(
        &self,
        name: &str,
        password: &str,
        client: &str,
        entropy: [u8; 32],
        now: Timestamp,
    ) -> Result<AccessToken, LoginError> {
        let token = AccessToken::from_entropy(entropy);
        let session = Session {
            token: token.hash(),
            account: name.to_owned(),
            opened: now,
            expires: now.plus_millis(SESSION_MILLIS),
        };
        let subject = Subject::new(Purpose::Login, client);
        let guess = self.guess(&subject, &ThrottlePolicy::LOGIN, now, || {
            match self.prove(name, password)? {
                Some(proven) => self.repository.open_session(&session, &proven),
                None => Ok(false),
            }
        })?;
        match guess {
            Guess::Right => Ok(token),
            Guess::Wrong { number } => Err(LoginError::Wrong { failed_attempts: number }),
            Guess::Locked { until } => Err(LoginError::Locked { until }),
        }
    }
}

impl<R: AccountRepository + ApiTokenRepository> Accounts<R> {
    /// Who presents this secret: an open session's token or an API token.
    pub fn authenticate(
        &self,
        presented: &str,
        now: Timestamp,
    ) -> Result<Option<Caller>, AccountError> {
        let token = TokenHash::of(presented);
        if let Some(name) = self.repository.session(&token, now)? {
            return Ok(Some(Caller { name, via: Via::Session }));
        }
        let name = self.repository.find(&token)?;
        Ok(name.map(|name| Caller { name, via: Via::ApiToken }))
    }
}

impl<R: ApiTokenRepository> Accounts<R> {
    /// Makes an API token of `entropy`, 32 random bytes, to be shown once.
    pub fn create_token(
        &self,
        name: &str,
        entropy: [u8; 32],
        now: Timestamp,
    ) -> Result<AccessToken, AccountError> {
        let token = AccessToken::from_entropy(entropy);
        self.insert_token(name, &token.hash(), now)?;
        Ok(token)
    }

    /// Lets a token that was made elsewhere work here, too.
    pub fn adopt_token(&self, name: &str, token: &str, now: Timestamp) -> Result<(), AccountError> {
        if token.chars().count() < MIN_TOKEN_CHARS {
            return Err(AccountError::WeakToken);
        }
        self.insert_token(name, &TokenHash::of(token), now)
    }

    /// All API tokens by name.
    pub fn tokens(&self) -> Result<Vec<ApiTokenInfo>, AccountError> {
        Ok(self.repository.list()?)
    }

    /// Revokes an API token; whether there was one of this name.
    pub fn revoke_token(&self, name: &str) -> Result<bool, AccountError> {
        match checked(name) {
            Ok(name) => Ok(self.repository.revoke(name)?),
            Err(_) => Ok(false),
        }
    }

    fn insert_token(
        &self,
        name: &str,
        token: &TokenHash,
        now: Timestamp,
    ) -> Result<(), AccountError> {
        let stored = self.repository.insert(checked(name)?, token, now)?;
        if stored { Ok(()) } else { Err(AccountError::TokenExists) }
    }
}

impl<R: ThrottleRepository> Accounts<R> {
    /// Checks the key with which the owner comments against its hash. Slow on purpose.
    ///
    /// The third failure of a client within an hour of each other locks it out for half an hour
    /// (contract cwd, 2.10).
    pub fn check_admin_key(
        &self,
        hash: &PasswordHash,
        presented: &str,
        client: &str,
        now: Timestamp,
    ) -> Result<(), KeyError> {
        let subject = Subject::new(Purpose::AdminKey, client);
        let guess =
            self.guess(&subject, &ThrottlePolicy::ADMIN_KEY, now, || Ok(hash.verify(presented)))?;
        match guess {
            Guess::Right => Ok(()),
            Guess::Wrong { .. } => Err(KeyError::Wrong),
            Guess::Locked { until } => Err(KeyError::Locked { until }),
        }
    }

    /// Uses up the solution of a puzzle, which is remembered for `millis` milliseconds; whether
    /// nobody had used it up before.
    pub fn use_up(
        &self,
        puzzle: &str,
        millis: i64,
        now: Timestamp,
    ) -> Result<bool, RepositoryError> {
        let subject = Subject::new(Purpose::Solution, puzzle);
        let policy = ThrottlePolicy { limit: 1, window_ms: millis, lock_ms: millis };
        Ok(matches!(self.repository.attempt(&subject, &policy, now)?, Attempt::Granted { .. }))
    }

    /// Refuses clients that are locked out, and counts nothing: for requests that present no key
    /// (contract cwd, 2.4 and 2.9).
    pub fn check_admin_lock(&self, client: &str, now: Timestamp) -> Result<(), KeyError> {
        let subject = Subject::new(Purpose::AdminKey, client);
        match self.repository.locked_until(&subject, &ThrottlePolicy::ADMIN_KEY, now)? {
            Some(until) => Err(KeyError::Locked { until }),
            None => Ok(()),
        }
    }

    /// Reserves a try, then lets `is_right` verify the secret.
    fn guess(
        &self,
        subject: &Subject,
        policy: &ThrottlePolicy,
        now: Timestamp,
        is_right: impl FnOnce() -> Result<bool, RepositoryError>,
    ) -> Result<Guess, RepositoryError> {
        let (number, last) = match self.repository.attempt(subject, policy, now)? {
            Attempt::Granted { number, last } => (number, last),
            Attempt::Locked { until } => return Ok(Guess::Locked { until }),
        };
        if is_right()? {
            self.repository.clear(subject)?;
            return Ok(Guess::Right);
        }
        let locked = Guess::Locked { until: now.plus_millis(policy.lock_ms) };
        Ok(if last { locked } else { Guess::Wrong { number } })
    }
}

impl<R: AccountRepository + ThrottleRepository> Accounts<R> {
    /// Removes expired sessions, tries and locks; how many. To be called now and then.
    pub fn purge(&self, now: Timestamp) -> Result<u64, AccountError> {
        Ok(self.repository.purge_sessions(now)? + self.repository.purge(now)?)
    }
}

enum Guess {
    Right,
    Wrong { number: u32 },
    Locked { until: Timestamp },
}

/// A name that may be stored: 1 to 64 characters, no control characters, no outer white space.
fn checked(name: &str) -> Result<&str, AccountError> {
    let valid = !name.is_empty()
        && name.trim() == name
        && name.chars().count() <= MAX_NAME_CHARS
        && !name.contains(char::is_control);
    if valid { Ok(name) } else { Err(AccountError::InvalidName) }
}
