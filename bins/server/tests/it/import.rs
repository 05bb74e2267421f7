//! `inkstone import` and `inkstone export` with the built program.

use std::fs;

use crate::support::{Program, check};

const VALINE: &str = r#"#filetype:JSON-streaming {"type":"Class","class":"Comment"}
{"objectId":"b","nick":"Bob","url":"/a","comment":"<p>reply</p>","rid":"a","pid":"a","insertedAt":{"iso":"2023-11-14T22:29:00.000Z"}}
{"objectId":"a","nick":"Ann","url":"/a","comment":"<p>root</p>","insertedAt":{"iso":"2023-11-14T22:28:00.000Z"}}
{"objectId":"c","nick":"Eve","url":"javascript:x","comment":"<p>x</p>"}
"#;

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
    check(&first, 0, &["Imported comments: 2 new, 0 replaced, 0 known already."]);
    check(
        &first,
        0,
        &["Reading valine.json\n", "Storing 2 comments, 0 settings, 0 rows of statistics"],
    );
    assert_eq!(first.stderr, "", "no bar without a terminal");
    check(&import(), 0, &["Imported comments: 0 new, 0 replaced, 2 known already."]);
}

#[test]
fn a_dry_run_changes_nothing() {
    let program = program();
    let run = program.run(&["import", "auto", "valine.json", "--dry-run"]);
    check(
        &run,
        0,
        &[
            "Comments of valine: 2",
            "Would import comments: 2 new, 0 replaced, 0 known already.",
            "Nothing was changed (--dry-run).",
        ],
    );
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
    check(&run, 1, &["there is nothing to import in empty.json"]);
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
    check(&run, 0, &["Imported comments: 0 new, 2 replaced, 0 known already."]);
    check(&program.run(&["export", "no/such/directory"]), 1, &["cannot write no/such/directory"]);
}

const BACKUP: &str = r#"{"version":"1.0","timestamp":1,
    "comments":[{"id":7,"post_slug":"/a","post_url":null,"name":"Ann","content_text":"root","created":5},
        {"id":3,"post_slug":"/a","post_url":null,"name":"Bob","content_text":"reply","parent_id":7,"created":6},
        {"id":4,"post_slug":"/a","content_text":" "}],
    "settings":[{"key":"comment_admin_badge","value":"Boss"},{"key":"comment_admin_key_hash","value":"open sesame"},
        {"key":"unknown","value":"x"},{"key":"email_smtp_pass","value":"********"}],
    "page_stats":[{"post_slug":"/a","pv":9},{"post_slug":"data:x","pv":1}],
    "page_visit_daily":[{"date":"2024-01-01","count":2},{"date":"never"}],
    "likes":[{"page_slug":"/a","user_id":"ip:192.0.2.7","created_at":1}]}"#;

fn exported(program: &Program) -> serde_json::Value {
    let mut backup: serde_json::Value =
        serde_json::from_str(&program.run(&["export"]).stdout).unwrap();
    backup["timestamp"].take();
    backup
}

