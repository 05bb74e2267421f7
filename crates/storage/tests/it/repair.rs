//! Friends and notices that something else has written.

use std::thread;

use diesel::{Connection, PgConnection, SqliteConnection, connection::SimpleConnection};
use inkstone_friends::{Address, Friend, FriendRepository, NewFriend, Profile, Text};
use inkstone_notifications::{InboxRepository, Notice};
use inkstone_storage::{Store, qexo::Contents};
use inkstone_vocab::{ImportMode, Timestamp};

use crate::support::{Fixture, postgres, sqlite};

type Execute<'a> = &'a dyn Fn(&str) -> diesel::QueryResult<()>;

fn on_sqlite(check: fn(&Fixture, Execute<'_>)) {
    let store = sqlite();
    check(&store, &|statements| {
        let mut connection = SqliteConnection::establish(store.file().to_str().unwrap()).unwrap();
        connection.batch_execute("PRAGMA busy_timeout = 5000").unwrap();
        connection.batch_execute(statements)
    });
}

fn on_postgres(check: fn(&Fixture, Execute<'_>)) {
    let store = postgres();
    check(&store, &|statements| {
        PgConnection::establish(&store.address).unwrap().batch_execute(statements)
    });
}

macro_rules! on_both {
    ($($check:ident),+ $(,)?) => {
        mod sqlite {
            $(#[test]
            fn $check() {
                super::on_sqlite(super::$check);
            })+
        }
        mod postgres {
            $(#[test]
            #[ignore = "needs TEST_POSTGRES_URL"]
            fn $check() {
                super::on_postgres(super::$check);
            })+
        }
    };
}

on_both!(
    friends_that_cannot_be_read_are_listed_and_mended,
    notices_without_a_time_are_listed_and_mended,
    the_database_refuses_two_of_one_name,
    an_import_mends_first,
);

/// Names, and what is wrong with them: the last two have lost their time, and of one the address
/// runs code.
const BREAK_FRIENDS: &str = "
    UPDATE friends SET position = 7 WHERE name = 'misplaced';
    UPDATE friends SET time = 'yesterday', url = 'javascript:alert(1)' WHERE name = 'nameless';
    UPDATE friends SET time = '' WHERE name = 'empty'";

fn befriend(store: &Store) -> Friend {
    let add = |name: &str| {
        let profile = Profile {
            name: Text::parse(name).unwrap(),
            url: Address::parse("https://a.example").unwrap(),
            ..Profile::default()
        };
        let new = NewFriend { profile, shown: true };
        FriendRepository::add(store, &new, Timestamp::from_millis(5_000)).unwrap()
    };
    let [whole, ..] = ["whole", "misplaced", "nameless", "empty"].map(add);
    whole
}

/// Time, name and address of each, by time.
fn told(friends: &[Friend]) -> Vec<(&str, &str, &str)> {
    let mut told: Vec<_> = friends
        .iter()
        .map(|Friend { id, profile, .. }| {
            (id.as_str(), profile.name.as_str(), profile.url.as_str())
        })
        .collect();
    told.sort_unstable();
    told
}

fn friends_that_cannot_be_read_are_listed_and_mended(store: &Fixture, execute: Execute<'_>) {
    const HERE: &str = "https://a.example";
    let whole = befriend(store);
    execute(BREAK_FRIENDS).unwrap();
    let long = format!(
        "UPDATE friends SET description = '{}' WHERE name = 'misplaced'",
        "x".repeat(6_000)
    );
    execute(&long).unwrap();
    let shown = FriendRepository::shown(&**store).unwrap();
    let (one, other) = (("5", "whole", HERE), ("6", "misplaced", HERE));
    assert_eq!(told(&shown), [("0", "empty", HERE), ("0", "nameless", ""), one, other]);

    let mended: Vec<u64> = thread::scope(|scope| {
        let threads = [(); 4].map(|()| scope.spawn(|| FriendRepository::repair(&**store).unwrap()));
        threads.map(|thread| thread.join().unwrap()).into()
    });
    assert_eq!((mended.iter().sum::<u64>(), FriendRepository::repair(&**store).unwrap()), (3, 0));
    let all = FriendRepository::all(&**store).unwrap();
    assert_eq!(told(&all), [("0", "nameless", ""), ("1", "empty", HERE), one, other]);
    assert_eq!(all[2], whole, "what could be read is untouched");
    assert_eq!(all[3].profile.description.as_str().len(), Text::MAX_CHARS);
    for friend in &all {
        assert!(FriendRepository::remove(&**store, &friend.id).unwrap(), "{friend:?}");
    }
}

fn notices_without_a_time_are_listed_and_mended(store: &Fixture, execute: Execute<'_>) {
    for (second, label) in [(0, "whole"), (5, "nameless"), (6, "empty")] {
        add_notice(store, label, second);
    }
    execute(
        "UPDATE inbox SET time = 'yesterday' WHERE label = 'nameless';
         UPDATE inbox SET time = '' WHERE label = 'empty'",
    )
    .unwrap();
    let times = || -> Vec<String> {
        let notices = InboxRepository::notices(&**store).unwrap();
        notices.iter().map(|notice: &Notice| notice.time.to_string()).collect()
    };
    assert_eq!(times(), ["0", "0", "0"]);
    assert_eq!(InboxRepository::news(&**store, 10).unwrap().len(), 3, "and so is their news");
    let mended: Vec<u64> = thread::scope(|scope| {
        let threads = [(); 4].map(|()| scope.spawn(|| InboxRepository::repair(&**store).unwrap()));
        threads.map(|thread| thread.join().unwrap()).into()
    });
    assert_eq!((mended.iter().sum::<u64>(), InboxRepository::repair(&**store).unwrap()), (2, 0));
    assert_eq!(times(), ["0", "1", "2"]);
}

/// So there is nothing to repair: an import gives repeated names a counter.
fn the_database_refuses_two_of_one_name(store: &Fixture, execute: Execute<'_>) {
    befriend(store);
    add_notice(store, "a", 5);
    let friend = "INSERT INTO friends (time, position, name, url, image, description, shown)
        VALUES ('5', 5000000000, '', '', '', '', TRUE)";
    let notice = "INSERT INTO inbox (time, label, content, news) VALUES ('5', '', '', FALSE)";
    for statement in [friend, notice] {
        execute(statement).unwrap_err();
        execute(&statement.replace("'5'", "'5.5'")).unwrap();
    }
}

fn an_import_mends_first(store: &Fixture, execute: Execute<'_>) {
    befriend(store);
    execute(BREAK_FRIENDS).unwrap();
    for second in [1, 2] {
        add_notice(store, "a", second);
    }
    execute("UPDATE inbox SET time = 'b' || time").unwrap();
    let contents =
        Contents { friends: Some(Vec::new()), notices: Some(Vec::new()), ..Contents::default() };
    store.import_qexo(contents, ImportMode::Merge).unwrap();
    assert_eq!(FriendRepository::all(&**store).unwrap().len(), 4);
    assert_eq!(InboxRepository::notices(&**store).unwrap().len(), 2);
    let repaired =
        (FriendRepository::repair(&**store).unwrap(), InboxRepository::repair(&**store).unwrap());
    assert_eq!(repaired, (0, 0));
}

fn add_notice(store: &Store, label: &str, second: i64) {
    InboxRepository::add(store, label, "", Timestamp::from_millis(second * 1_000)).unwrap();
}
