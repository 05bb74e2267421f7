//! Where a file is in a blog's source tree.

use std::fmt;

use inkstone_vocab::{Fault, FaultKind};

/// The longest path, in bytes (contract qexo, 3.1).
const MAX_BYTES: usize = 1024;

/// The longest segment, in bytes; what file systems take.
const MAX_SEGMENT_BYTES: usize = 255;

/// A path relative to the root of a blog, with `/` between its segments (contract qexo, 3.1, Q-11).
///
/// It never leaves the root: no absolute path, drive letter, backslash, empty segment, `.`, `..`,
/// control or bidirectional character, and nothing that some system takes for `.git`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ContentPath(String);

impl ContentPath {
    /// Takes a path as it was sent; it is not normalised.
    pub fn parse(text: &str) -> Result<Self, PathError> {
        let valid = !text.is_empty()
            && text.len() <= MAX_BYTES
            && !text.contains(['\\', ':'])
            && !text.chars().any(char::is_control)
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
}

fn is_segment(segment: &str) -> bool {
    let plain = segment.trim_end_matches(['.', ' ']);
    !plain.is_empty()
        && segment.len() <= MAX_SEGMENT_BYTES
        && !plain.eq_ignore_ascii_case(".git")
        && !plain.eq_ignore_ascii_case("git~1")
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
