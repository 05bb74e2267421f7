//! `inkstone doctor`: what this installation is, and what is wrong with it, in plain words.
//! It looks and changes nothing.

mod checks;

use std::fmt;

use anyhow::ensure;

use crate::{config::Loaded, output};

/// One thing that was looked at.
#[derive(Debug)]
struct Finding {
    verdict: Verdict,
    text: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Verdict {
    Fine,
    Doubtful,
    Broken,
}

impl Finding {
    fn fine(text: impl Into<String>) -> Self {
        Self { verdict: Verdict::Fine, text: text.into() }
    }

    fn doubtful(text: impl Into<String>) -> Self {
        Self { verdict: Verdict::Doubtful, text: text.into() }
    }

    fn broken(text: impl Into<String>) -> Self {
        Self { verdict: Verdict::Broken, text: text.into() }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let verdict = match self.verdict {
            Verdict::Fine => "ok  ",
            Verdict::Doubtful => "warn",
            Verdict::Broken => "fail",
        };
        write!(formatter, "{verdict}  {}", self.text)
    }
}

pub(super) fn run(loaded: &Loaded) -> anyhow::Result<()> {
    let mut broken = 0;
    for finding in checks::all(loaded) {
        broken += usize::from(finding.verdict == Verdict::Broken);
        output::say(finding);
    }
    ensure!(broken == 0, "{broken} of the above must be mended");
    Ok(())
}
