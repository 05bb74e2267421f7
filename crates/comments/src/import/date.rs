//! Instants as other systems write them.

use inkstone_vocab::Timestamp;
use jiff::{civil::DateTime, tz::TimeZone};
use serde_json::Value;

/// Reads milliseconds, RFC 3339, `YYYY-MM-DD HH:MM:SS` with or without an offset (which may be
/// repeated; UTC without one), and the wrappings of `MongoDB` and `LeanCloud`.
pub(super) fn parse(value: &Value) -> Option<Timestamp> {
    match value {
        Value::Number(number) => {
            number.as_i64().or_else(|| whole(number.as_f64()?)).and_then(millis)
        }
        Value::String(text) => parse_text(text.trim()),
        Value::Object(wrapped) => {
            match ["$date", "iso"].iter().find_map(|name| wrapped.get(*name))? {
                Value::Object(long) => {
                    long.get("$numberLong")?.as_str()?.trim().parse().ok().and_then(millis)
                }
                inner @ (Value::Number(_) | Value::String(_)) => parse(inner),
                _ => None,
            }
        }
        _ => None,
    }
}

fn parse_text(text: &str) -> Option<Timestamp> {
    if let Ok(number) = text.parse() {
        return millis(number);
    }
    if let Ok(instant) = text.parse::<jiff::Timestamp>() {
        return millis(instant.as_millisecond());
    }
    let mut parts = text.split_whitespace();
    let first = parts.next()?;
    let (date, time) = first.split_once('T').or_else(|| Some((first, parts.next()?)))?;
    let offset = parts.next().map_or(Some(0), offset_millis)?;
    let civil: DateTime = format!("{date}T{time}").parse().ok()?;
    let instant = civil.to_zoned(TimeZone::UTC).ok()?.timestamp();
    millis(instant.as_millisecond() - offset)
}

/// Of `+0800`, `+08:00`, `+08`, `Z` and `UTC`.
fn offset_millis(text: &str) -> Option<i64> {
    if matches!(text, "Z" | "UTC" | "GMT") {
        return Some(0);
    }
    let (sign, digits) = match text.split_at_checked(1)? {
        ("+", digits) => (1, digits),
        ("-", digits) => (-1, digits),
        _ => return None,
    };
    let mut digits = digits.replace(':', "");
    if digits.len() == 2 {
        digits.push_str("00");
    }
    if digits.len() != 4 || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let (hours, minutes): (i64, i64) = (digits[..2].parse().ok()?, digits[2..].parse().ok()?);
    (hours < 24 && minutes < 60).then_some(sign * (hours * 60 + minutes) * 60_000)
}

/// As far from the epoch as clients can tell the time.
const MAX_MILLIS: i64 = 8_640_000_000_000_000;

fn millis(number: i64) -> Option<Timestamp> {
    (-MAX_MILLIS..=MAX_MILLIS).contains(&number).then_some(Timestamp::from_millis(number))
}

fn whole(number: f64) -> Option<i64> {
    let inside = number.is_finite() && number.abs() < 1e16;
    #[expect(clippy::cast_possible_truncation, reason = "bounded above; fractions do not count")]
    inside.then_some(number as i64)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn dates_of_all_systems_are_read() {
        let expected = millis(1_600_000_000_000);
        for date in [
            json!(1_600_000_000_000_i64),
            json!(1_600_000_000_000.7),
            json!("1600000000000"),
            json!("2020-09-13T12:26:40Z"),
            json!("2020-09-13T12:26:40.000Z"),
            json!("2020-09-13T20:26:40+08:00"),
            json!("2020-09-13 20:26:40 +0800"),
            json!("2020-09-13 20:26:40 +0800 +0800"),
            json!("2020-09-13 20:26:40 +0800 CST"),
            json!("2020-09-13 20:26:40+08:00"),
            json!("2020-09-13 07:26:40 -05:00"),
            json!("2020-09-13 20:26:40 +08"),
            json!("2020-09-13 12:26:40"),
            json!("2020-09-13T12:26:40"),
            json!({ "$date": 1_600_000_000_000_i64 }),
            json!({ "$date": "2020-09-13T12:26:40Z" }),
            json!({ "$date": { "$numberLong": "1600000000000" } }),
            json!({ "__type": "Date", "iso": "2020-09-13T12:26:40.000Z" }),
        ] {
            assert_eq!(parse(&date), expected, "{date}");
        }
    }

    #[test]
    fn what_is_no_date_is_none() {
        for date in [
            json!(null),
            json!(true),
            json!(""),
            json!("yesterday"),
            json!("2020-13-13 12:26:40"),
            json!("2020-09-13 12:26:40 +99"),
            json!("2020-09-13"),
            json!(1e300),
            json!(i64::MIN),
            json!(8_640_000_000_000_001_i64),
            json!("9223372036854775807"),
            json!({ "$date": { "$numberLong": "-9223372036854775808" } }),
            json!({ "$date": { "$date": { "$date": 1 } } }),
            json!([1]),
        ] {
            assert_eq!(parse(&date), None, "{date}");
        }
    }
}
