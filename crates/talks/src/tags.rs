//! Tags.

use serde_json::Value;

/// What a talk is about: short texts in an order, none of them empty.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Tags(Vec<String>);

impl Tags {
    /// The most tags of a talk.
    pub const MAX_COUNT: usize = 100;

    /// The most characters of a tag.
    pub const MAX_CHARS: usize = 200;

    /// Parses what clients send (contract qexo, Q-27): a JSON array of texts, numbers and truth
    /// values; a JSON text, which is one tag; or a text that is none of these, cut at commas.
    /// `None` for JSON objects, for what lies deeper, and for too many or too long tags.
    pub fn parse(text: &str) -> Option<Self> {
        match serde_json::from_str(text) {
            Ok(Value::Array(items)) => {
                let tags: Option<Vec<String>> = items.into_iter().map(tag).collect();
                Self::new(tags?)
            }
            Ok(Value::String(tag)) => Self::new([tag]),
            Ok(Value::Object(_)) => None,
            Ok(Value::Null | Value::Bool(_) | Value::Number(_)) | Err(_) => {
                Self::new(text.split([',', '，']).map(str::to_owned))
            }
        }
    }

    /// What has been stored; no tags when it cannot be read.
    pub fn stored(json: &str) -> Self {
        Self::read(json).unwrap_or_default()
    }

    /// What has been stored; `None` when it cannot be read.
    pub fn read(json: &str) -> Option<Self> {
        serde_json::from_str(json).ok().map(Self)
    }

    /// As they are stored: a JSON array of texts.
    pub fn json(&self) -> String {
        Value::from(self.0.clone()).to_string()
    }

    /// The tags.
    pub fn list(&self) -> &[String] {
        &self.0
    }

    fn new(tags: impl IntoIterator<Item = String>) -> Option<Self> {
        let trimmed = tags.into_iter().map(|tag| tag.trim().to_owned());
        let tags: Vec<String> = trimmed.filter(|tag| !tag.is_empty()).collect();
        let short = tags.iter().all(|tag| tag.chars().count() <= Self::MAX_CHARS);
        (tags.len() <= Self::MAX_COUNT && short).then_some(Self(tags))
    }
}

/// An element of an array as a tag; nothing is an empty one.
fn tag(element: Value) -> Option<String> {
    match element {
        Value::String(tag) => Some(tag),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(truth) => Some(truth.to_string()),
        Value::Null => Some(String::new()),
        Value::Array(_) | Value::Object(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn tags_are_read_as_clients_write_them() {
        for (text, tags) in [
            (r#"["a"," b ","",null,7,1.5,true]"#, ["a", "b", "7", "1.5", "true"].as_slice()),
            (r#"["a,b"]"#, &["a,b"]),
            (r#"["\u4e2d\u6587"]"#, &["中文"]),
            ("[]", &[]),
            (r#""a, b""#, &["a, b"]),
            ("a, b，c,,", &["a", "b", "c"]),
            ("2024", &["2024"]),
            ("true,null", &["true", "null"]),
            ("null", &["null"]),
            ("", &[]),
            (" , ", &[]),
            ("['a']", &["['a']"]),
            ("[\"a\"", &["[\"a\""]),
        ] {
            assert_eq!(Tags::parse(text).unwrap().list(), tags, "{text}");
        }
        let many = vec!["a"; Tags::MAX_COUNT + 1].join(",");
        let long = "你".repeat(Tags::MAX_CHARS + 1);
        for bad in ["{}", r#"{"a":1}"#, r#"["a",["b"]]"#, r#"[{"a":1}]"#, &many, &long] {
            assert_eq!(Tags::parse(bad), None, "{bad}");
        }
    }

    #[test]
    fn unreadable_tags_are_none() {
        for broken in ["", "a", "[1]", "{}", "[", "null"] {
            assert_eq!(Tags::stored(broken), Tags::default(), "{broken}");
            assert_eq!(Tags::read(broken), None, "{broken}");
        }
    }

    proptest! {
        #[test]
        fn what_is_stored_is_read(text in "[\\[\\]\",a{}: \\PC]{0,40}") {
            if let Some(tags) = Tags::parse(&text) {
                prop_assert_eq!(Tags::stored(&tags.json()), tags.clone());
                prop_assert_eq!(Tags::parse(&tags.json()), Some(tags));
            }
        }
    }
}
