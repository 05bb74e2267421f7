//! The reference implementation: everything in memory, behind one lock.

use std::{
    collections::BTreeMap,
    sync::{Mutex, MutexGuard, PoisonError},
};

use inkstone_vocab::{RepositoryError, Timestamp};

use crate::{
    password::PasswordHash,
    repository::{
        AccountRepository, ApiTokenInfo, ApiTokenRepository, Session, ThrottleRepository,
    },
    throttle::{Attempt, Subject, ThrottlePolicy},
    token::TokenHash,
};

/// Keeps accounts, API tokens and tries in memory, for tests and for trying things out.
#[derive(Debug, Default)]
pub struct MemoryAccounts {
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    passwords: BTreeMap<String, PasswordHash>,
    sessions: Vec<Session>,
    tokens: BTreeMap<String, (TokenHash, Timestamp)>,
    throttles: BTreeMap<Subject, Throttle>,
}

/// A counter, or the lock it has become; of no meaning from `expires` on.
#[derive(Clone, Copy, Debug)]
struct Throttle {
    tries: u32,
    locked: bool,
    expires: Timestamp,
}

impl MemoryAccounts {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl AccountRepository for MemoryAccounts {
    fn any(&self) -> Result<bool, RepositoryError> {
        Ok(!self.state().passwords.is_empty())
    }

    fn password(&self, name: &str) -> Result<Option<PasswordHash>, RepositoryError> {
        Ok(self.state().passwords.get(name).cloned())
    }

    fn create_first(
        &self,
        name: &str,
        password: &PasswordHash,
        _at: Timestamp,
    ) -> Result<bool, RepositoryError> {
        let mut state = self.state();
        if !state.passwords.is_empty() {
            return Ok(false);
        }
        state.passwords.insert(name.to_owned(), password.clone());
        Ok(true)
    }

    fn set_password(
        &self,
        name: &str,
        password: &PasswordHash,
        _at: Timestamp,
    ) -> Result<(), RepositoryError> {
        let mut state = self.state();
        state.passwords.insert(name.to_owned(), password.clone());
        state.sessions.retain(|session| session.account != name);
        Ok(())
    }

    fn open_session(
        &self,
        session: &Session,
        proven: &PasswordHash,
    ) -> Result<bool, RepositoryError> {
        let mut state = self.state();
        if state.passwords.get(&session.account) != Some(proven) {
            return Ok(false);
        }
        state.sessions.push(session.clone());
        Ok(true)
    }

    fn session(
        &self,
        token: &TokenHash,
        now: Timestamp,
    ) -> Result<Option<String>, RepositoryError> {
        let state = self.state();
        let session = state.sessions.iter().find(|session| session.token == *token);
        Ok(session.filter(|session| now < session.expires).map(|session| session.account.clone()))
    }

    fn purge_sessions(&self, now: Timestamp) -> Result<u64, RepositoryError> {
        let mut state = self.state();
        let before = state.sessions.len();
        state.sessions.retain(|session| now < session.expires);
        Ok((before - state.sessions.len()) as u64)
    }
}

impl ApiTokenRepository for MemoryAccounts {
    fn insert(
        &self,
        name: &str,
        token: &TokenHash,
        at: Timestamp,
    ) -> Result<bool, RepositoryError> {
        let mut state = self.state();
        let exists = state.tokens.values().any(|(hash, _)| hash == token);
        if exists || state.tokens.contains_key(name) {
            return Ok(false);
        }
        state.tokens.insert(name.to_owned(), (token.clone(), at));
        Ok(true)
    }

    fn list(&self) -> Result<Vec<ApiTokenInfo>, RepositoryError> {
        let state = self.state();
        let info = |(name, &(_, created)): (&String, &(TokenHash, Timestamp))| ApiTokenInfo {
            name: name.clone(),
            created,
        };
        Ok(state.tokens.iter().map(info).collect())
    }

    fn revoke(&self, name: &str) -> Result<bool, RepositoryError> {
        Ok(self.state().tokens.remove(name).is_some())
    }

    fn find(&self, token: &TokenHash) -> Result<Option<String>, RepositoryError> {
        let state = self.state();
        Ok(state.tokens.iter().find(|(_, (hash, _))| hash == token).map(|(name, _)| name.clone()))
    }
}

impl ThrottleRepository for MemoryAccounts {
    fn attempt(
        &self,
        subject: &Subject,
        policy: &ThrottlePolicy,
        now: Timestamp,
    ) -> Result<Attempt, RepositoryError> {
        let mut state = self.state();
        let current = state
            .throttles
            .get(subject)
            .filter(|throttle| policy.counts(throttle.locked, throttle.expires, now));
        let number = match current {
            Some(throttle) if throttle.locked => {
                return Ok(Attempt::Locked { until: throttle.expires });
            }
            Some(throttle) => throttle.tries.saturating_add(1),
            None => 1,
        };
        let last = number >= policy.limit;
        let expires = now.plus_millis(if last { policy.lock_ms } else { policy.window_ms });
        state.throttles.insert(subject.clone(), Throttle { tries: number, locked: last, expires });
        Ok(Attempt::Granted { number, last })
    }

    fn locked_until(
        &self,
        subject: &Subject,
        policy: &ThrottlePolicy,
        now: Timestamp,
    ) -> Result<Option<Timestamp>, RepositoryError> {
        let state = self.state();
        let lock = state.throttles.get(subject).filter(|throttle| throttle.locked);
        Ok(lock.map(|lock| lock.expires).filter(|&until| policy.counts(true, until, now)))
    }

    fn clear(&self, subject: &Subject) -> Result<(), RepositoryError> {
        self.state().throttles.remove(subject);
        Ok(())
    }

    fn purge(&self, now: Timestamp) -> Result<u64, RepositoryError> {
        let mut state = self.state();
        let before = state.throttles.len();
        state.throttles.retain(|_, throttle| now < throttle.expires);
        Ok((before - state.throttles.len()) as u64)
    }
}
