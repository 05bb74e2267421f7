//! What names a blog.

/// What names a blog whose articles can be locked.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BlogId(String);

impl BlogId {
    /// The most characters a name has.
    pub const MAX_CHARS: usize = 64;

    /// Parses a name after trimming it; `None` when it is blank, too long, or holds control
    /// characters (contract readmore, section 2).
    pub fn parse(name: &str) -> Option<Self> {
        let name = name.trim();
        let fits = !name.is_empty() && name.chars().count() <= Self::MAX_CHARS;
        (fits && !name.contains(char::is_control)).then(|| Self(name.to_owned()))
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_short_and_printable() {
        assert_eq!(BlogId::parse(" 18762-1 ").unwrap().as_str(), "18762-1");
        assert!(BlogId::parse(&"字".repeat(64)).is_some());
        for bad in ["", " \u{3000}", "a\0b", "a\nb", &"x".repeat(65)] {
            assert_eq!(BlogId::parse(bad), None, "{bad:?}");
        }
    }
}
