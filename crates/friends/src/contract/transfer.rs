//! Moving friends in and out. These laws need a [`FriendRepository`] as well.

use std::thread;

use inkstone_vocab::ImportMode;

use super::{add, application, at, friend, id, ids, text};
use crate::{Applied, Friend, FriendRepository, FriendTransfer, Imported, Status};

/// Makes a test of every law; takes what
/// [`friend_repository_contract!`](crate::friend_repository_contract) takes.
#[macro_export]
macro_rules! friend_transfer_contract {
    ($repository:expr $(, [$(#[$attribute:meta])*])?) => {
        $crate::friend_transfer_contract! {
            @laws $repository, [$($(#[$attribute])*)?];
            what_is_imported_is_exported
            an_import_replaces_what_is_there
            an_import_merges_with_what_is_there
            importing_again_changes_nothing
            repeated_names_get_a_counter
            imported_applications_wait_on
            friends_are_added_beside_imported_ones
            concurrent_imports_and_additions_lose_nobody
            many_friends_are_imported_at_once
        }
    };
    (@laws $repository:expr, $attributes:tt; $($law:ident)*) => {
        $($crate::friend_transfer_contract! { @law $repository, $attributes, $law })*
    };
    (@law $repository:expr, [$(#[$attribute:meta])*], $law:ident) => {
        #[test]
        $(#[$attribute])*
        fn $law() {
            $crate::contract::transfer::$law(&*$repository);
        }
    };
}

/// A repository whose friends can be moved.
pub trait Movable: FriendRepository + FriendTransfer {}

impl<R: FriendRepository + FriendTransfer> Movable for R {}

pub fn what_is_imported_is_exported(repository: &impl Movable) {
    let mut hidden = record("1795212488.4817219", "bob");
    hidden.status = Status::Hidden;
    let records = [record("5", "ada"), hidden, record("1795212489", "eve")];
    let imported = import(repository, &records, ImportMode::Replace);
    assert_eq!(imported, Imported { added: 3, ..Imported::default() });
    assert_eq!(repository.all().expect("all"), records);
}

pub fn an_import_replaces_what_is_there(repository: &impl Movable) {
    import(repository, &[record("1", "ada"), record("2", "bob")], ImportMode::Merge);
    let records = [record("2", "bob 2"), record("3", "eve")];
    let imported = import(repository, &records, ImportMode::Replace);
    assert_eq!(imported, Imported { added: 1, replaced: 1, removed: 1 });
    assert_eq!(repository.all().expect("all"), records);
    let imported = import(repository, &[], ImportMode::Replace);
    assert_eq!(imported, Imported { removed: 2, ..Imported::default() });
    assert_eq!(repository.all().expect("all"), []);
}

pub fn an_import_merges_with_what_is_there(repository: &impl Movable) {
    import(repository, &[record("1", "ada"), record("2", "bob")], ImportMode::Merge);
    let records = [record("2", "bob 2"), record("3", "eve")];
    let imported = import(repository, &records, ImportMode::Merge);
    assert_eq!(imported, Imported { added: 1, replaced: 1, removed: 0 });
    let expected = [record("1", "ada"), record("2", "bob 2"), record("3", "eve")];
    assert_eq!(repository.all().expect("all"), expected);
}

pub fn importing_again_changes_nothing(repository: &impl Movable) {
    add(repository, "own", 9_000);
    let records = [record("5.5", "ada"), record("5.5", "bob"), record("5.5", "eve")];
    for mode in [ImportMode::Merge, ImportMode::Replace] {
        import(repository, &records, mode);
        let once = repository.all().expect("all");
        import(repository, &records, mode);
        assert_eq!(repository.all().expect("all"), once);
        let exported = once.clone();
        import(repository, &exported, mode);
        assert_eq!(repository.all().expect("all"), once);
    }
    assert_eq!(ids(repository).len(), 3);
}

pub fn repeated_names_get_a_counter(repository: &impl Movable) {
    let records = ["5.5", "5.5", "5.51", "7", "5.5", "7"].map(|id| record(id, id));
    import(repository, &records, ImportMode::Replace);
    let names = ["5.5", "5.51", "5.52", "5.53", "7", "7.1"];
    assert_eq!(ids(repository), names.map(id));
}

pub fn imported_applications_wait_on(repository: &impl Movable) {
    let wish = application("ada");
    let waiting = |id: &str| Friend {
        profile: wish.profile().clone(),
        status: Status::Pending,
        ..record(id, "ada")
    };
    import(repository, &[waiting("1"), waiting("2")], ImportMode::Replace);
    let all = repository.all().expect("all");
    assert_eq!(all[0].status, Status::Pending);
    assert_eq!(all[1].status, Status::Hidden, "one waits for each address");
    let again = repository.apply(&wish, at(9_000)).expect("apply");
    assert_eq!(again, Some(Applied::Renewed(waiting("1"))));
}

pub fn friends_are_added_beside_imported_ones(repository: &impl Movable) {
    let records = ["7", "6.0", "5", "6"].map(|id| record(id, "ada"));
    import(repository, &records, ImportMode::Replace);
    assert_eq!(add(repository, "bob", 5_000).id, id("8"));
    assert_eq!(ids(repository), ["5", "6.0", "6", "7", "8"].map(id), "ties as they were given");
}

pub fn concurrent_imports_and_additions_lose_nobody(repository: &(impl Movable + Sync)) {
    thread::scope(|scope| {
        for worker in 0..4 {
            scope.spawn(move || {
                for number in 0..10 {
                    add(repository, "own", 0);
                    let id = format!("{}", 1_000 + worker * 10 + number);
                    import(repository, &[record(&id, "ada")], ImportMode::Merge);
                }
            });
        }
    });
    assert_eq!(ids(repository).len(), 80);
}

pub fn many_friends_are_imported_at_once(repository: &impl Movable) {
    let records: Vec<Friend> =
        (0..2_500).map(|number: u32| record(&number.to_string(), "ada")).collect();
    for _ in 0..2 {
        import(repository, &records, ImportMode::Merge);
    }
    assert_eq!(repository.all().expect("all"), records);
}

fn record(name: &str, title: &str) -> Friend {
    let mut profile = friend("ada").profile;
    profile.name = text(title);
    Friend { id: id(name), profile, status: Status::Shown }
}

#[track_caller]
fn import(repository: &impl FriendTransfer, records: &[Friend], mode: ImportMode) -> Imported {
    repository.import(records.to_vec(), mode).expect("import")
}
