//! The laws of API tokens.

#![expect(clippy::unwrap_used, reason = "a law fails by panicking")]

use std::thread;

use inkstone_vocab::Timestamp;

use crate::{
    repository::{ApiTokenInfo, ApiTokenRepository},
    token::TokenHash,
};

/// A token is found by what was presented.
pub fn a_token_is_found_by_what_was_presented(repository: &impl ApiTokenRepository) {
    assert_eq!(repository.find(&TokenHash::of("a")).unwrap(), None);
    assert!(repository.insert("backup", &TokenHash::of("a"), at(0)).unwrap());
    assert!(repository.insert("主题 'x'", &TokenHash::of("b"), at(0)).unwrap());
    assert_eq!(repository.find(&TokenHash::of("a")).unwrap().as_deref(), Some("backup"));
    assert_eq!(repository.find(&TokenHash::of("b")).unwrap().as_deref(), Some("主题 'x'"));
    assert_eq!(repository.find(&TokenHash::of("A")).unwrap(), None);
}

/// A taken name, or a token that exists, changes nothing.
pub fn names_and_tokens_are_unique(repository: &impl ApiTokenRepository) {
    assert!(repository.insert("backup", &TokenHash::of("a"), at(0)).unwrap());
    assert!(!repository.insert("backup", &TokenHash::of("b"), at(1)).unwrap());
    assert!(!repository.insert("other", &TokenHash::of("a"), at(1)).unwrap());
    assert!(repository.insert("Backup", &TokenHash::of("c"), at(1)).unwrap());
    assert_eq!(repository.find(&TokenHash::of("a")).unwrap().as_deref(), Some("backup"));
    assert_eq!(repository.find(&TokenHash::of("b")).unwrap(), None);
}

/// Tokens are listed by name, with the time they were made.
pub fn tokens_are_listed_by_name(repository: &impl ApiTokenRepository) {
    assert_eq!(repository.list().unwrap(), []);
    for (name, created) in [("b", 1), ("é", 2), ("B", 3), ("a", 4)] {
        assert!(repository.insert(name, &TokenHash::of(name), at(created)).unwrap());
    }
    let info = |name: &str, created| ApiTokenInfo { name: name.to_owned(), created: at(created) };
    let expected = [info("B", 3), info("a", 4), info("b", 1), info("é", 2)];
    assert_eq!(repository.list().unwrap(), expected);
}

/// A revoked token is gone, and its name is free.
pub fn a_revoked_token_is_gone(repository: &impl ApiTokenRepository) {
    assert!(repository.insert("a", &TokenHash::of("a"), at(0)).unwrap());
    assert!(repository.insert("b", &TokenHash::of("b"), at(0)).unwrap());
    assert!(repository.revoke("a").unwrap());
    assert!(!repository.revoke("a").unwrap());
    assert_eq!(repository.find(&TokenHash::of("a")).unwrap(), None);
    assert_eq!(repository.find(&TokenHash::of("b")).unwrap().as_deref(), Some("b"));
    assert!(repository.insert("a", &TokenHash::of("c"), at(1)).unwrap());
}

/// Of many tokens of one name, stored at once, one is stored.
pub fn of_many_tokens_of_one_name_one_is_stored(repository: &impl ApiTokenRepository) {
    let stored: Vec<String> = thread::scope(|scope| {
        let insert = |text: &str| repository.insert("backup", &TokenHash::of(text), at(0)).unwrap();
        let threads: Vec<_> = (0..20)
            .map(|number: u32| {
                let text = number.to_string();
                scope.spawn(move || insert(&text).then_some(text))
            })
            .collect();
        threads.into_iter().filter_map(|thread| thread.join().unwrap()).collect()
    });
    assert_eq!(stored.len(), 1, "{stored:?}");
    assert_eq!(repository.list().unwrap().len(), 1);
    let found = repository.find(&TokenHash::of(&stored[0])).unwrap();
    assert_eq!(found.as_deref(), Some("backup"));
}

fn at(millis: i64) -> Timestamp {
    Timestamp::from_millis(1_790_000_000_000 + millis)
}
