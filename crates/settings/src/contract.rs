//! The laws of [`SettingRepository`]: one function per law, and a macro that makes each a test.
//!
//! The macro takes an expression that makes a fixture, a smart pointer to an empty store, and
//! optionally attributes for every test:
//!
//! ```
//! # use std::sync::Arc;
//! # use inkstone_settings::MemorySettings;
//! inkstone_settings::setting_repository_contract!(Arc::new(MemorySettings::default()));
//!
//! mod slow {
//!     # use std::sync::Arc;
//!     # use inkstone_settings::MemorySettings;
//!     inkstone_settings::setting_repository_contract!(
//!         Arc::new(MemorySettings::default()),
//!         [#[ignore = "needs a server"]]
//!     );
//! }
//! ```

#![expect(clippy::unwrap_used, reason = "a law fails by panicking")]

use std::{collections::BTreeMap, thread};

use crate::{change::Change, key, repository::SettingRepository};

/// Makes every law of [`SettingRepository`] a test.
#[macro_export]
macro_rules! setting_repository_contract {
    ($fixture:expr) => {
        $crate::setting_repository_contract!($fixture, []);
    };
    ($fixture:expr, $attributes:tt) => {
        $crate::laws!(
            $fixture,
            $attributes,
            [
                a_fresh_store_is_empty,
                texts_are_kept_as_they_are,
                saving_one_key_leaves_the_others,
                changes_happen_in_order,
                replacing_needs_what_was_there,
                appending_adds_what_is_missing,
                appending_nothing_stores_nothing,
                parallel_replacements_of_the_same_happen_once,
                parallel_appends_lose_no_entry,
                parallel_saves_of_different_keys_lose_none,
                a_save_is_seen_whole,
            ]
        );
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! laws {
    ($fixture:expr, $attributes:tt, [$($law:ident),* $(,)?]) => {
        $($crate::law!($fixture, $attributes, $law);)*
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! law {
    ($fixture:expr, [$($attribute:tt)*], $law:ident) => {
        #[test]
        $($attribute)*
        fn $law() {
            let fixture = $fixture;
            $crate::contract::$law(&*fixture);
        }
    };
}

/// A fresh store is empty, and stays so when nothing is saved.
pub fn a_fresh_store_is_empty(repository: &impl SettingRepository) {
    assert_eq!(repository.load().unwrap(), stored(&[]));
    repository.save(&[]).unwrap();
    repository.save(&[removed(key::ADMIN_BADGE)]).unwrap();
    assert_eq!(repository.load().unwrap(), stored(&[]));
}

/// Texts are kept as they are: empty, long, of many lines and scripts.
pub fn texts_are_kept_as_they_are(repository: &impl SettingRepository) {
    let long = "<p>你好 'x' \"y\" \\ % ; --</p>\r\n".repeat(2_000);
    let expected =
        [(key::PLACEHOLDER, ""), (key::ADMIN_BADGE, " 博主 👑 "), (key::TEMPLATE_REPLY, &long)];
    let changes: Vec<Change> = expected.iter().map(|&(key, value)| set(key, value)).collect();
    repository.save(&changes).unwrap();
    assert_eq!(repository.load().unwrap(), stored(&expected));
}

/// Saving or removing one key leaves the others.
pub fn saving_one_key_leaves_the_others(repository: &impl SettingRepository) {
    repository.save(&[set(key::ADMIN_BADGE, "a"), set(key::ADMIN_EMAIL, "b@x.io")]).unwrap();
    repository.save(&[set(key::ADMIN_BADGE, "c")]).unwrap();
    let expected = stored(&[(key::ADMIN_BADGE, "c"), (key::ADMIN_EMAIL, "b@x.io")]);
    assert_eq!(repository.load().unwrap(), expected);
    repository.save(&[removed(key::ADMIN_BADGE), set(key::SMTP_PORT, "25")]).unwrap();
    let expected = stored(&[(key::ADMIN_EMAIL, "b@x.io"), (key::SMTP_PORT, "25")]);
    assert_eq!(repository.load().unwrap(), expected);
}

/// Changes happen in order, so the last of one key wins.
pub fn changes_happen_in_order(repository: &impl SettingRepository) {
    let changes = [
        set(key::ADMIN_BADGE, "a"),
        removed(key::ADMIN_BADGE),
        set(key::ADMIN_BADGE, "b"),
        set(key::ADMIN_EMAIL, "c"),
        removed(key::ADMIN_EMAIL),
    ];
    repository.save(&changes).unwrap();
    assert_eq!(repository.load().unwrap(), stored(&[(key::ADMIN_BADGE, "b")]));
}

/// Replacing needs what was there, or nothing where nothing was, and touches no other key.
pub fn replacing_needs_what_was_there(repository: &impl SettingRepository) {
    repository.save(&[set(key::ADMIN_BADGE, "a")]).unwrap();
    let replace = |before, after| repository.replace(key::S3, before, after).unwrap();
    assert!(!replace(Some(""), "x"));
    assert!(replace(None, "1"));
    assert!(!replace(None, "x"));
    assert!(!replace(Some("2"), "x"));
    assert!(replace(Some("1"), "2"));
    assert!(replace(Some("2"), "2"), "the same again");
    let expected = stored(&[(key::S3, "2"), (key::ADMIN_BADGE, "a")]);
    assert_eq!(repository.load().unwrap(), expected);
}

/// Of eight that replace the same at once, one does.
pub fn parallel_replacements_of_the_same_happen_once(repository: &impl SettingRepository) {
    for before in [None, Some("0")] {
        let replace = |number: u32| {
            let after = if before.is_none() { "0".to_owned() } else { number.to_string() };
            repository.replace(key::S3, before, &after).unwrap()
        };
        let replaced = thread::scope(|scope| {
            let workers: Vec<_> =
                (1..=8).map(|number| scope.spawn(move || replace(number))).collect();
            workers.into_iter().map(|worker| worker.join().unwrap()).filter(|&done| done).count()
        });
        assert_eq!(replaced, 1, "{before:?}");
    }
}

/// Appending adds the entries that the list lacks, at its end.
pub fn appending_adds_what_is_missing(repository: &impl SettingRepository) {
    repository.append(key::BLOCKED_IPS, &entries(["10.0.0.2", "10.0.0.1"])).unwrap();
    repository.append(key::BLOCKED_IPS, &entries(["10.0.0.1", "::1"])).unwrap();
    repository.append(key::BLOCKED_IPS, &entries(["10.0.0"])).unwrap();
    repository.append(key::BLOCKED_EMAILS, &entries(["a@x.io"])).unwrap();
    let expected = stored(&[
        (key::BLOCKED_IPS, "10.0.0.2,10.0.0.1,::1,10.0.0"),
        (key::BLOCKED_EMAILS, "a@x.io"),
    ]);
    assert_eq!(repository.load().unwrap(), expected);
}

/// Appending nothing stores nothing.
pub fn appending_nothing_stores_nothing(repository: &impl SettingRepository) {
    repository.append(key::BLOCKED_IPS, &[]).unwrap();
    assert_eq!(repository.load().unwrap(), stored(&[]));
    repository.append(key::BLOCKED_IPS, &entries(["::1"])).unwrap();
    repository.append(key::BLOCKED_IPS, &[]).unwrap();
    assert_eq!(repository.load().unwrap(), stored(&[(key::BLOCKED_IPS, "::1")]));
}

/// Twenty that append at once, to a list that does not exist yet, lose no entry.
pub fn parallel_appends_lose_no_entry(repository: &impl SettingRepository) {
    let address = |number: u32| format!("10.0.0.{number}");
    thread::scope(|scope| {
        for number in 1..=20 {
            scope.spawn(move || {
                let entries = entries([address(number).as_str(), "10.1.1.1"]);
                repository.append(key::BLOCKED_IPS, &entries).unwrap();
            });
        }
    });
    let all = repository.load().unwrap();
    let mut found: Vec<&str> = all[key::BLOCKED_IPS].split(',').collect();
    found.sort_unstable();
    let mut expected: Vec<String> = (1..=20).map(address).collect();
    expected.push("10.1.1.1".to_owned());
    expected.sort_unstable();
    assert_eq!(found, expected);
}

/// Those that save different keys at once lose none.
pub fn parallel_saves_of_different_keys_lose_none(repository: &impl SettingRepository) {
    thread::scope(|scope| {
        for &key in key::KEYS {
            scope.spawn(move || repository.save(&[set(key, key)]).unwrap());
        }
    });
    let expected: Vec<(&str, &str)> = key::KEYS.iter().map(|&key| (key, key)).collect();
    assert_eq!(repository.load().unwrap(), stored(&expected));
}

/// A save is seen whole or not at all.
pub fn a_save_is_seen_whole(repository: &impl SettingRepository) {
    let save = |text: &str| {
        repository.save(&[set(key::SMTP_USER, text), set(key::SMTP_PASSWORD, text)]).unwrap();
    };
    save("0");
    thread::scope(|scope| {
        for writer in 0..2 {
            scope.spawn(move || (0..30).for_each(|round| save(&format!("{writer} {round}"))));
        }
        for _ in 0..60 {
            let all = repository.load().unwrap();
            assert_eq!(all[key::SMTP_USER], all[key::SMTP_PASSWORD]);
        }
    });
}

fn set(key: &'static str, value: &str) -> Change {
    Change { key, value: Some(value.to_owned()) }
}

fn removed(key: &'static str) -> Change {
    Change { key, value: None }
}

fn entries<const N: usize>(texts: [&str; N]) -> Vec<String> {
    texts.map(str::to_owned).to_vec()
}

fn stored(values: &[(&str, &str)]) -> BTreeMap<String, String> {
    values.iter().map(|&(key, value)| (key.to_owned(), value.to_owned())).collect()
}
