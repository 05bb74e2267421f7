//! A PostgreSQL schema of its own for a test.

use diesel::{Connection as _, PgConnection, connection::SimpleConnection as _};
use inkstone_storage::DatabaseUrl;

/// A schema that is dropped with the value.
pub(crate) struct PostgresSchema {
    server: String,
    name: String,
}

impl PostgresSchema {
    /// Needs `TEST_POSTGRES_URL`, an address without parameters.
    pub(crate) fn create() -> Self {
        let server = std::env::var("TEST_POSTGRES_URL").expect("TEST_POSTGRES_URL is set");
        let name = format!("server_{:016x}", rand::random::<u64>());
        let schema = Self { server, name };
        schema.execute(&format!("CREATE SCHEMA {}", schema.name));
        schema
    }

    pub(crate) fn url(&self) -> DatabaseUrl {
        DatabaseUrl::parse(&self.address()).unwrap()
    }

    /// The same as text.
    pub(crate) fn address(&self) -> String {
        let Self { server, name } = self;
        format!("{server}?options=-csearch_path%3D{name}")
    }

    /// Carries out a statement inside the schema.
    pub(crate) fn within(&self, statement: &str) {
        PgConnection::establish(&self.address()).unwrap().batch_execute(statement).unwrap();
    }

    fn execute(&self, statement: &str) {
        PgConnection::establish(&self.server).unwrap().batch_execute(statement).unwrap();
    }
}

impl Drop for PostgresSchema {
    fn drop(&mut self) {
        self.execute(&format!("DROP SCHEMA {} CASCADE", self.name));
    }
}
