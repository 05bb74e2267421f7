//! What the program says to whoever started it: results on standard output, complaints on
//! standard error. A reader that went away is no reason to fail.

use std::{
    error::Error,
    fmt::Display,
    io::{self, Write as _},
};

/// Prints `text` and a line end to standard output.
pub fn say(text: impl Display) {
    let mut output = io::stdout().lock();
    let _ = writeln!(output, "{text}").and_then(|()| output.flush());
}

/// Prints `text` as it is to standard output.
pub fn print(text: &str) {
    let mut output = io::stdout().lock();
    let _ = output.write_all(text.as_bytes()).and_then(|()| output.flush());
}

/// Prints `text` and a line end to standard error.
pub fn complain(text: impl Display) {
    let _ = writeln!(io::stderr().lock(), "{text}");
}

/// An error and all its causes in one line.
pub fn chain(error: &(dyn Error + 'static)) -> String {
    let mut texts = vec![error.to_string()];
    let mut cause = error.source();
    while let Some(error) = cause {
        texts.push(error.to_string());
        cause = error.source();
    }
    // A transparent error repeats its cause's text.
    texts.dedup();
    texts.join(": ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, thiserror::Error)]
    #[error("outer")]
    struct Outer(#[source] Inner);

    #[derive(Debug, thiserror::Error)]
    #[error(transparent)]
    struct Inner(#[from] io::Error);

    #[test]
    fn a_chain_names_every_cause_once() {
        assert_eq!(chain(&Outer(Inner(io::Error::other("disk")))), "outer: disk");
    }
}
