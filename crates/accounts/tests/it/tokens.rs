//! API tokens.

use inkstone_accounts::{AccountError, Accounts, Caller, MemoryAccounts, Via};

use crate::at;

#[test]
fn a_token_works_until_it_is_revoked() {
    let accounts = Accounts::new(MemoryAccounts::default());
    let token = accounts.create_token("backup", [1; 32], at(0)).unwrap();
    let caller = || accounts.authenticate(token.expose(), at(0)).unwrap();
    assert_eq!(caller(), Some(Caller { name: "backup".to_owned(), via: Via::ApiToken }));
    assert_eq!(accounts.tokens().unwrap()[0].name, "backup");
    assert!(accounts.revoke_token("backup").unwrap());
    assert!(!accounts.revoke_token("backup").unwrap());
    assert!(!accounts.revoke_token("back\0up").unwrap());
    assert_eq!(caller(), None);
}

#[test]
fn tokens_from_elsewhere_keep_working() {
    let accounts = Accounts::new(MemoryAccounts::default());
    let token = "0123456789abcdef";
    accounts.adopt_token("panel", token, at(0)).unwrap();
    let caller = accounts.authenticate(token, at(0)).unwrap().unwrap();
    assert_eq!(caller.name, "panel");
    for weak in ["", "0123456789abcde"] {
        assert!(matches!(accounts.adopt_token("w", weak, at(0)), Err(AccountError::WeakToken)));
    }
}

#[test]
fn names_are_valid_and_unique() {
    let accounts = Accounts::new(MemoryAccounts::default());
    accounts.create_token("backup", [1; 32], at(0)).unwrap();
    let again = accounts.create_token("backup", [2; 32], at(0));
    assert!(matches!(again, Err(AccountError::TokenExists)));
    let unnamed = accounts.create_token(" ", [2; 32], at(0));
    assert!(matches!(unnamed, Err(AccountError::InvalidName)));
    assert_eq!(accounts.tokens().unwrap().len(), 1);
}
