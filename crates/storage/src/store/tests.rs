//! What `read` and `write` promise, on both backends.

use std::fs;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Barrier, mpsc};
use std::thread::{Scope, ScopedJoinHandle};

use diesel::connection::TransactionManager;
use diesel::prelude::*;
use diesel::result::{DatabaseErrorKind, Error};

use super::*;

#[path = "../../tests/it/support.rs"]
mod support;
mod writer;

diesel::table! {
    notes (id) {
        id -> BigInt,
        text -> Text,
    }
}

macro_rules! on_both_backends {
    ($($test:ident)+) => {
        mod sqlite {
            $(#[test]
            fn $test() {
                super::$test(&super::with_notes(super::support::sqlite()));
            })+
        }

        mod postgres {
            $(#[test]
            #[ignore = "needs TEST_POSTGRES_URL"]
            fn $test() {
                super::$test(&super::with_notes(super::support::postgres()));
            })+
        }
    };
}

on_both_backends! {
    concurrent_writes_are_all_there_when_opened_again
    concurrent_upserts_are_all_counted
    a_failed_write_leaves_nothing
    a_panicking_write_leaves_nothing
    a_transaction_left_open_is_undone
    a_nested_transaction_may_fail_alone
    constraints_are_conflicts
    reads_cannot_write
    a_snapshot_sees_one_moment
    a_closed_store_reads_and_refuses_to_write
}

fn with_notes(fixture: support::Fixture) -> support::Fixture {
    let create = "CREATE TABLE notes (id BIGINT NOT NULL PRIMARY KEY, text TEXT NOT NULL)";
    fixture.write(|connection| connection.batch_execute(create)).unwrap();
    fixture
}

fn insert(connection: &mut AnyConnection, id: i64) -> QueryResult<usize> {
    let row = (notes::id.eq(id), notes::text.eq("note"));
    diesel::insert_into(notes::table).values(row).execute(connection)
}

fn ids(store: &Store) -> Vec<i64> {
    store
        .read(|connection| notes::table.select(notes::id).order(notes::id).load(connection))
        .unwrap()
}

fn concurrent_writes_are_all_there_when_opened_again(fixture: &support::Fixture) {
    thread::scope(|scope| {
        for thread in 0..16 {
            scope.spawn(move || {
                for id in 0..25 {
                    fixture.write(move |connection| insert(connection, thread * 25 + id)).unwrap();
                }
            });
        }
    });
    fixture.close();
    assert_eq!(ids(&fixture.open_again()), (0..400).collect::<Vec<_>>());
}

fn concurrent_upserts_are_all_counted(store: &support::Fixture) {
    let count = || {
        store.write(|connection| {
            let upsert = diesel::insert_into(notes::table)
                .values((notes::id.eq(1), notes::text.eq("1")))
                .on_conflict(notes::id)
                .do_update()
                .set(notes::text.eq(notes::text.concat("1")));
            connection.execute_native(upsert)
        })
    };
    thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| (0..10).for_each(|_| assert_eq!(count().unwrap(), 1)));
        }
    });
    let several = store.write(|connection| {
        let rows = [(notes::id.eq(2), notes::text.eq("2")), (notes::id.eq(3), notes::text.eq("3"))];
        let insert = diesel::insert_into(notes::table).values(rows.to_vec());
        connection.load_native::<i64, _>(insert.returning(notes::id))
    });
    assert_eq!(several.unwrap(), [2, 3]);
    let counted: String = store
        .read(|connection| notes::table.find(1).select(notes::text).first(connection))
        .unwrap();
    assert_eq!(counted, "1".repeat(80));
}

fn a_failed_write_leaves_nothing(store: &support::Fixture) {
    let error = store.write(|connection| {
        insert(connection, 1)?;
        connection.batch_execute("SELECT nonsense")
    });
    assert!(matches!(error, Err(RepositoryError::Backend(_))));
    assert_eq!(ids(store), Vec::<i64>::new());
}

fn a_panicking_write_leaves_nothing(store: &support::Fixture) {
    let error = store.write(|connection| {
        connection.transaction(|connection| -> QueryResult<()> {
            insert(connection, 1)?;
            panic!("on purpose")
        })
    });
    let RepositoryError::Backend(source) = error.unwrap_err() else { panic!("not a defect") };
    assert!(source.to_string().contains("panicked: on purpose"), "{source}");
    store.write(|connection| insert(connection, 2)).unwrap();
    assert_eq!(ids(store), [2]);
}

fn a_transaction_left_open_is_undone(store: &support::Fixture) {
    let error = store.write(|connection| {
        AnyConnection::begin_transaction(connection)?;
        insert(connection, 1)
    });
    assert!(matches!(error, Err(RepositoryError::Backend(_))));
    store.write(|connection| insert(connection, 2)).unwrap();
    assert_eq!(ids(store), [2]);
}

fn a_nested_transaction_may_fail_alone(store: &support::Fixture) {
    let nested = store.write(|connection| {
        insert(connection, 1)?;
        let nested = connection.transaction(|connection| {
            insert(connection, 2)?;
            insert(connection, 1)
        });
        insert(connection, 3)?;
        Ok(nested.is_err())
    });
    assert!(nested.unwrap());
    assert_eq!(ids(store), [1, 3]);
}

fn constraints_are_conflicts(store: &support::Fixture) {
    store.write(|connection| insert(connection, 1)).unwrap();
    let unique = store.write(|connection| insert(connection, 1));
    assert!(matches!(unique, Err(RepositoryError::Conflict(_))));
    let create = "CREATE TABLE replies (note BIGINT NOT NULL REFERENCES notes (id))";
    store.write(|connection| connection.batch_execute(create)).unwrap();
    let reply = "INSERT INTO replies VALUES (2)";
    let foreign = store.write(move |connection| diesel::sql_query(reply).execute(connection));
    assert!(matches!(foreign, Err(RepositoryError::Conflict(_))));
}

