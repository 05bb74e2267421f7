//! The laws of [`TalkRepository`]: one function each, for any implementation.
//!
//! [`talk_repository_contract!`](crate::talk_repository_contract) turns them into tests.

#![expect(missing_docs, reason = "the name of a law says it all")]
#![expect(clippy::expect_used, reason = "a law panics when it is broken")]

pub mod likes;
pub mod listing;
pub mod transfer;

use inkstone_vocab::{PageRequest, VisitorId};

use crate::{Content, Edit, NewTalk, Tags, Talk, TalkId, TalkRepository, TalkTime, Values};

/// Makes a test of every law; takes an expression that gives a fresh repository, or something
/// that dereferences to one, and attributes for each test.
#[macro_export]
macro_rules! talk_repository_contract {
    ($repository:expr $(, [$(#[$attribute:meta])*])?) => {
        $crate::talk_repository_contract! {
            @laws $repository, [$($(#[$attribute])*)?];
            listing::a_stored_talk_is_found_as_it_was_given
            listing::talks_come_newest_first_and_the_last_stored_before_others
            listing::pages_follow_each_other
            listing::a_page_past_the_end_is_empty
            listing::all_talks_are_handed_over_in_the_order_of_lists
            listing::an_edit_changes_what_it_names
            listing::a_repair_leaves_what_can_be_read
            listing::names_are_unique
            listing::absent_talks_are_answered_with_none
            listing::totals_follow_parallel_changes
            likes::a_visitor_likes_and_takes_it_back
            likes::visitors_see_what_they_like
            likes::an_edit_leaves_likes
            likes::likes_go_with_their_talk
            likes::two_hundred_visitors_at_once_give_two_hundred_likes
            likes::one_visitor_at_once_counts_once
            likes::an_edit_at_once_loses_no_likes
            likes::a_removal_at_once_leaves_no_likes
        }
    };
    (@laws $repository:expr, $attributes:tt; $($subject:ident::$law:ident)*) => {
        $($crate::talk_repository_contract! { @law $repository, $attributes, $subject, $law })*
    };
    (@law $repository:expr, [$(#[$attribute:meta])*], $subject:ident, $law:ident) => {
        #[test]
        $(#[$attribute])*
        fn $law() {
            $crate::contract::$subject::$law(&*$repository);
        }
    };
}

/// A talk that says `content`.
pub fn talk(content: &str) -> NewTalk {
    NewTalk { content: self::content(content), ..NewTalk::default() }
}

/// The same name for the same number.
pub fn id(number: u128) -> TalkId {
    TalkId::from_random(number.to_be_bytes())
}

fn insert(repository: &impl TalkRepository, number: u128, seconds: i64) -> TalkId {
    let new = talk(&number.to_string());
    assert!(repository.insert(id(number), &new, time(seconds)).expect("insert"));
    id(number)
}

#[track_caller]
fn find(repository: &impl TalkRepository, id: TalkId) -> Talk {
    repository.find(id).expect("find").expect("talk")
}

#[track_caller]
fn edit(repository: &impl TalkRepository, id: TalkId, edit: &Edit) {
    assert!(repository.edit(id, edit).expect("edit"));
}

fn all(repository: &impl TalkRepository) -> Vec<Talk> {
    let mut talks = Vec::new();
    repository.each(&mut |talk| talks.push(talk)).expect("each");
    let page = repository.page(PageRequest::new(1, 100_000)).expect("page");
    assert_eq!((page.total, &page.items), (talks.len() as u64, &talks));
    talks
}

fn content(text: &str) -> Content {
    Content::parse(text).expect("content")
}

fn tags(text: &str) -> Tags {
    Tags::parse(text).expect("tags")
}

fn values(text: &str) -> Values {
    Values::parse(text).expect("values")
}

fn time(seconds: i64) -> TalkTime {
    TalkTime::from_seconds(seconds).expect("time")
}

fn visitor(name: &str) -> VisitorId {
    VisitorId::parse(name).expect("visitor")
}
