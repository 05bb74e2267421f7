//! What runs scripts.

use std::{fmt, sync::Arc};

use inkstone_vocab::Source;

use crate::input::Input;

/// Runs the scripts of fields.
///
/// A script sees its input and nothing else, and always ends: within limits of time, work, memory
/// and output that are the evaluator's own. Evaluations that run at once know nothing of each
/// other.
pub trait Evaluator: Send + Sync {
    /// Runs `text` on `input`, waiting until it has ended.
    fn evaluate(&self, text: &str, input: &Input) -> Result<Evaluation, EvaluationError>;
}

impl<E: Evaluator + ?Sized> Evaluator for Arc<E> {
    fn evaluate(&self, text: &str, input: &Input) -> Result<Evaluation, EvaluationError> {
        (**self).evaluate(text, input)
    }
}

/// Knows no scripts: every text is only a text.
impl Evaluator for () {
    fn evaluate(&self, _: &str, _: &Input) -> Result<Evaluation, EvaluationError> {
        Err(EvaluationError::NotAScript)
    }
}

/// What came out of a script.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Evaluation {
    /// Everything it printed, each print with its line end.
    pub printed: String,
    /// Its final value as text; `None` when it has none.
    pub value: Option<String>,
}

/// Why nothing came out of a script.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum EvaluationError {
    /// The text does not compile.
    #[error("text is not a script")]
    NotAScript,
    /// The script failed by a mistake of its own.
    #[error("script failed: {reason}")]
    Failed {
        /// What it printed before.
        printed: String,
        /// What went wrong. It may quote the script or its input.
        reason: String,
    },
    /// The script was stopped.
    #[error("script exceeded its limit of {0}")]
    LimitExceeded(Excess),
    /// Too many scripts are waiting; later may be better.
    #[error("too many scripts are waiting")]
    Busy,
    /// The evaluator is broken.
    #[error("evaluator is broken")]
    Broken(#[source] Source),
}

/// What a script took too much of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Excess {
    /// Time.
    Time,
    /// Operations.
    Operations,
    /// Nested calls.
    Depth,
    /// Memory, in all or for one value.
    Memory,
    /// Printed text.
    Output,
}

impl fmt::Display for Excess {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Time => "time",
            Self::Operations => "operations",
            Self::Depth => "nested calls",
            Self::Memory => "memory",
            Self::Output => "output",
        })
    }
}
