//! Accounts, sessions, API tokens and throttles.

use diesel::{delete, insert_into, prelude::*, result::Error, update};
use inkstone_accounts::{
    AccountRepository, ApiTokenInfo, ApiTokenRepository, Attempt, PasswordHash, Session, Subject,
    ThrottlePolicy, ThrottleRepository, TokenHash,
};
use inkstone_vocab::{RepositoryError, Timestamp};

use crate::{
    Store,
    connection::AnyConnection,
    schema::{accounts, api_tokens, sessions, throttles},
};

impl AccountRepository for Store {
    fn any(&self) -> Result<bool, RepositoryError> {
        self.read(any_account)
    }

    fn password(&self, name: &str) -> Result<Option<PasswordHash>, RepositoryError> {
        self.read(|connection| password_of(connection, name))
    }

    fn create_first(
        &self,
        name: &str,
        password: &PasswordHash,
        at: Timestamp,
    ) -> Result<bool, RepositoryError> {
        let (name, password) = (name.to_owned(), password.clone());
        self.write(move |connection| {
            connection.lock("accounts")?;
            if any_account(connection)? {
                return Ok(false);
            }
            upsert_account(connection, &name, &password, at)?;
            Ok(true)
        })
    }

    fn set_password(
        &self,
        name: &str,
        password: &PasswordHash,
        at: Timestamp,
    ) -> Result<(), RepositoryError> {
        let (name, password) = (name.to_owned(), password.clone());
        self.write(move |connection| {
            upsert_account(connection, &name, &password, at)?;
            delete(sessions::table.filter(sessions::account.eq(&name))).execute(connection)?;
            Ok(())
        })
    }

    fn open_session(
        &self,
        session: &Session,
        proven: &PasswordHash,
    ) -> Result<bool, RepositoryError> {
        let (session, proven) = (session.clone(), proven.clone());
        self.write(move |connection| {
            // An update that changes nothing holds the account until the session is stored.
            let held = update(accounts::table.find(&session.account))
                .filter(accounts::password_hash.eq(proven.as_str()))
                .set(accounts::password_hash.eq(accounts::password_hash))
                .execute(connection)?;
            if held == 0 {
                return Ok(false);
            }
            insert_into(sessions::table)
                .values((
                    sessions::token_hash.eq(session.token.as_str()),
                    sessions::account.eq(&session.account),
                    sessions::opened_at.eq(session.opened.millis()),
                    sessions::expires_at.eq(session.expires.millis()),
                ))
                .execute(connection)?;
            Ok(true)
        })
    }

    fn session(
        &self,
        token: &TokenHash,
        now: Timestamp,
    ) -> Result<Option<String>, RepositoryError> {
        self.read(|connection| {
            sessions::table
                .find(token.as_str())
                .filter(sessions::expires_at.gt(now.millis()))
                .select(sessions::account)
                .first(connection)
                .optional()
        })
    }

    fn purge_sessions(&self, now: Timestamp) -> Result<u64, RepositoryError> {
        self.write(move |connection| {
            delete(sessions::table.filter(sessions::expires_at.le(now.millis())))
                .execute(connection)
                .map(|removed| removed as u64)
        })
    }
}

impl ApiTokenRepository for Store {
    fn insert(
        &self,
        name: &str,
        token: &TokenHash,
        at: Timestamp,
    ) -> Result<bool, RepositoryError> {
        let (name, token) = (name.to_owned(), token.clone());
        self.write(move |connection| {
            let added = connection.execute_native(
                insert_into(api_tokens::table)
                    .values((
                        api_tokens::name.eq(&name),
                        api_tokens::token_hash.eq(token.as_str()),
                        api_tokens::created_at.eq(at.millis()),
                    ))
                    .on_conflict_do_nothing(),
            )?;
            Ok(added == 1)
        })
    }

    fn list(&self) -> Result<Vec<ApiTokenInfo>, RepositoryError> {
        let rows: Vec<(String, i64)> = self.read(|connection| {
            api_tokens::table.select((api_tokens::name, api_tokens::created_at)).load(connection)
        })?;
        let mut tokens: Vec<ApiTokenInfo> = rows
            .into_iter()
            .map(|(name, created)| ApiTokenInfo { name, created: Timestamp::from_millis(created) })
            .collect();
        // Sorted here: what databases call order depends on their locale.
        tokens.sort_by(|one, other| one.name.cmp(&other.name));
        Ok(tokens)
    }

    fn revoke(&self, name: &str) -> Result<bool, RepositoryError> {
        let name = name.to_owned();
        self.write(move |connection| {
            Ok(delete(api_tokens::table.find(&name)).execute(connection)? == 1)
        })
    }

