//! Moving talks in and out. These laws need a [`TalkRepository`] as well.

use std::thread;

use inkstone_vocab::ImportMode;

use super::{all, content, find, id, insert, tags, time, values, visitor};
use crate::{
    ExportedTalk, Imported, RecordId, TalkId, TalkRecord, TalkRepository, TalkTransfer, Toggled,
};

/// Makes a test of every law; takes what
/// [`talk_repository_contract!`](crate::talk_repository_contract) takes.
#[macro_export]
macro_rules! talk_transfer_contract {
    ($repository:expr $(, [$(#[$attribute:meta])*])?) => {
        $crate::talk_transfer_contract! {
            @laws $repository, [$($(#[$attribute])*)?];
            what_is_imported_is_exported
            an_import_replaces_what_is_there
            an_import_merges_with_what_is_there
            importing_again_changes_nothing
            talks_without_names_keep_those_they_have_here
            equal_talks_without_names_stay_apart
            later_records_are_newer
            imported_likes_count_on
            many_talks_are_imported_at_once
            likes_given_during_an_import_are_not_lost
        }
    };
    (@laws $repository:expr, $attributes:tt; $($law:ident)*) => {
        $($crate::talk_transfer_contract! { @law $repository, $attributes, $law })*
    };
    (@law $repository:expr, [$(#[$attribute:meta])*], $law:ident) => {
        #[test]
        $(#[$attribute])*
        fn $law() {
            $crate::contract::transfer::$law(&*$repository);
        }
    };
}

/// A repository whose talks can be moved.
pub trait Movable: TalkRepository + TalkTransfer {}

impl<R: TalkRepository + TalkTransfer> Movable for R {}

pub fn what_is_imported_is_exported(repository: &impl Movable) {
    let mut rich = record(2, "<p>你 \"好\"</p>", 7);
    rich.tags = tags("a,b");
    rich.values = Some(values(r#"{ "city": "Oslo" }"#));
    rich.likes = ["ada", "bob"].map(visitor).into();
    let records = [record(1, "one", 9), rich, record(3, "three", 8)];
    let imported = import(repository, &records, ImportMode::Replace);
    assert_eq!(imported, Imported { added: 3, ..Imported::default() });
    assert_eq!(export(repository), records);
    assert_eq!(find(repository, id(2)).likes, 2);
}

pub fn an_import_replaces_what_is_there(repository: &impl Movable) {
    insert(repository, 1, 1);
    insert(repository, 2, 2);
    for talk in [id(1), id(2)] {
        like(repository, talk, "ada");
    }
    let mut second = record(2, "second", 3);
    second.likes = [visitor("bob")].into();
    let records = [record(3, "third", 4), second];
    let imported = import(repository, &records, ImportMode::Replace);
    assert_eq!(imported, Imported { added: 1, replaced: 1, removed: 1 });
    assert_eq!(export(repository), records);
    assert_eq!(all(repository).len(), 2);
    let imported = import(repository, &[], ImportMode::Replace);
    assert_eq!(imported, Imported { removed: 2, ..Imported::default() });
    assert_eq!(all(repository), []);
}

pub fn an_import_merges_with_what_is_there(repository: &impl Movable) {
    insert(repository, 1, 1);
    insert(repository, 2, 2);
    let untouched = find(repository, id(1));
    like(repository, id(2), "ada");
    like(repository, id(2), "bob");
    let mut second = record(2, "second", 3);
    second.likes = ["bob", "eve"].map(visitor).into();
    let imported = import(repository, &[second, record(3, "third", 4)], ImportMode::Merge);
    assert_eq!(imported, Imported { added: 1, replaced: 1, removed: 0 });
    let mut merged = record(2, "second", 3);
    merged.likes = ["ada", "bob", "eve"].map(visitor).into();
    let expected = [record(1, "1", 1), merged, record(3, "third", 4)];
    assert_eq!(export(repository), expected);
    assert_eq!(find(repository, id(1)), untouched);
    assert_eq!((find(repository, id(2)).likes, all(repository).len()), (3, 3));
}

pub fn importing_again_changes_nothing(repository: &impl Movable) {
    insert(repository, 1, 1);
    let mut nameless = fresh(7, "same", 5);
    nameless.likes = [visitor("ada")].into();
    let records = [nameless, fresh(8, "same", 5), record(9, "kept", 5)];
    for mode in [ImportMode::Merge, ImportMode::Replace] {
        import(repository, &records, mode);
        let once = (export(repository), all(repository));
        // The names that a second reading of the file would make up are others.
        let mut again = records.clone();
        again[0].id = RecordId::Fresh(id(70));
        again[1].id = RecordId::Fresh(id(80));
        import(repository, &again, mode);
        assert_eq!((export(repository), all(repository)), once);
        import(repository, &once.0, mode);
        assert_eq!((export(repository), all(repository)), once);
    }
}

pub fn talks_without_names_keep_those_they_have_here(repository: &impl Movable) {
    let mut here = record(1, "same", 5);
    here.values = Some(values(r#"{"city":"Oslo"}"#));
    let mut there = fresh(7, "same", 5);
    there.tags = tags("new");
    for mode in [ImportMode::Merge, ImportMode::Replace] {
        import(repository, std::slice::from_ref(&here), ImportMode::Replace);
        let imported = import(repository, std::slice::from_ref(&there), mode);
        assert_eq!(imported, Imported { replaced: 1, ..Imported::default() });
        let found = all(repository);
        assert_eq!((found.len(), found[0].id), (1, id(1)));
        assert_eq!(
            (found[0].tags.clone(), Some(found[0].values.clone())),
            (tags("new"), here.values.clone())
        );
    }
    import(repository, &[fresh(7, "same", 6), fresh(8, "Same", 5)], ImportMode::Merge);
    assert_eq!(all(repository).len(), 3, "another time or text is another talk");
}

pub fn equal_talks_without_names_stay_apart(repository: &impl Movable) {
    let records = [7, 8, 9].map(|number| fresh(number, "same", 5));
    import(repository, &records[..1], ImportMode::Merge);
    import(repository, &records[1..], ImportMode::Merge);
    assert_eq!(names(repository), [7, 9].map(id), "one of them was there");
    let again = [17, 18, 19].map(|number| fresh(number, "same", 5));
    import(repository, &again, ImportMode::Merge);
    assert_eq!(names(repository), [7, 9, 19].map(id), "two of them were there");
    // A name that a record brings along is not taken by one that has none.
    import(repository, &[fresh(20, "same", 5), record(7, "same", 5)], ImportMode::Replace);
    assert_eq!(names(repository), [9, 7].map(id));
}

pub fn later_records_are_newer(repository: &impl Movable) {
    let records = [3, 1, 2].map(|number| record(number, "x", 5));
    for _ in 0..2 {
        import(repository, &records, ImportMode::Replace);
        let listed: Vec<TalkId> = all(repository).into_iter().map(|talk| talk.id).collect();
        assert_eq!(listed, [2, 1, 3].map(id));
    }
    let twice = [record(4, "first", 5), record(4, "last", 5)];
    let imported = import(repository, &twice, ImportMode::Replace);
    assert_eq!((imported.added, find(repository, id(4)).content), (1, content("last")));
}

pub fn imported_likes_count_on(repository: &impl Movable) {
    let mut liked = record(1, "liked", 5);
    liked.likes = (0..700).map(|number| visitor(&number.to_string())).collect();
    import(repository, &[liked], ImportMode::Replace);
    assert_eq!(find(repository, id(1)).likes, 700);
    assert_eq!(like(repository, id(1), "ada"), Toggled { liked: true, likes: 701 });
    assert_eq!(like(repository, id(1), "699"), Toggled { liked: false, likes: 700 });
}

pub fn many_talks_are_imported_at_once(repository: &impl Movable) {
    let records: Vec<TalkRecord> = (0..1_200)
        .map(|number: u16| {
            let mut record = fresh(number.into(), &number.to_string(), i64::from(number % 10));
            record.likes = [visitor("ada"), visitor(&number.to_string())].into();
            record
        })
        .collect();
    for mode in [ImportMode::Merge, ImportMode::Merge, ImportMode::Replace] {
        import(repository, &records, mode);
        let talks = all(repository);
        assert_eq!(talks.len(), 1_200);
        assert!(talks.iter().all(|talk| talk.likes == 2));
    }
    assert_eq!(names(repository), (0..1_200).map(id).collect::<Vec<_>>());
}

pub fn likes_given_during_an_import_are_not_lost(repository: &(impl Movable + Sync)) {
    let mut imported = record(1, "imported", 5);
    imported.likes = [visitor("ada")].into();
    import(repository, std::slice::from_ref(&imported), ImportMode::Merge);
    thread::scope(|scope| {
        for worker in 0..3 {
            scope.spawn(move || {
                for number in 0..10 {
                    like(repository, id(1), &format!("{worker} {number}"));
                }
            });
        }
        scope.spawn(|| {
            for _ in 0..10 {
                import(repository, std::slice::from_ref(&imported), ImportMode::Merge);
            }
        });
    });
    assert_eq!(find(repository, id(1)).likes, 31);
    assert_eq!(export(repository)[0].likes.len(), 31);
}

fn record(number: u128, text: &str, seconds: i64) -> TalkRecord {
    TalkRecord {
        id: RecordId::Kept(id(number)),
        content: content(text),
        tags: tags(""),
        values: Some(values("")),
        time: time(seconds),
        likes: [].into(),
    }
}

fn fresh(number: u128, text: &str, seconds: i64) -> TalkRecord {
    TalkRecord { id: RecordId::Fresh(id(number)), values: None, ..record(0, text, seconds) }
}

#[track_caller]
fn import(repository: &impl TalkTransfer, records: &[TalkRecord], mode: ImportMode) -> Imported {
    repository.import(records.to_vec(), mode).expect("import")
}

fn export(repository: &impl TalkTransfer) -> Vec<TalkRecord> {
    let mut talks: Vec<ExportedTalk> = Vec::new();
    repository.export(&mut |talk| talks.push(talk)).expect("export");
    assert!(talks.iter().all(|exported| exported.talk.likes == exported.likes.len() as u64));
    talks.into_iter().map(TalkRecord::from).collect()
}

fn names(repository: &impl TalkTransfer) -> Vec<TalkId> {
    let mut names = Vec::new();
    repository.export(&mut |exported| names.push(exported.talk.id)).expect("export");
    names
}

#[track_caller]
fn like(repository: &impl TalkRepository, id: TalkId, name: &str) -> Toggled {
    repository.toggle_like(id, &visitor(name)).expect("toggle").expect("talk")
}
