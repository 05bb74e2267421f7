//! Copies of the SQLite file that the server makes by itself: when one is due, what it is called,
//! and which ones are removed.

use std::{
    error::Error,
    fs, io,
    ops::ControlFlow,
    path::{Path, PathBuf},
};

use inkstone_storage::backup::{Backup, BackupError, Observer, back_up};
use inkstone_vocab::Timestamp;
use metrics::{counter, describe_counter, describe_gauge, gauge};

use crate::{config::Config, output, secrets};

const MADE: &str = "inkstone_backups_total";
const NEWEST: &str = "inkstone_backup_newest_timestamp_seconds";

const HOUR_MILLIS: i64 = 3_600_000;

/// How long an unfinished copy may be somebody's work.
const UNFINISHED_MILLIS: i64 = 24 * HOUR_MILLIS;

/// The schedule, and the directory it fills.
#[derive(Clone, Debug)]
pub struct LocalBackups {
    database: PathBuf,
    directory: PathBuf,
    every_millis: i64,
    keep: usize,
}

/// Why there is no new copy, or too many old ones.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LocalBackupError {
    /// The directory cannot be created, listed or tidied.
    #[error("cannot use the backup directory {}", path.display())]
    Directory {
        /// The directory.
        path: PathBuf,
        /// Why not.
        source: io::Error,
    },
    /// The copy failed.
    #[error("cannot make a backup")]
    Backup(#[from] BackupError),
}

/// The name of a copy: `inkstone-<day>-<milliseconds since the epoch>.db`.
pub fn name(at: Timestamp) -> String {
    format!("inkstone-{}-{}.db", at.day(), at.millis())
}

/// When the copy of this name was made; `None` for any other name.
fn made_at(file: &str) -> Option<Timestamp> {
    let (_, millis) = file.strip_suffix(".db")?.rsplit_once('-')?;
    let at = Timestamp::from_millis(millis.parse().ok()?);
    (name(at) == file).then_some(at)
}

/// When the unfinished copy of this name, or something that belongs to it, was begun.
fn begun_at(file: &str) -> Option<Timestamp> {
    const SUFFIXES: [&str; 4] = [".part", ".part-wal", ".part-shm", ".part-journal"];
    SUFFIXES.iter().find_map(|suffix| made_at(file.strip_suffix(suffix)?))
}

impl LocalBackups {
    /// The schedule that `config` describes; `None` when it is off, or the database is no file.
    pub fn new(config: &Config) -> Option<Self> {
        describe_counter!(MADE, "Scheduled backups by result: success, failure");
        describe_gauge!(NEWEST, "When the newest backup was made");
        let every_millis = i64::from(config.backup.every_hours) * HOUR_MILLIS;
        let url = config.database_url().ok()?;
        let database = url.file().filter(|_| every_millis > 0)?.to_owned();
        let keep = config.backup.keep.get() as usize;
        Some(Self { database, directory: config.backup_directory(), every_millis, keep })
    }

    /// Where the copies are.
    pub fn directory(&self) -> &Path {
        &self.directory
    }

    /// When the newest copy was made, those left out that a wrong clock has put into the future.
    pub fn newest(&self, now: Timestamp) -> io::Result<Option<Timestamp>> {
        let made = self.names()?.into_iter().filter_map(|name| made_at(&name));
        Ok(made.filter(|&made| made <= now).max())
    }

    /// Whether the schedule has missed a turn.
    pub const fn is_late(&self, newest: Timestamp, now: Timestamp) -> bool {
        now.millis_since(newest) > 2 * self.every_millis
    }

