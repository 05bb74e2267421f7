//! Applications of strangers, and the owner's notices of them.

use std::thread;

use diesel::{Connection, PgConnection, SqliteConnection, connection::SimpleConnection};
use inkstone_friends::{Applied, FriendRepository, MAX_PENDING, contract::application};
use inkstone_notifications::InboxRepository;

use crate::support::{Fixture, NOW, postgres, sqlite};

#[test]
fn an_application_and_its_notice_are_stored_together_on_sqlite() {
    let store = sqlite();
    together(&store, |statements| {
        let mut connection = SqliteConnection::establish(store.file().to_str().unwrap()).unwrap();
        connection.batch_execute("PRAGMA busy_timeout = 5000").unwrap();
        connection.batch_execute(statements).unwrap();
    });
}

#[test]
#[ignore = "needs TEST_POSTGRES_URL"]
fn an_application_and_its_notice_are_stored_together_on_postgres() {
    let store = postgres();
    together(&store, |statements| {
        PgConnection::establish(&store.address).unwrap().batch_execute(statements).unwrap();
    });
}

fn together(store: &Fixture, execute: impl Fn(&str)) {
    let apply = |who: &str| store.apply_with_notice(&application(who), who, "<br>", NOW);
    let stored = || {
        let friends = FriendRepository::all(&**store).unwrap();
        let notices = store.notices().unwrap();
        let labels = notices.into_iter().map(|notice| notice.label).collect::<Vec<_>>();
        (friends.len(), labels)
    };
    assert!(matches!(apply("ada").unwrap(), Some(Applied::New(_))));
    assert_eq!(stored(), (1, vec!["ada".to_owned()]));
    // Asking again tells nobody anything new.
    assert!(matches!(apply("ada").unwrap(), Some(Applied::Renewed(_))));
    assert_eq!(stored(), (1, vec!["ada".to_owned()]));

    execute("ALTER TABLE inbox RENAME TO away");
    assert!(apply("bob").is_err());
    execute("ALTER TABLE away RENAME TO inbox");
    assert_eq!(stored(), (1, vec!["ada".to_owned()]));

    thread::scope(|scope| {
        for who in ["bob", "eve", "bob", "eve", "dan", "bob"] {
            scope.spawn(move || apply_patiently(store, who));
        }
    });
    let (friends, mut labels) = stored();
    labels.sort();
    assert_eq!((friends, labels.join(" ").as_str()), (4, "ada bob dan eve"));

    for number in 0..MAX_PENDING {
        apply(&number.to_string()).unwrap();
    }
    let full = stored();
    assert_eq!((full.0, full.1.len()), (MAX_PENDING as usize, MAX_PENDING as usize));
    assert_eq!(apply("zoe").unwrap(), None);
    assert_eq!(stored(), full);
}

fn apply_patiently(store: &Fixture, who: &str) {
    let applied = store.apply_with_notice(&application(who), who, "", NOW).unwrap();
    assert!(applied.is_some(), "{who}");
}
