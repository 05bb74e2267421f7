//! What names a friend.

use std::fmt;

use inkstone_vocab::Timestamp;

/// When a friend was added, and at the same time what names it: no two have the same.
///
/// Whole seconds since the epoch in decimal digits. Imported ones may have a fraction; they are
/// kept as they came, for they are names (contract qexo, Q-10 and Q-23).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct FriendId(String);

impl FriendId {
    /// The most characters of one.
    pub const MAX_CHARS: usize = 64;

    /// The second in which `at` lies.
    pub fn of(at: Timestamp) -> Self {
        Self(at.millis().div_euclid(1000).to_string())
    }

    /// The names that a friend added at `at` may get: its second, and those that follow.
    pub fn candidates(at: Timestamp) -> impl Iterator<Item = Self> {
        (0..).map(move |seconds: i64| Self::of(at.plus_millis(seconds.saturating_mul(1000))))
    }

    /// Parses a number of seconds, with or without a fraction; `None` for anything else.
    pub fn parse(text: &str) -> Option<Self> {
        let (whole, fraction) = text.split_once('.').unwrap_or((text, "0"));
        let digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
        let valid = text.len() <= Self::MAX_CHARS
            && digits(whole.strip_prefix('-').unwrap_or(whole))
            && digits(fraction);
        valid.then(|| Self(text.to_owned()))
    }

    /// What has been stored; the epoch when it is no number.
    pub fn stored(text: &str) -> Self {
        Self::parse(text).unwrap_or_else(|| Self::of(Timestamp::from_millis(0)))
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Where a friend comes in lists: billionths of a second since the epoch. What lies beyond
    /// the years 1678 to 2262 counts as their end, what is finer than a billionth as nothing.
    pub fn position(&self) -> i64 {
        let (whole, fraction) = self.0.split_once('.').unwrap_or((&self.0, ""));
        let magnitude = format!("{whole}{fraction:0<9.9}");
        let end = if whole.starts_with('-') { i64::MIN } else { i64::MAX };
        magnitude.parse().unwrap_or(end)
    }

    /// The name that the friend gets instead when `number` others before it have its own: a
    /// counter is appended to the fraction.
    pub(crate) fn repeated(&self, number: usize) -> Self {
        let separator = if self.0.contains('.') { "" } else { "." };
        let counter = format!("{separator}{number}");
        let room = Self::MAX_CHARS - counter.len();
        Self(format!("{:.room$}{counter}", self.0))
    }
}

impl fmt::Display for FriendId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_seconds_with_or_without_a_fraction() {
        for (text, position) in [
            ("0", 0),
            ("-1", -1_000_000_000),
            ("-0.5", -500_000_000),
            ("1704599400", 1_704_599_400_000_000_000),
            ("1795212488.4817219", 1_795_212_488_481_721_900),
            ("1.12345678999", 1_123_456_789),
            ("99999999999999999999", i64::MAX),
            ("-99999999999999999999", i64::MIN),
        ] {
            let id = FriendId::parse(text).unwrap();
            assert_eq!((id.as_str(), id.position()), (text, position));
        }
        let long = "1".repeat(FriendId::MAX_CHARS + 1);
        for bad in ["", "-", ".5", "5.", "1e9", " 1", "١", "1.2.3", "nan", "+1", &long] {
            assert_eq!(FriendId::parse(bad), None, "{bad}");
            assert_eq!(FriendId::stored(bad).as_str(), "0", "{bad}");
        }
    }

    #[test]
    fn seconds_follow_each_other() {
        let names = |millis| {
            let candidates = FriendId::candidates(Timestamp::from_millis(millis));
            candidates.take(2).map(|id| id.to_string()).collect::<Vec<_>>()
        };
        assert_eq!(names(1_999), ["1", "2"]);
        assert_eq!(names(-1), ["-1", "0"]);
    }

    #[test]
    fn repeated_names_get_a_counter_in_their_fraction() {
        let repeated = |text| FriendId::parse(text).unwrap().repeated(1);
        assert_eq!(repeated("5").as_str(), "5.1");
        assert_eq!(repeated("5.25").as_str(), "5.251");
        let longest = repeated(&"1".repeat(FriendId::MAX_CHARS));
        assert_eq!(FriendId::parse(longest.as_str()), Some(longest));
    }
}
