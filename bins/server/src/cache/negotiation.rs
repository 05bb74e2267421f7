//! What a client says it accepts and has.

/// Whether `accepted`, an `Accept-Encoding`, prefers gzip to no encoding.
pub(super) fn accepts_gzip(accepted: &str) -> bool {
    let mut gzip = None;
    let mut any = 0.0;
    let mut identity = 0.0;
    for item in accepted.split(',') {
        let (name, quality) = parse(item);
        if name.eq_ignore_ascii_case("gzip") || name.eq_ignore_ascii_case("x-gzip") {
            gzip = Some(quality);
        } else if name == "*" {
            any = quality;
        } else if name.eq_ignore_ascii_case("identity") {
            identity = quality;
        }
    }
    let gzip = gzip.unwrap_or(any);
    gzip > 0.0 && gzip >= identity
}

/// Whether `known`, an `If-None-Match`, holds `tag`; a weak tag counts like a strong one.
pub(super) fn matches_any(known: &str, tag: &[u8]) -> bool {
    let known = known.trim();
    known == "*"
        || known.split(',').any(|item| {
            let item = item.trim();
            item.strip_prefix("W/").unwrap_or(item).as_bytes() == tag
        })
}

/// A name and its quality; 0 for a quality that cannot be read.
fn parse(item: &str) -> (&str, f32) {
    let mut parts = item.split(';');
    let name = parts.next().unwrap_or_default().trim();
    let quality = parts.find_map(|part| {
        let (key, value) = part.split_once('=')?;
        key.trim().eq_ignore_ascii_case("q").then(|| value.trim().parse().unwrap_or(0.0))
    });
    (name, quality.unwrap_or(1.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gzip_needs_a_quality_above_none() {
        for (accepted, expected) in [
            ("gzip", true),
            ("GZIP", true),
            ("x-gzip", true),
            ("deflate, gzip;q=1.0, *;q=0.5", true),
            ("gzip;q=0.001", true),
            ("*", true),
            ("gzip; Q=0.5", true),
            ("identity, gzip", true),
            ("", false),
            ("br", false),
            ("gzip;q=0", false),
            ("gzip;q=0.000, *", false),
            ("*;q=0", false),
            ("identity;q=1, gzip;q=0.5", false),
            ("gzip;q=high", false),
            ("gzipped", false),
        ] {
            assert_eq!(accepts_gzip(accepted), expected, "{accepted}");
        }
    }
}
