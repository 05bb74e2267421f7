//! Whose pages are counted (contract qexo, 8.1).

/// Whose pages are counted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StatisticSettings {
    /// Whether any are; off unless switched on.
    pub enabled: bool,
    /// The domains, as the owner wrote them, with commas in between.
    pub domains: String,
}

impl StatisticSettings {
    pub(super) fn read(allow: &str, domains: &str) -> Self {
        Self { enabled: allow == "是", domains: domains.to_owned() }
    }
}
