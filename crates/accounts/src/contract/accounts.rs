//! The laws of accounts and their sessions.

#![expect(clippy::unwrap_used, reason = "a law fails by panicking")]

use std::thread;

use inkstone_vocab::Timestamp;

use crate::{
    password::PasswordHash,
    repository::{AccountRepository, Session},
    token::TokenHash,
};

/// A fresh store has no account.
pub fn a_fresh_store_has_no_account(repository: &impl AccountRepository) {
    assert!(!repository.any().unwrap());
    assert_eq!(repository.password("owner").unwrap(), None);
    repository.set_password("owner", &hash(1), at(0)).unwrap();
    assert!(repository.any().unwrap());
}

/// A password is kept until it is set again.
pub fn a_password_is_kept_until_it_is_set_again(repository: &impl AccountRepository) {
    repository.set_password("owner", &hash(1), at(0)).unwrap();
    assert_eq!(repository.password("owner").unwrap(), Some(hash(1)));
    repository.set_password("guest", &hash(3), at(1)).unwrap();
    repository.set_password("owner", &hash(2), at(1)).unwrap();
    assert_eq!(repository.password("owner").unwrap(), Some(hash(2)));
    assert_eq!(repository.password("guest").unwrap(), Some(hash(3)));
}

/// Names compare exactly.
pub fn names_compare_exactly(repository: &impl AccountRepository) {
    let name = "主人 o'Neil%_";
    repository.set_password(name, &hash(1), at(0)).unwrap();
    assert_eq!(repository.password(name).unwrap(), Some(hash(1)));
    for other in ["主人 O'Neil%_", "主人 o'Neil%_ ", "主人 o'Neilxx", "", "%"] {
        assert_eq!(repository.password(other).unwrap(), None, "{other}");
    }
}

/// The first account is created once, and not beside one that exists.
pub fn only_the_first_account_is_created(repository: &impl AccountRepository) {
    assert!(repository.create_first("owner", &hash(1), at(0)).unwrap());
    assert!(!repository.create_first("owner", &hash(2), at(1)).unwrap());
    assert!(!repository.create_first("other", &hash(3), at(1)).unwrap());
    assert_eq!(repository.password("owner").unwrap(), Some(hash(1)));
    assert_eq!(repository.password("other").unwrap(), None);
}

/// Of many first accounts, created at once, one is created.
pub fn of_many_first_accounts_one_is_created(repository: &impl AccountRepository) {
    let created: Vec<u8> = thread::scope(|scope| {
        let create = |tag: u8| repository.create_first(&name(tag), &hash(tag), at(0)).unwrap();
        let threads: Vec<_> =
            (1..=20).map(|tag| scope.spawn(move || create(tag).then_some(tag))).collect();
        threads.into_iter().filter_map(|thread| thread.join().unwrap()).collect()
    });
    assert_eq!(created.len(), 1, "{created:?}");
    for tag in 1..=20 {
        let expected = (created == [tag]).then(|| hash(tag));
        assert_eq!(repository.password(&name(tag)).unwrap(), expected);
    }
}

/// A session lasts until it expires.
pub fn a_session_lasts_until_it_expires(repository: &impl AccountRepository) {
    repository.set_password("owner", &hash(1), at(0)).unwrap();
    assert!(repository.open_session(&session("a", "owner", 100), &hash(1)).unwrap());
    let account = |text, now| repository.session(&TokenHash::of(text), at(now)).unwrap();
    assert_eq!(account("a", 0).as_deref(), Some("owner"));
    assert_eq!(account("a", 99).as_deref(), Some("owner"));
    assert_eq!(account("a", 100), None);
    assert_eq!(account("A", 0), None);
    assert_eq!(account("", 0), None);
}

