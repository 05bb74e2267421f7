//! Copies of a SQLite database, and their way back.

mod refusals;

use std::fs;
use std::ops::ControlFlow;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::thread;

use diesel::connection::SimpleConnection;
use diesel::{Connection, SqliteConnection};
use inkstone_stats::{PageReport, StatsRepository};
use inkstone_storage::backup::{Backup, BackupError, Progress, Restored, back_up, restore};
use inkstone_storage::{Store, StoreSettings};
use inkstone_vocab::{PageLookup, PageSlug, SiteId, Timestamp};
use tempfile::TempDir;

use crate::support::{Fixture, NOW, open, sqlite};

/// Visits the page with this number.
fn visit(store: &Store, number: u32) {
    let slug = PageSlug::parse(&format!("/{number}")).unwrap();
    let page = PageReport { site: SiteId::unnamed(), slug, title: None, url: None };
    store.record_visit(&page, NOW).unwrap();
}

fn views(store: &Store, number: u32) -> u64 {
    let slug = PageSlug::parse(&format!("/{number}")).unwrap();
    store.views(&PageLookup { site: None, slug }).unwrap()
}

fn go_on(_: Progress) -> ControlFlow<()> {
    ControlFlow::Continue(())
}

fn open_file(file: &Path) -> Store {
    open(&format!("sqlite:{}", file.display()), &StoreSettings::default()).unwrap()
}

fn raw(file: &Path) -> SqliteConnection {
    SqliteConnection::establish(file.to_str().unwrap()).unwrap()
}

/// Makes the database so large that copying takes several steps.
fn grow(fixture: &Fixture) {
    let mut connection = raw(&fixture.file());
    connection
        .batch_execute(
            "PRAGMA busy_timeout = 5000;
             CREATE TABLE filler AS
             WITH RECURSIVE numbers (number) AS
                 (SELECT 1 UNION ALL SELECT number + 1 FROM numbers WHERE number < 4000)
             SELECT number, randomblob(3000) AS bytes FROM numbers",
        )
        .unwrap();
}

/// A directory, and a copy in it that a test may spoil.
fn copied(fixture: &Fixture) -> (TempDir, PathBuf) {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("copy.db");
    back_up(&fixture.file(), &file, &mut go_on).unwrap();
    (directory, file)
}

