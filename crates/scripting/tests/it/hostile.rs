//! Every hostile script ends as it must, and all of them together in little memory.
//!
//! They run in a process of their own: its memory is what is measured, and what stops them.

use std::{env, process::Command, thread, time::Duration};

use inkstone_scripting::{Limits, Sandbox};

use crate::{
    corpus::{End, SUMS, corpus, hungry},
    support::{evaluate, input},
};

/// What four scripts may take together.
const MEMORY_BYTES: u64 = 64 << 20;

#[test]
fn there_are_many() {
    assert!(corpus().len() >= 150);
}

#[test]
fn every_script_ends_as_it_must() {
    in_a_process_of_its_own("hostile::every_script_ends_as_it_must", one_by_one);
}

#[test]
fn the_sum_of_values_is_limited() {
    in_a_process_of_its_own("hostile::the_sum_of_values_is_limited", sums);
}

#[test]
fn four_at_once_stay_within_their_memory() {
    in_a_process_of_its_own("hostile::four_at_once_stay_within_their_memory", four_at_once);
}

/// Starts this program again with `test` alone, and does `work` there.
#[track_caller]
#[expect(clippy::disallowed_methods, reason = "how the test tells itself where it is")]
fn in_a_process_of_its_own(test: &str, work: fn()) {
    const ALONE: &str = "INKSTONE_TEST_ALONE";
    if env::var_os(ALONE).is_some() {
        return work();
    }
    let program = env::current_exe().expect("this program");
    let output = Command::new(program)
        .args(["--exact", test, "--nocapture"])
        .env(ALONE, "1")
        .output()
        .expect("a process");
    let said = String::from_utf8_lossy(&output.stdout);
    let complained = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{}\n{said}\n{complained}", output.status);
    assert!(said.contains("1 passed"), "{said}");
}

fn one_by_one() {
    let hasty = sandbox(Duration::from_millis(200));
    let patient = sandbox(Duration::from_mins(1));
    let before = peak();
    let wrong: Vec<String> = corpus()
        .into_iter()
        .filter_map(|(script, end)| {
            let any = matches!(end, End::Stopped | End::Ended);
            let answer = evaluate(if any { &hasty } else { &patient }, &script, &input(&[]));
            let shown: String = script.chars().take(100).collect();
            (!end.is(&answer)).then(|| format!("{shown}\n  must be {end:?}: {answer:.300?}"))
        })
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    check_growth(before);
}

fn sums() {
    let sandbox = sandbox(Duration::from_mins(1));
    let before = peak();
    // Again and again: what a script has given back is there for the next.
    for (script, end) in [SUMS; 5].concat() {
        let answer = evaluate(&sandbox, script, &input(&[]));
        assert!(end.is(&answer), "{script}: {answer:?}");
    }
    check_growth(before);
}

fn four_at_once() {
    let sandbox = sandbox(Limits::default().time);
    let before = peak();
    let scripts = hungry();
    thread::scope(|scope| {
        for offset in 0..4 {
            let (sandbox, scripts) = (&sandbox, &scripts);
            // Each begins elsewhere, so that different ones meet.
            scope.spawn(move || {
                for script in scripts.iter().cycle().skip(offset * 3).take(scripts.len()) {
                    let answer = evaluate(sandbox, script, &input(&[]));
                    assert!(End::Ended.is(&answer), "{script}: {answer:?}");
                }
            });
        }
    });
    check_growth(before);
}

fn sandbox(time: Duration) -> Sandbox {
    Sandbox::start(Limits { time, ..Limits::default() }).expect("threads")
}

#[track_caller]
fn check_growth(before: u64) {
    let grown = peak() - before;
    assert!(grown < MEMORY_BYTES, "grown by {grown} bytes");
}

/// The most memory this process has had so far; nothing where the system does not tell.
fn peak() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kibibytes = line.and_then(|line| line.trim().strip_suffix(" kB")?.parse().ok());
    kibibytes.unwrap_or(0_u64) * 1_024
}
