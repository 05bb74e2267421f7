//! `src/schema.rs` agrees with the tables that the migrations make.

use std::collections::BTreeMap;
use std::fs;

use diesel::sql_types::{Bool, Text};
use diesel::{Connection, PgConnection, QueryableByName, RunQueryDsl, SqliteConnection, sql_query};

use crate::support::{postgres, sqlite};

/// Tables by name; of each, the columns in order.
type Tables = BTreeMap<String, Vec<Column>>;

#[derive(Debug, PartialEq)]
struct Column {
    name: String,
    /// As `table!` names it.
    kind: &'static str,
    nullable: bool,
}

#[test]
fn sqlite_agrees() {
    let store = sqlite();
    let query = sql_query(
        // A key that SQLite numbers must be called INTEGER.
        "SELECT tables.name AS table_name, columns.name AS name,
                CASE WHEN columns.pk AND columns.type = 'INTEGER' THEN 'bigint'
                     ELSE lower(columns.type) END AS kind,
                NOT columns.\"notnull\" AS nullable
         FROM sqlite_schema AS tables, pragma_table_info(tables.name) AS columns
         WHERE tables.type = 'table' AND tables.name NOT LIKE 'sqlite_%'
           AND tables.name <> '__diesel_schema_migrations'
         ORDER BY tables.name, columns.cid",
    );
    let mut connection = SqliteConnection::establish(store.file().to_str().unwrap()).unwrap();
    assert_eq!(declared(), found(query.load(&mut connection).unwrap()));
}

#[test]
#[ignore = "needs TEST_POSTGRES_URL"]
fn postgres_agrees() {
    let store = postgres();
    let query = sql_query(
        "SELECT table_name::text, column_name::text AS name, data_type::text AS kind,
                is_nullable = 'YES' AS nullable
         FROM information_schema.columns
         WHERE table_schema = current_schema() AND table_name <> '__diesel_schema_migrations'
         ORDER BY table_name, ordinal_position",
    );
    let mut connection = PgConnection::establish(&store.address).unwrap();
    assert_eq!(declared(), found(query.load(&mut connection).unwrap()));
}

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = Text)]
    table_name: String,
    #[diesel(sql_type = Text)]
    name: String,
    #[diesel(sql_type = Text)]
    kind: String,
    #[diesel(sql_type = Bool)]
    nullable: bool,
}

fn found(rows: Vec<Row>) -> Tables {
    let mut tables = Tables::new();
    for Row { table_name, name, kind, nullable } in rows {
        let column = Column { kind: kind_of(&kind), name, nullable };
        tables.entry(table_name).or_default().push(column);
    }
    tables
}

/// The type that `table!` has for a type of either database.
fn kind_of(database_type: &str) -> &'static str {
    match database_type {
        "bigint" => "BigInt",
        "integer" => "Integer",
        "text" => "Text",
        "boolean" => "Bool",
        "real" | "double precision" => "Double",
        "blob" | "bytea" => "Binary",
        other => panic!("{other} is not portable"),
    }
}

/// What `src/schema.rs` says, read as text: the macros leave nothing to ask at run time.
fn declared() -> Tables {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/src/schema.rs");
    let source = fs::read_to_string(path).unwrap();
    let tables = source.split("table! {").skip(1).map(declared_table).collect();
    assert_ne!(tables, Tables::new());
    tables
}

fn declared_table(text: &str) -> (String, Vec<Column>) {
    let mut lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    let name = lines.by_ref().find_map(|line| line.split_once(" (")).unwrap().0;
    let columns = lines.take_while(|line| *line != "}");
    let columns = columns.filter(|line| !line.starts_with("//"));
    (name.to_owned(), columns.map(declared_column).collect())
}

fn declared_column(line: &str) -> Column {
    let (name, kind) = line.trim_end_matches(',').split_once(" -> ").unwrap();
    let inner = kind.strip_prefix("Nullable<").and_then(|kind| kind.strip_suffix('>'));
    let kinds = ["BigInt", "Integer", "Text", "Bool", "Double", "Binary"];
    let kind = kinds.into_iter().find(|known| *known == inner.unwrap_or(kind));
    Column { name: name.to_owned(), kind: kind.unwrap(), nullable: inner.is_some() }
}
