//! What is going on, for those who watch: a terminal sees a bar move, everybody else gets a line
//! for each step.

use std::{
    io::{self, IsTerminal as _, Read},
    ops::ControlFlow,
    time::Duration,
};

use indicatif::{ProgressBar, ProgressStyle};
use inkstone_storage::backup;

use crate::output;

/// Files below this size are read before anybody wonders.
const LONG_BYTES: u64 = 16 * 1024 * 1024;

pub(super) struct Progress {
    bar: ProgressBar,
    watched: bool,
}

impl Progress {
    pub(super) fn start() -> Self {
        let bar = ProgressBar::new_spinner();
        let watched = io::stderr().is_terminal();
        if watched {
            bar.enable_steady_tick(Duration::from_millis(100));
        }
        Self { bar, watched }
    }

    /// A step without a known length.
    pub(super) fn step(&self, text: &str) {
        self.bar.set_style(ProgressStyle::default_spinner());
        self.say(text);
    }

    /// `input`, which has `total` bytes, and tells how much of it was read.
    pub(super) fn reading<R: Read>(&self, name: &str, input: R, total: u64) -> Watched<'_, R> {
        self.bar.set_style(bar_style());
        self.bar.set_length(total);
        self.say(&format!("Reading {name}"));
        Watched { progress: self, input, total, read: 0, told: 0 }
    }

    /// Shows how far a database is copied, and that it is checked afterwards.
    pub(super) fn copying(&self) -> impl FnMut(backup::Progress) -> ControlFlow<()> {
        self.bar.set_style(bar_style());
        self.say("Copying");
        let mut whole = false;
        move |backup::Progress { copied, pages }| {
            self.bar.set_length(pages);
            self.bar.set_position(copied);
            if copied == pages && !whole {
                whole = true;
                self.step("Checking");
            }
            ControlFlow::Continue(())
        }
    }

    /// Lets `work` print lines.
    pub(super) fn pause(&self, work: impl FnOnce()) {
        self.bar.suspend(work);
    }

    fn say(&self, text: &str) {
        self.bar.set_message(text.to_owned());
        if !self.watched {
            output::say(text);
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}

fn bar_style() -> ProgressStyle {
    ProgressStyle::with_template("{msg} {wide_bar} {percent} %")
        .unwrap_or_else(|_| ProgressStyle::default_bar())
}

/// A reader that tells how far it is.
pub(super) struct Watched<'a, R> {
    progress: &'a Progress,
    input: R,
    total: u64,
    read: u64,
    /// In tenths, to those without a terminal.
    told: u64,
}

impl<R: Read> Read for Watched<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.input.read(buffer)?;
        self.read += read as u64;
        self.progress.bar.set_position(self.read);
        let tenths = (self.read * 10).checked_div(self.total).unwrap_or(0).min(10);
        if tenths > self.told && self.total >= LONG_BYTES && !self.progress.watched {
            output::say(format_args!("Read {tenths}0 %"));
        }
        self.told = tenths;
        Ok(read)
    }
}
