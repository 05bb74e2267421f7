//! `inkstone import` and `inkstone export` with the built program.

use std::fs;

use crate::support::{Program, Run};

const VALINE: &str = r#"#filetype:JSON-streaming {"type":"Class","class":"Comment"}
{"objectId":"b","nick":"Bob","url":"/a","comment":"<p>reply</p>","rid":"a","pid":"a","insertedAt":{"iso":"2023-11-14T22:29:00.000Z"}}
{"objectId":"a","nick":"Ann","url":"/a","comment":"<p>root</p>","insertedAt":{"iso":"2023-11-14T22:28:00.000Z"}}
{"objectId":"c","nick":"Eve","url":"javascript:x","comment":"<p>x</p>"}
"#;

#[track_caller]
fn check(run: &Run, code: i32, said: &[&str]) {
    assert_eq!(run.code, Some(code), "{run:?}");
    let place = if code == 0 { &run.stdout } else { &run.stderr };
    for said in said {
        assert!(place.contains(said), "{said:?} is not in {run:?}");
    }
}

fn program() -> Program {
    let program = Program::new(&[]);
    fs::write(program.directory.path().join("valine.json"), VALINE).unwrap();
    program
}

#[test]
fn comments_are_imported_once_and_reported() {
    let program = program();
    let import = || program.run(&["import", "valine", "valine.json", "--site", "blog"]);
    let read =
        ["Items in the file: 3", "Comments of valine: 2", "Left out, no valid page: 1 (item 3)"];
    let first = import();
    check(&first, 0, &read);
    check(&first, 0, &["Imported: 2 new, 0 replaced, 0 known already."]);
    assert_eq!(first.stderr, "", "no progress without a terminal");
    check(&import(), 0, &["Imported: 0 new, 0 replaced, 2 known already."]);
}

#[test]
fn a_dry_run_changes_nothing() {
    let program = program();
    let run = program.run(&["import", "auto", "valine.json", "--dry-run"]);
    check(&run, 0, &["Comments of valine: 2", "Nothing was changed (--dry-run)."]);
    assert!(!program.directory.path().join("data").exists());
}

#[test]
fn what_cannot_be_read_fails() {
    let program = program();
    check(&program.run(&["import", "valine", "none.json"]), 1, &["cannot read none.json"]);
    fs::write(program.directory.path().join("broken.json"), "[{\"objectId\":").unwrap();
    let run = program.run(&["import", "valine", "broken.json"]);
    check(&run, 1, &["cannot use broken.json: the document is not valid JSON"]);
    fs::write(program.directory.path().join("empty.json"), "[{}]").unwrap();
    let run = program.run(&["import", "auto", "empty.json"]);
    check(&run, 1, &["there is no comment to import in empty.json"]);
}

#[test]
fn wrong_usage_is_told_apart() {
    let program = program();
    let long = "x".repeat(65);
    for arguments in [
        &["import"][..],
        &["import", "disqus", "valine.json"],
        &["import", "valine"],
        &["import", "valine", "valine.json", "--site", &long],
    ] {
        assert_eq!(program.run(arguments).code, Some(2), "{arguments:?}");
    }
}

#[test]
fn an_export_is_a_backup_that_can_be_imported() {
    let program = program();
    check(&program.run(&["import", "valine", "valine.json", "--site", "blog"]), 0, &[]);
    check(&program.run(&["export", "backup.json"]), 0, &["Written to backup.json."]);
    let printed = program.run(&["export", "--site", "other"]);
    let printed: serde_json::Value = serde_json::from_str(&printed.stdout).unwrap();
    assert_eq!(printed["comments"], serde_json::json!([]));
    let backup = fs::read_to_string(program.directory.path().join("backup.json")).unwrap();
    let backup: serde_json::Value = serde_json::from_str(&backup).unwrap();
    assert_eq!(backup["comments"].as_array().unwrap().len(), 2);
    for part in ["settings", "page_stats", "page_visit_daily", "likes"] {
        assert!(backup[part].is_array(), "{part}");
    }
    let run = program.run(&["import", "cwd", "backup.json"]);
    check(&run, 0, &["Imported: 0 new, 2 replaced, 0 known already."]);
    check(&program.run(&["export", "no/such/directory"]), 1, &["cannot write no/such/directory"]);
}
