//! Talks that something else has written.

use std::thread;

use diesel::{Connection, PgConnection, SqliteConnection, connection::SimpleConnection};
use inkstone_talks::{
    ExportedTalk, NewTalk, Tags, Talk, TalkRepository, TalkTime, TalkTransfer, Values,
    contract::{id, talk},
};
use inkstone_vocab::PageRequest;

use crate::support::{Fixture, postgres, sqlite};

const BREAK_TWO: &str = "
    UPDATE talks SET tags = 'not json', extra = '[1]' WHERE content = 'broken';
    UPDATE talks SET tags = '[[1]]', extra = '' WHERE content = 'worse'";

#[test]
fn broken_rows_break_no_list_on_sqlite() {
    let store = sqlite();
    broken_rows_break_no_list(&store, |statements| {
        let mut connection = SqliteConnection::establish(store.file().to_str().unwrap()).unwrap();
        connection.batch_execute("PRAGMA busy_timeout = 5000").unwrap();
        connection.batch_execute(statements).unwrap();
    });
}

#[test]
#[ignore = "needs TEST_POSTGRES_URL"]
fn broken_rows_break_no_list_on_postgres() {
    let store = postgres();
    broken_rows_break_no_list(&store, |statements| {
        PgConnection::establish(&store.address).unwrap().batch_execute(statements).unwrap();
    });
}

fn broken_rows_break_no_list(store: &Fixture, execute: impl Fn(&str)) {
    let tags = Tags::parse("a").unwrap();
    let values = Values::parse(r#"{"a":1}"#).unwrap();
    for (number, content) in [(1, "whole"), (2, "broken"), (3, "worse")] {
        let new = NewTalk { tags: tags.clone(), values: values.clone(), ..talk(content) };
        let time = TalkTime::from_seconds(0).unwrap();
        assert!(TalkRepository::insert(&**store, id(number), &new, time).unwrap());
    }
    execute(BREAK_TWO);
    let page = TalkRepository::page(&**store, PageRequest::new(1, 5)).unwrap();
    let read = page.items.iter().cloned().map(|Talk { tags, values, .. }| (tags, values));
    let nothing = (Tags::default(), Values::default());
    assert_eq!(read.collect::<Vec<_>>(), [nothing.clone(), nothing, (tags, values)]);
    let mut exported = 0;
    TalkTransfer::export(&**store, &mut |_: ExportedTalk| exported += 1).unwrap();
    assert_eq!(exported, 3);

    let before = TalkRepository::find(&**store, id(3)).unwrap();
    let mended: Vec<u64> = thread::scope(|scope| {
        let threads = [(); 4].map(|()| scope.spawn(|| store.repair().unwrap()));
        threads.map(|thread| thread.join().unwrap()).into()
    });
    assert_eq!((mended.iter().sum::<u64>(), store.repair().unwrap()), (2, 0));
    assert_eq!(TalkRepository::find(&**store, id(3)).unwrap(), before);
    assert_eq!(TalkRepository::page(&**store, PageRequest::new(1, 5)).unwrap(), page);
}
