//! Texts of strangers, made fit to stand among ours.

/// `text` as one line of at most `max` characters; what is left out shows as `…`.
pub(crate) fn line(text: &str, max: usize) -> String {
    let visible = text.replace(is_unprintable, " ");
    let line = visible.split_whitespace().collect::<Vec<_>>().join(" ");
    if line.chars().count() <= max {
        return line;
    }
    line.chars().take(max.saturating_sub(1)).chain(['…']).collect()
}

/// `text` with its lines, but nothing else that cannot be seen.
pub(crate) fn lines(text: &str) -> String {
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    let text = text.replace(|c: char| c != '\n' && is_unprintable(c), " ");
    text.trim().to_owned()
}

/// Control characters, separators of lines, and what makes text run backwards.
fn is_unprintable(c: char) -> bool {
    c.is_control() || matches!(c, '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// Appends `text` so that HTML reads it as text, between tags and inside quoted attributes.
pub(crate) fn push_escaped(html: &mut String, text: &str) {
    for c in text.chars() {
        match c {
            '&' => html.push_str("&amp;"),
            '<' => html.push_str("&lt;"),
            '>' => html.push_str("&gt;"),
            '"' => html.push_str("&quot;"),
            '\'' => html.push_str("&#39;"),
            c => html.push(c),
        }
    }
}

/// `text` as [`push_escaped`] writes it.
pub(crate) fn escaped(text: &str) -> String {
    let mut html = String::with_capacity(text.len());
    push_escaped(&mut html, text);
    html
}
