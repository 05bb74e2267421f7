//! A custom field: its name, and what the owner stored under it.

use unicode_normalization::UnicodeNormalization as _;

use crate::error::FieldError;

/// A custom field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field {
    /// What it is asked for by; unique.
    pub name: FieldName,
    /// A text or a script.
    pub content: Content,
}

/// The name of a field: 1 to 255 characters in the form NFC.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FieldName(String);

impl FieldName {
    /// The most characters of a name (contract qexo, 3.21).
    pub const MAX_CHARS: usize = 255;

    /// Parses `text` after bringing it into the form NFC (contract qexo, Q-04). Nothing is
    /// trimmed; empty names, long ones and those with a NUL are invalid.
    pub fn parse(text: &str) -> Result<Self, FieldError> {
        // A character of NFC comes from 18 bytes of input at most, so this refuses nothing short.
        if text.is_empty() || text.len() > Self::MAX_CHARS * 18 || text.contains('\0') {
            return Err(FieldError::InvalidName);
        }
        let text: String = text.nfc().collect();
        let fits = text.chars().count() <= Self::MAX_CHARS;
        fits.then_some(Self(text)).ok_or(FieldError::InvalidName)
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// What is stored in a field: any text of up to 1 MiB in the form NFC, also an empty one. Whether
/// it is a script shows when it is evaluated.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Content(String);

impl Content {
    /// The most bytes of a content: what a request may have (contract qexo, 1.3).
    pub const MAX_BYTES: usize = 1_048_576;

    /// Parses `text` after bringing it into the form NFC; refuses what is too long, and a NUL,
    /// which some databases cannot keep.
    pub fn parse(text: &str) -> Result<Self, FieldError> {
        if text.contains('\0') {
            return Err(FieldError::InvalidContent);
        }
        if text.len() > Self::MAX_BYTES {
            return Err(FieldError::ContentTooLong);
        }
        let text: String = text.nfc().collect();
        let fits = text.len() <= Self::MAX_BYTES;
        fits.then_some(Self(text)).ok_or(FieldError::ContentTooLong)
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_of_a_name_are_one() {
        let composed = FieldName::parse("caf\u{e9}").unwrap();
        assert_eq!(FieldName::parse("cafe\u{301}").unwrap(), composed);
        assert_ne!(FieldName::parse(" caf\u{e9}").unwrap(), composed);
        assert_ne!(FieldName::parse("CAF\u{e9}").unwrap(), composed);
    }

    #[test]
    fn names_have_limits() {
        for good in ["a", "你好", "a b", "notice:1", " "] {
            assert_eq!(FieldName::parse(good).unwrap().as_str(), good);
        }
        assert!(FieldName::parse(&"博".repeat(255)).is_ok());
        assert!(FieldName::parse(&"e\u{301}".repeat(255)).is_ok(), "counted as they are kept");
        for bad in [String::new(), "a\0".to_owned(), "博".repeat(256), "x".repeat(1_000_000)] {
            assert!(matches!(FieldName::parse(&bad), Err(FieldError::InvalidName)));
        }
    }

    #[test]
    fn contents_have_limits() {
        assert_eq!(Content::parse("").unwrap(), Content::default());
        assert_eq!(Content::parse(" a\r\nb\u{301} ").unwrap().as_str(), " a\r\nb\u{301} ");
        let full = "x".repeat(Content::MAX_BYTES);
        assert_eq!(Content::parse(&full).unwrap().as_str(), full);
        let refused = Content::parse(&format!("{full}x"));
        assert!(matches!(refused, Err(FieldError::ContentTooLong)));
        assert!(matches!(Content::parse("\0"), Err(FieldError::InvalidContent)));
    }
}
