//! A program of its own with custom fields, and a language of its own for their scripts.

#![expect(clippy::print_stdout, reason = "an example shows what it does")]

use inkstone_fields::{
    Evaluation, EvaluationError, Evaluator, FieldError, Fields, Input, MemoryFields, Scalar,
};
use inkstone_vocab::Timestamp;

/// A script is `hello`; it greets whom the parameter `name` says.
struct Greeter;

impl Evaluator for Greeter {
    fn evaluate(&self, text: &str, input: &Input) -> Result<Evaluation, EvaluationError> {
        if text != "hello" {
            return Err(EvaluationError::NotAScript);
        }
        let name = input.parameters().find_map(|(name, values)| match (name, values) {
            ("name", [Scalar::Text(text)]) => Some(text.as_str()),
            _ => None,
        });
        let value = Some(format!("Hello, {}!", name.unwrap_or("world")));
        Ok(Evaluation { printed: String::new(), value })
    }
}

fn main() -> Result<(), FieldError> {
    let fields = Fields::new(MemoryFields::default(), Greeter);
    fields.set("greeting", "hello")?;
    fields.set("notice", "<b>We are moving.</b>")?;

    let mut input = Input::new(Timestamp::from_millis(0));
    input.add("name", "Ada".into());
    for field in fields.list()? {
        let name = field.name.as_str();
        println!("{name}: {:?}", fields.render(name, &input)?);
    }
    Ok(())
}