/// The names in the directory of `file`.
fn names_beside(file: &Path) -> Vec<String> {
    let entries = fs::read_dir(file.parent().unwrap()).unwrap().map(Result::unwrap);
    let mut names: Vec<_> = entries.map(|entry| entry.file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

#[test]
fn a_copy_is_of_the_moment_it_began_whatever_is_written_meanwhile() {
    let fixture = sqlite();
    grow(&fixture);
    for number in 0..20 {
        visit(&fixture, number);
    }
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("copy.db");
    let mut steps = Vec::new();
    let mut write_at_each_step = |progress: Progress| {
        // As many changed pages as there are: nothing that was copied stays the same.
        raw(&fixture.file())
            .batch_execute("PRAGMA busy_timeout = 5000; UPDATE filler SET number = number + 1")
            .unwrap();
        visit(&fixture, 100 + u32::try_from(steps.len()).unwrap());
        steps.push(progress.copied);
        ControlFlow::Continue(())
    };
    let backup = back_up(&fixture.file(), &file, &mut write_at_each_step).unwrap();

    assert!(steps.len() > 2 && steps.is_sorted(), "it starts again: {steps:?}");
    assert_eq!(backup.bytes, fs::metadata(&file).unwrap().len());
    assert_eq!((backup.rows["filler"], backup.rows["page_stats"]), (4000, 20));
    let copy = open_file(&file);
    assert_eq!(copy.check_integrity().unwrap(), Vec::<String>::new());
    assert_eq!((views(&copy, 19), views(&copy, 100)), (1, 0));
    assert_eq!(views(&fixture, 100), 1);
}

#[test]
fn what_was_acknowledged_before_is_in_every_copy() {
    let fixture = sqlite();
    grow(&fixture);
    let (acknowledged, stop) = ([const { AtomicU32::new(0) }; 4], AtomicBool::new(false));
    let directory = tempfile::tempdir().unwrap();
    thread::scope(|scope| {
        for (thread, written) in (0..).zip(&acknowledged) {
            let (fixture, stop) = (&fixture, &stop);
            scope.spawn(move || {
                for number in 0.. {
                    visit(fixture, thread * 1_000_000 + number);
                    written.store(number + 1, Ordering::SeqCst);
                    if stop.load(Ordering::SeqCst) {
                        return;
                    }
                }
            });
        }
        while acknowledged.iter().any(|written| written.load(Ordering::SeqCst) == 0) {
            thread::yield_now();
        }
        for round in 0..3 {
            let before = acknowledged.each_ref().map(|written| written.load(Ordering::SeqCst));
            let file = directory.path().join(format!("{round}.db"));
            let backup = back_up(&fixture.file(), &file, &mut go_on).unwrap();
            let copy = open_file(&file);
            for (thread, written) in (0..).zip(before) {
                for number in 0..written {
                    assert_eq!(views(&copy, thread * 1_000_000 + number), 1, "{thread} {number}");
                }
            }
            assert!(backup.rows["page_stats"] >= u64::from(before.iter().sum::<u32>()));
            assert_eq!(copy.check_integrity().unwrap(), Vec::<String>::new());
        }
        stop.store(true, Ordering::SeqCst);
    });
}

#[test]
fn a_copy_is_private_and_one_file() {
    let fixture = sqlite();
    let (_directory, file) = copied(&fixture);
    assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
    assert_eq!(names_beside(&file), ["copy.db"]);
    // The header says that no log belongs to it, so that it can be read where nothing can be
    // written.
    assert_eq!(fs::read(&file).unwrap()[18..20], [1, 1]);
    // A database that nobody has open has nothing beside it afterwards, either.
    let (directory, second) = (tempfile::tempdir().unwrap(), file.with_extension("second"));
    fs::copy(&file, directory.path().join("closed.db")).unwrap();
    let closed = directory.path().join("closed.db");
    raw(&closed).batch_execute("PRAGMA journal_mode = WAL").unwrap();
    back_up(&closed, &second, &mut go_on).unwrap();
    assert_eq!(names_beside(&closed), ["closed.db"]);
}

#[test]
fn a_copy_is_restored_and_what_was_there_is_kept() {
    let fixture = sqlite();
    visit(&fixture, 1);
    let (_directory, copy) = copied(&fixture);
    visit(&fixture, 2);
    let file = fixture.file();
    let elsewhere = tempfile::tempdir().unwrap();
    let database = elsewhere.path().join("inkstone.db");
    back_up(&file, &database, &mut go_on).unwrap();
    raw(&database).batch_execute("PRAGMA journal_mode = WAL").unwrap();

    let Restored { replaced, rows } = restore(&database, &copy, NOW, &mut go_on).unwrap();
    let replaced = replaced.unwrap();
    assert_eq!(replaced, database.with_extension("db.replaced-20261121T080000.123Z"));
    assert_eq!(rows["page_stats"], 1);
    assert_eq!(
        names_beside(&database),
        ["inkstone.db", "inkstone.db.replaced-20261121T080000.123Z"]
    );
    for path in [&database, &replaced] {
        assert_eq!(fs::metadata(path).unwrap().permissions().mode() & 0o777, 0o600);
    }
    let (now, before) = (open_file(&database), open_file(&replaced));
    assert_eq!((views(&now, 1), views(&now, 2)), (1, 0));
    assert_eq!((views(&before, 1), views(&before, 2)), (1, 1));
    visit(&now, 3);
}

#[test]
fn what_was_only_in_the_log_is_kept_too() {
    let fixture = sqlite();
    let (directory, copy) = copied(&fixture);
    visit(&fixture, 7);
    // As a crash leaves it: the visit is in the log beside the file.
    let database = directory.path().join("crashed.db");
    for suffix in ["", "-wal"] {
        let from = format!("{}{suffix}", fixture.file().display());
        fs::copy(from, format!("{}{suffix}", database.display())).unwrap();
    }
    assert!(fs::metadata(directory.path().join("crashed.db-wal")).unwrap().len() > 0);
    let restored = restore(&database, &copy, NOW, &mut go_on).unwrap();
    assert_eq!(views(&open_file(&restored.replaced.unwrap()), 7), 1);
    assert_eq!(views(&open_file(&database), 7), 0);
}

#[test]
fn a_copy_is_restored_where_there_is_no_database() {
    let fixture = sqlite();
    visit(&fixture, 1);
    let (directory, copy) = copied(&fixture);
    let database = directory.path().join("new.db");
    let restored = restore(&database, &copy, NOW, &mut go_on).unwrap();
    assert_eq!(restored.replaced, None);
    assert_eq!(fs::metadata(&database).unwrap().permissions().mode() & 0o777, 0o600);
    assert_eq!(names_beside(&database), ["copy.db", "new.db"]);
    assert_eq!(views(&open_file(&database), 1), 1);
}

#[test]
fn what_is_no_database_is_moved_aside() {
    let fixture = sqlite();
    visit(&fixture, 1);
    let (directory, copy) = copied(&fixture);
    let database = directory.path().join("broken.db");
    let rubbish = "overwritten by something else".repeat(100);
    fs::write(&database, &rubbish).unwrap();
    fs::write(directory.path().join("broken.db-wal"), "its log").unwrap();
    let replaced = restore(&database, &copy, NOW, &mut go_on).unwrap().replaced.unwrap();
    assert_eq!(fs::read_to_string(&replaced).unwrap(), rubbish);
    assert_eq!(fs::read_to_string(format!("{}-wal", replaced.display())).unwrap(), "its log");
    assert_eq!(views(&open_file(&database), 1), 1);
}

#[test]
fn a_damaged_database_is_replaced_and_kept() {
    let fixture = sqlite();
    grow(&fixture);
    let (directory, damaged) = copied(&fixture);
    let good = directory.path().join("good.db");
    fs::copy(&damaged, &good).unwrap();
    spoil(&damaged);
    let bytes = fs::read(&damaged).unwrap();
    let replaced = restore(&damaged, &good, NOW, &mut go_on).unwrap().replaced.unwrap();
    assert_eq!(fs::read(replaced).unwrap().len(), bytes.len());
    assert_eq!(open_file(&damaged).check_integrity().unwrap(), Vec::<String>::new());
}

/// Overwrites pages in the middle of a database.
fn spoil(file: &Path) {
    let mut bytes = fs::read(file).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle..middle + 40_000].fill(0xa5);
    fs::write(file, bytes).unwrap();
}

#[test]
fn an_older_copy_is_brought_up_to_date_by_the_next_start() {
    use diesel_migrations::{FileBasedMigrations, MigrationHarness};

    let fixture = sqlite();
    visit(&fixture, 1);
    let (directory, copy) = copied(&fixture);
    let migrations = Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations").join("sqlite");
    let migrations = FileBasedMigrations::from_path(migrations).unwrap();
    raw(&copy).revert_last_migration(migrations).unwrap();
    let database = directory.path().join("inkstone.db");
    restore(&database, &copy, NOW, &mut go_on).unwrap();
    let store = open_file(&database);
    assert_eq!(store.pending().unwrap().len(), 1);
    let migration = store.migrate(Timestamp::from_millis(1)).unwrap();
    assert_eq!(migration.applied.len(), 1);
    store.check().unwrap();
    assert_eq!(views(&store, 1), 1);
}

#[test]
fn a_copy_that_is_broken_off_leaves_nothing() {
    let fixture = sqlite();
    grow(&fixture);
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("copy.db");
    let error = back_up(&fixture.file(), &file, &mut |_| ControlFlow::Break(())).unwrap_err();
    assert!(matches!(error, BackupError::BrokenOff), "{error}");
    assert_eq!(fs::read_dir(directory.path()).unwrap().count(), 0);
    let again: Backup = back_up(&fixture.file(), &file, &mut go_on).unwrap();
    assert_eq!(again.rows["filler"], 4000);
}

#[test]
fn a_restore_that_is_broken_off_changes_nothing() {
    let fixture = sqlite();
    grow(&fixture);
    visit(&fixture, 1);
    let (directory, copy) = copied(&fixture);
    let database = directory.path().join("inkstone.db");
    visit(&fixture, 2);
    back_up(&fixture.file(), &database, &mut go_on).unwrap();
    let result = restore(&database, &copy, NOW, &mut |_| ControlFlow::Break(()));
    assert!(result.is_err());
    let store = open_file(&database);
    assert_eq!(store.check_integrity().unwrap(), Vec::<String>::new());
    assert_eq!((views(&store, 1), views(&store, 2)), (1, 1));
}
