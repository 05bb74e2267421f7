//! Migrations, up and down, on both backends.

use std::collections::BTreeSet;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::thread;

use diesel::backend::Backend;
use diesel::connection::SimpleConnection;
use diesel::sql_types::Text;
use diesel::{Connection, PgConnection, QueryableByName, RunQueryDsl, SqliteConnection, sql_query};
use diesel_migrations::{FileBasedMigrations, MigrationHarness};
use inkstone_storage::{MigrateError, Migration, StoreSettings};

use crate::support::{Fixture, NOW, empty_postgres, empty_sqlite, open, postgres, sqlite};

#[test]
fn both_directories_hold_the_same_names() {
    let names = names("sqlite");
    assert_eq!(names, self::names("postgres"));
    assert!(!names.is_empty());
    for backend in ["sqlite", "postgres"] {
        for name in &names {
            for file in ["up.sql", "down.sql"] {
                let path = directory(backend).join(name).join(file);
                assert!(path.is_file(), "{} is missing", path.display());
            }
        }
    }
}

#[test]
fn every_migration_is_embedded_in_order() {
    let names: Vec<String> = names("sqlite").into_iter().collect();
    assert_eq!(empty_sqlite().pending().unwrap(), names);
    let fixture = empty_sqlite();
    assert_eq!(fixture.migrate(NOW).unwrap(), Migration { applied: names, backup: None });
    assert_eq!(fixture.pending().unwrap(), Vec::<String>::new());
    assert_eq!(fixture.migrate(NOW).unwrap(), Migration::default());
}

#[test]
fn sqlite_goes_up_down_and_up() {
    let store = sqlite();
    let before = sqlite_schema(&store);
    revert_all(&mut sqlite_connection(&store), "sqlite");
    assert_eq!(sqlite_schema(&store), BTreeSet::new());
    store.migrate(NOW).unwrap();
    assert_eq!(sqlite_schema(&store), before);
}

#[test]
#[ignore = "needs TEST_POSTGRES_URL"]
fn postgres_goes_up_down_and_up() {
    let store = postgres();
    let before = postgres_schema(&store);
    assert!(!before.is_empty());
    revert_all(&mut postgres_connection(&store), "postgres");
    assert_eq!(postgres_schema(&store), BTreeSet::new());
    store.migrate(NOW).unwrap();
    assert_eq!(postgres_schema(&store), before);
}

#[test]
fn sqlite_processes_take_turns_to_migrate() {
    take_turns(&empty_sqlite());
}

#[test]
#[ignore = "needs TEST_POSTGRES_URL"]
fn postgres_processes_take_turns_to_migrate() {
    take_turns(&empty_postgres());
}

