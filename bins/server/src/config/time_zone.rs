//! Time zones, and what their clocks show.

use inkstone_vocab::{Day, Timestamp};
use jiff::civil::DateTime;
use serde::{Deserialize, Deserializer, de};

/// What a clock shows.
const CLOCK: &str = "%Y-%m-%d %H:%M:%S";

/// A time zone: by its name in the IANA database, which is part of the program, or by its distance
/// from UTC.
#[derive(Clone, Debug)]
pub struct TimeZone(jiff::tz::TimeZone);

impl TimeZone {
    /// The zone named `name`, or as far from UTC as it says (`+08:00`); `None` when there is none.
    pub fn parse(name: &str) -> Option<Self> {
        let named = jiff::tz::TimeZone::get(name).ok();
        named.or_else(|| fixed_offset(name).map(jiff::tz::TimeZone::fixed)).map(Self)
    }

    /// The day that its calendars show at this instant.
    pub fn day(&self, at: Timestamp) -> Day {
        self.format(at).get(..10).and_then(Day::parse).unwrap_or_else(|| at.day())
    }

    /// The instant as its clocks show it, `2026-01-07 10:30:00`; empty when no calendar goes as
    /// far.
    pub fn format(&self, at: Timestamp) -> String {
        let Ok(instant) = jiff::Timestamp::from_millisecond(at.millis()) else {
            return String::new();
        };
        instant.to_zoned(self.0.clone()).strftime(CLOCK).to_string()
    }

    /// The instant at which its clocks show `text`, `2026-01-07 10:30:00`, with or without a
    /// fraction. A time that they skip is as much later, of one that they repeat it is the first.
    pub fn instant(&self, text: &str) -> Option<Timestamp> {
        let shown = DateTime::strptime(format!("{CLOCK}%.f"), text).ok()?;
        let instant = self.0.to_timestamp(shown).ok()?;
        Some(Timestamp::from_millis(instant.as_millisecond()))
    }
}

/// `+08:00` and `-03:30`; at most 14 hours.
fn fixed_offset(text: &str) -> Option<jiff::tz::Offset> {
    let (sign, rest) = match text.split_at_checked(1)? {
        ("+", rest) => (1, rest),
        ("-", rest) => (-1, rest),
        _ => return None,
    };
    let (hours, minutes) = rest.split_once(':')?;
    let number = |text: &str| {
        let digits = text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_digit());
        digits.then(|| text.parse::<i32>().ok()).flatten()
    };
    let (hours, minutes) = (number(hours)?, number(minutes)?);
    let known = hours < 14 && minutes < 60 || (hours, minutes) == (14, 0);
    known.then(|| jiff::tz::Offset::from_seconds(sign * (hours * 60 + minutes) * 60).ok()).flatten()
}

impl<'de> Deserialize<'de> for TimeZone {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let name = String::deserialize(deserializer)?;
        let name = name.trim();
        Self::parse(name).ok_or_else(|| de::Error::custom(format!("{name:?} is no time zone")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_those_of_the_zone() {
        let zone = |name| TimeZone::parse(name).unwrap();
        let at = Timestamp::from_millis(1_767_753_000_999);
        assert_eq!(zone("Asia/Shanghai").format(at), "2026-01-07 10:30:00");
        assert_eq!(zone("UTC").format(at), "2026-01-07 02:30:00");
        assert_eq!(zone("America/New_York").format(at), "2026-01-06 21:30:00");
        let far = Timestamp::from_millis(i64::MAX);
        assert_eq!(zone("Asia/Shanghai").format(far), "");
        assert_eq!(zone("+08:00").format(at), "2026-01-07 10:30:00");
        assert_eq!(zone("-03:30").format(at), "2026-01-06 23:00:00");
        assert_eq!(zone("-03:30").day(at).to_string(), "2026-01-06");
        for bad in ["", "Mars/Olympus", "+8:00", "+0800", "+15:00", "+14:01", "08:00", "+08:60"] {
            assert!(TimeZone::parse(bad).is_none(), "{bad}");
        }
    }

    #[test]
    fn what_clocks_show_is_an_instant() {
        for (zone, text, millis) in [
            ("Asia/Shanghai", "2026-01-07 10:30:00", Some(1_767_753_000_000)),
            ("+08:00", "2026-01-07 10:30:00.999", Some(1_767_753_000_999)),
            ("UTC", "1970-01-01 00:00:00", Some(0)),
            // Skipped on 2024-03-31, when 02:00 became 03:00: 03:30 in summer, 01:30 UTC.
            ("Europe/Berlin", "2024-03-31 02:30:00", Some(1_711_848_600_000)),
            // Twice on 2024-10-27: the first is in summer, 00:30 UTC.
            ("Europe/Berlin", "2024-10-27 02:30:00", Some(1_729_989_000_000)),
            ("UTC", "0000-00-00 00:00:00", None),
            ("UTC", "2023-02-29 00:00:00", None),
            ("UTC", "2026-01-07", None),
            ("UTC", "2026-01-07 10:30:00 +08:00", None),
            ("Asia/Shanghai", "99999-01-07 10:30:00", None),
            ("UTC", "", None),
        ] {
            let instant = TimeZone::parse(zone).unwrap().instant(text);
            assert_eq!(instant.map(Timestamp::millis), millis, "{zone} {text}");
        }
    }
}
