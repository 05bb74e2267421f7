//! From a text to what it says (contract qexo, 7.2, stages 1 and 2).

use std::sync::Arc;

use inkstone_fields::{Evaluation, EvaluationError, Excess, Input, Scalar};
use rhai::{AST, Dynamic, Engine, EvalAltResult, Map, Scope};

use crate::{
    builtins::Json,
    compat,
    engine::engine,
    limits::Limits,
    memory::Gauge,
    run,
    value::{Writer, write_text},
};

/// Names that parameters do not take away from scripts.
const RESERVED: &[&str] = &["args", "debug", "json", "print"];

/// The most parameters that become variables; the others are in `args`.
const MAX_VARIABLES: usize = 64;

/// The most bytes in the name of a variable.
const MAX_NAME_BYTES: usize = 64;

/// The most bytes of a reason that are kept.
const MAX_REASON_BYTES: usize = 1_024;

/// Compiles and runs scripts.
pub(crate) struct Interpreter {
    engine: Engine,
    gauge: Arc<Gauge>,
    limits: Limits,
}

impl Interpreter {
    pub(crate) fn new(limits: Limits) -> Self {
        let gauge = Arc::new(Gauge::open());
        Self { engine: engine(&limits, &gauge), gauge, limits }
    }

    /// Runs `text` on this thread.
    pub(crate) fn evaluate(
        &self,
        text: &str,
        input: &Input,
    ) -> Result<Evaluation, EvaluationError> {
        if text.len() > self.limits.source_bytes {
            return Err(EvaluationError::NotAScript);
        }
        run::begin(&self.limits, &self.gauge, input);
        let result = self.evaluated(text, input);
        let (printed, excess) = run::end();
        match excess.map_or(result, |excess| Err(Failure::Excess(excess))) {
            Ok(value) => Ok(Evaluation { printed, value }),
            Err(Failure::NotAScript) => Err(EvaluationError::NotAScript),
            Err(Failure::Excess(excess)) => Err(EvaluationError::LimitExceeded(excess)),
            Err(Failure::Own(reason)) => Err(EvaluationError::Failed { printed, reason }),
        }
    }

    fn evaluated(&self, text: &str, input: &Input) -> Result<Option<String>, Failure> {
        let mut scope = self.scope(input);
        let ast = self.compile(text, &scope).ok_or(Failure::NotAScript)?;
        // To compile may take long, too.
        if let Some(excess) = run::checked(&self.gauge) {
            return Err(Failure::Excess(excess));
        }
        let value: Dynamic =
            self.engine.eval_ast_with_scope(&mut scope, &ast).map_err(|error| failure(*error))?;
        if value.is_unit() {
            return Ok(None);
        }
        let mut writer = Writer::new(self.limits.output_bytes);
        write_text(&mut writer, &value).map_err(|_| Failure::Excess(Excess::Output))?;
        Ok(Some(writer.into_text()))
    }

    fn compile(&self, text: &str, scope: &Scope) -> Option<AST> {
        self.engine.compile_with_scope(scope, text).ok().or_else(|| {
            let rewritten = compat::rewritten(text)?;
            self.engine.compile_with_scope(scope, rewritten).ok()
        })
    }

    /// The parameters as variables, and all of them in `args`.
    fn scope(&self, input: &Input) -> Scope<'static> {
        let mut scope = Scope::new();
        let mut args = Map::new();
        for (name, values) in input.parameters() {
            let value = match values {
                [value] => dynamic(value),
                values => values.iter().map(dynamic).collect::<rhai::Array>().into(),
            };
            if scope.len() < MAX_VARIABLES && self.is_variable(name) {
                scope.push_dynamic(name.to_owned(), value.clone());
            }
            args.insert(name.into(), value);
        }
        scope.push("args", args);
        scope.push_constant("json", Json);
        scope
    }

    /// Whether a variable may have this name. The language is asked for its keywords.
    fn is_variable(&self, name: &str) -> bool {
        name.len() <= MAX_NAME_BYTES
            && !RESERVED.contains(&name)
            && name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
            && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
            && self.engine.compile(format!("let {name} = 0; {name}")).is_ok()
    }
}

enum Failure {
    NotAScript,
    Excess(Excess),
    Own(String),
}

fn failure(error: EvalAltResult) -> Failure {
    match error {
        EvalAltResult::ErrorInFunctionCall(_, _, inner, _)
        | EvalAltResult::ErrorInModule(_, inner, _) => failure(*inner),
        EvalAltResult::ErrorStackOverflow(_) => Failure::Excess(Excess::Depth),
        EvalAltResult::ErrorDataTooLarge(..) | EvalAltResult::ErrorTooManyVariables(_) => {
            Failure::Excess(Excess::Memory)
        }
        // A value that was thrown may be large.
        EvalAltResult::ErrorRuntime(value, position) => {
            let mut writer = Writer::new(MAX_REASON_BYTES);
            let complete = write_text(&mut writer, &value).is_ok();
            let rest = if complete { "" } else { "…" };
            Failure::Own(format!("{}{rest} ({position})", writer.into_text()))
        }
        other => {
            let mut reason = other.to_string();
            reason.truncate(reason.floor_char_boundary(MAX_REASON_BYTES));
            Failure::Own(reason)
        }
    }
}

fn dynamic(value: &Scalar) -> Dynamic {
    match value {
        Scalar::Text(text) => text.into(),
        Scalar::Integer(number) => (*number).into(),
        Scalar::Float(number) => (*number).into(),
        Scalar::Flag(flag) => (*flag).into(),
    }
}
