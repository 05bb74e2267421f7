//! Where a comment may link to.

use std::borrow::Cow;

use inkstone_vocab::WebUrl;

use super::markup::is_space;

/// The target of a link, when it may be one: `http`, `https`, `mailto`, `tel`, a place in the page
/// or an absolute path.
pub(super) fn target(value: &str) -> Option<Cow<'_, str>> {
    let value = value.trim_matches(is_space);
    if let Some(url) = WebUrl::parse(value) {
        return Some(Cow::Owned(url.as_str().to_owned()));
    }
    // Browsers ignore tabs and line breaks inside an address, and read `\` as `/`.
    let allowed = (is_fragment(value) || is_path(value) || is_contact(value))
        && value.chars().count() <= WebUrl::MAX_CHARS
        && !value.contains(char::is_control);
    allowed.then_some(Cow::Borrowed(value))
}

/// Whether an address leads to another site and not to a place on this one or to a mailbox.
pub(super) fn is_web(value: &str) -> bool {
    has_prefix(value, "http://") || has_prefix(value, "https://")
}

fn is_fragment(value: &str) -> bool {
    value.starts_with('#')
}

fn is_path(value: &str) -> bool {
    value.strip_prefix('/').is_some_and(|path| !path.starts_with(['/', '\\']))
}

fn is_contact(value: &str) -> bool {
    has_prefix(value, "mailto:") || has_prefix(value, "tel:")
}

fn has_prefix(value: &str, prefix: &str) -> bool {
    value.get(..prefix.len()).is_some_and(|head| head.eq_ignore_ascii_case(prefix))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn targets_are_web_addresses_contacts_and_places_on_this_site() {
        for (value, kept) in [
            (" https://a.b/c ", "https://a.b/c"),
            ("HTTP://a.b", "HTTP://a.b"),
            ("https://a.b/x y", "https://a.b/x%20y"),
            ("mailto:a@b.co?subject=x", "mailto:a@b.co?subject=x"),
            ("tel:+123", "tel:+123"),
            ("#top", "#top"),
            ("/", "/"),
            ("/a//b?c#d", "/a//b?c#d"),
        ] {
            assert_eq!(target(value).as_deref(), Some(kept), "{value}");
        }
    }

    #[test]
    fn other_targets_are_refused() {
        for value in [
            "",
            "a",
            "./a",
            "../a",
            "?a",
            "//a.b",
            "/\\a.b",
            "\\\\a.b",
            "/\t/a.b",
            "/\n\\a.b",
            "https:a.b",
            "https:\\\\a.b",
            "https://",
            "javascript:alert(1)",
            "JavaScript:x",
            "java\tscript:x",
            "\u{1}javascript:x",
            "data:text/html,x",
            "vbscript:x",
            "ftp://a.b",
            "file:///etc/passwd",
            "blob:https://a.b/x",
            "tel:\n1",
            "mailto\t:a@b.co",
        ] {
            assert_eq!(target(value), None, "{value:?}");
        }
    }
}
