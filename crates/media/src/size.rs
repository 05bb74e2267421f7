//! How large an image is.

use std::fmt;

/// How large an image is: bytes in decimal digits. Imported ones may say anything and are kept as
/// they came.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Size(String);

impl Size {
    /// The most characters of one.
    pub const MAX_CHARS: usize = 64;

    /// So many bytes.
    pub fn of_bytes(bytes: u64) -> Self {
        Self(bytes.to_string())
    }

    /// What a store or another program says; `None` when it is too long or holds control
    /// characters.
    pub fn parse(text: &str) -> Option<Self> {
        let fits = text.chars().count() <= Self::MAX_CHARS && !text.contains(char::is_control);
        fits.then(|| Self(text.to_owned()))
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The bytes; 0 when the text is no number.
    pub fn bytes(&self) -> u64 {
        self.0.trim().parse().unwrap_or_default()
    }
}

/// For people (contract qexo, Q-19): bytes below 1024, else the largest unit up to GB with at most
/// two decimals, `125.6 KB`.
impl fmt::Display for Size {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let bytes = self.bytes();
        let (unit, name): (u64, _) = match bytes {
            0..1_024 => return write!(formatter, "{bytes} B"),
            1_024..1_048_576 => (1 << 10, "KB"),
            1_048_576..1_073_741_824 => (1 << 20, "MB"),
            _ => (1 << 30, "GB"),
        };
        let hundredths = (u128::from(bytes) * 100 + u128::from(unit / 2)) / u128::from(unit);
        let (whole, rest) = (hundredths / 100, hundredths % 100);
        match (rest / 10, rest % 10) {
            (0, 0) => write!(formatter, "{whole} {name}"),
            (tenth, 0) => write!(formatter, "{whole}.{tenth} {name}"),
            _ => write!(formatter, "{whole}.{rest:02} {name}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_told_for_people() {
        for (text, told) in [
            ("0", "0 B"),
            ("512", "512 B"),
            ("1023", "1023 B"),
            ("1024", "1 KB"),
            ("1536", "1.5 KB"),
            ("1034", "1.01 KB"),
            ("128614", "125.6 KB"),
            ("128691", "125.67 KB"),
            ("1048575", "1024 KB"),
            ("1048576", "1 MB"),
            ("5242880", "5 MB"),
            ("1073741824", "1 GB"),
            ("1610612736", "1.5 GB"),
            ("18446744073709551615", "17179869184 GB"),
            ("18446744073709551616", "0 B"),
            (" 2048 ", "2 KB"),
            ("", "0 B"),
            ("-5", "0 B"),
            ("12 KB", "0 B"),
            ("NaN", "0 B"),
        ] {
            assert_eq!(Size::parse(text).unwrap().to_string(), told, "{text}");
        }
        assert_eq!(Size::of_bytes(2_048).as_str(), "2048");
        assert_eq!(Size::parse(&"1".repeat(65)), None);
        assert_eq!(Size::parse("1\0"), None);
    }
}
