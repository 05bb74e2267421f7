//! Lists that are stored as texts with commas between entries.

use std::collections::HashSet;

/// The most entries of a list.
pub const MAX_ENTRIES: usize = 10_000;

/// The most characters of an entry of a list.
pub const MAX_ENTRY_CHARS: usize = 254;

/// The comma list that `stored` becomes when `entries` are added: those that it lacks, in their
/// order, at its end. For implementations of
/// [`SettingRepository::append`](crate::SettingRepository::append).
///
/// ```
/// let entries = ["c".to_owned(), "a".to_owned()];
/// assert_eq!(inkstone_settings::append_entries(Some("a,b"), &entries), "a,b,c");
/// assert_eq!(inkstone_settings::append_entries(None, &entries), "c,a");
/// ```
pub fn append_entries(stored: Option<&str>, entries: &[String]) -> String {
    split(stored.into_iter().chain(entries.iter().map(String::as_str))).join(",")
}

/// The entries of all `texts`: trimmed, without blanks, repetitions and NUL.
pub(crate) fn split<'a>(texts: impl IntoIterator<Item = &'a str>) -> Vec<String> {
    distinct(texts.into_iter().flat_map(|text| text.split(',')))
}

/// The `texts`, trimmed, without blanks, repetitions and NUL.
pub(crate) fn distinct<'a>(texts: impl IntoIterator<Item = &'a str>) -> Vec<String> {
    let mut seen = HashSet::new();
    texts
        .into_iter()
        .map(|text| text.replace('\0', "").trim().to_owned())
        .filter(|entry| !entry.is_empty() && seen.insert(entry.clone()))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_are_trimmed_and_distinct() {
        assert_eq!(split(["b, a", " ", "a,,c", "b\0"]), ["b", "a", "c"]);
        assert_eq!(split([""]), [""; 0]);
        assert_eq!(distinct(["x,y ", "x,y"]), ["x,y"]);
    }

    #[test]
    fn appending_keeps_order_and_repairs_what_is_stored() {
        let entries = ["b".to_owned(), "c,d".to_owned(), "c".to_owned()];
        assert_eq!(append_entries(Some(" a,,b "), &entries), "a,b,c,d");
        assert_eq!(append_entries(Some("a"), &[]), "a");
    }
}
