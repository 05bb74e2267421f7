//! An old database under the new program, and the way back. The fixture is what the version with
//! the migrations up to 2026-11-21-000012 had written; its owner's password is [`PASSWORD`], its
//! API token [`TOKEN`].

use std::{fs, net::SocketAddr, path::Path};

use diesel::{
    Connection as _, QueryableByName, RunQueryDsl as _, SqliteConnection,
    connection::SimpleConnection as _, sql_query, sql_types::Text,
};
use serde_json::{Value, json};

use crate::support::{Program, send};

const OLD: &str = include_str!("upgrade/2026-11-21.sql");
const PASSWORD: &str = "fixture password 1";
const TOKEN: &str = "ink_ldKLaRGVohguM-9WJCvZrj77iHfM3rp8j-yEkZVdDEI";
const OLD_SCHEMA: &str = "20261121000012";

#[derive(QueryableByName)]
struct Cell {
    #[diesel(sql_type = Text)]
    value: String,
}

/// A program whose data directory holds the old database.
fn program() -> Program {
    let program = Program::new(&[]);
    let data = program.directory.path().join("data");
    fs::create_dir(&data).unwrap();
    connect(&data.join("inkstone.db")).batch_execute(OLD).unwrap();
    program
}

fn connect(file: &Path) -> SqliteConnection {
    SqliteConnection::establish(file.to_str().unwrap()).unwrap()
}

fn schema(file: &Path) -> String {
    let latest = "SELECT max(version) AS value FROM __diesel_schema_migrations";
    sql_query(latest).get_result::<Cell>(&mut connect(file)).unwrap().value
}

/// The copy that the migration made.
fn copy_before_migration(program: &Program) -> String {
    let names = fs::read_dir(program.directory.path().join("data")).unwrap();
    let mut names = names.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let name = names.find(|name| name.starts_with("inkstone.db.backup-")).expect("a backup");
    format!("data/{name}")
}

#[track_caller]
fn ask(address: SocketAddr, path: &str) -> Value {
    let answer = send(address, "GET", path, &[], None);
    assert_eq!(answer.status, 200, "{path}: {}", answer.text());
    serde_json::from_slice(&answer.bytes).unwrap()
}

#[test]
fn an_old_database_is_copied_migrated_and_complete() {
    let program = program();
    let check = program.run(&["migrate", "--check"]);
    assert_eq!(check.code, Some(1), "{check:?}");
    assert!(check.stderr.contains("pending: 2026-11-27-000013"), "{check:?}");

    let serving = program.serve();
    let address = serving.address.parse().unwrap();
    let comments = ask(address, "/api/comments?post_slug=/old-post/&nested=false");
    assert_eq!(comments["pagination"]["totalCount"], 4);
    let mut texts: Vec<_> = comments["data"].as_array().unwrap().iter().collect();
    texts.sort_by_key(|comment| comment["id"].as_i64());
    let texts: Vec<_> = texts.iter().map(|comment| &comment["contentText"]).collect();
    assert_eq!(texts, ["comment **1**", "comment **2**", "comment **3**", "an answer"]);
    assert_eq!(ask(address, "/api/like?post_slug=/old-post/")["totalLikes"], 1);
    assert_eq!(ask(address, "/pub/friends")["data"][0]["url"], "https://friend.example");
    let talk = &ask(address, "/pub/talks")["data"][0];
    assert_eq!((&talk["content"], &talk["tags"]), (&json!("an old talk"), &json!(["a"])));
    let field = format!("/pub/get_custom?key=notice&token={TOKEN}");
    assert_eq!(ask(address, &field)["data"], "3\n");
    let notices = ask(address, &format!("/pub/get_notifications?token={TOKEN}"));
    assert_eq!(notices["data"][0]["label"], "Old");
    let login = json!({ "name": "admin", "password": PASSWORD }).to_string();
    let headers = [("content-type", "application/json")];
    let login = send(address, "POST", "/admin/login", &headers, Some(&login));
    assert_eq!(login.status, 200, "{}", login.text());
    assert_eq!(serving.stop("TERM").code, Some(0));

    let file = program.directory.path().join("data/inkstone.db");
    assert_ne!(schema(&file), OLD_SCHEMA);
    let check = program.run(&["migrate", "--check"]);
    assert_eq!(check.code, Some(0), "{check:?}");
}

#[test]
fn the_copy_before_the_migration_leads_back_to_the_old_version() {
    let program = program();
    assert_eq!(program.run(&["migrate"]).code, Some(0));
    let restored = program.run(&["restore", &copy_before_migration(&program)]);
    assert_eq!(restored.code, Some(0), "{restored:?}");
    let file = program.directory.path().join("data/inkstone.db");
    assert_eq!(schema(&file), OLD_SCHEMA, "the old program refuses anything newer");
    let texts = "SELECT group_concat(content_text, '|') AS value FROM comments";
    let texts = sql_query(texts).get_result::<Cell>(&mut connect(&file)).unwrap().value;
    assert_eq!(texts, "comment **1**|comment **2**|comment **3**|an answer");
    // And forward again.
    assert_eq!(program.run(&["migrate"]).code, Some(0));
}