/// Every part of it, and a dry run tells what will be done before it is.
#[test]
fn a_whole_backup_is_imported() {
    let program = Program::new(&[]);
    fs::write(program.directory.path().join("backup.json"), BACKUP).unwrap();
    let import = |more: &[&str]| program.run(&[&["import", "cwd", "backup.json"], more].concat());
    let found = [
        "Comments of cwd: 2",
        "Settings: 2\nPages: 1\nDays: 1\nPage likes: 1",
        "Left out, nothing to show: 1 (item 3)",
        "Left out of settings, unknown key: 1",
        "Left out of settings, masked, or too long: 1",
        "Left out of page_stats, no valid page: 1",
        "Left out of page_visit_daily, no valid day: 1",
    ];
    let kinds = [("comments", 2), ("settings", 2), ("pages", 1), ("days", 1), ("page likes", 1)];
    let new = |verb: &str| {
        kinds.map(|(kind, count)| {
            format!("{verb} {kind}: {count} new, 0 replaced, 0 known already.")
        })
    };
    let dry = import(&["--dry-run"]);
    check(&dry, 0, &found);
    check(&dry, 0, &new("Would import").each_ref().map(String::as_str));
    let first = import(&[]);
    check(&first, 0, &found);
    check(&first, 0, &new("Imported").each_ref().map(String::as_str));
    let before = exported(&program);
    assert!(
        !before.to_string().contains("open sesame") && !before.to_string().contains("192.0.2.7")
    );
    for (more, verb) in [(&["--dry-run"][..], "Would import"), (&[], "Imported")] {
        let again = import(more);
        let said = [
            "comments: 0 new, 2 replaced, 0 known already.",
            // The key in clear gets another salt.
            "settings: 0 new, 1 replaced, 1 known already.",
            "pages: 0 new, 1 replaced, 0 known already.",
            "days: 0 new, 1 replaced, 0 known already.",
            "page likes: 0 new, 0 replaced, 1 known already.",
        ];
        check(&again, 0, &said.map(|line| format!("{verb} {line}")).each_ref().map(String::as_str));
    }
    // Its own export comes back the same, over what is there and elsewhere.
    let other = Program::new(&[]);
    let file = before.to_string();
    for program in [&program, &other] {
        fs::write(program.directory.path().join("own.json"), &file).unwrap();
        check(&program.run(&["import", "cwd", "own.json"]), 0, &[]);
        let now = exported(program);
        assert_eq!((&now["comments"], &now["likes"]), (&before["comments"], &before["likes"]));
    }
    assert_eq!(exported(&other), before);
}

#[test]
fn a_site_is_chosen_for_statistics_as_well() {
    let program = Program::new(&[]);
    fs::write(program.directory.path().join("backup.json"), BACKUP).unwrap();
    check(&program.run(&["import", "cwd", "backup.json", "--site", "blog"]), 0, &[]);
    let backup = exported(&program);
    for list in ["comments", "page_stats", "page_visit_daily", "likes"] {
        let rows = backup[list].as_array().unwrap();
        assert!(!rows.is_empty() && rows.iter().all(|row| row["site_id"] == "blog"), "{rows:?}");
    }
}

#[test]
fn the_views_that_waline_counted_are_imported() {
    let program = Program::new(&[]);
    let file = r#"{"__version":1,"type":"waline","version":1,"time":1,"tables":["Comment","Counter","Users"],
        "data":{"Comment":[{"objectId":1,"nick":"Ida","comment":"root","url":"/a/","status":"approved"}],
        "Counter":[{"objectId":1,"url":"/a/","time":9},{"objectId":2,"url":"/a","time":1},{"time":4}],
        "Users":[{"email":"x@y.io","password":"secret"}]}}"#;
    fs::write(program.directory.path().join("waline.json"), file).unwrap();
    let import = || program.run(&["import", "waline", "waline.json"]);
    check(&import(), 0, &["Imported view counts: 1 new, 0 replaced, 0 known already."]);
    check(&import(), 0, &["Imported view counts: 0 new, 0 replaced, 1 known already."]);
    let backup = exported(&program);
    assert_eq!(
        (&backup["page_stats"][0]["pv"], &backup["page_stats"][0]["post_slug"]),
        (&10.into(), &"/a/".into())
    );
    assert!(!backup.to_string().contains("secret"));
}

#[test]
fn a_file_that_breaks_off_changes_nothing() {
    let program = Program::new(&[]);
    fs::write(program.directory.path().join("backup.json"), BACKUP).unwrap();
    check(&program.run(&["import", "cwd", "backup.json"]), 0, &[]);
    let before = exported(&program);
    for (broken, said) in [
        (BACKUP[..BACKUP.len() - 1].to_owned(), "the document is not valid JSON: EOF"),
        (
            BACKUP.replace("root", "changed").replace("}]}", "}]}x"),
            "not valid JSON: trailing characters",
        ),
        (BACKUP.replace("\"likes\":[", "\"comments\":["), "two members \"comments\""),
        (
            BACKUP.replace("\"version\":\"1.0\"", "\"results\":{}"),
            "\"results\" of the document is no list",
        ),
    ] {
        fs::write(program.directory.path().join("broken.json"), broken).unwrap();
        check(
            &program.run(&["import", "cwd", "broken.json"]),
            1,
            &["cannot use broken.json", said],
        );
        assert_eq!(exported(&program), before);
    }
}
