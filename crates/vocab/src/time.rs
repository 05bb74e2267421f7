//! Instants and days, always UTC.

use std::{fmt, ops::RangeInclusive};

/// Milliseconds in a day.
const DAY_MILLIS: i64 = 86_400_000;

/// An instant: whole milliseconds since the Unix epoch, UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(i64);

impl Timestamp {
    /// The instant `millis` milliseconds after the epoch; any value is valid.
    pub const fn from_millis(millis: i64) -> Self {
        Self(millis)
    }

    /// Milliseconds since the epoch.
    pub const fn millis(self) -> i64 {
        self.0
    }

    /// The instant `millis` milliseconds later, or the last one there is.
    #[must_use]
    pub const fn plus_millis(self, millis: i64) -> Self {
        Self(self.0.saturating_add(millis))
    }

    /// Milliseconds from `earlier` to `self`; negative when `earlier` lies after.
    pub const fn millis_since(self, earlier: Self) -> i64 {
        self.0.saturating_sub(earlier.0)
    }

    /// The UTC day this instant falls on.
    pub const fn day(self) -> Day {
        Day(self.0.div_euclid(DAY_MILLIS))
    }
}

/// Prints RFC 3339 with whole seconds, `2026-11-21T08:00:00Z`; instants outside the years −9999
/// to 9999 print as the nearest one inside.
impl fmt::Display for Timestamp {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let seconds = self.0.div_euclid(1000);
        let clamped =
            seconds.clamp(jiff::Timestamp::MIN.as_second(), jiff::Timestamp::MAX.as_second());
        let instant = jiff::Timestamp::from_second(clamped).unwrap_or_default();
        write!(formatter, "{instant}")
    }
}

/// A UTC calendar day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Day(i64);

impl Day {
    /// The first instant of the day.
    pub const fn start(self) -> Timestamp {
        Timestamp(self.0.saturating_mul(DAY_MILLIS))
    }

    /// The day `days` days later, or earlier when negative.
    #[must_use]
    pub const fn plus(self, days: i64) -> Self {
        Self(self.0.saturating_add(days))
    }

    /// The Monday on or before it.
    #[must_use]
    pub const fn monday(self) -> Self {
        // The epoch was a Thursday.
        self.plus(-self.0.saturating_add(3).rem_euclid(7))
    }

    /// The first day of its month.
    #[must_use]
    pub fn month_start(self) -> Self {
        let instant = jiff::Timestamp::from_millisecond(self.start().0).unwrap_or_default();
        let date = instant.to_zoned(jiff::tz::TimeZone::UTC).date();
        self.plus(1 - i64::from(date.day()))
    }

    /// The days of a range, in order.
    pub fn each(days: RangeInclusive<Self>) -> impl Iterator<Item = Self> {
        (days.start().0..=days.end().0).map(Self)
    }

    /// Parses `YYYY-MM-DD`.
    pub fn parse(text: &str) -> Option<Self> {
        let date: jiff::civil::Date = text.parse().ok()?;
        let midnight = date.to_zoned(jiff::tz::TimeZone::UTC).ok()?.timestamp();
        let day = Timestamp(midnight.as_millisecond()).day();
        (day.to_string() == text).then_some(day)
    }
}

/// Prints `YYYY-MM-DD`.
impl fmt::Display for Day {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let instant = self.start().to_string();
        formatter.write_str(instant.split_once('T').map_or(instant.as_str(), |(day, _)| day))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prints_instants_and_days() {
        let leap = Timestamp::from_millis(1_709_164_800_999);
        assert_eq!(leap.to_string(), "2024-02-29T00:00:00Z");
        assert_eq!(leap.day().to_string(), "2024-02-29");
        let before = Timestamp::from_millis(-1);
        assert_eq!(before.to_string(), "1969-12-31T23:59:59Z");
        assert_eq!(before.day().to_string(), "1969-12-31");
    }

    #[test]
    fn days_parse_as_they_print() {
        let day = Day::parse("2024-02-29").unwrap();
        assert_eq!(
            (day.to_string().as_str(), day.start().millis()),
            ("2024-02-29", 1_709_164_800_000)
        );
        let days = day..=Day::parse("2024-03-02").unwrap();
        assert_eq!(Day::each(days).count(), 3);
        for bad in ["", "2024-2-9", "2023-02-29", "2024-02-29T00:00:00Z"] {
            assert_eq!(Day::parse(bad), None, "{bad}");
        }
    }

    #[test]
    fn weeks_begin_on_monday_and_months_on_the_first() {
        let day = |text: &str| Day::parse(text).unwrap();
        for (text, monday, first) in [
            ("2026-11-21", "2026-11-16", "2026-11-01"),
            ("2026-11-16", "2026-11-16", "2026-11-01"),
            ("2026-11-22", "2026-11-16", "2026-11-01"),
            ("2024-02-29", "2024-02-26", "2024-02-01"),
            ("2026-01-01", "2025-12-29", "2026-01-01"),
            ("1970-01-01", "1969-12-29", "1970-01-01"),
            ("1969-12-31", "1969-12-29", "1969-12-01"),
        ] {
            let (found, start) = (day(text).monday(), day(text).month_start());
            assert_eq!((found, start), (day(monday), day(first)), "{text}");
        }
        assert_eq!(day("2024-02-29").plus(1).to_string(), "2024-03-01");
        assert_eq!(day("2026-01-01").plus(-1).to_string(), "2025-12-31");
    }

    #[test]
    fn extreme_instants_print_without_panicking() {
        assert_eq!(Timestamp::from_millis(i64::MAX).to_string(), "9999-12-30T22:00:00Z");
        assert!(Timestamp::from_millis(i64::MIN).to_string().starts_with("-009999-01-0"));
    }
}
