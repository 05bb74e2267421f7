//! News is stored together with its change, and nothing old becomes news.

use diesel::backend::Backend;
use diesel::connection::SimpleConnection;
use diesel_migrations::MigrationHarness;
use inkstone_comments::contract::{lookup, new_comment};
use inkstone_comments::{CommentId, CommentRepository, Inserted, NewComment, Status};
use inkstone_storage::Store;
use inkstone_vocab::PageRequest;

use crate::migrations::{migrations, postgres_connection, sqlite_connection};
use crate::support::{Fixture, NOW, postgres, sqlite};

#[test]
fn in_sqlite_nothing_changes_without_its_news() {
    let store = sqlite();
    nothing_changes_without_its_news(&store, &mut sqlite_connection(&store));
}

#[test]
#[ignore = "needs TEST_POSTGRES_URL"]
fn in_postgres_nothing_changes_without_its_news() {
    let store = postgres();
    nothing_changes_without_its_news(&store, &mut postgres_connection(&store));
}

fn nothing_changes_without_its_news(store: &Store, connection: &mut impl SimpleConnection) {
    let id = waiting(store);
    connection.batch_execute("ALTER TABLE comment_news RENAME TO out_of_reach").unwrap();
    store.insert(&new_comment("/a"), 0, NOW).unwrap_err();
    store.set_status(id, Status::Approved).unwrap_err();
    store.approve(id).unwrap_err();
    store.remove(id).unwrap_err();
    connection.batch_execute("ALTER TABLE out_of_reach RENAME TO comment_news").unwrap();
    assert_eq!(store.find(id).unwrap().unwrap().status, Status::Pending);
    assert_eq!(store.latest(None, PageRequest::new(1, 10)).unwrap().total, 1);
    assert_eq!(store.threads(&lookup("/a", None), PageRequest::new(1, 10)).unwrap().total, 0);
    assert_eq!(store.news(10).unwrap().len(), 1);
    assert!(store.approve(id).unwrap().unwrap().news, "it is the first time still");
    assert_eq!(store.news(10).unwrap().len(), 2);
}

#[test]
fn what_sqlite_held_before_the_upgrade_is_no_news() {
    let store = sqlite();
    what_was_held_before_is_no_news(&store, &mut sqlite_connection(&store), "sqlite");
}

#[test]
#[ignore = "needs TEST_POSTGRES_URL"]
fn what_postgres_held_before_the_upgrade_is_no_news() {
    let store = postgres();
    what_was_held_before_is_no_news(&store, &mut postgres_connection(&store), "postgres");
}

fn what_was_held_before_is_no_news<DB: Backend>(
    store: &Fixture,
    connection: &mut impl MigrationHarness<DB>,
    backend: &str,
) {
    let old = waiting(store);
    while !store.pending().unwrap().iter().any(|name| name.ends_with("_comment_news")) {
        connection.revert_last_migration(migrations(backend)).unwrap();
    }
    store.migrate(NOW).unwrap();
    assert_eq!(store.news(10).unwrap(), []);
    assert!(!store.approve(old).unwrap().unwrap().news);
    assert_eq!(store.find(old).unwrap().unwrap().status, Status::Approved);
    let new = waiting(store);
    assert!(store.approve(new).unwrap().unwrap().news);
}

fn waiting(store: &Store) -> CommentId {
    let new = NewComment { status: Status::Pending, ..new_comment("/a") };
    match store.insert(&new, 0, NOW).unwrap() {
        Inserted::Stored(id) => id,
        refused => panic!("{refused:?}"),
    }
}
