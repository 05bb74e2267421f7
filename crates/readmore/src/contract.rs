//! The laws of the repositories: one function each, for any implementation.
//!
//! [`readmore_contract!`](crate::readmore_contract) turns them into tests.

#![expect(missing_docs, reason = "the name of a law says it all")]
#![expect(clippy::expect_used, reason = "a law panics when it is broken")]

pub mod articles;
pub mod browses;
pub mod captchas;
pub mod subscribers;
pub mod tokens;
pub mod transfer;

use inkstone_vocab::{Timestamp, VisitorId};

use crate::{
    BlogId, Captcha, CodeLength, Crowd, Draw, Follower, Holder, Issue, OpenId, Resubscribe,
    UnlockRepository, Wanted,
};

/// Makes a test of every law; takes an expression that gives a fresh repository, or something
/// that dereferences to one, and attributes for each test.
#[macro_export]
macro_rules! readmore_contract {
    ($repository:expr $(, [$(#[$attribute:meta])*])?) => {
        $crate::readmore_contract! {
            @laws $repository, [$($(#[$attribute])*)?];
            captchas::a_code_is_good_once
            captchas::a_code_belongs_to_its_blog
            captchas::an_expired_code_is_used_up_for_nothing
            captchas::of_fifty_at_once_one_succeeds
            captchas::no_two_captchas_of_a_blog_have_one_code
            captchas::codes_given_at_once_differ
            captchas::expired_codes_are_free_again
            captchas::codes_grow_with_their_number
            captchas::too_many_for_one_client_are_refused
            captchas::too_many_for_one_blog_are_refused
            captchas::a_follower_gets_the_newest_again
            captchas::a_short_lived_newest_gives_way_to_another
            captchas::strangers_and_those_who_left_get_none
            captchas::leaving_takes_captchas_along
            captchas::whoever_left_meanwhile_has_lost_the_code
            captchas::expired_captchas_are_forgotten
            tokens::a_redeemed_code_lists_its_token
            tokens::tokens_are_revoked_listed_or_not
            tokens::expired_tokens_are_forgotten
            subscribers::following_twice_is_following_once
            subscribers::leaving_is_never_forgotten
            subscribers::a_stranger_who_leaves_is_remembered
            subscribers::one_follower_has_several_accounts
            subscribers::of_many_at_once_one_is_new
            subscribers::pages_list_those_known_last_first
            transfer::imported_followers_are_known_as_they_were
            transfer::an_import_changes_nobody_who_is_known
            transfer::thousands_come_in_at_once
            browses::what_was_read_is_listed_as_it_was_given
            browses::repetitions_are_stored_once
            browses::repetitions_at_once_are_stored_once
            browses::lists_have_any_order
            browses::lists_belong_to_their_blog
            browses::days_are_counted_by_what_let_readers_in
            browses::articles_are_counted_most_read_first
            browses::what_is_old_is_forgotten
            articles::an_article_is_kept_until_it_is_removed
            articles::a_newer_article_takes_the_place
            articles::articles_belong_to_their_blog
        }
    };
    (@laws $repository:expr, $attributes:tt; $($subject:ident::$law:ident)*) => {
        $($crate::readmore_contract! { @law $repository, $attributes, $subject, $law })*
    };
    (@law $repository:expr, [$(#[$attribute:meta])*], $subject:ident, $law:ident) => {
        #[test]
        $(#[$attribute])*
        fn $law() {
            $crate::contract::$subject::$law(&*$repository);
        }
    };
}

/// When the laws begin.
pub const NOW: Timestamp = Timestamp::from_millis(1_684_075_592_000);

/// How long a captcha lasts in the laws.
pub const LIFE: i64 = 300_000;

/// The blog of this name.
pub fn blog(name: &str) -> BlogId {
    BlogId::parse(name).expect("blog")
}

/// The follower of this name, of one account.
pub fn follower(name: &str) -> Follower {
    Follower {
        person: OpenId::parse(name).expect("openid"),
        account: OpenId::parse("gh_1").expect("openid"),
    }
}

/// A captcha of six digits for a client of this name.
pub fn wanted(name: &str) -> Wanted {
    let client = VisitorId::parse(name).expect("client");
    Wanted {
        blog: blog("blog"),
        holder: Holder::Client(client),
        length: CodeLength::new(6).expect("length"),
        life_millis: LIFE,
        resubscribe: Resubscribe::Block,
        crowd: Crowd::default(),
    }
}

/// The same for a follower.
pub fn wanted_by(follower: &Follower) -> Wanted {
    Wanted { holder: Holder::Follower(follower.clone()), ..wanted("nobody") }
}

/// Draws that begin with `number` and count on in steps that change the first four digits.
pub fn draws(number: u64) -> Vec<Draw> {
    (0..Draw::COUNT as u64).map(|step| Draw::new((number + step) * 1_000_003)).collect()
}

fn at(millis: i64) -> Timestamp {
    NOW.plus_millis(millis)
}

#[track_caller]
fn issue(repository: &impl UnlockRepository, wanted: &Wanted, number: u64, at: i64) -> Captcha {
    match repository.issue(wanted, &draws(number), NOW.plus_millis(at)).expect("issue") {
        Issue::New(captcha) => captcha,
        other => panic!("{other:?}"),
    }
}
