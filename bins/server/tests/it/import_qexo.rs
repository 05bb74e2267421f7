//! `inkstone import qexo` and `inkstone export --format qexo` with the built program.

use std::{
    fs,
    io::{BufRead as _, BufReader, Write as _},
    net::TcpListener,
    thread,
};

use diesel::{Connection as _, SqliteConnection, connection::SimpleConnection as _};
use serde_json::{Value, json};

use crate::{
    qexo::{EXPORT, OLD_TOKEN},
    support::{Program, check, send},
};

fn program() -> Program {
    let program = Program::new(&[]);
    fs::write(program.directory.path().join("export.json"), EXPORT).unwrap();
    program
}

fn exported(program: &Program) -> Value {
    serde_json::from_str(&program.run(&["export", "--format", "qexo"]).stdout).unwrap()
}

#[test]
fn an_export_is_imported_and_reported() {
    let program = program();
    let dry = ["import", "qexo", "export.json", "--dry-run"];
    let would = [
        "Reading export.json\n",
        "Items in friends: 6\n",
        "Left out of images, `url` is too long, or no address of the web: 1 (item 3)",
        "Would import images: 3 new, 0 replaced, 0 removed.",
        "another language, shown as they are until you rewrite them: python",
        "Would import talks: 3 new, 0 replaced, 0 removed.",
        "Nothing was changed (--dry-run).",
    ];
    check(&program.run(&dry), 0, &would);
    assert!(!program.directory.path().join("data").exists());
    let done = [
        "Imported settings: 4 new, 0 replaced, 0 removed.",
        "Imported images: 3 new, 0 replaced, 0 removed.",
        "Imported friends: 3 new, 0 replaced, 0 removed.",
        "Imported notifications: 2 new, 0 replaced, 0 removed.",
        "Imported custom fields: 3 new, 0 replaced, 0 removed.",
        "Imported visitors: 4 new, 0 replaced, 0 removed.",
        "Imported counters: 2 new, 0 replaced, 0 removed.",
        "Imported talks: 3 new, 0 replaced, 0 removed.",
    ];
    check(&program.run(&["import", "qexo", "export.json"]), 0, &done);
    let once = exported(&program);
    let tried = [
        "Would import images: 0 new, 3 replaced, 0 removed.",
        "Would import friends: 0 new, 3 replaced, 0 removed.",
        "Would import talks: 0 new, 3 replaced, 0 removed.",
    ];
    check(&program.run(&dry), 0, &tried);
    assert_eq!(exported(&program), once, "a rehearsal leaves nothing");
    for mode in ["merge", "replace"] {
        let run = program.run(&["import", "qexo", "export.json", "--mode", mode]);
        check(&run, 0, &["Imported visitors: 0 new, 4 replaced, 0 removed."]);
        assert_eq!(exported(&program), once, "{mode}");
    }
    let serving = program.serve();
    let path = format!("/pub/get_notifications/?token={OLD_TOKEN}");
    let answer = send(serving.address.parse().unwrap(), "GET", &path, &[], None);
    assert_eq!(answer.json()["data"].as_array().unwrap().len(), 2);
    assert_eq!(serving.stop("TERM").code, Some(0));
}

#[test]
fn an_export_is_private_and_comes_back_the_same() {
    let (one, two) = (program(), Program::new(&[]));
    check(&one.run(&["import", "qexo", "export.json"]), 0, &[]);
    let said = ["Written to out.json. It holds secrets: keep it private."];
    check(&one.run(&["export", "out.json", "--format", "qexo"]), 0, &said);
    let file = one.directory.path().join("out.json");
    fs::copy(&file, two.directory.path().join("out.json")).unwrap();
    check(&two.run(&["import", "qexo", "out.json"]), 0, &[]);
    assert_eq!(exported(&two), exported(&one));
    let keys =
        ["settings", "images", "friends", "notifications", "custom", "uv", "pv", "talks", "posts"];
    let text = fs::read_to_string(file).unwrap();
    let places: Vec<_> = keys.map(|key| text.find(&format!("\"{key}\":[")).unwrap()).into();
    assert!(places.is_sorted(), "{places:?}");
}

