//! Simple scripts in the notation of the system that custom fields come from, put into ours
//! (contract qexo, 7.2, stage 2): statements in lines, no blocks.

use std::collections::HashSet;

/// Words that begin what has no counterpart.
pub(crate) const BLOCKS: &[&str] = &[
    "async", "await", "class", "def", "elif", "else", "except", "finally", "for", "from", "global",
    "if", "import", "lambda", "try", "while", "with", "yield",
];

/// `text` in our notation; `None` when it prints nothing, or is not that simple. Whether the
/// result compiles is another question.
pub(crate) fn rewritten(text: &str) -> Option<String> {
    if !text.contains("print(") {
        return None;
    }
    let mut rewriter = Rewriter { rest: text, ..Rewriter::default() };
    while !rewriter.rest.is_empty() {
        rewriter.step()?;
    }
    Some(rewriter.output)
}

#[derive(Default)]
struct Rewriter<'a> {
    rest: &'a str,
    output: String,
    /// How many brackets are open.
    depth: usize,
    /// Whether a statement has begun, at depth zero.
    begun: bool,
    declared: HashSet<&'a str>,
}

impl<'a> Rewriter<'a> {
    /// Takes the next token.
    fn step(&mut self) -> Option<()> {
        let first = self.rest.chars().next()?;
        match first {
            '\n' => self.end_line(),
            '#' => self.take(self.rest.find('\n').unwrap_or(self.rest.len())),
            '\'' | '"' => {
                let literal = self.literal(first)?;
                self.put(&quoted(&literal));
            }
            'a'..='z' | 'A'..='Z' | '_' => self.word()?,
            '0'..='9' => {
                let end =
                    self.rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '.' && c != '_');
                let number = self.take_text(end.unwrap_or(self.rest.len()));
                self.put(number);
            }
            // Elsewhere a division, here the start of a comment.
            '/' if self.rest.starts_with("//") => return None,
            '\\' | '`' => return None,
            '{' => {
                self.take(1);
                self.put("#{");
                self.depth += 1;
            }
            '(' | '[' => {
                self.depth += 1;
                self.copy(first);
            }
            ')' | ']' | '}' => {
                self.depth = self.depth.checked_sub(1)?;
                self.copy(first);
            }
            ';' => {
                self.begun = false;
                self.take(1);
                self.output.push(';');
            }
            _ if first.is_whitespace() => {
                self.take(first.len_utf8());
                self.output.push(first);
            }
            _ => self.copy(first),
        }
        Some(())
    }

    /// A line that ends outside brackets ends its statement.
    fn end_line(&mut self) {
        self.take(1);
        if self.depth == 0 && std::mem::take(&mut self.begun) {
            self.output.push(';');
        }
        self.output.push('\n');
    }

    fn word(&mut self) -> Option<()> {
        let end = self.rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '_');
        let word = self.take_text(end.unwrap_or(self.rest.len()));
        let quote = self.rest.chars().next().filter(|next| matches!(next, '\'' | '"'));
        match (word, quote) {
            ("f" | "F", Some(quote)) => {
                let literal = self.literal(quote)?;
                let interpolated = interpolated(&literal)?;
                self.put(&interpolated);
            }
            // Raw texts, bytes.
            (_, Some(_)) => return None,
            ("True", _) => self.put("true"),
            ("False", _) => self.put("false"),
            ("None", _) => self.put("()"),
            _ if BLOCKS.contains(&word) => return None,
            _ => {
                let declares =
                    self.depth == 0 && !self.begun && self.assigns() && self.declared.insert(word);
                if declares {
                    self.put("let ");
                }
                self.put(word);
            }
        }
        Some(())
    }

    /// Whether the word just taken is assigned to.
    fn assigns(&self) -> bool {
        let after = self.rest.trim_start_matches([' ', '\t']);
        after.starts_with('=') && !after.starts_with("==")
    }

    /// The text between quotes, its escapes resolved.
    fn literal(&mut self, quote: char) -> Option<String> {
        let mut text = String::new();
        let mut chars = self.rest.char_indices().skip(1);
        while let Some((at, c)) = chars.next() {
            match c {
                // Three quotes begin a text of many lines.
                _ if c == quote && at == 1 && self.rest[2..].starts_with(quote) => return None,
                _ if c == quote => {
                    self.take(at + 1);
                    return Some(text);
                }
                '\n' => return None,
                '\\' => text.push(match chars.next()?.1 {
                    'n' => '\n',
                    't' => '\t',
                    'r' => '\r',
                    same @ ('\\' | '\'' | '"') => same,
                    _ => return None,
                }),
                _ => text.push(c),
            }
        }
        None
    }

    fn take(&mut self, bytes: usize) {
        self.rest = &self.rest[bytes..];
    }

    fn take_text(&mut self, bytes: usize) -> &'a str {
        let text = &self.rest[..bytes];
        self.take(bytes);
        text
    }

    /// Adds a part of a statement.
    fn put(&mut self, text: &str) {
        self.begun = true;
        self.output.push_str(text);
    }

    fn copy(&mut self, c: char) {
        self.take(c.len_utf8());
        self.begun = true;
        self.output.push(c);
    }
}

