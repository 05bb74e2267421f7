//! What the other side said, fit to be shown and kept.

/// The most characters of a reason.
pub(crate) const MAX_CHARS: usize = 300;

/// Shorter secrets are not looked for: they would turn up in innocent words.
const MIN_SECRET_BYTES: usize = 6;

/// One line of at most [`MAX_CHARS`] characters without control characters, and without the
/// `secrets`: some servers repeat what they do not understand.
pub(crate) fn clean(text: &str, secrets: &[&str]) -> String {
    let mut line = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            // What reverses the direction of a line would let a server dress up its words.
            '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => {}
            c if c.is_whitespace() && line.ends_with(' ') => {}
            c if c.is_whitespace() => line.push(' '),
            c if c.is_control() || c == char::REPLACEMENT_CHARACTER => {}
            c => line.push(c),
        }
    }
    for secret in secrets.iter().filter(|secret| secret.len() >= MIN_SECRET_BYTES) {
        line = line.replace(secret, "***");
    }
    let line = line.trim();
    match line.char_indices().nth(MAX_CHARS) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None => line.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reason_is_one_short_printable_line() {
        assert_eq!(clean(" 550 no\r\nsuch\t\tuser\0\u{1b}[31m ", &[]), "550 no such user[31m");
        assert_eq!(clean("\u{202e}fdp.exe", &[]), "fdp.exe");
        let long = clean(&"错".repeat(5000), &[]);
        assert_eq!(long.chars().count(), MAX_CHARS + 1);
        assert!(long.ends_with('…'));
    }

    #[test]
    fn a_reason_names_no_secret() {
        let said = "501 what is hunter2-hunter2? a";
        assert_eq!(clean(said, &["hunter2-hunter2", "a"]), "501 what is ***? a");
        assert_eq!(clean("hunter2\0-hunter2", &["hunter2-hunter2"]), "***");
    }
}
