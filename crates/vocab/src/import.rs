//! What an import does with the rows of one kind.

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
