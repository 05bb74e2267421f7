//! A sandbox, and evaluations that cannot hang a test.

use std::{
    sync::{OnceLock, mpsc},
    thread,
    time::Duration,
};

use inkstone_fields::{Evaluation, EvaluationError, Evaluator, Input, Scalar};
use inkstone_scripting::{Limits, Sandbox};
use inkstone_vocab::Timestamp;

/// Far longer than anything takes; only to fail instead of hanging.
const WATCHDOG: Duration = Duration::from_mins(2);

pub(crate) type Answer = Result<Evaluation, EvaluationError>;

/// The sandbox of all tests that exhaust nothing. Time is left to the watchdog, so that a busy
/// machine changes no outcome.
pub(crate) fn sandbox() -> &'static Sandbox {
    static SANDBOX: OnceLock<Sandbox> = OnceLock::new();
    SANDBOX.get_or_init(|| {
        let limits = Limits {
            time: Duration::from_mins(1),
            memory_bytes: u64::MAX,
            queue: 1_000,
            ..Limits::default()
        };
        Sandbox::start(limits).expect("threads")
    })
}

/// An input with these parameters.
pub(crate) fn input(parameters: &[(&str, Scalar)]) -> Input {
    let mut input = Input::new(Timestamp::from_millis(1_795_248_000_123));
    for (name, value) in parameters {
        input.add(name, value.clone());
    }
    input
}

/// Evaluates; panics when it does not end.
#[track_caller]
pub(crate) fn evaluate(sandbox: &Sandbox, text: &str, input: &Input) -> Answer {
    let (sender, receiver) = mpsc::channel();
    let shown: String = text.chars().take(200).collect();
    let (sandbox, text, input) = (sandbox.clone(), text.to_owned(), input.clone());
    thread::spawn(move || sender.send(sandbox.evaluate(&text, &input)));
    let Ok(answer) = receiver.recv_timeout(WATCHDOG) else { panic!("does not end: {shown}") };
    answer
}
