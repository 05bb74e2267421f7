//! Texts that would compile as a script, and are none.

/// Whether `text` is served as it is without being compiled: it consists of digits and of the
/// marks with which numbers, dates, times, versions and telephone numbers are written. `1+2` is a
/// sum; `007`, `-1.5` and `2026-11-21` are texts (contract qexo, 7.2, stage 0).
pub(crate) fn is_literal(text: &str) -> bool {
    let text = text.trim();
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    digits.starts_with(|c: char| c.is_ascii_digit() || c == '.')
        && digits.chars().all(|c| c.is_ascii_digit() || matches!(c, '.' | '-' | '/' | ':'))
        || text.parse::<f64>().is_ok()
}

/// Whether `text` has no statement: white space, comments and semicolons only. As a script it
/// would do nothing, so `//cdn.example/logo.png` is rather a text.
pub(crate) fn has_no_statement(text: &str) -> bool {
    let mut rest = text;
    loop {
        rest = rest.trim_start_matches(|c: char| c.is_whitespace() || c == ';');
        rest = if rest.is_empty() {
            return true;
        } else if let Some(comment) = rest.strip_prefix("//") {
            comment.find('\n').map_or("", |end| &comment[end..])
        } else if let Some(comment) = rest.strip_prefix("/*") {
            comment.find("*/").map_or("", |end| &comment[end + 2..])
        } else {
            return false;
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_dates_are_literals() {
        for literal in [
            "0",
            "007",
            " 42\n",
            "-1",
            "+3",
            "3.14",
            ".5",
            "1e10",
            "2026-11-21",
            "2026/11/21",
            "12:30",
            "1.2.3",
            "+86-10-5551234",
            "10/2",
        ] {
            assert!(is_literal(literal), "{literal}");
        }
        for other in ["", "1+2", "1 - 2", "3*4", "a", "-", "1;", "(1)", "0x1f", "- 1"] {
            assert!(!is_literal(other), "{other}");
        }
    }

    #[test]
    fn comments_are_no_statements() {
        for empty in ["", " \n", "//cdn.example/a.png", "/* a */ // b\n/**/;", "/* open", ";;"] {
            assert!(has_no_statement(empty), "{empty}");
        }
        for other in ["1", "// a\n1", "/* a */ 1", "/", "a // b"] {
            assert!(!has_no_statement(other), "{other}");
        }
    }
}