fn reads_cannot_write(store: &support::Fixture) {
    let read = store.read(|connection| insert(connection, 1));
    assert!(matches!(read, Err(RepositoryError::Backend(_))));
    let read = store.read_snapshot(|connection| insert(connection, 1));
    assert!(matches!(read, Err(RepositoryError::Backend(_))));
    assert_eq!(ids(store), Vec::<i64>::new());
}

fn a_snapshot_sees_one_moment(store: &support::Fixture) {
    let count = |connection: &mut AnyConnection| -> QueryResult<i64> {
        notes::table.count().get_result(connection)
    };
    let counts = store.read_snapshot(|connection| {
        let before = count(connection)?;
        store.write(|connection| insert(connection, 1)).unwrap();
        Ok((before, count(connection)?))
    });
    assert_eq!(counts.unwrap(), (0, 0));
    assert_eq!(ids(store), [1]);
}

fn a_closed_store_reads_and_refuses_to_write(store: &support::Fixture) {
    store.write(|connection| insert(connection, 1)).unwrap();
    store.close();
    let write = store.write(|connection| insert(connection, 2));
    assert!(matches!(write, Err(RepositoryError::Unavailable(_))));
    assert_eq!(ids(store), [1]);
}

#[test]
fn what_was_answered_survives_a_crash() {
    let fixture = with_notes(support::sqlite());
    for id in 0..10 {
        fixture.write(move |connection| insert(connection, id)).unwrap();
    }
    let directory = tempfile::tempdir().unwrap();
    let copy = directory.path().join("copy.db");
    for suffix in ["", "-wal"] {
        let from = format!("{}{suffix}", fixture.file().display());
        fs::copy(from, format!("{}{suffix}", copy.display())).unwrap();
    }
    let address = format!("sqlite:{}", copy.display());
    let store = support::open(&address, &StoreSettings::default()).unwrap();
    assert_eq!(ids(&store), (0..10).collect::<Vec<_>>());
    assert_eq!(store.check_integrity().unwrap(), Vec::<String>::new());
}

#[test]
fn a_busy_pool_refuses_after_the_wait() {
    let fixture = with_notes(support::sqlite());
    let wait = Duration::from_millis(1);
    let settings = StoreSettings { read_connections: 1, wait, ..StoreSettings::default() };
    let store = support::open(&fixture.address, &settings).unwrap();
    while store.check().is_err() {}
    let nested = store.read(|_| Ok(store.check())).unwrap();
    assert!(matches!(nested, Err(RepositoryError::Unavailable(_))));
    while store.check().is_err() {}
}

#[test]
#[ignore = "needs TEST_POSTGRES_URL"]
fn contention_is_tried_again_but_not_for_ever() {
    let fixture = with_notes(support::postgres());
    let tries = Arc::new(AtomicU32::new(0));
    let write = |failures| {
        tries.store(0, Ordering::Relaxed);
        let tries = Arc::clone(&tries);
        fixture.write(move |connection| {
            let number = tries.fetch_add(1, Ordering::Relaxed);
            insert(connection, i64::from(failures * 100 + number))?;
            if number < failures {
                let kind = DatabaseErrorKind::SerializationFailure;
                return Err(Error::DatabaseError(kind, Box::new(String::new())));
            }
            Ok(())
        })
    };
    write(4).unwrap();
    assert_eq!(ids(&fixture), [404]);
    assert!(matches!(write(5), Err(RepositoryError::Unavailable(_))));
    assert_eq!(tries.load(Ordering::Relaxed), ATTEMPTS);
    assert_eq!(ids(&fixture), [404]);
}

#[test]
#[ignore = "needs TEST_POSTGRES_URL"]
fn deadlocks_resolve_themselves() {
    let fixture = with_notes(support::postgres());
    for id in [1, 2] {
        fixture.write(move |connection| insert(connection, id)).unwrap();
    }
    let tries = Arc::new(AtomicU32::new(0));
    let both_hold_one = Arc::new(Barrier::new(2));
    thread::scope(|scope| {
        for order in [[1, 2], [2, 1]] {
            let (tries, both_hold_one) = (Arc::clone(&tries), Arc::clone(&both_hold_one));
            let fixture = &fixture;
            scope.spawn(move || {
                let write = fixture.write(move |connection| {
                    let touch = |connection: &mut AnyConnection, id: i64| {
                        let text = notes::text.concat("!");
                        diesel::update(notes::table.find(id))
                            .set(notes::text.eq(text))
                            .execute(connection)
                    };
                    touch(connection, order[0])?;
                    if tries.fetch_add(1, Ordering::Relaxed) < 2 {
                        both_hold_one.wait();
                    }
                    touch(connection, order[1])
                });
                write.unwrap();
            });
        }
    });
    assert!(tries.load(Ordering::Relaxed) > 2);
    let texts: Vec<String> =
        fixture.read(|connection| notes::table.select(notes::text).load(connection)).unwrap();
    assert_eq!(texts, ["note!!", "note!!"]);
}

#[test]
#[ignore = "needs TEST_POSTGRES_URL"]
fn a_swallowed_error_is_not_acknowledged() {
    let fixture = with_notes(support::postgres());
    let write = fixture.write(|connection| {
        insert(connection, 1)?;
        Ok(insert(connection, 1).is_err())
    });
    assert!(matches!(write, Err(RepositoryError::Backend(_))));
    assert_eq!(ids(&fixture), Vec::<i64>::new());
}
