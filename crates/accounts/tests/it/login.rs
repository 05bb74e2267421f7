//! Passwords, sessions and the login lock.

#![expect(clippy::unwrap_used, reason = "fixtures")]

use std::{sync::Arc, thread};

use inkstone_accounts::{
    AccountError, AccountRepository, Accounts, Caller, LoginError, MemoryAccounts, NewPassword,
    SESSION_MILLIS, Via,
};
use inkstone_vocab::{Fault, FaultKind};

use crate::at;

const PASSWORD: &str = "correct horse";

fn accounts() -> Accounts<MemoryAccounts> {
    let accounts = Accounts::new(MemoryAccounts::default());
    accounts.set_password("owner", &password(PASSWORD), [7; 16], at(0)).unwrap();
    accounts
}

fn password(text: &str) -> NewPassword {
    NewPassword::parse(text).unwrap()
}

#[test]
fn a_session_lasts_48_hours() {
    let accounts = accounts();
    let token = accounts.login("owner", PASSWORD, "c", [1; 32], at(0)).unwrap();
    let caller = |now| accounts.authenticate(token.expose(), at(now)).unwrap();
    let owner = Caller { name: "owner".to_owned(), via: Via::Session };
    assert_eq!(caller(0), Some(owner.clone()));
    assert_eq!(caller(SESSION_MILLIS - 1), Some(owner));
    assert_eq!(caller(SESSION_MILLIS), None);
    assert_eq!(accounts.authenticate("", at(0)).unwrap(), None);
}

#[test]
fn the_fifth_failure_locks_even_the_right_password_out() {
    let accounts = accounts();
    for failed in 1..=4 {
        let refused = accounts.login("owner", "wrong", "c", [1; 32], at(0)).unwrap_err();
        assert!(
            matches!(refused, LoginError::Wrong { failed_attempts } if failed_attempts == failed)
        );
        assert_eq!((refused.kind(), refused.code()), (FaultKind::Unauthenticated, "login_wrong"));
    }
    for (word, now) in [("wrong", 0), (PASSWORD, 1), (PASSWORD, 1_799_999)] {
        let refused = accounts.login("owner", word, "c", [1; 32], at(now)).unwrap_err();
        assert!(matches!(refused, LoginError::Locked { until } if until == at(1_800_000)));
        assert_eq!((refused.kind(), refused.code()), (FaultKind::Forbidden, "login_locked"));
    }
    accounts.login("owner", PASSWORD, "other", [2; 32], at(1)).unwrap();
    accounts.login("owner", PASSWORD, "c", [3; 32], at(1_800_000)).unwrap();
}

#[test]
fn success_at_the_last_try_unlocks() {
    let accounts = accounts();
    for _ in 1..=4 {
        accounts.login("owner", "wrong", "c", [1; 32], at(0)).unwrap_err();
    }
    accounts.login("owner", PASSWORD, "c", [1; 32], at(0)).unwrap();
    let refused = accounts.login("owner", "wrong", "c", [2; 32], at(0));
    assert!(matches!(refused, Err(LoginError::Wrong { failed_attempts: 1 })));
}

#[test]
fn failures_are_forgotten_after_ten_minutes() {
    let accounts = accounts();
    for (now, failed) in [(0, 1), (599_999, 2), (1_199_999, 1)] {
        let refused = accounts.login("owner", "wrong", "c", [1; 32], at(now));
        assert!(
            matches!(refused, Err(LoginError::Wrong { failed_attempts }) if failed_attempts == failed)
        );
    }
}

#[test]
fn unknown_and_impossible_names_are_counted_like_wrong_passwords() {
    let accounts = accounts();
    let long = "x".repeat(65);
    for (name, failed) in [("nobody", 1), ("", 2), ("own\0er", 3), (long.as_str(), 4)] {
        let refused = accounts.login(name, PASSWORD, "c", [1; 32], at(0));
        assert!(
            matches!(refused, Err(LoginError::Wrong { failed_attempts }) if failed_attempts == failed)
        );
    }
}

#[test]
fn without_an_account_nobody_logs_in() {
    let accounts = Accounts::new(MemoryAccounts::default());
    assert!(!accounts.any().unwrap());
    assert!(accounts.login("Admin", "password", "c", [1; 32], at(0)).is_err());
    assert!(accounts.login("", "", "c", [1; 32], at(0)).is_err());
}

#[test]
fn a_new_password_closes_the_sessions() {
    let accounts = accounts();
    let token = accounts.login("owner", PASSWORD, "c", [1; 32], at(0)).unwrap();
    accounts.set_password("owner", &password("another horse"), [8; 16], at(1)).unwrap();
    assert_eq!(accounts.authenticate(token.expose(), at(1)).unwrap(), None);
    assert!(accounts.login("owner", PASSWORD, "c", [2; 32], at(1)).is_err());
    accounts.login("owner", "another horse", "c", [2; 32], at(1)).unwrap();
}

#[test]
fn only_the_first_account_is_created() {
    let accounts = Accounts::new(MemoryAccounts::default());
    assert!(accounts.create_first("owner", &password(PASSWORD), [7; 16], at(0)).unwrap());
    assert!(!accounts.create_first("thief", &password("12345678"), [7; 16], at(0)).unwrap());
    assert!(accounts.login("thief", "12345678", "c", [1; 32], at(0)).is_err());
}

#[test]
fn names_are_checked_before_they_are_stored() {
    let accounts = accounts();
    for name in ["", " owner", "a\nb", &"x".repeat(65)] {
        let refused = accounts.set_password(name, &password(PASSWORD), [7; 16], at(0));
        assert!(matches!(refused, Err(AccountError::InvalidName)), "{name:?}");
    }
    accounts.set_password(&"名".repeat(64), &password(PASSWORD), [7; 16], at(0)).unwrap();
}

#[test]
fn parallel_guesses_never_exceed_the_limit() {
    let accounts = accounts();
    let wrong = thread::scope(|scope| {
        let guess = || accounts.login("owner", "wrong", "c", [1; 32], at(0)).unwrap_err();
        let threads: Vec<_> = (0..12).map(|_| scope.spawn(guess)).collect();
        let refused = threads.into_iter().map(|thread| thread.join().unwrap());
        refused.filter(|refused| matches!(refused, LoginError::Wrong { .. })).count()
    });
    assert_eq!(wrong, 4);
}

#[test]
fn purging_counts_sessions_and_tries() {
    let accounts = accounts();
    accounts.login("owner", PASSWORD, "c", [1; 32], at(0)).unwrap();
    accounts.login("owner", "wrong", "c", [1; 32], at(0)).unwrap_err();
    assert_eq!(accounts.purge(at(SESSION_MILLIS - 1)).unwrap(), 1);
    assert_eq!(accounts.purge(at(SESSION_MILLIS)).unwrap(), 1);
}

#[test]
fn a_shared_repository_serves_several_services() {
    let repository: Arc<dyn AccountRepository> = Arc::new(MemoryAccounts::default());
    let accounts = Accounts::new(Arc::clone(&repository));
    accounts.set_password("owner", &password(PASSWORD), [7; 16], at(0)).unwrap();
    assert!(Accounts::new(repository).any().unwrap());
}
