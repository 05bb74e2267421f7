//! What an import does with what is there already, and how much of each kind it brings.

/// How many rows of one kind an import has brought, or would bring.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ImportTally {
    /// Rows that are new.
    pub inserted: u64,
    /// Rows that take the place of stored ones.
    pub updated: u64,
    /// Rows that are stored already, or were given twice: nothing happens.
    pub known: u64,
}

/// What an import does with what is there already.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ImportMode {
    /// Afterwards there is what was imported, and nothing else.
    Replace,
    /// What was imported is added; where it is there already, it takes the place of that.
    Merge,
}
