//! Which page of talks is wanted.

use inkstone_vocab::PageRequest;

/// How many talks a page holds when nobody says.
const DEFAULT_SIZE: u32 = 5;

/// How many it holds when somebody asks for none.
const ZERO_SIZE: u32 = 10;

/// How many it holds at most.
const MAX_SIZE: u32 = 1_000;

/// The page of talks that a client asks for (contract qexo, 3.15): the first unless it says
/// another, with 5 talks unless it says another number from 1 to 1000, where 0 means 10. What is
/// no number or a negative one counts as not said.
///
/// ```
/// use inkstone_talks::slice;
///
/// assert_eq!(slice(None, None).size(), 5);
/// assert_eq!(slice(Some("2"), Some("0")).offset(), 10);
/// ```
pub fn slice(page: Option<&str>, limit: Option<&str>) -> PageRequest {
    let size = match limit.and_then(number) {
        None => DEFAULT_SIZE,
        Some(0) => ZERO_SIZE,
        Some(size) => size.min(MAX_SIZE),
    };
    PageRequest::new(page.and_then(number).unwrap_or(1), size)
}

/// A number that is not negative; the greatest there is when it is greater.
fn number(text: &str) -> Option<u32> {
    let text = text.trim();
    let digits = text.strip_prefix('+').unwrap_or(text);
    let numeric = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    numeric.then(|| digits.parse().unwrap_or(u32::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn odd_numbers_mean_the_usual() {
        for (limit, size) in [
            ("", 5),
            ("x", 5),
            ("-1", 5),
            ("1.5", 5),
            ("NaN", 5),
            ("0", 10),
            ("1", 1),
            (" 7 ", 7),
            ("1000", 1_000),
            ("1001", 1_000),
            ("99999999999999999999", 1_000),
        ] {
            assert_eq!(slice(None, Some(limit)).size(), size, "{limit}");
        }
        for (page, number) in [
            ("", 1),
            ("x", 1),
            ("-1", 1),
            ("0", 1),
            ("1", 1),
            ("3", 3),
            ("99999999999999999999", u32::MAX),
        ] {
            assert_eq!(slice(Some(page), None).number(), number, "{page}");
        }
    }
}
