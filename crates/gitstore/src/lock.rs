//! One writer at a time, among the threads of this process and the processes of this machine.

use std::{
    fs::{File, TryLockError},
    io,
    path::PathBuf,
    sync::{Condvar, Mutex, PoisonError},
    thread,
    time::Duration,
};

use inkstone_content::SourceError;

use crate::failure::Failure;

/// How often a lock that another process holds is tried again.
const PAUSE: Duration = Duration::from_millis(10);

/// A lock in this process, and beside it a lock on a file for other processes.
#[derive(Debug)]
pub(crate) struct WriteLock {
    file: PathBuf,
    patience: Duration,
    held: Mutex<bool>,
    freed: Condvar,
}

/// The right to write, until it is dropped.
#[derive(Debug)]
pub(crate) struct Held<'l> {
    lock: &'l WriteLock,
    /// Locked as long as it is open.
    file: Option<File>,
}

impl WriteLock {
    /// The lock that `file` stands for, which is made when it does not exist. Nobody waits longer
    /// than `patience` for his own process, nor for another.
    pub(crate) fn new(file: PathBuf, patience: Duration) -> Self {
        Self { file, patience, held: Mutex::new(false), freed: Condvar::new() }
    }

    pub(crate) fn acquire(&self) -> Result<Held<'_>, Failure> {
        let held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        let (mut held, waited) = self
            .freed
            .wait_timeout_while(held, self.patience, |held| *held)
            .unwrap_or_else(PoisonError::into_inner);
        if waited.timed_out() {
            return Err(SourceError::Busy.into());
        }
        *held = true;
        drop(held);
        // From here on dropping it gives the right back, also when the file cannot be locked.
        let mut right = Held { lock: self, file: None };
        let file = File::options().create(true).truncate(false).write(true).open(&self.file)?;
        wait_for(&file, self.patience, File::try_lock)?;
        right.file = Some(file);
        Ok(right)
    }
}

impl Drop for Held<'_> {
    fn drop(&mut self) {
        self.file = None;
        *self.lock.held.lock().unwrap_or_else(PoisonError::into_inner) = false;
        self.lock.freed.notify_one();
    }
}

/// Tries to lock a file until it works, or `patience` is over.
pub(crate) fn wait_for(
    file: &File,
    patience: Duration,
    lock: impl Fn(&File) -> Result<(), TryLockError>,
) -> Result<(), Failure> {
    let mut left = patience;
    loop {
        match lock(file) {
            Ok(()) => return Ok(()),
            Err(TryLockError::Error(error)) if error.kind() != io::ErrorKind::Interrupted => {
                return Err(error.into());
            }
            Err(_) if left.is_zero() => return Err(SourceError::Busy.into()),
            Err(_) => {
                thread::sleep(PAUSE);
                left = left.saturating_sub(PAUSE);
            }
        }
    }
}
