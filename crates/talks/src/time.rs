//! When a talk was made.

use std::fmt;

use inkstone_vocab::Timestamp;

/// When a talk was made: whole seconds since the epoch.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TalkTime(i64);

impl TalkTime {
    /// The last second of the year 9999; times are at most as far from the epoch.
    pub const MAX_SECONDS: i64 = 253_402_300_799;

    /// The second in which `at` lies, or the nearest there is.
    pub fn of(at: Timestamp) -> Self {
        let seconds = at.millis().div_euclid(1000);
        Self(seconds.clamp(-Self::MAX_SECONDS, Self::MAX_SECONDS))
    }

    /// The second with this number; `None` when that is too far from the epoch.
    pub fn from_seconds(seconds: i64) -> Option<Self> {
        (-Self::MAX_SECONDS..=Self::MAX_SECONDS).contains(&seconds).then_some(Self(seconds))
    }

    /// Parses seconds in decimal digits; a fraction is cut off.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
        let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
        let unsigned = whole.strip_prefix('-').unwrap_or(whole);
        if unsigned.is_empty() || !digits(unsigned) || !digits(fraction) {
            return None;
        }
        Self::from_seconds(whole.parse().ok()?)
    }

    /// Seconds since the epoch.
    pub const fn seconds(self) -> i64 {
        self.0
    }

    /// The instant at which the second begins.
    pub const fn start(self) -> Timestamp {
        Timestamp::from_millis(self.0 * 1000)
    }
}

/// Prints seconds since the epoch.
impl fmt::Display for TalkTime {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(formatter)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_whole_seconds() {
        for (text, seconds) in [
            ("1704599400", 1_704_599_400),
            (" 1704599400.999 ", 1_704_599_400),
            ("5.", 5),
            ("0", 0),
            ("-5", -5),
            ("253402300799", TalkTime::MAX_SECONDS),
        ] {
            assert_eq!(TalkTime::parse(text).map(TalkTime::seconds), Some(seconds), "{text}");
        }
        for bad in
            ["", "-", ".5", "now", "1e9", "1.2.3", "0x1", "253402300800", "9".repeat(40).as_str()]
        {
            assert_eq!(TalkTime::parse(bad), None, "{bad}");
        }
        let time = TalkTime::of(Timestamp::from_millis(1_999));
        assert_eq!((time.to_string().as_str(), time.start().millis()), ("1", 1_000));
        let last = TalkTime::of(Timestamp::from_millis(i64::MAX));
        assert_eq!(last.seconds(), TalkTime::MAX_SECONDS);
    }
}
