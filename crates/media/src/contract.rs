//! The laws of [`ImageRepository`]: one function each, for any implementation.
//!
//! [`image_repository_contract!`](crate::image_repository_contract) turns them into tests.

#![expect(missing_docs, reason = "the name of a law says it all")]
#![expect(clippy::expect_used, reason = "a law panics when it is broken")]

use std::{collections::HashSet, slice, thread};

use inkstone_vocab::{ImportCounts, ImportMode, Timestamp};

use crate::{Image, ImageId, ImageRepository, ImageUrl, NewImage, Removal, Size, Title};

/// Makes a test of every law; takes an expression that gives a fresh repository, or something
/// that dereferences to one, and attributes for each test.
#[macro_export]
macro_rules! image_repository_contract {
    ($repository:expr $(, [$(#[$attribute:meta])*])?) => {
        $crate::image_repository_contract! {
            @laws $repository, [$($(#[$attribute])*)?];
            an_image_is_kept_as_it_was_given
            images_of_one_second_get_the_seconds_that_follow
            long_runs_of_seconds_end
            the_latest_image_comes_first
            removed_images_are_gone
            concurrent_images_get_names_of_their_own
            what_is_imported_is_kept_as_it_came
            an_import_replaces_or_merges
            repeated_names_get_a_counter
            concurrent_imports_and_uploads_lose_nothing
            many_images_are_imported_at_once
        }
    };
    (@laws $repository:expr, $attributes:tt; $($law:ident)*) => {
        $($crate::image_repository_contract! { @law $repository, $attributes, $law })*
    };
    (@law $repository:expr, [$(#[$attribute:meta])*], $law:ident) => {
        #[test]
        $(#[$attribute])*
        fn $law() {
            $crate::contract::$law(&*$repository);
        }
    };
}

pub fn an_image_is_kept_as_it_was_given(repository: &impl ImageRepository) {
    assert_eq!(repository.all().expect("all"), []);
    let new = NewImage {
        name: Title::parse("<b>猫 & \"dog\"</b>.png").expect("name"),
        url: ImageUrl::parse("https://cdn.example/?a=b&c='d'").expect("url"),
        size: Size::of_bytes(u64::MAX),
        media_type: "image/png".to_owned(),
        removal: Removal::parse("{\"a\":\"\\u0000 ; -- %\"}").expect("removal"),
    };
    let added = repository.add(&new, at(1_704_599_400_999)).expect("add");
    assert_eq!(added, new.under(id("1704599400")));
    assert_eq!(repository.all().expect("all"), slice::from_ref(&added));
    assert_eq!(repository.find(&added.id).expect("find"), Some(added));
    assert_eq!(repository.find(&id("1704599400.0")).expect("find"), None);
}

pub fn images_of_one_second_get_the_seconds_that_follow(repository: &impl ImageRepository) {
    let given = [5_000, 5_999, 7_000, 5_500, 6_000, -1].map(|at| add(repository, at).id);
    assert_eq!(given, ["5", "6", "7", "8", "9", "-1"].map(id));
    assert!(repository.remove(&id("6")).expect("remove"));
    assert_eq!(add(repository, 5_000).id, id("6"));
}

pub fn long_runs_of_seconds_end(repository: &impl ImageRepository) {
    for second in 0..150 {
        assert_eq!(add(repository, 0).id, id(&second.to_string()));
    }
}

pub fn the_latest_image_comes_first(repository: &impl ImageRepository) {
    // As text, 999 comes after 1000.
    for second in [1_000, 999, 1_000_000_000] {
        add(repository, second * 1_000);
    }
    assert_eq!(ids(repository), ["1000000000", "1000", "999"].map(id));
    let equal = ["5", "5.0", "5.00"].map(record);
    import(repository, &equal, ImportMode::Replace);
    assert_eq!(ids(repository), ["5.00", "5.0", "5"].map(id), "ties: what was added last");
}

pub fn removed_images_are_gone(repository: &impl ImageRepository) {
    let (one, two) = (add(repository, 1_000), add(repository, 2_000));
    assert!(!repository.remove(&id("1.0")).expect("remove"));
    assert!(repository.remove(&one.id).expect("remove"));
    assert!(!repository.remove(&one.id).expect("remove"));
    assert_eq!(repository.find(&one.id).expect("find"), None);
    assert_eq!(repository.all().expect("all"), [two]);
}

pub fn concurrent_images_get_names_of_their_own(repository: &impl ImageRepository) {
    let names: HashSet<ImageId> = thread::scope(|scope| {
        let add_some = || (0..10).map(|_| add(repository, 0).id).collect::<Vec<_>>();
        let threads: Vec<_> = (0..4).map(|_| scope.spawn(add_some)).collect();
        threads.into_iter().flat_map(|thread| thread.join().expect("no panic")).collect()
    });
    assert_eq!(names.len(), 40);
    assert_eq!(ids(repository).len(), 40);
}

pub fn what_is_imported_is_kept_as_it_came(repository: &impl ImageRepository) {
    let odd = Image { size: Size::parse("12 KB?").expect("size"), ..record("1795212488.4817219") };
    let bare = Image {
        name: Title::default(),
        url: ImageUrl::default(),
        media_type: String::new(),
        removal: Removal::default(),
        ..record("5")
    };
    let records = [odd, bare];
    let counts = import(repository, &records, ImportMode::Replace);
    assert_eq!(counts, ImportCounts { added: 2, ..ImportCounts::default() });
    assert_eq!(repository.all().expect("all"), records);
    assert_eq!(add(repository, 5_000).id, id("6"), "beside imported ones");
}

pub fn an_import_replaces_or_merges(repository: &impl ImageRepository) {
    import(repository, &["1", "2"].map(record), ImportMode::Merge);
    let new = Image { name: Title::parse("new").expect("name"), ..record("2") };
    let file = [new.clone(), record("3")];
    let counts = import(repository, &file, ImportMode::Merge);
    assert_eq!(counts, ImportCounts { added: 1, replaced: 1, removed: 0 });
    assert_eq!(repository.all().expect("all"), [record("3"), new.clone(), record("1")]);
    let counts = import(repository, &file, ImportMode::Replace);
    assert_eq!(counts, ImportCounts { added: 0, replaced: 2, removed: 1 });
    assert_eq!(repository.all().expect("all"), [record("3"), new]);
    let counts = import(repository, &[], ImportMode::Replace);
    assert_eq!(counts, ImportCounts { removed: 2, ..ImportCounts::default() });
    assert_eq!(repository.all().expect("all"), []);
}

pub fn repeated_names_get_a_counter(repository: &impl ImageRepository) {
    let records = ["5.5", "5.5", "5.51", "7", "5.5", "7"].map(record);
    for mode in [ImportMode::Replace, ImportMode::Merge] {
        import(repository, &records, mode);
        let names = ["7.1", "7", "5.53", "5.52", "5.51", "5.5"];
        assert_eq!(ids(repository), names.map(id), "{mode:?}");
    }
}

pub fn concurrent_imports_and_uploads_lose_nothing(repository: &impl ImageRepository) {
    thread::scope(|scope| {
        for worker in 0..4 {
            scope.spawn(move || {
                for number in 0..10 {
                    add(repository, 0);
                    let id = format!("{}", 1_000 + worker * 10 + number);
                    import(repository, &[record(&id)], ImportMode::Merge);
                }
            });
        }
    });
    assert_eq!(ids(repository).len(), 80);
}

pub fn many_images_are_imported_at_once(repository: &impl ImageRepository) {
    let mut records: Vec<Image> =
        (0..2_500).map(|number: u32| record(&number.to_string())).collect();
    for _ in 0..2 {
        import(repository, &records, ImportMode::Merge);
    }
    records.reverse();
    assert_eq!(repository.all().expect("all"), records);
}

fn at(millis: i64) -> Timestamp {
    Timestamp::from_millis(millis)
}

fn id(text: &str) -> ImageId {
    ImageId::parse(text).expect("name")
}

fn ids(repository: &impl ImageRepository) -> Vec<ImageId> {
    repository.all().expect("all").into_iter().map(|image| image.id).collect()
}

fn new_image() -> NewImage {
    NewImage {
        name: Title::parse("a.png").expect("name"),
        url: ImageUrl::parse("https://cdn.example/a.png").expect("url"),
        size: Size::of_bytes(5),
        media_type: "image/png".to_owned(),
        removal: Removal::default(),
    }
}

fn record(name: &str) -> Image {
    new_image().under(id(name))
}

fn add(repository: &impl ImageRepository, millis: i64) -> Image {
    repository.add(&new_image(), at(millis)).expect("add")
}

#[track_caller]
fn import(repository: &impl ImageRepository, records: &[Image], mode: ImportMode) -> ImportCounts {
    repository.import(records.to_vec(), mode).expect("import")
}