    /// Makes a copy if it is time for one, and tells the log and the metrics.
    pub fn tick(&self, now: Timestamp, observe: &mut Observer<'_>) {
        match self.make_if_due(now, observe) {
            // Not yet; or the program ends, which is no failure.
            Ok(None) | Err(LocalBackupError::Backup(BackupError::BrokenOff)) => {}
            Ok(Some(Backup { bytes, .. })) => {
                counter!(MADE, "result" => "success").increment(1);
                tracing::info!(bytes, file = name(now), "backup made");
            }
            Err(error) => {
                counter!(MADE, "result" => "failure").increment(1);
                let cause = output::chain(&error as &(dyn Error + 'static));
                tracing::error!(cause, "scheduled backup failed");
            }
        }
        if let Ok(Some(newest)) = self.newest(now) {
            // Exact until the year 285 000 000.
            #[expect(clippy::cast_precision_loss, reason = "metrics are floats")]
            gauge!(NEWEST).set(newest.millis() as f64 / 1000.0);
        }
    }

    /// Makes a copy unless a recent one is there, and removes the oldest ones.
    pub fn make_if_due(
        &self,
        now: Timestamp,
        observe: &mut Observer<'_>,
    ) -> Result<Option<Backup>, LocalBackupError> {
        secrets::private_directory(&self.directory).map_err(|error| self.failed(error))?;
        let newest = self.newest(now).map_err(|error| self.failed(error))?;
        if newest.is_some_and(|newest| now.millis_since(newest) < self.every_millis) {
            return Ok(None);
        }
        // First, so that what was left by a crash leaves room.
        self.tidy(now).map_err(|error| self.failed(error))?;
        let backup = back_up(&self.database, &self.directory.join(name(now)), observe)?;
        self.rotate().map_err(|error| self.failed(error))?;
        Ok(Some(backup))
    }

    /// Removes all copies but the newest ones. Files with other names stay.
    fn rotate(&self) -> io::Result<()> {
        let mut made: Vec<_> = self.names()?.iter().filter_map(|name| made_at(name)).collect();
        made.sort_unstable();
        let surplus = made.len().saturating_sub(self.keep);
        made.iter().take(surplus).try_for_each(|&at| self.remove(&name(at)))
    }

    /// Removes what copies that never ended have left.
    fn tidy(&self, now: Timestamp) -> io::Result<()> {
        let names = self.names()?.into_iter();
        let is_left = |name: &String| {
            begun_at(name).is_some_and(|begun| now.millis_since(begun) > UNFINISHED_MILLIS)
        };
        names.filter(is_left).try_for_each(|name| self.remove(&name))
    }

    fn remove(&self, name: &str) -> io::Result<()> {
        match fs::remove_file(self.directory.join(name)) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
            removed => removed,
        }
    }

    /// The names of all files; none when there is no directory.
    fn names(&self) -> io::Result<Vec<String>> {
        let entries = match fs::read_dir(&self.directory) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            entries => entries?,
        };
        let mut names = Vec::new();
        for entry in entries {
            let entry = entry?;
            if entry.file_type()?.is_file() {
                names.extend(entry.file_name().into_string());
            }
        }
        Ok(names)
    }

    fn failed(&self, source: io::Error) -> LocalBackupError {
        LocalBackupError::Directory { path: self.directory.clone(), source }
    }
}

/// An observer that lets everything go on.
pub const fn undisturbed(_: inkstone_storage::backup::Progress) -> ControlFlow<()> {
    ControlFlow::Continue(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_tell_when_and_nothing_else_has_such_names() {
        let at = Timestamp::from_millis(1_795_248_000_123);
        assert_eq!(name(at), "inkstone-2026-11-21-1795248000123.db");
        assert_eq!(made_at(&name(at)), Some(at));
        assert_eq!(begun_at("inkstone-2026-11-21-1795248000123.db.part-wal"), Some(at));
        for other in [
            "inkstone.db",
            "inkstone-2026-11-22-1795248000123.db",
            "inkstone-2026-11-21-01795248000123.db",
            "inkstone-2026-11-21-+1795248000123.db",
            "inkstone-2026-11-21-1795248000123.db.part",
            "my-inkstone-2026-11-21-1795248000123.db",
            "inkstone-2026-11-21-99999999999999999999.db",
        ] {
            assert_eq!(made_at(other), None, "{other}");
        }
    }
}
