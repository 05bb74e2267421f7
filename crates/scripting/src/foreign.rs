//! Scripts of the system that custom fields come from, as far as they do not run here.

use rhai::Engine;

use crate::{compat, limits::Limits};

/// Whether `text` is a script in another notation that does not run here: it does not compile and
/// does not look like a text that is meant to be shown (contract qexo, 11.1). Its owner should
/// rewrite it; until then it is shown as it is.
///
/// ```
/// use inkstone_scripting::is_foreign_script;
///
/// assert!(is_foreign_script("import os\nprint(os.getcwd())"));
/// for runs_or_is_shown in ["print('Hello')", "print(name)", "Come in for tea", "<b>Hi</b>"] {
///     assert!(!is_foreign_script(runs_or_is_shown));
/// }
/// ```
pub fn is_foreign_script(text: &str) -> bool {
    let compiles = |text: &str| {
        let limits = Limits::default();
        let depth = limits.expression_depth;
        let mut engine = Engine::new_raw();
        engine.set_max_expr_depths(depth, depth / 2);
        text.len() <= limits.source_bytes && engine.compile(text).is_ok()
    };
    looks_like_a_script(text)
        && !compiles(text)
        && !compat::rewritten(text).is_some_and(|text| compiles(&text))
}

/// Whether it prints, or has a line that only a program has.
fn looks_like_a_script(text: &str) -> bool {
    text.contains("print(") || text.lines().any(is_code)
}

fn is_code(line: &str) -> bool {
    let line = line.trim();
    let (word, rest) = line.split_once([' ', '(', ':']).unwrap_or((line, ""));
    match word {
        "import" => rest.split(", ").all(is_path),
        "from" => rest.split_once(" import ").is_some_and(|(module, _)| is_path(module)),
        _ => compat::BLOCKS.contains(&word) && line.ends_with(':'),
    }
}

fn is_path(text: &str) -> bool {
    let text = text.split(" as ").next().unwrap_or_default().trim();
    !text.is_empty()
        && text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '*'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn programs_are_told_from_texts() {
        for foreign in [
            "import os",
            "import os, sys as s",
            "from datetime import datetime\nprint(datetime.now())",
            "for x in range(3):\n    print(x)",
            "def f():\n    return 1\n",
            "print(f'{x:.2f}')",
            "try:\n  pass",
        ] {
            assert!(is_foreign_script(foreign), "{foreign}");
        }
        for other in [
            "",
            "007",
            "plain text here",
            "<b>hi</b>",
            r#"{"a":1}"#,
            "import of goods, and export",
            "from here to import: there",
            "for you",
            "while we are away, please call",
            "print('Hello World')",
            "x = 1\nprint(x)",
            "print(param1 + 1)",
            "let x = 1; x",
        ] {
            assert!(!is_foreign_script(other), "{other}");
        }
        let long = format!("{}import os\nprint(1", "a ".repeat(40_000));
        assert!(is_foreign_script(&long));
    }
}