/// A database as Qexo makes it, with an older table that lacks a column.
const DATABASE: &str = r#"
    CREATE TABLE hexoweb_settingmodel (id char(32) PRIMARY KEY, name text, content text);
    INSERT INTO hexoweb_settingmodel VALUES ('a', 'WEBHOOK_APIKEY', 'q8w7e6r5t4y3');
    CREATE TABLE hexoweb_imagemodel (id char(32) PRIMARY KEY, name text, url text, size text,
        date text, type text, deleteConfig text);
    INSERT INTO hexoweb_imagemodel VALUES ('e', 'a.png', 'https://img.example/a.png', '128614',
        '1795212488.4817219', 'image/png', '{"provider": "x"}');
    CREATE TABLE hexoweb_friendmodel (id char(32) PRIMARY KEY, name text, url text, imageUrl text,
        time text, description text, status bool);
    INSERT INTO hexoweb_friendmodel VALUES
        ('b', 'Ada', 'https://ada.example', '', '1795212488.4817219', '', 1),
        ('c', 'Bob', 'https://bob.example', '', '1795212489.5', '', 0);
    CREATE TABLE hexoweb_talkmodel (id char(32) PRIMARY KEY, content text, tags text, time text,
        "like" text, "values" text);
    INSERT INTO hexoweb_talkmodel VALUES
        ('550e8400e29b41d4a716446655440000', 'one', '["a"]', '1704599400', '["192.0.2.1"]',
            '{"city":"Oslo"}');
    CREATE TABLE hexoweb_statisticpv (id char(32) PRIMARY KEY, url text, number integer);
    INSERT INTO hexoweb_statisticpv VALUES ('d', 'blog.example/a', 7);
    CREATE TABLE hexoweb_cache (id char(32) PRIMARY KEY, name text, content text);
    -- Never ends; no table.
    CREATE VIEW hexoweb_custommodel AS WITH RECURSIVE n(name, content) AS
        (SELECT 'x', 'y' UNION ALL SELECT name, content FROM n) SELECT * FROM n;
"#;

fn database(program: &Program, name: &str, schema: &str) {
    let file = program.directory.path().join(name);
    let mut database = SqliteConnection::establish(file.to_str().unwrap()).unwrap();
    database.batch_execute(schema).unwrap();
}

