//! What is neither copied nor restored, and that a refusal changes nothing.

use inkstone_storage::backup::RestoreError;

use super::*;

/// Restoring `backup` over a database fails; that database is as it was, and alone.
#[track_caller]
fn refused(fixture: &Fixture, backup: &Path) -> RestoreError {
    let directory = tempfile::tempdir().unwrap();
    let database = directory.path().join("inkstone.db");
    back_up(&fixture.file(), &database, &mut go_on).unwrap();
    let before = fs::read(&database).unwrap();
    let error = restore(&database, backup, NOW, &mut go_on).unwrap_err();
    assert_eq!(fs::read(&database).unwrap(), before);
    assert_eq!(names_beside(&database), ["inkstone.db"]);
    error
}

#[test]
fn a_database_in_use_is_not_replaced() {
    let fixture = sqlite();
    visit(&fixture, 1);
    let (_directory, copy) = copied(&fixture);
    visit(&fixture, 2);
    let error = restore(&fixture.file(), &copy, NOW, &mut go_on).unwrap_err();
    assert!(matches!(&error, RestoreError::InUse { path } if *path == fixture.file()), "{error}");
    assert!(error.to_string().contains("stop the server first"));
    visit(&fixture, 3);
    assert_eq!((views(&fixture, 2), views(&fixture, 3)), (1, 1));
}

#[test]
fn what_is_no_database_of_ours_is_not_restored() {
    let fixture = sqlite();
    let directory = tempfile::tempdir().unwrap();
    let file = |name: &str, content: &[u8]| {
        let file = directory.path().join(name);
        fs::write(&file, content).unwrap();
        file
    };
    let missing = directory.path().join("missing");
    assert!(matches!(refused(&fixture, &missing), RestoreError::Unreadable { .. }));
    assert!(matches!(refused(&fixture, directory.path()), RestoreError::Unreadable { .. }));
    let text = file("text", &b"no database at all, whatever its name says".repeat(40));
    assert!(matches!(refused(&fixture, &text), RestoreError::Foreign { .. }));
    assert!(matches!(refused(&fixture, &file("empty", b"")), RestoreError::Foreign { .. }));
    let export = file("export", br#" {"version":"1.0","comments":[]}"#);
    let error = refused(&fixture, &export);
    assert!(matches!(error, RestoreError::Export { .. }), "{error}");
    assert!(error.to_string().contains("/admin/import/backup"), "{error}");
    let other = directory.path().join("other.db");
    raw(&other).batch_execute("CREATE TABLE notes (id INTEGER)").unwrap();
    assert!(matches!(refused(&fixture, &other), RestoreError::Foreign { .. }));
    raw(&other)
        .batch_execute(
            "CREATE TABLE __diesel_schema_migrations (version TEXT PRIMARY KEY, run_on TEXT);
             INSERT INTO __diesel_schema_migrations (version) VALUES ('20010101')",
        )
        .unwrap();
    assert!(matches!(refused(&fixture, &other), RestoreError::Foreign { .. }));
}

#[test]
fn a_newer_copy_is_not_restored() {
    let fixture = sqlite();
    let (_directory, copy) = copied(&fixture);
    raw(&copy)
        .batch_execute("INSERT INTO __diesel_schema_migrations (version) VALUES ('20990101000001')")
        .unwrap();
    let error = refused(&fixture, &copy);
    assert!(
        matches!(&error, RestoreError::Newer { version, .. } if version == "20990101000001"),
        "{error}"
    );
}

#[test]
fn a_damaged_copy_is_not_restored() {
    let fixture = sqlite();
    grow(&fixture);
    let (_directory, copy) = copied(&fixture);
    spoil(&copy);
    let error = refused(&fixture, &copy);
    assert!(matches!(&error, RestoreError::Damaged { lines, .. } if !lines.is_empty()), "{error}");
    let bytes = fs::read(&copy).unwrap();
    fs::write(&copy, &bytes[..bytes.len() / 3]).unwrap();
    let error = refused(&fixture, &copy);
    assert!(matches!(error, RestoreError::Damaged { .. }), "{error}");
}

#[test]
fn a_database_is_not_restored_from_itself() {
    let fixture = sqlite();
    let (directory, copy) = copied(&fixture);
    let link = directory.path().join("link.db");
    std::os::unix::fs::symlink(&copy, &link).unwrap();
    for backup in [&copy, &link] {
        let error = restore(&copy, backup, NOW, &mut go_on).unwrap_err();
        assert!(matches!(error, RestoreError::Same { .. }), "{error}");
    }
}

#[test]
fn a_damaged_database_makes_no_copy() {
    let fixture = sqlite();
    grow(&fixture);
    let (directory, damaged) = copied(&fixture);
    spoil(&damaged);
    let file = directory.path().join("second.db");
    let error = back_up(&damaged, &file, &mut go_on).unwrap_err();
    assert!(matches!(error, BackupError::Damaged { .. } | BackupError::Database { .. }), "{error}");
    assert_eq!(names_beside(&damaged), ["copy.db"]);
}

#[test]
fn nothing_is_overwritten() {
    let fixture = sqlite();
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("copy.db");
    for taken in [file.clone(), directory.path().join("copy.db.part")] {
        fs::write(&taken, "mine").unwrap();
        let error = back_up(&fixture.file(), &file, &mut go_on).unwrap_err();
        assert!(matches!(&error, BackupError::Exists { path } if *path == taken), "{error}");
        assert_eq!(fs::read_to_string(&taken).unwrap(), "mine");
        fs::remove_file(&taken).unwrap();
    }
    let nowhere = directory.path().join("missing/copy.db");
    let error = back_up(&fixture.file(), &nowhere, &mut go_on).unwrap_err();
    assert!(matches!(error, BackupError::File { .. }), "{error}");
    let error = back_up(&nowhere, &file, &mut go_on).unwrap_err();
    assert!(matches!(error, BackupError::NoDatabase { .. }), "{error}");
    assert_eq!(fs::read_dir(directory.path()).unwrap().count(), 0);
}
