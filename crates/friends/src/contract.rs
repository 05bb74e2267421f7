//! The laws of [`FriendRepository`]: one function each, for any implementation.
//!
//! [`friend_repository_contract!`](crate::friend_repository_contract) turns them into tests.

#![expect(missing_docs, reason = "the name of a law says it all")]
#![expect(clippy::expect_used, reason = "a law panics when it is broken")]

pub mod applications;
pub mod transfer;

use std::{collections::HashSet, slice, thread};

use inkstone_vocab::Timestamp;

use crate::{
    Address, Application, Edit, Friend, FriendId, FriendRepository, NewFriend, Profile, Status,
    Text,
};

/// Makes a test of every law; takes an expression that gives a fresh repository, or something
/// that dereferences to one, and attributes for each test.
#[macro_export]
macro_rules! friend_repository_contract {
    ($repository:expr $(, [$(#[$attribute:meta])*])?) => {
        $crate::friend_repository_contract! {
            @laws $repository, [$($(#[$attribute])*)?];
            an_added_friend_is_listed_as_it_was_given
            only_shown_friends_are_shown
            friends_of_one_second_get_the_seconds_that_follow
            long_runs_of_seconds_end
            friends_come_by_time_then_as_they_were_added
            an_edit_changes_what_it_names
            removed_friends_are_gone
            everything_hidden_is_removed_at_once
            absent_friends_are_answered_with_false
            a_repair_leaves_what_can_be_read
            concurrent_friends_get_names_of_their_own
            applications::an_application_waits_hidden
            applications::who_applies_again_changes_what_waits
            applications::what_the_owner_touched_is_not_changed_by_strangers
            applications::applications_are_limited
            applications::concurrent_applications_for_one_address_are_one
            applications::concurrent_applications_get_names_of_their_own
        }
    };
    (@laws $repository:expr, $attributes:tt; $($($subject:ident)::+)*) => {
        $($crate::friend_repository_contract! { @law $repository, $attributes, $($subject)::+ })*
    };
    (@law $repository:expr, $attributes:tt, $subject:ident::$law:ident) => {
        $crate::friend_repository_contract! {
            @test $repository, $attributes, $law, $crate::contract::$subject::$law
        }
    };
    (@law $repository:expr, $attributes:tt, $law:ident) => {
        $crate::friend_repository_contract! {
            @test $repository, $attributes, $law, $crate::contract::$law
        }
    };
    (@test $repository:expr, [$(#[$attribute:meta])*], $law:ident, $path:path) => {
        #[test]
        $(#[$attribute])*
        fn $law() {
            $path(&*$repository);
        }
    };
}

pub fn an_added_friend_is_listed_as_it_was_given(repository: &impl FriendRepository) {
    let profile = Profile {
        name: text("<b>Ada & \"Bob\"</b> 你"),
        url: address("https://ada.example/?a=b&c='d'"),
        image: address("/ada.png"),
        description: text("one\ntwo"),
    };
    let new = NewFriend { profile: profile.clone(), shown: true };
    let added = repository.add(&new, at(1_704_599_400_999)).expect("add");
    let expected = Friend { id: id("1704599400"), profile, status: Status::Shown };
    assert_eq!(added, expected);
    assert_eq!(repository.all().expect("all"), slice::from_ref(&expected));
    assert_eq!(repository.shown().expect("shown"), [expected]);
}

pub fn only_shown_friends_are_shown(repository: &impl FriendRepository) {
    let shown = add(repository, "a", 0);
    let hidden = NewFriend { shown: false, ..friend("b") };
    let hidden = repository.add(&hidden, at(0)).expect("add");
    assert_eq!(hidden.status, Status::Hidden);
    assert_eq!(repository.shown().expect("shown"), slice::from_ref(&shown));
    assert_eq!(repository.all().expect("all"), [shown, hidden]);
}

pub fn friends_of_one_second_get_the_seconds_that_follow(repository: &impl FriendRepository) {
    let given = [5_000, 5_999, 7_000, 5_500, 6_000, -1].map(|at| add(repository, "a", at).id);
    assert_eq!(given, ["5", "6", "7", "8", "9", "-1"].map(id));
    assert!(repository.remove(&id("6")).expect("remove"));
    assert_eq!(add(repository, "a", 5_000).id, id("6"));
}

pub fn long_runs_of_seconds_end(repository: &impl FriendRepository) {
    for second in 0..150 {
        assert_eq!(add(repository, "a", 0).id, id(&second.to_string()));
    }
}

pub fn friends_come_by_time_then_as_they_were_added(repository: &impl FriendRepository) {
    // As text, 999 comes after 1000.
    for second in [1_000, 999, 1_000_000_000] {
        add(repository, "a", second * 1_000);
    }
    assert_eq!(ids(repository), ["999", "1000", "1000000000"].map(id));
}

pub fn an_edit_changes_what_it_names(repository: &impl FriendRepository) {
    let before = add(repository, "a", 0);
    let other = add(repository, "b", 0);
    let all = || repository.all().expect("all");
    let edit = |edit: &Edit| assert!(repository.edit(&before.id, edit).expect("edit"));

    edit(&Edit::default());
    assert_eq!(all(), [before.clone(), other.clone()]);

    edit(&Edit { shown: Some(false), ..Edit::default() });
    let mut expected = Friend { status: Status::Hidden, ..before.clone() };
    assert_eq!(all()[0], expected);

    edit(&Edit { name: Some(text("")), description: Some(text("new")), ..Edit::default() });
    expected.profile.name = text("");
    expected.profile.description = text("new");
    assert_eq!(all()[0], expected);

    let (url, image) = (address("https://new.example"), address("/new.png"));
    let moved = Edit { url: Some(url.clone()), image: Some(image.clone()), ..Edit::default() };
    edit(&Edit { shown: Some(true), ..moved });
    expected.profile = Profile { url, image, ..expected.profile };
    expected.status = Status::Shown;
    assert_eq!(all(), [expected, other]);
}

pub fn removed_friends_are_gone(repository: &impl FriendRepository) {
    let [first, second] = [0, 1_000].map(|at| add(repository, "a", at));
    assert!(repository.remove(&first.id).expect("remove"));
    assert!(!repository.remove(&first.id).expect("remove"));
    assert_eq!(repository.all().expect("all"), [second]);
}

pub fn everything_hidden_is_removed_at_once(repository: &impl FriendRepository) {
    let shown = add(repository, "a", 0);
    repository.add(&NewFriend { shown: false, ..friend("b") }, at(0)).expect("add");
    repository.apply(&application("c"), at(0)).expect("apply");
    assert_eq!(repository.remove_hidden().expect("remove"), 2);
    assert_eq!(repository.remove_hidden().expect("remove"), 0);
    assert_eq!(repository.all().expect("all"), [shown]);
}

pub fn absent_friends_are_answered_with_false(repository: &impl FriendRepository) {
    add(repository, "a", 5_000);
    for absent in ["4", "5.0", "05"] {
        assert!(!repository.edit(&id(absent), &Edit::default()).expect("edit"), "{absent}");
        assert!(!repository.remove(&id(absent)).expect("remove"), "{absent}");
    }
    assert_eq!(ids(repository), [id("5")]);
}

pub fn a_repair_leaves_what_can_be_read(repository: &impl FriendRepository) {
    for (name, shown) in [("a", true), ("b", false), ("", true)] {
        let profile = Profile { name: text(name), ..Profile::default() };
        repository.add(&NewFriend { profile, shown }, at(5_000)).expect("add");
    }
    let before = repository.all().expect("all");
    assert_eq!(repository.repair().expect("repair"), 0);
    assert_eq!(repository.all().expect("all"), before);
}

pub fn concurrent_friends_get_names_of_their_own(repository: &impl FriendRepository) {
    let given: HashSet<FriendId> = thread::scope(|scope| {
        let workers: Vec<_> =
            (0..100).map(|_| scope.spawn(|| add(repository, "a", 1_000).id)).collect();
        workers.into_iter().map(|worker| worker.join().expect("worker")).collect()
    });
    let expected: HashSet<FriendId> = (1..=100).map(|second| id(&second.to_string())).collect();
    assert_eq!(given, expected);
    assert_eq!(ids(repository).len(), 100);
}

/// A shown friend of this name.
pub fn friend(name: &str) -> NewFriend {
    let profile = Profile {
        name: text(name),
        url: address(&format!("https://{name}.example")),
        image: address(&format!("https://{name}.example/image.png")),
        description: text(""),
    };
    NewFriend { profile, shown: true }
}

/// What a stranger of this name asks for.
pub fn application(name: &str) -> Application {
    let url = format!("https://{name}.example");
    Application::parse(name, &url, &url, "please").expect("application")
}

fn add(repository: &impl FriendRepository, name: &str, millis: i64) -> Friend {
    repository.add(&friend(name), at(millis)).expect("add")
}

fn ids(repository: &impl FriendRepository) -> Vec<FriendId> {
    repository.all().expect("all").into_iter().map(|friend| friend.id).collect()
}

fn id(text: &str) -> FriendId {
    FriendId::parse(text).expect("id")
}

fn text(text: &str) -> Text {
    Text::parse(text).expect("text")
}

fn address(text: &str) -> Address {
    Address::parse(text).expect("address")
}

fn at(millis: i64) -> Timestamp {
    Timestamp::from_millis(millis)
}
