//! Opening, checking and closing a store.

use std::error::Error;
use std::fs;
use std::os::unix::fs::PermissionsExt;

use diesel::connection::SimpleConnection;
use diesel::dsl::sql;
use diesel::sql_types::{BigInt, Bool};
use diesel::{Connection, PgConnection, QueryableByName, RunQueryDsl, SqliteConnection};
use inkstone_storage::{Backend, OpenError, StoreSettings};
use inkstone_vocab::RepositoryError;

use crate::support::{Fixture, empty_postgres, empty_sqlite, open, postgres, sqlite};

#[test]
fn sqlite_files_are_private_and_their_directory_is_made() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("deep/100% #1/inkstone.db");
    let store = open(&format!("sqlite:{}", file.display()), &StoreSettings::default()).unwrap();
    store.migrate(crate::support::NOW).unwrap();
    for suffix in ["", "-wal", "-shm"] {
        let path = format!("{}{suffix}", file.display());
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600, "{path}");
    }
    assert_eq!(fs::read_dir(file.parent().unwrap()).unwrap().count(), 3);
}

/// `.cargo/config.toml` says so. Without it a statement with a LIMIT is planned whenever it is run.
#[test]
fn sqlite_keeps_the_plan_of_a_statement() {
    let mut connection = SqliteConnection::establish(":memory:").unwrap();
    let option = sql::<Bool>("sqlite_compileoption_used('ENABLE_QPSG')");
    assert!(diesel::select(option).get_result::<bool>(&mut connection).unwrap());
}

#[test]
fn a_directory_that_cannot_be_made_is_named() {
    let directory = tempfile::tempdir().unwrap();
    let obstacle = directory.path().join("file");
    fs::write(&obstacle, "").unwrap();
    let address = format!("sqlite:{}/inkstone.db", obstacle.display());
    let error = open(&address, &StoreSettings::default()).err().unwrap();
    assert!(matches!(&error, OpenError::Directory { path, .. } if *path == obstacle), "{error}");
}

#[test]
fn a_file_that_cannot_be_opened_is_named() {
    let directory = tempfile::tempdir().unwrap();
    let address = format!("sqlite:{}", directory.path().display());
    let error = open(&address, &StoreSettings::default()).err().unwrap();
    assert!(matches!(&error, OpenError::File { path, .. } if path == directory.path()), "{error}");
}

#[test]
fn a_file_that_is_no_database_is_refused_and_kept() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("notes.txt");
    let text = "not a database, but long enough to have a header".repeat(40);
    fs::write(&file, &text).unwrap();
    let error = open(&format!("sqlite:{}", file.display()), &StoreSettings::default());
    let error = error.err().unwrap();
    assert_eq!(error.source().unwrap().to_string(), "file is not a database");
    assert_eq!(fs::read_to_string(&file).unwrap(), text);
}

#[test]
#[ignore = "needs TEST_POSTGRES_URL"]
fn a_server_that_refuses_is_reported_without_the_password() {
    let fixture = empty_postgres();
    let (_, host) = fixture.address.split_once('@').unwrap();
    let address = format!("postgres://nobody-here:hunter2@{host}");
    let error = open(&address, &StoreSettings::default()).err().unwrap();
    assert!(error.to_string().starts_with("cannot connect to postgres://nobody-here:***@"));
    let reason = error.source().unwrap().to_string();
    assert!(reason.contains("nobody-here") && !reason.contains("hunter2"), "{reason}");
}

#[test]
fn a_server_that_is_not_there_is_reported_at_once() {
    let address = "postgres://user:hunter2@127.0.0.1:1/name";
    let error = open(address, &StoreSettings::default()).err().unwrap();
    assert_eq!(error.to_string(), "cannot connect to postgres://user:***@127.0.0.1:1/name");
}

#[test]
fn settings_of_zero_mean_one() {
    let fixture = empty_sqlite();
    let settings =
        StoreSettings { read_connections: 0, queue: 0, batch: 0, ..StoreSettings::default() };
    let store = open(&fixture.address, &settings).unwrap();
    store.migrate(crate::support::NOW).unwrap();
    store.check().unwrap();
}

#[test]
fn sqlite_is_ready_once_migrated_until_closed() {
    ready_once_migrated_until_closed(&empty_sqlite(), Backend::Sqlite);
}

#[test]
#[ignore = "needs TEST_POSTGRES_URL"]
fn postgres_is_ready_once_migrated_until_closed() {
    ready_once_migrated_until_closed(&empty_postgres(), Backend::Postgres);
}

fn ready_once_migrated_until_closed(store: &Fixture, backend: Backend) {
    assert_eq!(store.backend(), backend);
    assert!(store.check().is_err());
    store.migrate(crate::support::NOW).unwrap();
    store.check().unwrap();
    store.close();
    store.close();
    assert!(matches!(store.check(), Err(RepositoryError::Unavailable(_))));
}

#[test]
fn integrity_findings_name_rows_without_parent() {
    let store = sqlite();
    assert_eq!(store.check_integrity().unwrap(), Vec::<String>::new());
    let mut connection = SqliteConnection::establish(store.file().to_str().unwrap()).unwrap();
    connection
        .batch_execute(
            "PRAGMA foreign_keys = OFF;
             CREATE TABLE parents (id INTEGER PRIMARY KEY);
             CREATE TABLE children (parent INTEGER REFERENCES parents (id));
             INSERT INTO children VALUES (7);",
        )
        .unwrap();
    let finding = "row 1 of children refers to a missing row of parents";
    assert_eq!(store.check_integrity().unwrap(), [finding]);
}

#[test]
#[ignore = "needs TEST_POSTGRES_URL"]
fn postgres_has_no_integrity_findings() {
    assert_eq!(postgres().check_integrity().unwrap(), Vec::<String>::new());
}

#[test]
#[ignore = "needs TEST_POSTGRES_URL"]
fn one_failure_replaces_all_lost_connections() {
    let fixture = postgres();
    let name = format!("lost-{}", std::process::id());
    let address = format!("{}&application_name={name}", fixture.address);
    let settings = StoreSettings { read_connections: 4, ..StoreSettings::default() };
    let store = open(&address, &settings).unwrap();
    let mut server = PgConnection::establish(&fixture.address).unwrap();
    let mut connections = |column: &str| -> i64 {
        let query = format!(
            "SELECT count({column}) FROM pg_stat_activity WHERE application_name = '{name}'"
        );
        let count = diesel::sql_query(query).get_result::<Count>(&mut server);
        count.unwrap().count
    };

    while connections("pid") < 4 {}
    assert_eq!(connections("CASE WHEN pg_terminate_backend(pid, 10000) THEN 1 END"), 4);
    assert!(matches!(store.check(), Err(RepositoryError::Unavailable(_))));
    for _ in 0..4 {
        store.check().unwrap();
    }
}

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = BigInt)]
    count: i64,
}
