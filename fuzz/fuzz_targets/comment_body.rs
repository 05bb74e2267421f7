//! Markdown of comments, and HTML of imports: what comes out harms nobody and stays as it is.

#![no_main]

use libfuzzer_sys::fuzz_target;

#[expect(dead_code, reason = "the tests use all of it")]
#[path = "../../crates/comments/tests/it/safety.rs"]
mod safety;

fuzz_target!(|source: &str| safety::assert_harmless(source));
