//! Who visits, without saying who they are.

use std::fmt;

/// An opaque name for one visitor: what a client calls itself, or a keyed hash.
///
/// Never an address in clear. Two equal values are one visitor; nothing else can be read from it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct VisitorId(String);

impl VisitorId {
    /// The most characters a name has.
    pub const MAX_CHARS: usize = 128;

    /// A name from whoever identified the visitor; `None` when blank or over
    /// [`MAX_CHARS`](Self::MAX_CHARS). White space around it does not count.
    pub fn parse(name: &str) -> Option<Self> {
        let name = name.trim();
        (!name.is_empty() && name.chars().count() <= Self::MAX_CHARS).then(|| Self(name.to_owned()))
    }

    /// The name as it is stored.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for VisitorId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}