#[test]
fn the_database_of_qexo_is_imported_with_its_ids() {
    let program = Program::new(&[]);
    database(&program, "db.sqlite3", DATABASE);
    let before = fs::read(program.directory.path().join("db.sqlite3")).unwrap();
    let said = [
        "Imported images: 1 new",
        "Imported friends: 2 new",
        "Imported talks: 1 new",
        "Imported counters: 1 new",
    ];
    check(&program.run(&["import", "qexo", "db.sqlite3"]), 0, &said);
    let after = fs::read(program.directory.path().join("db.sqlite3")).unwrap();
    assert!(before == after, "it is only read");
    let exported = exported(&program);
    let talk = &exported["talks"][0];
    assert_eq!(talk["id"], "550e8400e29b41d4a716446655440000");
    assert_eq!((&talk["values"], &talk["likes_count"]), (&json!(r#"{"city":"Oslo"}"#), &json!(1)));
    let image = json!({
        "name": "a.png",
        "url": "https://img.example/a.png",
        "size": "128614",
        "date": "1795212488.4817219",
        "type": "image/png",
        "deleteConfig": r#"{"provider": "x"}"#,
    });
    assert_eq!(exported["images"], json!([image]));
    assert_eq!(exported["friends"][0]["status"], true);
    assert_eq!(exported["friends"][1]["status"], false);
    assert_eq!(exported["custom"], json!([]));
    let numbers = json!([{ "url": "blog.example/a", "number": 7 }]);
    assert_eq!(exported["pv"], numbers);
    database(&program, "other.db", "CREATE TABLE x (y text)");
    let run = program.run(&["import", "qexo", "other.db"]);
    check(&run, 1, &["cannot use other.db: the database holds none of Qexo's tables"]);
    fs::write(program.directory.path().join("bad.db"), [&before[..200], &[7; 4_000]].concat())
        .unwrap();
    check(&program.run(&["import", "qexo", "bad.db"]), 1, &["cannot use bad.db"]);
}

/// A list of talks in two pages, as another server shows it.
fn list() -> [Value; 2] {
    let talk = |id: &str, content: &str, time: &str| {
        json!({ "id": id, "content": content, "time": time, "tags": [], "like": 0,
            "liked": false, "values": { "city": "Oslo" } })
    };
    let one = talk("550e8400-e29b-41d4-a716-446655440001", "<p>one</p>", "1704599400");
    let two = talk("550e8400-e29b-41d4-a716-446655440002", "two", "1704599500");
    [json!({ "count": 2, "data": [two] }), json!({ "count": 2, "data": [one] })]
}

#[track_caller]
fn identified(program: &Program, source: &str) {
    let run = program.run(&["import", "qexo", "export.json", "--talks-from", source]);
    check(&run, 0, &["2, of which 2 are in the file", "Imported talks: 3 new"]);
    let exported = exported(program);
    let talks = exported["talks"].as_array().unwrap();
    let ids: Vec<&str> = talks.iter().map(|talk| talk["id"].as_str().unwrap()).collect();
    let known = ["550e8400e29b41d4a716446655440001", "550e8400e29b41d4a716446655440002"];
    assert_eq!(ids[..2], known);
    assert_eq!(talks[0]["values"], r#"{"city":"Oslo"}"#);
}

#[test]
fn talks_keep_their_ids_by_a_saved_list() {
    let program = program();
    let [mut first, second] = list();
    first["data"].as_array_mut().unwrap().push(second["data"][0].clone());
    fs::write(program.directory.path().join("talks.json"), first.to_string()).unwrap();
    identified(&program, "talks.json");
}

#[test]
fn talks_keep_their_ids_by_the_list_of_the_old_server() {
    let program = program();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let base = format!("http://{}/", listener.local_addr().unwrap());
    let server = thread::spawn(move || {
        list().map(|page| {
            let (mut stream, _) = listener.accept().unwrap();
            let mut reader = BufReader::new(stream.try_clone().unwrap());
            let mut head = String::new();
            while reader.read_line(&mut head).unwrap() > 2 {}
            let body = page.to_string();
            write!(
                stream,
                "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\n\
                 Content-Length: {}\r\n\r\n{body}",
                body.len()
            )
            .unwrap();
            head.lines().next().unwrap().to_owned()
        })
    });
    identified(&program, &base);
    let asked = [1, 2].map(|page| format!("GET /pub/talks/?page={page}&limit=50 HTTP/1.1"));
    assert_eq!(server.join().unwrap(), asked);
}

#[test]
fn what_cannot_be_used_changes_nothing() {
    let program = program();
    check(&program.run(&["import", "qexo", "export.json"]), 0, &[]);
    let before = exported(&program);
    let write = |text: &str| fs::write(program.directory.path().join("bad.json"), text).unwrap();
    let many = format!(r#"{{"uv":[{}0]}}"#, "0,".repeat(1_000_001));
    for (text, reason) in [
        ("", "the document is not valid JSON"),
        ("{\"friends\":[{\"name\":", "the document is not valid JSON (line 1"),
        ("{\"comments\":[]}", "the document has none of the lists of an export of Qexo"),
        ("[]", "expected an object with the lists of an export"),
        ("{\"friends\":{}}", "expected `friends` to be an array"),
        ("{\"friends\":[1]}", "there is nothing to import in bad.json"),
        (&many, "the document has more than 1000000 items"),
    ] {
        write(text);
        check(&program.run(&["import", "qexo", "bad.json"]), 1, &[reason]);
    }
    write("\u{feff}{\"friends\":[]}");
    check(&program.run(&["import", "qexo", "bad.json", "--dry-run"]), 0, &["3 removed."]);
    for (arguments, reason) in [
        (&["import", "qexo", "none.json"][..], "cannot read none.json"),
        (&["import", "qexo", "export.json", "--talks-from", "none"], "cannot use none"),
        (&["import", "qexo", "export.json", "--site", "a"], "--site is not for qexo"),
        (&["import", "cwd", "export.json", "--talks-from", "a"], "--talks-from is for qexo only"),
        (&["export", "--format", "qexo", "--site", "a"], "--site is not for qexo"),
    ] {
        check(&program.run(arguments), 1, &[reason]);
    }
    let run = program.run(&["import", "qexo", "export.json", "--mode", "both"]);
    assert_eq!(run.code, Some(2));
    assert_eq!(exported(&program), before);
}
