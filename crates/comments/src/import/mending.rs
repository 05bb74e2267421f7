//! Texts cut in the middle of a character.

/// `json` with every escaped half of a surrogate pair replaced by `\\ufffd`; `None` when there is
/// none. Programs that cut texts by UTF-16 units write such halves, and they are no Unicode.
pub(super) fn mend(json: &str) -> Option<String> {
    let mut mended = String::new();
    let (mut kept, mut at) = (0, 0);
    while let Some(found) = json[at..].find('\\') {
        let escape = at + found;
        at = escape + 2;
        let Some(unit) = unit(json, escape) else {
            // The escaped character may have several bytes.
            while !json.is_char_boundary(at.min(json.len())) {
                at += 1;
            }
            at = at.min(json.len());
            continue;
        };
        at = escape + 6;
        if matches!(unit, 0xd800..0xdc00) && matches!(self::unit(json, at), Some(0xdc00..0xe000)) {
            at += 6;
        } else if matches!(unit, 0xd800..0xe000) {
            mended.push_str(&json[kept..escape]);
            mended.push_str("\\ufffd");
            kept = at;
        }
    }
    (kept > 0).then(|| mended + &json[kept..])
}

/// The UTF-16 unit that is escaped at `at`.
fn unit(json: &str, at: usize) -> Option<u16> {
    let digits = json.get(at..at + 6)?.strip_prefix("\\u")?;
    u16::from_str_radix(digits, 16).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn halves_of_characters_are_replaced() {
        for (json, mended) in [
            (r#""a\ud83d""#, Some(r#""a\ufffd""#)),
            (r#""\ude00b""#, Some(r#""\ufffdb""#)),
            (r#""\ud83d\ud83d\ude00""#, Some(r#""\ufffd\ud83d\ude00""#)),
            (r#""\ud83d\ude00""#, None),
            (r#""\\ud83d""#, None),
            (r#""\é\\""#, None),
            (r#""\u00e9\n""#, None),
            (r#""\"#, None),
            (r#""\u12"#, None),
        ] {
            assert_eq!(mend(json).as_deref(), mended, "{json}");
        }
    }
}
