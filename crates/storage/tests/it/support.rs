//! Databases of their own, for one test each.

use std::ops::Deref;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use diesel::connection::SimpleConnection;
use diesel::{Connection, PgConnection};
use inkstone_storage::{DatabaseUrl, Store, StoreSettings};
use inkstone_vocab::Timestamp;
use tempfile::TempDir;

/// When the fixtures are migrated.
pub(crate) const NOW: Timestamp = Timestamp::from_millis(1_795_248_000_123);

/// A store on a database that is removed with it.
pub(crate) struct Fixture {
    // Dropped in this order: the store first.
    store: Store,
    /// The address of the database.
    pub(crate) address: String,
    _place: Place,
}

/// A migrated `SQLite` store in a temporary directory.
pub(crate) fn sqlite() -> Fixture {
    migrated(empty_sqlite())
}

/// A migrated `PostgreSQL` store in a schema of its own.
pub(crate) fn postgres() -> Fixture {
    migrated(empty_postgres())
}

/// A `SQLite` store without tables.
pub(crate) fn empty_sqlite() -> Fixture {
    let directory = tempfile::tempdir().expect("a temporary directory");
    let file = directory.path().join("inkstone.db");
    Fixture::open(format!("sqlite://{}", file.display()), Place::Directory(directory))
}

/// A `PostgreSQL` store without tables.
pub(crate) fn empty_postgres() -> Fixture {
    static SCHEMAS: AtomicU32 = AtomicU32::new(0);
    #[expect(clippy::disallowed_methods, reason = "the server is the machine's, not the test's")]
    let server = std::env::var("TEST_POSTGRES_URL").expect("TEST_POSTGRES_URL");
    let number = SCHEMAS.fetch_add(1, Ordering::Relaxed);
    let schema = Schema { server, name: format!("inkstone_{}_{number}", std::process::id()) };
    schema.execute(&format!("DROP SCHEMA IF EXISTS {0} CASCADE; CREATE SCHEMA {0}", schema.name));
    let separator = if schema.server.contains('?') { '&' } else { '?' };
    let options = format!("options=-csearch_path%3D{}", schema.name);
    Fixture::open(format!("{}{separator}{options}", schema.server), Place::Schema(schema))
}

fn migrated(fixture: Fixture) -> Fixture {
    fixture.migrate(NOW).expect("a migrated database");
    fixture
}

impl Fixture {
    fn open(address: String, place: Place) -> Self {
        let store = open(&address, &settings()).expect("an open database");
        Self { store, address, _place: place }
    }

    /// The same database, opened once more.
    pub(crate) fn open_again(&self) -> Store {
        open(&self.address, &settings()).expect("an open database")
    }

    /// The `SQLite` file.
    pub(crate) fn file(&self) -> PathBuf {
        let url = DatabaseUrl::parse(&self.address).expect("an address");
        url.file().expect("a file").to_owned()
    }
}

/// The database at `address`, opened.
pub(crate) fn open(
    address: &str,
    settings: &StoreSettings,
) -> Result<Store, inkstone_storage::OpenError> {
    Store::open(&DatabaseUrl::parse(address).expect("an address"), settings)
}

/// Few connections, for which there is time: many tests run at once, on whatever machine this is.
fn settings() -> StoreSettings {
    let wait = Duration::from_mins(1);
    StoreSettings { read_connections: 4, wait, ..StoreSettings::default() }
}

impl Deref for Fixture {
    type Target = Store;

    fn deref(&self) -> &Store {
        &self.store
    }
}

/// Where a database lives, and what removes it.
enum Place {
    Directory(#[expect(dead_code, reason = "kept for its Drop")] TempDir),
    Schema(#[expect(dead_code, reason = "kept for its Drop")] Schema),
}

struct Schema {
    server: String,
    name: String,
}

impl Schema {
    fn execute(&self, statements: &str) {
        let mut connection = PgConnection::establish(&self.server).expect("a PostgreSQL server");
        connection.batch_execute(statements).expect("the right to create schemas");
    }
}

impl Drop for Schema {
    fn drop(&mut self) {
        self.execute(&format!("DROP SCHEMA {} CASCADE", self.name));
    }
}
