//! `inkstone backup` and `inkstone restore`.

use std::{
    collections::BTreeSet,
    net::SocketAddr,
    path::PathBuf,
    sync::{
        Mutex,
        atomic::{AtomicBool, Ordering},
    },
    thread,
};

use serde_json::{Value, json};

use super::*;
use crate::support::{Program, check};

const VARIABLES: [(&str, &str); 1] = [("INKSTONE__LIMITS__COMMENT_INTERVAL_MS", "0")];
const PAGE: &str = "/backup";

/// Posts a comment with this text, which must be taken.
fn post(address: SocketAddr, text: &str) {
    let body = json!({ "post_slug": PAGE, "name": "Ann", "email": "a@x.io", "content": text });
    let headers = [("content-type", "application/json")];
    let answer = send(address, "POST", "/api/comments", &headers, Some(&body.to_string()));
    assert_eq!(answer.status, 200, "{}", answer.text());
}

/// The texts of all comments.
fn texts(address: SocketAddr) -> BTreeSet<String> {
    let mut texts = BTreeSet::new();
    for page in 1.. {
        let path = format!("/api/comments?post_slug={PAGE}&nested=false&limit=50&page={page}");
        let list: Value =
            serde_json::from_slice(&send(address, "GET", &path, &[], None).bytes).unwrap();
        let slice = list["data"].as_array().unwrap();
        texts.extend(slice.iter().map(|comment| comment["contentText"].as_str().unwrap().into()));
        if slice.is_empty() {
            assert_eq!(list["pagination"]["totalCount"], texts.len());
            break;
        }
    }
    texts
}

#[test]
fn a_backup_under_write_load_restores_everything_acknowledged_before() {
    let program = Program::new(&VARIABLES);
    let serving = program.serve();
    let address = serving.address.parse().unwrap();
    let (acknowledged, stop) = (Mutex::new(BTreeSet::new()), AtomicBool::new(false));
    let count = || acknowledged.lock().unwrap().len();
    let (before, after) = thread::scope(|scope| {
        for client in 0..4 {
            let (acknowledged, stop) = (&acknowledged, &stop);
            scope.spawn(move || {
                for number in 0.. {
                    let text = format!("{client}-{number}");
                    post(address, &text);
                    acknowledged.lock().unwrap().insert(text);
                    if stop.load(Ordering::SeqCst) {
                        return;
                    }
                }
            });
        }
        while count() < 100 {
            thread::yield_now();
        }
        let before = acknowledged.lock().unwrap().clone();
        check(&program.run(&["backup", "copy.db"]), 0, &["checked"]);
        let after = count();
        stop.store(true, Ordering::SeqCst);
        (before, after)
    });
    assert!(after > before.len(), "nothing was written meanwhile");
    // The server is running: its database is not replaced.
    check(&program.run(&["restore", "copy.db"]), 1, &["is in use; stop the server first"]);
    assert_eq!(texts(address), *acknowledged.lock().unwrap());
    assert_eq!(serving.stop("TERM").code, Some(0));

    let run = program.run(&["restore", "copy.db"]);
    check(&run, 0, &["The former database is kept: ./data/inkstone.db.replaced-"]);
    let serving = program.serve();
    let restored = texts(serving.address.parse().unwrap());
    let lost: Vec<_> = before.difference(&restored).collect();
    assert!(lost.is_empty(), "acknowledged before the backup, and lost: {lost:?}");
    assert!(restored.is_subset(&acknowledged.lock().unwrap()), "comments out of nowhere");
    check(&program.run(&["doctor"]), 0, &["ok    The database is intact."]);
    assert_eq!(serving.stop("TERM").code, Some(0));

    // What was replaced is whole, too, and can come back.
    let kept = names(&program.directory.path().join("data"));
    let kept = kept.iter().find(|name| name.contains(".replaced-")).unwrap();
    check(&program.run(&["restore", &format!("data/{kept}")]), 0, &["checked"]);
    let serving = program.serve();
    assert_eq!(texts(serving.address.parse().unwrap()), *acknowledged.lock().unwrap());
}

#[test]
fn backups_are_named_by_the_time_or_by_the_operator() {
    let program = Program::new(&[]);
    check(&program.run(&["backup"]), 1, &["there is no database ./data/inkstone.db"]);
    check(&program.run(&["migrate"]), 0, &[""]);
    let path = |name: &str| -> PathBuf { program.directory.path().join(name) };
    check(&program.run(&["backup"]), 0, &["./data/backups/inkstone-20"]);
    check(&program.run(&["backup", "--dir", "else/where"]), 0, &["else/where/inkstone-20"]);
    assert_eq!(names(&path("data/backups")).len(), 1);
    assert_eq!(names(&path("else/where")).len(), 1);
    check(&program.run(&["backup", "mine.db"]), 0, &["mine.db: "]);
    check(&program.run(&["backup", "mine.db"]), 1, &["mine.db exists already"]);
    let mode = fs::metadata(path("mine.db")).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    // Nobody has it open, so nothing is left beside it.
    assert_eq!(names(&path("data")), ["backups", "inkstone.db", "secrets.toml"]);
    assert_eq!(program.run(&["backup", "a", "--dir", "b"]).code, Some(2));
    assert_eq!(program.run(&["restore"]).code, Some(2));
    check(&program.run(&["doctor"]), 0, &["ok    The newest backup in ./data/backups is of 20"]);
}

#[test]
fn what_cannot_be_restored_changes_nothing() {
    let program = Program::new(&[]);
    check(&program.run(&["migrate"]), 0, &[""]);
    let path = |name: &str| program.directory.path().join(name);
    fs::write(path("text"), "not a database".repeat(100)).unwrap();
    check(&program.run(&["export", "export.json"]), 0, &["Written to"]);
    let state = || (names(&path("data")), fs::read(path("data/inkstone.db")).unwrap());
    let before = state();
    check(&program.run(&["restore", "missing"]), 1, &["cannot read missing"]);
    check(&program.run(&["restore", "text"]), 1, &["text is no Inkstone database"]);
    check(&program.run(&["restore", "export.json"]), 1, &["export.json is an export"]);
    check(&program.run(&["restore", "data/inkstone.db"]), 1, &["is the database itself"]);
    assert_eq!(state(), before);
}

#[test]
fn a_backup_moves_to_an_empty_machine() {
    let program = Program::new(&VARIABLES);
    let serving = program.serve();
    post(serving.address.parse().unwrap(), "hello");
    check(&program.run(&["backup", "copy.db"]), 0, &[""]);
    drop(serving);
    let other = Program::new(&[]);
    let copy = program.directory.path().join("copy.db");
    let run = other.run(&["restore", copy.to_str().unwrap()]);
    check(&run, 0, &["./data/inkstone.db holds what"]);
    assert!(!run.stdout.contains("former"), "{run:?}");
    let serving = other.serve();
    assert_eq!(texts(serving.address.parse().unwrap()), BTreeSet::from(["hello".to_owned()]));
}

#[test]
fn postgres_is_left_to_its_own_tools() {
    let url = ("INKSTONE__DATABASE__URL", "postgres://user:hunter2@127.0.0.1:1/name");
    let program = Program::new(&[url]);
    let run = program.run(&["backup"]);
    check(&run, 1, &["pg_dump --format=custom"]);
    assert!(!format!("{run:?}").contains("hunter2"), "{run:?}");
    check(&program.run(&["restore", "x"]), 1, &["pg_restore --clean"]);
    let run = program.run(&["doctor"]);
    assert!(run.stdout.contains("ok    Backups of PostgreSQL are yours to make"), "{run:?}");
}
