//! The key with which the owner comments.

use inkstone_accounts::{Accounts, KeyError, MemoryAccounts, PasswordHash};
use inkstone_vocab::{Fault, FaultKind};

use crate::at;

#[test]
fn the_third_failure_locks_even_the_right_key_out() {
    let accounts = Accounts::new(MemoryAccounts::default());
    let hash = PasswordHash::create("key", [7; 16]);
    for presented in ["", "Key"] {
        let refused = accounts.check_admin_key(&hash, presented, "c", at(0)).unwrap_err();
        assert!(matches!(refused, KeyError::Wrong));
        assert_eq!(
            (refused.kind(), refused.code()),
            (FaultKind::Unauthenticated, "admin_key_wrong")
        );
        accounts.check_admin_lock("c", at(0)).unwrap();
    }
    for (presented, now) in [("wrong", 0), ("key", 1), ("key", 1_799_999)] {
        let refused = accounts.check_admin_key(&hash, presented, "c", at(now)).unwrap_err();
        assert!(matches!(refused, KeyError::Locked { until } if until == at(1_800_000)));
        assert_eq!((refused.kind(), refused.code()), (FaultKind::Forbidden, "admin_key_locked"));
        assert!(accounts.check_admin_lock("c", at(now)).is_err());
    }
    accounts.check_admin_lock("other", at(1)).unwrap();
    accounts.check_admin_lock("c", at(1_800_000)).unwrap();
    accounts.check_admin_key(&hash, "key", "c", at(1_800_000)).unwrap();
}

#[test]
fn success_clears_the_failures() {
    let accounts = Accounts::new(MemoryAccounts::default());
    let hash = PasswordHash::create("key", [7; 16]);
    for _ in 0..2 {
        accounts.check_admin_key(&hash, "wrong", "c", at(0)).unwrap_err();
        accounts.check_admin_key(&hash, "wrong", "c", at(3_599_999)).unwrap_err();
        accounts.check_admin_key(&hash, "key", "c", at(3_599_999)).unwrap();
    }
}

#[test]
fn a_locked_admin_key_does_not_lock_the_login() {
    let accounts = Accounts::new(MemoryAccounts::default());
    let password = inkstone_accounts::NewPassword::parse("correct horse").unwrap();
    accounts.set_password("owner", &password, [7; 16], at(0)).unwrap();
    let hash = PasswordHash::create("key", [7; 16]);
    for _ in 0..3 {
        accounts.check_admin_key(&hash, "wrong", "c", at(0)).unwrap_err();
    }
    accounts.login("owner", "correct horse", "c", [1; 32], at(0)).unwrap();
    assert!(accounts.check_admin_lock("c", at(0)).is_err());
}
