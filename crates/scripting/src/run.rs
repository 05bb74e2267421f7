//! What is known of the script that runs on this thread.

use std::{
    cell::RefCell,
    time::{Duration, Instant},
};

use inkstone_fields::{Excess, Input};

use crate::{limits::Limits, memory::Gauge};

/// The deadline is looked at once in so many operations.
const TIME_EVERY: u64 = 32;

/// Memory is measured once in so many operations while it has grown by less than [`CALM`], and
/// with every operation from there on: any of them may double it.
const MEMORY_EVERY: u64 = 16;

/// See [`MEMORY_EVERY`].
const CALM: u64 = 1 << 20;

/// A run: what it may take, and what it took. Once it has exceeded a limit, its next operation
/// stops it.
#[derive(Debug)]
struct Run {
    start: Instant,
    time: Duration,
    /// Whole seconds since the epoch.
    now: i64,
    output: String,
    output_bytes: usize,
    /// Counted here: the engine forgets what callbacks of its own functions do.
    operations: u64,
    max_operations: u64,
    resident: Option<u64>,
    memory_bytes: u64,
    growing: bool,
    excess: Option<Excess>,
}

thread_local! {
    static RUN: RefCell<Option<Run>> = const { RefCell::new(None) };
}

/// Begins a run; its time counts from now.
pub(crate) fn begin(limits: &Limits, gauge: &Gauge, input: &Input) {
    let run = Run {
        start: instant(),
        time: limits.time,
        now: input.now().millis().div_euclid(1_000),
        output: String::new(),
        output_bytes: limits.output_bytes,
        operations: 0,
        max_operations: limits.operations,
        resident: gauge.resident(),
        memory_bytes: limits.memory_bytes,
        growing: false,
        excess: None,
    };
    RUN.set(Some(run));
}

/// Ends the run: what was printed, and what was exceeded if anything was.
pub(crate) fn end() -> (String, Option<Excess>) {
    let run = RUN.take();
    run.map_or_else(Default::default, |run| (run.output, run.excess))
}

/// Counts an operation; what stops the run, if anything does.
pub(crate) fn progress(gauge: &Gauge) -> Option<Excess> {
    with(|run| {
        run.operations += 1;
        if run.operations > run.max_operations {
            run.excess.get_or_insert(Excess::Operations);
        }
        if run.excess.is_none() && run.operations.is_multiple_of(TIME_EVERY) {
            run.check_time();
        }
        if run.excess.is_none() && (run.growing || run.operations.is_multiple_of(MEMORY_EVERY)) {
            run.check_memory(gauge);
        }
        run.excess
    })?
}

/// What stops the run whatever it has done so far, if anything does.
pub(crate) fn checked(gauge: &Gauge) -> Option<Excess> {
    with(|run| {
        run.check_time();
        run.check_memory(gauge);
        run.excess
    })?
}

/// Stops the run at its next operation, or at its end.
pub(crate) fn exceed(excess: Excess) {
    with(|run| run.excess.get_or_insert(excess).to_owned());
}

/// Adds `text` and a line end to what was printed.
pub(crate) fn print(text: &str) {
    with(|run| {
        if run.output.len() + text.len() < run.output_bytes {
            run.output.push_str(text);
            run.output.push('\n');
        } else {
            run.excess.get_or_insert(Excess::Output);
        }
    });
}

/// The time of the request, in whole seconds since the epoch.
pub(crate) fn now() -> i64 {
    with(|run| run.now).unwrap_or_default()
}

impl Run {
    fn check_time(&mut self) {
        if instant().duration_since(self.start) >= self.time {
            self.excess.get_or_insert(Excess::Time);
        }
    }

    fn check_memory(&mut self, gauge: &Gauge) {
        let (Some(before), Some(now)) = (self.resident, gauge.resident()) else { return };
        let growth = now.saturating_sub(before);
        self.growing = growth > CALM;
        if growth > self.memory_bytes {
            self.excess.get_or_insert(Excess::Memory);
        }
    }
}

fn with<T>(work: impl FnOnce(&mut Run) -> T) -> Option<T> {
    RUN.with_borrow_mut(|run| run.as_mut().map(work))
}

#[expect(clippy::disallowed_methods, reason = "how long a script takes is no fact of a domain")]
fn instant() -> Instant {
    Instant::now()
}