/// A text in quotes, as our notation has it.
fn quoted(text: &str) -> String {
    let mut quoted = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => quoted.extend(['\\', c]),
            '\n' => quoted.push_str("\\n"),
            '\t' => quoted.push_str("\\t"),
            '\r' => quoted.push_str("\\r"),
            _ => quoted.push(c),
        }
    }
    quoted + "\""
}

/// A text with expressions in braces, as a sum of texts; `None` when an expression has a format.
fn interpolated(literal: &str) -> Option<String> {
    let mut parts = vec![String::from("\"\"")];
    let mut text = String::new();
    let mut rest = literal;
    while let Some(c) = rest.chars().next() {
        rest = &rest[c.len_utf8()..];
        match c {
            '{' | '}' if rest.starts_with(c) => {
                text.push(c);
                rest = &rest[1..];
            }
            '{' => {
                let (expression, after) = rest.split_once('}')?;
                let plain = !expression.contains(['{', ':', '!', '=', '\'', '"', '\\', '`', '#']);
                if expression.trim().is_empty() || !plain {
                    return None;
                }
                parts.push(quoted(&std::mem::take(&mut text)));
                parts.push(format!("({})", expression.trim()));
                rest = after;
            }
            '}' => return None,
            _ => text.push(c),
        }
    }
    parts.push(quoted(&text));
    Some(format!("({})", parts.join(" + ")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn simple_scripts_are_put_into_our_notation() {
        for (theirs, ours) in [
            ("print('Hello World')", "print(\"Hello World\")"),
            ("print('it\\'s \"x\"')", "print(\"it's \\\"x\\\"\")"),
            ("x = 1 # one\nprint(x)", "let x = 1 ;\nprint(x)"),
            ("x = 1\nx = 2\n\nprint(x)\n", "let x = 1;\nx = 2;\n\nprint(x);\n"),
            ("x = 1; y = x; print(y)", "let x = 1; let y = x; print(y)"),
            ("print({'a': True,\n 'b': None})", "print(#{\"a\": true,\n \"b\": ()})"),
            ("print(x == 1)", "print(x == 1)"),
            ("print(f'a{b}c{{')", "print((\"\" + \"a\" + (b) + \"c{\"))"),
            ("print('#no')  # yes", "print(\"#no\")  "),
        ] {
            assert_eq!(rewritten(theirs).as_deref(), Some(ours), "{theirs}");
        }
    }

    #[test]
    fn what_is_not_simple_stays() {
        for text in [
            "hello",
            "import os\nprint(os.environ)",
            "for x in y:\n  print(x)",
            "if x:\n  print(x)",
            "def f():\n  print(1)",
            "print([x for x in y])",
            "print(lambda: 1)",
            "print(7 // 2)",
            "print('''a''')",
            "print('a\nb')",
            "print('open)",
            "print('\\x41')",
            "print(r'\\d')",
            "print(b'x')",
            "print(f'{x:.2f}')",
            "print(f'{x!r}')",
            "print(f'{}')",
            "print(f'{x')",
            "print(1))",
            "print(`x`)",
            "x = 1 \\\n + 2\nprint(x)",
        ] {
            assert_eq!(rewritten(text), None, "{text}");
        }
    }
}