/// An account has any number of sessions.
pub fn accounts_have_several_sessions(repository: &impl AccountRepository) {
    repository.set_password("owner", &hash(1), at(0)).unwrap();
    repository.set_password("guest", &hash(2), at(0)).unwrap();
    assert!(repository.open_session(&session("a", "owner", 100), &hash(1)).unwrap());
    assert!(repository.open_session(&session("b", "owner", 200), &hash(1)).unwrap());
    assert!(repository.open_session(&session("c", "guest", 200), &hash(2)).unwrap());
    let account = |text| repository.session(&TokenHash::of(text), at(50)).unwrap();
    assert_eq!(account("a").as_deref(), Some("owner"));
    assert_eq!(account("b").as_deref(), Some("owner"));
    assert_eq!(account("c").as_deref(), Some("guest"));
}

/// A session needs the password that the account has now.
pub fn a_session_needs_the_current_password(repository: &impl AccountRepository) {
    assert!(!repository.open_session(&session("a", "owner", 100), &hash(1)).unwrap());
    repository.set_password("owner", &hash(1), at(0)).unwrap();
    repository.set_password("owner", &hash(2), at(0)).unwrap();
    assert!(!repository.open_session(&session("a", "owner", 100), &hash(1)).unwrap());
    assert_eq!(repository.session(&TokenHash::of("a"), at(0)).unwrap(), None);
}

/// Setting a password closes the sessions of that account, and no others.
pub fn setting_a_password_closes_the_sessions_of_that_account(repository: &impl AccountRepository) {
    repository.set_password("owner", &hash(1), at(0)).unwrap();
    repository.set_password("guest", &hash(2), at(0)).unwrap();
    assert!(repository.open_session(&session("a", "owner", 100), &hash(1)).unwrap());
    assert!(repository.open_session(&session("b", "guest", 100), &hash(2)).unwrap());
    repository.set_password("owner", &hash(1), at(1)).unwrap();
    assert_eq!(repository.session(&TokenHash::of("a"), at(1)).unwrap(), None);
    let guest = repository.session(&TokenHash::of("b"), at(1)).unwrap();
    assert_eq!(guest.as_deref(), Some("guest"));
}

/// No session outlives the password it was opened with, even when both happen at once.
pub fn no_session_outlives_its_password(repository: &impl AccountRepository) {
    repository.set_password("owner", &hash(1), at(0)).unwrap();
    let token = |number: u32| format!("token {number}");
    thread::scope(|scope| {
        for number in 0..16 {
            scope.spawn(move || {
                repository.open_session(&session(&token(number), "owner", 100), &hash(1)).unwrap();
            });
            if number == 8 {
                scope.spawn(|| repository.set_password("owner", &hash(2), at(1)).unwrap());
            }
        }
    });
    for number in 0..16 {
        assert_eq!(repository.session(&TokenHash::of(&token(number)), at(1)).unwrap(), None);
    }
    assert_eq!(repository.password("owner").unwrap(), Some(hash(2)));
}

/// Purging removes the sessions that have expired and says how many.
pub fn purging_removes_expired_sessions_only(repository: &impl AccountRepository) {
    repository.set_password("owner", &hash(1), at(0)).unwrap();
    for (token, expires) in [("a", 100), ("b", 101), ("c", 99)] {
        assert!(repository.open_session(&session(token, "owner", expires), &hash(1)).unwrap());
    }
    assert_eq!(repository.purge_sessions(at(100)).unwrap(), 2);
    assert_eq!(repository.purge_sessions(at(100)).unwrap(), 0);
    let left = repository.session(&TokenHash::of("b"), at(100)).unwrap();
    assert_eq!(left.as_deref(), Some("owner"));
}

fn at(millis: i64) -> Timestamp {
    Timestamp::from_millis(1_790_000_000_000 + millis)
}

fn name(tag: u8) -> String {
    format!("owner {tag}")
}

/// Distinct for distinct tags, and cheap, for no law verifies a password.
fn hash(tag: u8) -> PasswordHash {
    let output = "A".repeat(41);
    let phc = format!("$argon2id$v=19$m=8,t=1,p=1$c2FsdHNhbHRzYWx0${tag:02}{output}");
    PasswordHash::parse(&phc).unwrap()
}

fn session(token: &str, account: &str, expires: i64) -> Session {
    Session {
        token: TokenHash::of(token),
        account: account.to_owned(),
        opened: at(0),
        expires: at(expires),
    }
}
