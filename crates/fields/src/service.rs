//! The rules of custom fields, over any repository and any evaluator (contract qexo, 7.2).

use crate::{
    error::FieldError,
    evaluator::{EvaluationError, Evaluator},
    field::{Content, Field, FieldName},
    input::Input,
    plain::{has_no_statement, is_literal},
    repository::FieldRepository,
};

/// Custom fields, kept in a repository `R` and evaluated by an evaluator `E`.
#[derive(Clone, Debug)]
pub struct Fields<R, E> {
    repository: R,
    evaluator: E,
}

/// What a field says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rendering {
    /// The text for whoever asked: empty for an empty field, else it ends in a line end.
    pub data: String,
    /// Where the text comes from, for the log.
    pub origin: Origin,
}

/// Where the text of a [`Rendering`] comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// The content is a text and was served as it is.
    Text,
    /// The content is a script, and this is what it said.
    Script,
    /// The content is a script that failed: what it said until then, and the content.
    Failed {
        /// What went wrong. It may quote the script or its input.
        reason: String,
    },
}

impl<R: FieldRepository, E: Evaluator> Fields<R, E> {
    /// Fields kept in `repository`, evaluated by `evaluator`.
    pub fn new(repository: R, evaluator: E) -> Self {
        Self { repository, evaluator }
    }

    /// Creates a field, or replaces its content.
    pub fn set(&self, name: &str, content: &str) -> Result<(), FieldError> {
        let field = Field { name: FieldName::parse(name)?, content: Content::parse(content)? };
        Ok(self.repository.put(&field)?)
    }

    /// Removes a field; whether there was one. What cannot be a name names none.
    pub fn remove(&self, name: &str) -> Result<bool, FieldError> {
        match FieldName::parse(name) {
            Ok(name) => Ok(self.repository.remove(&name)?),
            Err(_) => Ok(false),
        }
    }

    /// All fields as they are stored, by name.
    pub fn list(&self) -> Result<Vec<Field>, FieldError> {
        Ok(self.repository.list()?)
    }

    /// What the field says when it is asked with `input`. Takes as long as its script.
    pub fn render(&self, name: &str, input: &Input) -> Result<Rendering, FieldError> {
        let name = FieldName::parse(name).map_err(|_| FieldError::NotFound)?;
        let content = self.repository.find(&name)?.ok_or(FieldError::NotFound)?;
        self.evaluated(content.as_str(), input)
    }

    fn evaluated(&self, text: &str, input: &Input) -> Result<Rendering, FieldError> {
        if text.is_empty() {
            return Ok(Rendering { data: String::new(), origin: Origin::Text });
        }
        let raw = |before: String, origin| Rendering { data: before + text + "\n", origin };
        if is_literal(text) || has_no_statement(text) {
            return Ok(raw(String::new(), Origin::Text));
        }
        match self.evaluator.evaluate(text, input) {
            Ok(evaluation) => {
                let value = evaluation.value.filter(|_| evaluation.printed.is_empty());
                let data = value.map_or(evaluation.printed, |value| value + "\n");
                Ok(Rendering { data, origin: Origin::Script })
            }
            Err(EvaluationError::NotAScript) => Ok(raw(String::new(), Origin::Text)),
            Err(EvaluationError::Failed { printed, reason }) => {
                Ok(raw(printed, Origin::Failed { reason }))
            }
            Err(EvaluationError::LimitExceeded(excess)) => Err(FieldError::LimitExceeded(excess)),
            Err(EvaluationError::Busy) => Err(FieldError::Busy),
            Err(EvaluationError::Broken(source)) => Err(FieldError::Evaluator(source)),
        }
    }
}
