//! Texts cut to what a service takes.

/// The most characters of a title.
const MAX_TITLE_CHARS: usize = 200;

/// A title as one line.
pub(super) fn line(text: &str) -> String {
    let line = text.replace(char::is_control, " ");
    chars(line.trim(), MAX_TITLE_CHARS)
}

/// `text` in at most `max` characters; what is left out shows as `…`.
pub(super) fn chars(text: &str, max: usize) -> String {
    if text.chars().count() <= max {
        return text.to_owned();
    }
    text.chars().take(max.saturating_sub(1)).chain(['…']).collect()
}

/// `text` in at most `max` bytes, of which there are at least three.
pub(super) fn bytes(text: &str, max: usize) -> String {
    if text.len() <= max {
        return text.to_owned();
    }
    let kept = text.floor_char_boundary(max.saturating_sub('…'.len_utf8()));
    format!("{}…", &text[..kept])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_cut_between_characters() {
        assert_eq!(line(" a\r\nb\t "), "a  b");
        assert_eq!((chars("文字", 2), chars("文字文", 2)), ("文字".to_owned(), "文…".to_owned()));
        for max in 3..10 {
            let cut = bytes("文字文字", max);
            assert!(cut.len() <= max && cut.ends_with('…'), "{max}: {cut}");
        }
        assert_eq!(bytes("文字", 6), "文字");
    }
}
