//! What an import does with what is there already.

/// What an import does with what is there already.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ImportMode {
    /// Afterwards there is what was imported, and nothing else.
    Replace,
    /// What was imported is added; where it is there already, it takes the place of that.
    Merge,
}
