//! The texts of a friend.

use std::fmt;

/// A line or a few about a friend, as its writer wrote it: no HTML is escaped or removed.
///
/// Without control characters but tabs and line breaks.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Text(String);

impl Text {
    /// The most characters of one.
    pub const MAX_CHARS: usize = 5_000;

    /// Removes control characters; `None` when what remains is too long.
    pub fn parse(text: &str) -> Option<Self> {
        bounded(visible(text).collect(), Self::MAX_CHARS).map(Self)
    }

    /// What has been stored, cut to what a text may have.
    pub fn stored(text: &str) -> Self {
        Self(visible(text).take(Self::MAX_CHARS).collect())
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Text {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

/// Where a friend's site or picture is; empty when nobody said.
///
/// The owner may write a path or a picture's data as well as an address, but nothing that runs
/// code when it is followed: friends of other programs arrive by import, and were strangers once.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Address(String);

impl Address {
    /// The most characters of one: enough for a small picture.
    pub const MAX_CHARS: usize = 65_536;

    /// Removes control characters, which browsers do as well, and white space around; `None` for
    /// what is too long or runs code.
    pub fn parse(text: &str) -> Option<Self> {
        let clean: String = text.chars().filter(|c| !c.is_control()).collect();
        let clean = clean.trim();
        let head: String = clean.chars().take(11).collect::<String>().to_ascii_lowercase();
        let runs_code = ["javascript:", "vbscript:", "data:"];
        let picture = head == "data:image/";
        if runs_code.iter().any(|scheme| head.starts_with(scheme)) && !picture {
            return None;
        }
        bounded(clean.to_owned(), Self::MAX_CHARS).map(Self)
    }

    /// What has been stored; nothing when it is no address.
    pub fn stored(text: &str) -> Self {
        Self::parse(text).unwrap_or_default()
    }

    /// The address.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Address {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

fn visible(text: &str) -> impl Iterator<Item = char> {
    text.chars().filter(|c| !c.is_control() || matches!(c, '\t' | '\n' | '\r'))
}

fn bounded(text: String, most: usize) -> Option<String> {
    (text.chars().count() <= most).then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_keep_all_but_control_characters() {
        let text = Text::parse("<b>\u{0}A&B\u{1b}</b>\r\n你 ").unwrap();
        assert_eq!(text.as_str(), "<b>A&B</b>\r\n你 ");
        assert!(Text::parse(&"你".repeat(Text::MAX_CHARS)).is_some());
        let long = "a".repeat(Text::MAX_CHARS + 1);
        assert!(Text::parse(&long).is_none());
        assert_eq!(Text::stored(&long).as_str(), &long[1..]);
        assert_eq!(Text::stored("a\u{0}b").as_str(), "ab");
    }

    #[test]
    fn addresses_run_no_code() {
        for (text, kept) in [
            ("", ""),
            (" https://a.b/?x=1&y='2' ", "https://a.b/?x=1&y='2'"),
            ("/img/a.png", "/img/a.png"),
            ("a.b", "a.b"),
            ("DATA:image/png;base64,AAAA", "DATA:image/png;base64,AAAA"),
            ("https://a.b/\u{0}c\n", "https://a.b/c"),
        ] {
            assert_eq!(Address::parse(text).unwrap().as_str(), kept, "{text}");
        }
        let long = "a".repeat(Address::MAX_CHARS + 1);
        for bad in [
            "javascript:alert(1)",
            " JavaScript:alert(1)",
            "java\tscript:alert(1)",
            "\u{1}javascript:alert(1)",
            "java\nscr\u{0}ipt:alert(1)",
            "vbscript:x",
            "data:text/html,<script>",
            "data:,x",
            &long,
        ] {
            assert_eq!(Address::parse(bad), None, "{bad}");
            assert_eq!(Address::stored(bad), Address::default(), "{bad}");
        }
    }
}
