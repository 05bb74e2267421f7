//! What else a theme knows of a talk.

use serde_json::{Map, Value};

/// What else a theme knows of a talk, such as a place or a song: a JSON object, kept as it was
/// written, so that no number and no order changes.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Values(String);

impl Values {
    /// The most bytes of the object.
    pub const MAX_BYTES: usize = 65_536;

    /// Parses a JSON object; an empty text is an empty one. `None` for anything else, and for
    /// what is too long.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        if text.is_empty() {
            return Some(Self::default());
        }
        if text.len() > Self::MAX_BYTES {
            return None;
        }
        serde_json::from_str::<Map<String, Value>>(text).ok().map(|_| Self(text.to_owned()))
    }

    /// The object, a JSON text.
    pub fn json(&self) -> &str {
        &self.0
    }

    /// Whether `keyword`, in lower case, occurs in the object, escapes decoded.
    pub(crate) fn mention(&self, keyword: &str) -> bool {
        let object: Value = serde_json::from_str(&self.0).unwrap_or_default();
        object.to_string().to_lowercase().contains(keyword)
    }
}

/// The empty object.
impl Default for Values {
    fn default() -> Self {
        Self("{}".to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_objects_kept_as_they_are() {
        let odd = r#"{ "b": 12345678901234567890123, "a": 1.10, "\u4e2d": "\u0000" }"#;
        assert_eq!(Values::parse(&format!("\n{odd} ")).unwrap().json(), odd);
        for empty in ["", " ", "{}"] {
            assert_eq!(Values::parse(empty), Some(Values::default()));
        }
        let long = format!(r#"{{"a":"{}"}}"#, "x".repeat(Values::MAX_BYTES));
        let deep = format!(r#"{{"a":{}{}}}"#, "[".repeat(500), "]".repeat(500));
        for bad in ["[]", "null", "1", "\"{}\"", "{", "a=b", "{'a':1}", "{}{}", &long, &deep] {
            assert_eq!(Values::parse(bad), None, "{bad}");
        }
    }

    #[test]
    fn values_are_searched_as_they_read() {
        let values = Values::parse(r#"{"city":"\u5317\u4eac Oslo"}"#).unwrap();
        assert!(["北京", "oslo", "city"].iter().all(|keyword| values.mention(keyword)));
        assert!(!values.mention("5317"));
    }
}
