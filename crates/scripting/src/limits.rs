//! How much a script may take.

use std::{num::NonZeroUsize, time::Duration};

/// How much a script may take. The defaults are those of the contract (qexo, 7.2).
#[derive(Clone, Debug)]
pub struct Limits {
    /// The most operations.
    pub operations: u64,
    /// The longest time from the start of the compilation.
    pub time: Duration,
    /// The most nested calls.
    pub call_levels: usize,
    /// The deepest nesting of an expression; half of it inside functions.
    pub expression_depth: usize,
    /// The most bytes of a text, and of all texts in one value.
    pub string_bytes: usize,
    /// The most elements of an array or map, those of nested ones counted.
    pub elements: usize,
    /// The most bytes that may be printed.
    pub output_bytes: usize,
    /// The most bytes by which the process may grow while a script runs. A process is all its
    /// threads: scripts that run at once share this, and whatever else the process does counts.
    /// Where the system does not tell (it does on Linux) only the limits above hold.
    pub memory_bytes: u64,
    /// The most bytes of a script; longer texts are none. Some sources of some 50 KiB take seconds
    /// to compile.
    pub source_bytes: usize,
    /// The most scripts that run at once, each on a thread of its own.
    pub concurrency: NonZeroUsize,
    /// The most scripts that wait for their turn.
    pub queue: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            operations: 1_000_000,
            time: Duration::from_millis(500),
            call_levels: 32,
            expression_depth: 64,
            string_bytes: 262_144,
            elements: 10_000,
            output_bytes: 262_144,
            memory_bytes: 6_291_456,
            source_bytes: 32_768,
            concurrency: NonZeroUsize::MIN.saturating_add(3),
            queue: 32,
        }
    }
}
