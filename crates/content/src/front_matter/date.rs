//! When a document says that it was written.

use std::fmt;

use inkstone_vocab::Timestamp;
use jiff::civil;

/// When a document was written, as its front matter has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DocumentDate {
    /// A time without a zone: that of the site.
    Local(LocalTime),
    /// An instant.
    Instant(Timestamp),
}

/// A day and a time of day, in whole seconds and without a zone; prints `YYYY-MM-DD HH:MM:SS`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LocalTime(civil::DateTime);

impl fmt::Display for LocalTime {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let LocalTime(time) = self;
        write!(
            formatter,
            "{} {:02}:{:02}:{:02}",
            time.date(),
            time.hour(),
            time.minute(),
            time.second()
        )
    }
}

impl DocumentDate {
    /// Reads what people write: `2026-01-07`, `2026/1/7 9:05`, `2026-01-07T10:30:00.5+08:00`,
    /// `2026-01-07 10:30:00 Z`; `None` for anything else.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        if text.len() > 64 || !text.is_ascii() {
            return None;
        }
        let end = text.find(['T', 't', ' ']).unwrap_or(text.len());
        let (day, rest) = (&text[..end], text[end..].trim_start_matches(['T', 't', ' ']));
        let mut parts = day.split(['-', '/', '.']);
        let (year, month, day) = (parts.next()?, parts.next()?, parts.next()?);
        if parts.next().is_some() || year.len() != 4 {
            return None;
        }
        let date = civil::Date::new(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?);
        let zone_at = rest.find(['Z', 'z', '+', '-']).unwrap_or(rest.len());
        let time = date.ok()?.to_datetime(time_of_day(rest[..zone_at].trim())?);
        let zone = rest[zone_at..].trim();
        if zone.is_empty() {
            return Some(Self::Local(LocalTime(time)));
        }
        let instant = offset(zone)?.to_timestamp(time).ok()?;
        Some(Self::Instant(Timestamp::from_millis(instant.as_millisecond())))
    }
}

fn time_of_day(text: &str) -> Option<civil::Time> {
    if text.is_empty() {
        return Some(civil::Time::midnight());
    }
    let whole = text.split_once('.').map_or(text, |(whole, _)| whole);
    let mut parts = whole.split(':');
    let hour = parts.next()?.parse().ok()?;
    let minute = parts.next()?.parse().ok()?;
    let second = parts.next().map_or(Some(0), |second| second.parse().ok())?;
    if parts.next().is_some() {
        return None;
    }
    civil::Time::new(hour, minute, second, 0).ok()
}

fn offset(text: &str) -> Option<jiff::tz::Offset> {
    if text.eq_ignore_ascii_case("z") {
        return Some(jiff::tz::Offset::UTC);
    }
    let (sign, digits) = text.split_at_checked(1)?;
    let digits = digits.replace(':', "");
    let (hours, minutes) = match digits.len() {
        1 | 2 => (digits.as_str(), "0"),
        4 => digits.split_at(2),
        _ => return None,
    };
    let seconds = hours.parse::<i32>().ok()? * 3600 + minutes.parse::<i32>().ok()? * 60;
    jiff::tz::Offset::from_seconds(if sign == "-" { -seconds } else { seconds }).ok()
}
