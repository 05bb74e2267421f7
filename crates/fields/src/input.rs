//! What a script is given.

use std::{collections::BTreeMap, fmt};

use inkstone_vocab::Timestamp;

/// The parameter that carries the caller's secret; no script sees it.
const SECRET: &str = "token";

/// What a script is given: the parameters of a request, and its time.
///
/// The `Debug` form shows names only: values belong to whoever asked.
#[derive(Clone, PartialEq)]
pub struct Input {
    now: Timestamp,
    parameters: BTreeMap<String, Vec<Scalar>>,
}

/// One value of a parameter. Requests know texts; JSON bodies know more.
#[derive(Clone, Debug, PartialEq)]
pub enum Scalar {
    /// A text.
    Text(String),
    /// A whole number.
    Integer(i64),
    /// Any other number.
    Float(f64),
    /// True or false.
    Flag(bool),
}

impl Input {
    /// No parameters, at `now`.
    pub fn new(now: Timestamp) -> Self {
        Self { now, parameters: BTreeMap::new() }
    }

    /// Adds a value, after those that `name` has already: the query comes first, then the body.
    /// `token` is left out (contract qexo, 7.2).
    pub fn add(&mut self, name: &str, value: Scalar) {
        if name != SECRET {
            self.parameters.entry(name.to_owned()).or_default().push(value);
        }
    }

    /// When the request came.
    pub fn now(&self) -> Timestamp {
        self.now
    }

    /// The parameters by name, each with one value or more, in the order of arrival.
    pub fn parameters(&self) -> impl Iterator<Item = (&str, &[Scalar])> {
        self.parameters.iter().map(|(name, values)| (name.as_str(), values.as_slice()))
    }
}

impl fmt::Debug for Input {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Input")
            .field("now", &self.now)
            .field("parameters", &self.parameters.keys())
            .finish()
    }
}

impl From<&str> for Scalar {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_keep_their_order_and_the_token_is_left_out() {
        let mut input = Input::new(Timestamp::from_millis(0));
        for (name, value) in [("b", "1"), ("token", "secret"), ("a", "x"), ("b", "2")] {
            input.add(name, value.into());
        }
        let found: Vec<_> = input.parameters().collect();
        assert_eq!(found, [("a", &["x".into()][..]), ("b", &["1".into(), "2".into()][..])]);
    }

    #[test]
    fn debug_shows_no_values() {
        let mut input = Input::new(Timestamp::from_millis(0));
        input.add("mail", "boss@blog.example".into());
        let shown = format!("{input:?}");
        assert!(shown.contains("mail") && !shown.contains("boss"), "{shown}");
    }
}