fn take_turns(fixture: &Fixture) {
    let stores: Vec<_> = (0..4).map(|_| fixture.open_again()).collect();
    let migrations: Vec<_> = thread::scope(|scope| {
        let threads: Vec<_> =
            stores.iter().map(|store| scope.spawn(|| store.migrate(NOW).unwrap())).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    let busy = migrations.iter().filter(|migration| !migration.applied.is_empty());
    assert_eq!(busy.count(), 1, "{migrations:?}");
    assert_eq!(fixture.pending().unwrap(), Vec::<String>::new());
}

#[test]
fn a_newer_sqlite_database_is_refused() {
    let store = sqlite();
    let mut connection = sqlite_connection(&store);
    connection.batch_execute(FROM_THE_FUTURE).unwrap();
    newer_is_refused(&store);
}

#[test]
#[ignore = "needs TEST_POSTGRES_URL"]
fn a_newer_postgres_database_is_refused() {
    let store = postgres();
    let mut connection = postgres_connection(&store);
    connection.batch_execute(FROM_THE_FUTURE).unwrap();
    newer_is_refused(&store);
}

const FROM_THE_FUTURE: &str =
    "INSERT INTO __diesel_schema_migrations (version) VALUES ('20990101000001')";

fn newer_is_refused(store: &Fixture) {
    for error in [store.migrate(NOW).err().unwrap(), store.pending().err().unwrap()] {
        assert!(matches!(&error, MigrateError::Newer { version } if version == "20990101000001"));
        assert!(error.to_string().contains("start a newer version"), "{error}");
    }
}

#[test]
fn a_backup_comes_before_the_migration() {
    let store = sqlite();
    let mut connection = sqlite_connection(&store);
    let newest = names("sqlite").pop_last().unwrap();
    connection.revert_last_migration(migrations("sqlite")).unwrap();
    let before = sqlite_schema(&store);

    let migration = store.migrate(NOW).unwrap();
    assert_eq!(migration.applied, [newest.as_str()]);
    let backup = migration.backup.unwrap();
    let prefix = format!("{}.backup-2026", store.file().display());
    assert!(backup.to_str().unwrap().starts_with(&prefix), "{}", backup.display());
    assert!(backup.to_str().unwrap().ends_with("-20261121T080000.123Z"), "{}", backup.display());
    assert_eq!(fs::metadata(&backup).unwrap().permissions().mode() & 0o777, 0o600);

    let copy = open(&format!("sqlite:{}", backup.display()), &StoreSettings::default()).unwrap();
    assert_eq!(copy.pending().unwrap(), [newest]);
    assert_eq!(copy.check_integrity().unwrap(), Vec::<String>::new());
    let mut copy = SqliteConnection::establish(backup.to_str().unwrap()).unwrap();
    assert_eq!(schema_of(&mut copy), before);
}

#[test]
fn without_a_backup_nothing_is_migrated() {
    let store = sqlite();
    let mut connection = sqlite_connection(&store);
    connection.revert_last_migration(migrations("sqlite")).unwrap();
    let backup = store.migrate(NOW).unwrap().backup.unwrap();

    connection.revert_last_migration(migrations("sqlite")).unwrap();
    let error = store.migrate(NOW).err().unwrap();
    assert!(matches!(&error, MigrateError::Backup { path, .. } if *path == backup), "{error}");
    assert_eq!(store.pending().unwrap().len(), 1);
    assert!(backup.is_file());
}

#[test]
fn dangling_references_stop_a_migration() {
    let store = sqlite();
    let mut connection = sqlite_connection(&store);
    connection.revert_last_migration(migrations("sqlite")).unwrap();
    connection
        .batch_execute(
            "PRAGMA foreign_keys = OFF;
             CREATE TABLE parents (id INTEGER PRIMARY KEY);
             CREATE TABLE children (parent INTEGER REFERENCES parents (id));
             INSERT INTO children VALUES (7);",
        )
        .unwrap();
    let error = store.migrate(NOW).err().unwrap();
    assert!(matches!(&error, MigrateError::Dangling { lines } if lines.len() == 1), "{error}");
    assert_eq!(store.pending().unwrap().len(), 1);
}

fn directory(backend: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations").join(backend)
}

pub(crate) fn migrations(backend: &str) -> FileBasedMigrations {
    FileBasedMigrations::from_path(directory(backend)).unwrap()
}

fn names(backend: &str) -> BTreeSet<String> {
    let entries = fs::read_dir(directory(backend)).unwrap().map(Result::unwrap);
    entries.map(|entry| entry.file_name().into_string().unwrap()).collect()
}

fn revert_all<DB: Backend>(connection: &mut impl MigrationHarness<DB>, backend: &str) {
    let reverted = connection.revert_all_migrations(migrations(backend)).unwrap();
    assert_eq!(reverted.len(), names(backend).len());
}

pub(crate) fn sqlite_connection(fixture: &Fixture) -> SqliteConnection {
    let mut connection = SqliteConnection::establish(fixture.file().to_str().unwrap()).unwrap();
    connection.batch_execute("PRAGMA foreign_keys = ON; PRAGMA busy_timeout = 5000").unwrap();
    connection
}

pub(crate) fn postgres_connection(fixture: &Fixture) -> PgConnection {
    PgConnection::establish(&fixture.address).unwrap()
}

#[derive(QueryableByName)]
struct Definition {
    #[diesel(sql_type = Text)]
    text: String,
}

fn sqlite_schema(fixture: &Fixture) -> BTreeSet<String> {
    schema_of(&mut sqlite_connection(fixture))
}

fn schema_of(connection: &mut SqliteConnection) -> BTreeSet<String> {
    let query = sql_query(
        "SELECT sql AS text FROM sqlite_schema
         WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%' AND name NOT LIKE '__diesel_%'",
    );
    definitions(query.load(connection).unwrap())
}

fn postgres_schema(fixture: &Fixture) -> BTreeSet<String> {
    let query = sql_query(
        "SELECT concat_ws(' ', table_name, column_name, data_type, is_nullable, column_default)
                AS text
         FROM information_schema.columns
         WHERE table_schema = current_schema() AND table_name NOT LIKE '__diesel_%'
         UNION
         SELECT indexdef FROM pg_indexes
         WHERE schemaname = current_schema() AND tablename NOT LIKE '__diesel_%'
         UNION
         SELECT conrelid::regclass || ' ' || pg_get_constraintdef(oid) FROM pg_constraint
         WHERE connamespace = current_schema()::regnamespace
           AND conrelid::regclass::text NOT LIKE '__diesel_%'",
    );
    definitions(query.load(&mut postgres_connection(fixture)).unwrap())
}

fn definitions(rows: Vec<Definition>) -> BTreeSet<String> {
    rows.into_iter().map(|row| row.text).collect()
}
