//! HTML as Markdown.

/// The most tags of a text that is converted: the converter goes as deep as they are nested.
const MAX_TAGS: usize = 256;

/// `html` as Markdown; `None` when it is too deep, or the converter does not know how.
pub(super) fn of(html: &str) -> Option<String> {
    if html.matches('<').count() > MAX_TAGS {
        return None;
    }
    htmd::convert(html).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_qexo_writes_becomes_readable() {
        let html = "站点名: <b>A &amp; B</b><br>链接: <a href=\"https://x.io\">x</a><br>";
        assert_eq!(of(html).unwrap(), "站点名: **A & B**  \n链接: [x](https://x.io)");
        assert_eq!(of("plain").unwrap(), "plain");
        assert_eq!(of("").unwrap(), "");
    }

    #[test]
    fn hostile_nesting_ends() {
        for tag in ["<div>", "<ul><li>", "<blockquote>", "<b><p>", "<table><tr><td>", "<!--"] {
            let many = tag.repeat(MAX_TAGS / tag.matches('<').count());
            assert!(of(&many).is_some(), "{tag}");
            assert_eq!(of(&tag.repeat(100_000)), None, "{tag}");
        }
    }
}
