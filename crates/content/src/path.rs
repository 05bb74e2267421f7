//! Where a file is in a blog's source tree.

use std::fmt;

use inkstone_vocab::{Fault, FaultKind};
use unicode_normalization::UnicodeNormalization as _;

/// The longest path, in bytes (contract qexo, 3.1).
const MAX_BYTES: usize = 1024;

/// The longest segment, in bytes; what file systems take.
const MAX_SEGMENT_BYTES: usize = 255;

/// A path relative to the root of a blog, with `/` between its segments (contract qexo, 3.1, Q-11).
///
/// It never leaves the root: no absolute path, drive letter, backslash, empty segment, `.`, `..`,
/// control or invisible character, and nothing that some system takes for `.git` or `.gitmodules`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ContentPath(String);

impl ContentPath {
    /// Takes a path as it was sent; it is not normalised.
    pub fn parse(text: &str) -> Result<Self, PathError> {
        let valid = !text.is_empty()
            && text.len() <= MAX_BYTES
            && !text.contains(['\\', ':'])
            && !text.chars().any(|c| c.is_control() || is_invisible(c))
            && text.split('/').all(is_segment);
        if valid { Ok(Self(text.to_owned())) } else { Err(PathError) }
    }

    /// Its text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Its directories and its name, from the root.
    pub fn segments(&self) -> impl DoubleEndedIterator<Item = &str> {
        self.0.split('/')
    }

    /// The name of the file, without its directories.
    pub fn file_name(&self) -> &str {
        self.0.rsplit('/').next().unwrap_or_default()
    }

    /// The same path in Unicode's form NFC, which may be too long (contract qexo, 1.4).
    pub fn nfc(&self) -> Result<Self, PathError> {
        Self::parse(&self.0.nfc().collect::<String>())
    }
}

fn is_segment(segment: &str) -> bool {
    let plain = segment.trim_end_matches(['.', ' ']);
    let reserved = [".git", "git~1", ".gitmodules", "gitmod~1"];
    !plain.is_empty()
        && segment.len() <= MAX_SEGMENT_BYTES
        && !reserved.iter().any(|name| plain.eq_ignore_ascii_case(name))
}

/// Characters without a shape: they make two names look alike, turn text around, and some file
/// systems skip them, so that a name becomes `.git`.
fn is_invisible(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}'
        | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{feff}' | '\u{ffa0}'
        | '\u{fff0}'..='\u{fffb}' | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}')
}

impl fmt::Display for ContentPath {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

/// A path that may leave the root of the blog, or is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("path of the file is not allowed")]
pub struct PathError;

impl Fault for PathError {
    fn kind(&self) -> FaultKind {
        FaultKind::Invalid
    }

    fn code(&self) -> &'static str {
        "content_path_invalid"
    }
}
