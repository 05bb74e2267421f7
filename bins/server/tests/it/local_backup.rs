//! Copies of the database: made by command or by the schedule, and restored (issue 3, 6).

mod commands;

use std::{fs, os::unix::fs::PermissionsExt as _, path::Path};

use inkstone_server::{
    config::{Config, Optional},
    installation::Installation,
    local_backup::{LocalBackups, name, undisturbed},
};
use inkstone_storage::DatabaseUrl;
use inkstone_vocab::Timestamp;
use tempfile::TempDir;

use crate::support::{Server, config, send};

const HOUR: i64 = 3_600_000;
const START: Timestamp = Timestamp::from_millis(1_795_248_000_123);

/// A directory with an installation in it, and its configuration.
fn installed(configure: impl FnOnce(&mut Config)) -> (TempDir, Config) {
    let directory = tempfile::tempdir().unwrap();
    let mut config = config(&directory);
    configure(&mut config);
    Installation::open(&config).unwrap().store.close();
    (directory, config)
}

fn at(hours: i64) -> Timestamp {
    START.plus_millis(hours * HOUR)
}

/// The names in a directory, in order.
fn names(directory: &Path) -> Vec<String> {
    let entries = fs::read_dir(directory).unwrap().map(Result::unwrap);
    let mut names: Vec<_> = entries.map(|entry| entry.file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

#[track_caller]
fn is_made(config: &Config, now: Timestamp) -> bool {
    let backups = LocalBackups::new(config).unwrap();
    backups.make_if_due(now, &mut undisturbed).unwrap().is_some()
}

#[test]
fn a_backup_is_made_when_the_newest_is_old_enough() {
    let (_directory, config) = installed(|_| {});
    let directory = config.backup_directory();
    assert_eq!(directory, config.data_dir.join("backups"));
    assert!(is_made(&config, at(0)), "there is none yet");
    // As after a restart: nothing is remembered but the files.
    assert!(!is_made(&config, at(0)) && !is_made(&config, at(23)));
    assert!(is_made(&config, at(24)));
    assert!(!is_made(&config, at(47)) && is_made(&config, at(49)));
    assert_eq!(names(&directory), [name(at(0)), name(at(24)), name(at(49))]);
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!((mode(&directory), mode(&directory.join(name(at(0))))), (0o700, 0o600));
}

#[test]
fn a_clock_that_was_wrong_does_not_stop_the_schedule() {
    let (_directory, config) = installed(|_| {});
    assert!(is_made(&config, at(1_000_000)));
    assert!(is_made(&config, at(0)));
    assert!(!is_made(&config, at(1)));
    assert!(is_made(&config, at(24)));
}

#[test]
fn the_oldest_backups_are_removed_and_nothing_else() {
    let (_directory, config) = installed(|config| {
        config.backup.keep = 2.try_into().unwrap();
        config.backup.every_hours = 1;
    });
    let directory = config.backup_directory();
    fs::create_dir(&directory).unwrap();
    let strangers = [
        "inkstone.db".to_owned(),
        "inkstone-2026-01-01-1.db".to_owned(),
        format!("{}.keep", name(at(-999))),
        "notes.txt".to_owned(),
    ];
    for stranger in &strangers {
        fs::write(directory.join(stranger), "mine").unwrap();
    }
    // A directory may have any name.
    fs::create_dir(directory.join(name(at(-998)))).unwrap();
    for hour in 0..4 {
        assert!(is_made(&config, at(hour)));
    }
    let mut expected = [&strangers[..], &[name(at(-998)), name(at(2)), name(at(3))]].concat();
    expected.sort();
    assert_eq!(names(&directory), expected);
}

#[test]
fn what_a_crash_has_left_is_removed_when_it_is_nobodys_work() {
    let (_directory, config) = installed(|_| {});
    let directory = config.backup_directory();
    fs::create_dir(&directory).unwrap();
    let part = |hours| format!("{}.part", name(at(hours)));
    let old = [part(-25), format!("{}-journal", part(-25))];
    for left in [&old[0], &old[1], &part(-23)] {
        fs::write(directory.join(left), "half").unwrap();
    }
    assert!(is_made(&config, at(0)));
    assert_eq!(names(&directory), [part(-23), name(at(0))]);
}

#[test]
fn the_schedule_can_be_off_and_is_off_on_postgres() {
    let (_directory, mut config) = installed(|config| {
        config.backup.directory = Optional::from(Some("elsewhere".into()));
    });
    assert!(LocalBackups::new(&config).unwrap().directory().ends_with("elsewhere"));
    config.backup.every_hours = 0;
    assert!(LocalBackups::new(&config).is_none());
    config.backup.every_hours = 1;
    let postgres = DatabaseUrl::parse("postgres://host/name").unwrap();
    config.database.url = Optional::from(Some(postgres));
    assert!(LocalBackups::new(&config).is_none());
}

#[test]
fn a_failure_is_counted_and_the_next_round_tries_again() {
    // Only this test makes these figures.
    let server = Server::start_with(
        |config| config.metrics.listen = Some(([127, 0, 0, 1], 0).into()).into(),
        |_| {},
    );
    let figures = || send(server.metrics.unwrap(), "GET", "/metrics", &[], None);
    let (_directory, config) = installed(|_| {});
    let backups = LocalBackups::new(&config).unwrap();
    let directory = config.backup_directory();
    fs::write(&directory, "a file is in the way").unwrap();
    backups.tick(at(0), &mut undisturbed);
    assert!(figures().text().contains("inkstone_backups_total{result=\"failure\"} 1"));
    fs::remove_file(&directory).unwrap();
    backups.tick(at(0), &mut undisturbed);
    backups.tick(at(1), &mut undisturbed);
    let figures = figures();
    assert!(figures.text().contains("inkstone_backups_total{result=\"success\"} 1"));
    let newest = format!("inkstone_backup_newest_timestamp_seconds {}.123", START.millis() / 1000);
    assert!(figures.text().contains(&newest), "{}", figures.text());
}
