//! What names a talk.

use std::fmt;

use uuid::{Builder, Uuid};

/// What names a talk: a UUID.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TalkId(Uuid);

impl TalkId {
    /// A new name out of sixteen random bytes.
    pub const fn from_random(bytes: [u8; 16]) -> Self {
        Self(Builder::from_random_bytes(bytes).into_uuid())
    }

    /// Parses a UUID with or without dashes, in whichever case, also in braces (contract qexo,
    /// 3.16).
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let inner = text.strip_prefix('{').and_then(|text| text.strip_suffix('}'));
        let inner = inner.unwrap_or(text);
        // The library knows more spellings, of these lengths it has one each.
        let known = matches!(inner.len(), 32 | 36);
        Uuid::try_parse(inner).ok().filter(|_| known).map(Self)
    }

    /// Its 32 hexadecimal digits without dashes, in lower case.
    pub fn hex(self) -> String {
        self.0.simple().to_string()
    }
}

/// Prints with dashes, in lower case.
impl fmt::Display for TalkId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}", self.0.hyphenated())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DASHED: &str = "550e8400-e29b-41d4-a716-446655440000";

    #[test]
    fn all_spellings_name_one_talk() {
        let id = TalkId::parse(DASHED).unwrap();
        assert_eq!(id.to_string(), DASHED);
        assert_eq!(id.hex(), "550e8400e29b41d4a716446655440000");
        for spelling in [
            "550E8400-E29B-41D4-A716-446655440000",
            "550e8400e29b41d4a716446655440000",
            "550E8400E29B41D4A716446655440000",
            "{550e8400-e29b-41d4-a716-446655440000}",
            "{550E8400e29b41d4a716446655440000}",
            " 550e8400-e29b-41d4-a716-446655440000 ",
        ] {
            assert_eq!(TalkId::parse(spelling), Some(id), "{spelling}");
        }
        for bad in [
            "",
            "1",
            "550e8400-e29b-41d4-a716-44665544000",
            "550e8400-e29b-41d4-a716-44665544000g",
            "550e8400-e29b41d4-a716-4466-55440000",
            "{550e8400-e29b-41d4-a716-446655440000",
            "urn:uuid:550e8400-e29b-41d4-a716-446655440000",
            "５50e8400e29b41d4a71644665544",
            "' OR 1=1 --",
        ] {
            assert_eq!(TalkId::parse(bad), None, "{bad}");
        }
    }

    #[test]
    fn random_bytes_make_a_random_uuid() {
        let id = TalkId::from_random([0xff; 16]);
        assert_eq!(id.to_string(), "ffffffff-ffff-4fff-bfff-ffffffffffff");
        assert_ne!(id, TalkId::from_random([0xfe; 16]));
    }
}
