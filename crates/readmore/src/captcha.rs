//! Codes that readers type once.

use std::fmt;

use inkstone_vocab::{Timestamp, VisitorId};

use crate::{
    blog::BlogId,
    follower::{Follower, Resubscribe},
};

/// A follower's newest code is given again while it lasts this much longer.
pub const REUSE_MILLIS: i64 = 60_000;

/// The digits of a captcha; text, for they may begin with zeros.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Code(String);

impl Code {
    /// The most characters that are looked at.
    const MAX_TYPED: usize = 20;

    /// What a reader typed: surrounded by any blanks, full-width digits among it (contract
    /// readmore, section 4). `None` for what no captcha can be.
    pub fn typed(text: &str) -> Option<Self> {
        let text = text.trim();
        if text.is_empty() || text.chars().nth(Self::MAX_TYPED).is_some() {
            return None;
        }
        text.chars().map(ascii_digit).collect::<Option<String>>().map(Self)
    }

    /// The digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A code opens an article, so it does not print itself.
impl fmt::Debug for Code {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Code(…)")
    }
}

fn ascii_digit(character: char) -> Option<char> {
    match character {
        '0'..='9' => Some(character),
        '\u{ff10}'..='\u{ff19}' => {
            char::from_digit(u32::from(character) - u32::from('\u{ff10}'), 10)
        }
        _ => None,
    }
}

/// How many digits a code has: 4 to 10, for the input of clients takes no more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct CodeLength(u8);

impl CodeLength {
    /// The most digits.
    pub const MAX: Self = Self(10);

    /// Eight digits, for many codes at once.
    const LONG: Self = Self(8);

    /// `digits`, if it is 4 to 10.
    pub fn new(digits: u8) -> Option<Self> {
        (4..=Self::MAX.0).contains(&digits).then_some(Self(digits))
    }

    /// The number of digits.
    pub const fn digits(self) -> u8 {
        self.0
    }

    /// At least as many digits as keep guessing hopeless while `outstanding` codes would do
    /// (contract readmore, R4).
    #[must_use]
    pub fn among(self, outstanding: u64) -> Self {
        match outstanding {
            0..100 => self,
            100..1000 => self.max(Self::LONG),
            1000.. => Self::MAX,
        }
    }

    fn longer(self) -> Self {
        Self(self.0 + 1).min(Self::MAX)
    }
}

/// Ten random digits of which codes are made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Draw(u64);

impl Draw {
    /// There are this many draws.
    pub const SPACE: u64 = 10_000_000_000;

    /// How many draws a captcha may need.
    pub const COUNT: usize = 24;

    /// How many of them are tried before a code becomes longer.
    const FIRST: usize = 20;

    /// The digits of `number`, which is random and below [`SPACE`](Self::SPACE).
    pub const fn new(number: u64) -> Self {
        Self(number % Self::SPACE)
    }

    /// The codes to try, in this order, when they should have `length`.
    pub fn codes(draws: &[Self], length: CodeLength) -> impl Iterator<Item = Code> {
        draws.iter().enumerate().map(move |(number, draw)| {
            draw.code(if number < Self::FIRST { length } else { length.longer() })
        })
    }

    fn code(self, length: CodeLength) -> Code {
        let mut digits = format!("{:010}", self.0);
        digits.truncate(length.0.into());
        Code(digits)
    }
}

/// Who gets a captcha.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Holder {
    /// A follower, who loses it by leaving.
    Follower(Follower),
    /// Whoever asks, known by a hash.
    Client(VisitorId),
}

impl Holder {
    /// The follower, if it is one.
    pub const fn follower(&self) -> Option<&Follower> {
        match self {
            Self::Follower(follower) => Some(follower),
            Self::Client(_) => None,
        }
    }
}

/// How many captchas may be outstanding.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Crowd {
    /// For one follower; another one replaces the oldest.
    pub per_follower: u32,
    /// For one client; another one is refused.
    pub per_client: u32,
    /// For one blog; another one is refused.
    pub per_blog: u32,
}

impl Default for Crowd {
    fn default() -> Self {
        Self { per_follower: 3, per_client: 50, per_blog: 10_000 }
    }
}

/// The captcha that is wanted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wanted {
    /// For which blog.
    pub blog: BlogId,
    /// By whom.
    pub holder: Holder,
    /// With how many digits at least.
    pub length: CodeLength,
    /// For how many milliseconds.
    pub life_millis: i64,
    /// What holds for those who left.
    pub resubscribe: Resubscribe,
    /// How many may be outstanding.
    pub crowd: Crowd,
}

/// A captcha that can be used once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Captcha {
    /// What to type.
    pub code: Code,
    /// From when on it is of no use.
    pub expires: Timestamp,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_read_as_they_are_typed() {
        for (typed, code) in [
            ("437554", Some("437554")),
            (" \u{3000}004375\t\n", Some("004375")),
            ("４３７５５４", Some("437554")),
            ("1", Some("1")),
            ("12345678901234567890", Some("12345678901234567890")),
            ("123456789012345678901", None),
            ("", None),
            ("  ", None),
            ("43 7554", None),
            ("-43754", None),
            ("4375a4", None),
            ("\u{0664}\u{0663}", None),
        ] {
            assert_eq!(Code::typed(typed).as_ref().map(Code::as_str), code, "{typed:?}");
        }
    }

    #[test]
    fn a_draw_gives_codes_of_every_length() {
        let code = |number, digits| {
            let draws = [Draw::new(number)];
            let length = CodeLength::new(digits).unwrap();
            Draw::codes(&draws, length).next().unwrap().as_str().to_owned()
        };
        assert_eq!(code(0, 6), "000000");
        assert_eq!(code(42, 10), "0000000042");
        assert_eq!(code(Draw::SPACE - 1, 4), "9999");
        assert_eq!(code(123_456_789, 6), "012345");
    }

    #[test]
    fn after_twenty_tries_codes_become_longer() {
        let draws = [Draw::new(7); Draw::COUNT];
        let lengths = |digits| {
            let codes = Draw::codes(&draws, CodeLength::new(digits).unwrap());
            codes.map(|code| code.as_str().len()).collect::<Vec<_>>()
        };
        assert_eq!(lengths(6), [[6; 20].as_slice(), &[7; 4]].concat());
        assert_eq!(lengths(10), [10; 24]);
    }

    #[test]
    fn codes_grow_with_their_number() {
        let length = |digits| CodeLength::new(digits).unwrap();
        for (digits, outstanding, expected) in
            [(6, 0, 6), (6, 99, 6), (6, 100, 8), (9, 100, 9), (6, 999, 8), (6, 1000, 10)]
        {
            assert_eq!(length(digits).among(outstanding), length(expected), "{outstanding}");
        }
        assert_eq!([3, 11].map(CodeLength::new), [None, None]);
    }

    #[test]
    fn codes_do_not_print_themselves() {
        assert_eq!(format!("{:?}", Code::typed("437554").unwrap()), "Code(…)");
    }
}
