//! The threads on which scripts run, and the queue before them.

use std::{
    io,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
    thread,
};

use flume::{Receiver, Sender, TrySendError};
use inkstone_fields::{Evaluation, EvaluationError, Evaluator, Input};

use crate::{limits::Limits, script::Interpreter};

/// The stack of a thread that runs scripts. The deepest script that the limits allow takes a
/// part of it; what is not used costs nothing.
const STACK_BYTES: usize = 64 << 20;

/// Runs scripts, a few at a time.
///
/// Its threads end with the last clone. Made once, it is shared by everybody who evaluates.
#[derive(Clone, Debug)]
pub struct Sandbox {
    jobs: Sender<Job>,
}

/// Why there is no sandbox.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ScriptError {
    /// The system gives no thread.
    #[error("script thread cannot be started")]
    Thread(#[source] io::Error),
}

type Answer = Result<Evaluation, EvaluationError>;

#[derive(Debug)]
struct Job {
    text: String,
    input: Input,
    answer: Sender<Answer>,
}

impl Sandbox {
    /// Starts the threads.
    pub fn start(limits: Limits) -> Result<Self, ScriptError> {
        let (jobs, queue) = flume::bounded(limits.queue);
        let threads = limits.concurrency.get();
        let interpreter = Arc::new(Interpreter::new(limits));
        for number in 0..threads {
            let (queue, interpreter) = (queue.clone(), Arc::clone(&interpreter));
            thread::Builder::new()
                .name(format!("script-{number}"))
                .stack_size(STACK_BYTES)
                .spawn(move || work(&queue, &interpreter))
                .map_err(ScriptError::Thread)?;
        }
        Ok(Self { jobs })
    }
}

impl Evaluator for Sandbox {
    fn evaluate(&self, text: &str, input: &Input) -> Answer {
        let (answer, answered) = flume::bounded(1);
        let job = Job { text: text.to_owned(), input: input.clone(), answer };
        self.jobs.try_send(job).map_err(|error| match error {
            TrySendError::Full(_) => EvaluationError::Busy,
            TrySendError::Disconnected(_) => broken("script threads have ended"),
        })?;
        answered.recv().unwrap_or_else(|_| Err(broken("script thread has ended")))
    }
}

fn work(queue: &Receiver<Job>, interpreter: &Interpreter) {
    for Job { text, input, answer } in queue {
        // Unwind safe: the interpreter keeps nothing of a run.
        let result = catch_unwind(AssertUnwindSafe(|| interpreter.evaluate(&text, &input)));
        // Whoever asked may have gone.
        let _ = answer.send(result.unwrap_or_else(|_| Err(broken("interpreter panicked"))));
    }
}

fn broken(reason: &str) -> EvaluationError {
    EvaluationError::Broken(reason.into())
}