    fn find(&self, token: &TokenHash) -> Result<Option<String>, RepositoryError> {
        self.read(|connection| {
            api_tokens::table
                .filter(api_tokens::token_hash.eq(token.as_str()))
                .select(api_tokens::name)
                .first(connection)
                .optional()
        })
    }
}

impl ThrottleRepository for Store {
    fn attempt(
        &self,
        subject: &Subject,
        policy: &ThrottlePolicy,
        now: Timestamp,
    ) -> Result<Attempt, RepositoryError> {
        let (subject, policy) = (subject.clone(), *policy);
        self.write(move |connection| attempt(connection, &subject, &policy, now))
    }

    fn locked_until(
        &self,
        subject: &Subject,
        policy: &ThrottlePolicy,
        now: Timestamp,
    ) -> Result<Option<Timestamp>, RepositoryError> {
        let until: Option<i64> = self.read(|connection| {
            throttles::table
                .find((subject.purpose().as_str(), subject.client()))
                .filter(throttles::locked.eq(true))
                .select(throttles::expires_at)
                .first(connection)
                .optional()
        })?;
        let until = until.map(Timestamp::from_millis);
        Ok(until.filter(|&until| policy.counts(true, until, now)))
    }

    fn clear(&self, subject: &Subject) -> Result<(), RepositoryError> {
        let subject = subject.clone();
        self.write(move |connection| {
            delete(throttles::table.find((subject.purpose().as_str(), subject.client())))
                .execute(connection)
                .map(drop)
        })
    }

    fn purge(&self, now: Timestamp) -> Result<u64, RepositoryError> {
        self.write(move |connection| {
            delete(throttles::table.filter(throttles::expires_at.le(now.millis())))
                .execute(connection)
                .map(|removed| removed as u64)
        })
    }
}

fn any_account(connection: &mut AnyConnection) -> QueryResult<bool> {
    let name: Option<String> =
        accounts::table.select(accounts::name).first(connection).optional()?;
    Ok(name.is_some())
}

fn password_of(connection: &mut AnyConnection, name: &str) -> QueryResult<Option<PasswordHash>> {
    let phc: Option<String> =
        accounts::table.find(name).select(accounts::password_hash).first(connection).optional()?;
    phc.map(|phc| {
        PasswordHash::parse(&phc)
            .ok_or_else(|| Error::DeserializationError("no password hash".into()))
    })
    .transpose()
}

fn upsert_account(
    connection: &mut AnyConnection,
    name: &str,
    password: &PasswordHash,
    at: Timestamp,
) -> QueryResult<()> {
    let secret =
        (accounts::password_hash.eq(password.as_str()), accounts::updated_at.eq(at.millis()));
    connection
        .execute_native(
            insert_into(accounts::table)
                .values((accounts::name.eq(name), secret))
                .on_conflict(accounts::name)
                .do_update()
                .set(secret),
        )
        .map(drop)
}

fn attempt(
    connection: &mut AnyConnection,
    subject: &Subject,
    policy: &ThrottlePolicy,
    now: Timestamp,
) -> QueryResult<Attempt> {
    let key = (subject.purpose().as_str(), subject.client());
    // The upsert changes nothing, but holds the row while the next try is worked out.
    let rows: Vec<(i32, bool, i64)> = connection.load_native(
        insert_into(throttles::table)
            .values((
                throttles::purpose.eq(key.0),
                throttles::client.eq(key.1),
                throttles::tries.eq(0),
                throttles::locked.eq(false),
                throttles::expires_at.eq(now.millis()),
            ))
            .on_conflict((throttles::purpose, throttles::client))
            .do_update()
            .set(throttles::tries.eq(throttles::tries))
            .returning((throttles::tries, throttles::locked, throttles::expires_at)),
    )?;
    let (tries, locked, expires) = rows.into_iter().next().ok_or(diesel::NotFound)?;
    let expires = Timestamp::from_millis(expires);
    let running = policy.counts(locked, expires, now);
    if running && locked {
        return Ok(Attempt::Locked { until: expires });
    }
    let number = if running { tries.unsigned_abs().saturating_add(1) } else { 1 };
    let last = number >= policy.limit;
    let lasts = if last { policy.lock_ms } else { policy.window_ms };
    update(throttles::table.find(key))
        .set((
            throttles::tries.eq(i32::try_from(number).unwrap_or(i32::MAX)),
            throttles::locked.eq(last),
            throttles::expires_at.eq(now.plus_millis(lasts).millis()),
        ))
        .execute(connection)?;
    Ok(Attempt::Granted { number, last })
}
