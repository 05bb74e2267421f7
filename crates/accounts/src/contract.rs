//! The laws of the repositories: one function per law, and a macro per port that makes each law a
//! test.
//!
//! A macro takes an expression that makes a fixture, a smart pointer to an empty store, and
//! optionally attributes for every test:
//!
//! ```
//! # use std::sync::Arc;
//! # use inkstone_accounts::MemoryAccounts;
//! inkstone_accounts::account_repository_contract!(Arc::new(MemoryAccounts::default()));
//!
//! mod slow {
//!     # use std::sync::Arc;
//!     # use inkstone_accounts::MemoryAccounts;
//!     inkstone_accounts::throttle_repository_contract!(
//!         Arc::new(MemoryAccounts::default()),
//!         [#[ignore = "needs a server"]]
//!     );
//! }
//! ```

pub mod accounts;
pub mod throttle;
pub mod tokens;

/// Makes every law of [`AccountRepository`](crate::AccountRepository) a test.
#[macro_export]
macro_rules! account_repository_contract {
    ($fixture:expr) => {
        $crate::account_repository_contract!($fixture, []);
    };
    ($fixture:expr, $attributes:tt) => {
        $crate::laws!(
            $fixture,
            $attributes,
            accounts,
            [
                a_fresh_store_has_no_account,
                a_password_is_kept_until_it_is_set_again,
                names_compare_exactly,
                only_the_first_account_is_created,
                of_many_first_accounts_one_is_created,
                a_session_lasts_until_it_expires,
                accounts_have_several_sessions,
                a_session_needs_the_current_password,
                setting_a_password_closes_the_sessions_of_that_account,
                no_session_outlives_its_password,
                purging_removes_expired_sessions_only,
            ]
        );
    };
}

/// Makes every law of [`ApiTokenRepository`](crate::ApiTokenRepository) a test.
#[macro_export]
macro_rules! api_token_repository_contract {
    ($fixture:expr) => {
        $crate::api_token_repository_contract!($fixture, []);
    };
    ($fixture:expr, $attributes:tt) => {
        $crate::laws!(
            $fixture,
            $attributes,
            tokens,
            [
                a_token_is_found_by_what_was_presented,
                names_and_tokens_are_unique,
                tokens_are_listed_by_name,
                a_revoked_token_is_gone,
                of_many_tokens_of_one_name_one_is_stored,
            ]
        );
    };
}

/// Makes every law of [`ThrottleRepository`](crate::ThrottleRepository) a test.
#[macro_export]
macro_rules! throttle_repository_contract {
    ($fixture:expr) => {
        $crate::throttle_repository_contract!($fixture, []);
    };
    ($fixture:expr, $attributes:tt) => {
        $crate::laws!(
            $fixture,
            $attributes,
            throttle,
            [
                tries_are_numbered_until_the_last_locks,
                a_lock_is_neither_extended_nor_counted,
                a_counter_is_renewed_by_every_try,
                a_limit_of_one_locks_at_once,
                clearing_forgets_tries_and_locks,
                subjects_do_not_share_tries,
                asking_for_a_lock_counts_nothing,
                a_clock_that_was_ahead_locks_nobody_for_long,
                purging_keeps_what_still_counts,
                parallel_tries_never_exceed_the_limit,
                parallel_tries_of_many_subjects_are_all_counted,
            ]
        );
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! laws {
    ($fixture:expr, $attributes:tt, $port:ident, [$($law:ident),* $(,)?]) => {
        $($crate::law!($fixture, $attributes, $port, $law);)*
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! law {
    ($fixture:expr, [$($attribute:tt)*], $port:ident, $law:ident) => {
        #[test]
        $($attribute)*
        fn $law() {
            let fixture = $fixture;
            $crate::contract::$port::$law(&*fixture);
        }
    };
}
