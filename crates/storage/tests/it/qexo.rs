//! Moving a Qexo installation at once, on both databases.

use std::collections::BTreeSet;

use diesel::{Connection as _, PgConnection, SqliteConnection, connection::SimpleConnection as _};
use inkstone_fields::{Content as FieldContent, Field, FieldName};
use inkstone_friends::{Friend, FriendId, Profile, Status};
use inkstone_media::{Image, ImageId, ImageUrl, Removal, Size, Title};
use inkstone_settings::Change;
use inkstone_stats::{Referrer, StatisticRepository, Views};
use inkstone_storage::{
    Store,
    qexo::{Contents, Exported, Imported, Moved},
};
use inkstone_talks::{Content, RecordId, Tags, TalkId, TalkRecord, TalkTime};
use inkstone_vocab::{ImportMode, VisitorId};

use crate::support::{Fixture, postgres, sqlite};

fn visitor(number: usize) -> VisitorId {
    VisitorId::parse(&format!("{number:032x}")).unwrap()
}

fn image(name: &str) -> Image {
    Image {
        id: ImageId::parse("5.25").unwrap(),
        name: Title::parse(name).unwrap(),
        url: ImageUrl::parse("https://cdn.example/a.png").unwrap(),
        size: Size::parse("12 KB?").unwrap(),
        media_type: "image/png".to_owned(),
        removal: Removal::parse("{\"key\":\"a.png\"}").unwrap(),
    }
}

/// More of everything than a statement writes, and a friend of this name.
fn contents(name: &str) -> Contents {
    let mut views = Views::default();
    for page in 0..1_200 {
        assert!(views.add(&format!("h.io/{page}"), 2) && views.add(&format!("s{page}.io"), 3));
    }
    let field = |number: usize| Field {
        name: FieldName::parse(&format!("f{number}")).unwrap(),
        content: FieldContent::parse("x").unwrap(),
    };
    let profile =
        Profile { name: inkstone_friends::Text::parse(name).unwrap(), ..Profile::default() };
    Contents {
        settings: Some(vec![Change::qexo("QEXO_NAME", name).unwrap()]),
        images: Some(vec![image(name)]),
        friends: Some(vec![Friend {
            id: FriendId::parse("5.25").unwrap(),
            profile,
            status: Status::Shown,
        }]),
        fields: Some((0..1_200).map(field).collect()),
        visitors: Some((0..1_200).map(visitor).collect()),
        views: Some(views),
        talks: Some(vec![TalkRecord {
            id: RecordId::Kept(TalkId::from_random([7; 16])),
            content: Content::parse("talk").unwrap(),
            tags: Tags::default(),
            values: None,
            time: TalkTime::parse("5").unwrap(),
            likes: BTreeSet::from([visitor(1)]),
        }]),
        notices: None,
    }
}

fn exported(store: &Store) -> Vec<Exported> {
    let mut rows = Vec::new();
    store.export_qexo(&mut |row| rows.push(row)).unwrap();
    rows
}

fn a_rehearsal_tells_what_an_import_does_and_leaves_nothing(fixture: &Fixture) {
    let store: &Store = fixture;
    let before = exported(store);
    let new = |added| Some(Moved { added, ..Moved::default() });
    let expected = Imported {
        settings: new(1),
        images: new(1),
        friends: new(1),
        notices: None,
        fields: new(1_200),
        visitors: new(1_200),
        views: new(2_400),
        talks: new(1),
    };
    for mode in [ImportMode::Replace, ImportMode::Merge] {
        assert_eq!(store.rehearse_qexo(contents("a"), mode).unwrap(), expected);
        assert_eq!(exported(store), before);
    }
    assert_eq!(store.import_qexo(contents("a"), ImportMode::Merge).unwrap(), expected);
    let once = exported(store);
    assert_eq!(once.len(), before.len() + 1 + 1 + 1 + 1_200 + 1_200 + 2_400 + 1);
    for mode in [ImportMode::Replace, ImportMode::Merge] {
        let again = store.import_qexo(contents("a"), mode).unwrap();
        let replaced = Some(Moved { replaced: 2_400, ..Moved::default() });
        assert_eq!(again.views, replaced);
        assert_eq!(exported(store), once, "{mode:?}");
    }
    let page = Referrer::parse("https://h.io/7").unwrap();
    let hits = store.hit(&page, &visitor(1)).unwrap();
    assert_eq!((hits.page_views, hits.visitors), (3, 1_200));
}

/// Likes of talks come last; what fails there undoes what came before.
fn an_import_that_fails_changes_nothing(fixture: &Fixture, execute: impl Fn(&str)) {
    let store: &Store = fixture;
    store.import_qexo(contents("a"), ImportMode::Replace).unwrap();
    let before = exported(store);
    execute("ALTER TABLE talk_likes RENAME TO elsewhere");
    for mode in [ImportMode::Replace, ImportMode::Merge] {
        assert!(store.import_qexo(contents("b"), mode).is_err());
        assert!(store.rehearse_qexo(contents("b"), mode).is_err());
    }
    execute("ALTER TABLE elsewhere RENAME TO talk_likes");
    assert_eq!(exported(store), before);
}

#[test]
fn sqlite_undoes_what_fails() {
    let fixture = sqlite();
    an_import_that_fails_changes_nothing(&fixture, |statement| {
        let file = fixture.file();
        let mut database = SqliteConnection::establish(file.to_str().unwrap()).unwrap();
        database.batch_execute(statement).unwrap();
    });
}

#[test]
#[ignore = "needs TEST_POSTGRES_URL"]
fn postgres_undoes_what_fails() {
    let fixture = postgres();
    an_import_that_fails_changes_nothing(&fixture, |statement| {
        let mut database = PgConnection::establish(&fixture.address).unwrap();
        database.batch_execute(statement).unwrap();
    });
}

#[test]
fn sqlite_rehearses() {
    a_rehearsal_tells_what_an_import_does_and_leaves_nothing(&sqlite());
}

#[test]
#[ignore = "needs TEST_POSTGRES_URL"]
fn postgres_rehearses() {
    a_rehearsal_tells_what_an_import_does_and_leaves_nothing(&postgres());
}
