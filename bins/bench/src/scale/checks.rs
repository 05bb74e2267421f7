//! What must hold, what was seen, and whether it is so.

use std::fmt::Write as _;

/// The checks that were made, in order.
#[derive(Default)]
pub(crate) struct Checks(Vec<Check>);

struct Check {
    rule: &'static str,
    seen: String,
    ok: bool,
}

impl Checks {
    /// Notes a rule, what was seen, and whether that keeps it.
    pub(crate) fn note(&mut self, rule: &'static str, seen: String, ok: bool) {
        self.0.push(Check { rule, seen, ok });
    }

    /// Whether every rule was kept.
    pub(crate) fn all_ok(&self) -> bool {
        self.0.iter().all(|check| check.ok)
    }

    /// A Markdown table.
    pub(crate) fn markdown(&self) -> String {
        let mut table = "| Check | Seen | |\n|---|---|---|\n".to_owned();
        for Check { rule, seen, ok } in &self.0 {
            let verdict = if *ok { "ok" } else { "NOT OK" };
            // Writing to a text does not fail.
            let _ = writeln!(table, "| {rule} | {seen} | {verdict} |");
        }
        table
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_broken_rule_is_enough() {
        let mut checks = Checks::default();
        checks.note("a", "1 of 1".to_owned(), true);
        assert!(checks.all_ok());
        checks.note("b", "1 of 2".to_owned(), false);
        assert!(!checks.all_ok());
        let table = checks.markdown();
        assert!(table.ends_with("| a | 1 of 1 | ok |\n| b | 1 of 2 | NOT OK |\n"), "{table}");
    }
}
