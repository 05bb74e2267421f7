//! Names that are instants, and lists of things that have them.

use std::{
    collections::{HashMap, HashSet},
    fmt,
};

use crate::{import::ImportMode, time::Timestamp};

/// When something was added, and at the same time what names it among its kind: no two have the
/// same.
///
/// Whole seconds since the epoch in decimal digits. Imported ones may have a fraction; they are
/// kept as they came, for they are names (contract qexo, Q-10 and Q-23).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct EpochName(String);

impl EpochName {
    /// The most characters of one.
    pub const MAX_CHARS: usize = 64;

    /// The second in which `at` lies.
    pub fn of(at: Timestamp) -> Self {
        Self(at.millis().div_euclid(1000).to_string())
    }

    /// The names that something added at `at` may get: its second, and those that follow.
    pub fn candidates(at: Timestamp) -> impl Iterator<Item = Self> {
        (0..).map(move |seconds: i64| Self::of(at.plus_millis(seconds.saturating_mul(1000))))
    }

    /// Parses a number of seconds, with or without a fraction; `None` for anything else.
    pub fn parse(text: &str) -> Option<Self> {
        let (whole, fraction) = text.split_once('.').unwrap_or((text, "0"));
        let digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
        let valid = text.len() <= Self::MAX_CHARS
            && digits(whole.strip_prefix('-').unwrap_or(whole))
            && digits(fraction);
        valid.then(|| Self(text.to_owned()))
    }

    /// What has been stored; the epoch when it is no number.
    pub fn stored(text: &str) -> Self {
        Self::parse(text).unwrap_or_else(|| Self::of(Timestamp::from_millis(0)))
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Where it comes in lists: billionths of a second since the epoch. What lies beyond
    /// the years 1678 to 2262 counts as their end, what is finer than a billionth as nothing.
    pub fn position(&self) -> i64 {
        let (whole, fraction) = self.0.split_once('.').unwrap_or((&self.0, ""));
        let magnitude = format!("{whole}{fraction:0<9.9}");
        let end = if whole.starts_with('-') { i64::MIN } else { i64::MAX };
        magnitude.parse().unwrap_or(end)
    }

    /// The second in which it lies; `None` when no clock goes as far.
    pub fn second(&self) -> Option<Timestamp> {
        let whole = self.0.split_once('.').map_or(self.0.as_str(), |(whole, _)| whole);
        whole.parse::<i64>().ok()?.checked_mul(1000).map(Timestamp::from_millis)
    }

    /// The name that something gets instead when `number` others before it have its own: a
    /// counter is appended to the fraction.
    fn repeated(&self, number: usize) -> Self {
        let counter = number.to_string();
        let room = Self::MAX_CHARS - counter.len();
        let kept = &self.0[..self.0.len().min(room)];
        if kept.contains('.') {
            return Self(format!("{kept}{counter}"));
        }
        let kept = &kept[..kept.len().min(room - 1)];
        Self(format!("{kept}.{counter}"))
    }
}

impl fmt::Display for EpochName {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

/// Something that has such a name.
pub trait Named {
    /// Its name.
    fn name(&self) -> &EpochName;

    /// Gives it another one.
    fn rename(&mut self, name: EpochName);
}

/// What an import of things with names has changed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ImportCounts {
    /// Things under names that nothing had.
    pub added: u64,
    /// Things that took the place of those of the same names.
    pub replaced: u64,
    /// Things that are gone.
    pub removed: u64,
}

/// What there is, in the order in which it counts as added, after `imported` has come to what is
/// `stored` in that order.
///
/// A name that occurs again in `imported` gets a counter in its fraction, always the same for the
/// same list (contract qexo, 11.1). A thing of a stored name takes its place.
pub fn merge_named<T: Named>(
    stored: Vec<T>,
    imported: Vec<T>,
    mode: ImportMode,
) -> (Vec<T>, ImportCounts) {
    let old: HashSet<EpochName> = stored.iter().map(|item| item.name().clone()).collect();
    let mut items = match mode {
        ImportMode::Replace => Vec::new(),
        ImportMode::Merge => stored,
    };
    let mut places: HashMap<EpochName, usize> =
        items.iter().enumerate().map(|(place, item)| (item.name().clone(), place)).collect();
    let mut counts = ImportCounts::default();
    for item in distinct(imported) {
        if old.contains(item.name()) {
            counts.replaced += 1;
        } else {
            counts.added += 1;
        }
        if let Some(&place) = places.get(item.name()) {
            items[place] = item;
        } else {
            places.insert(item.name().clone(), items.len());
            items.push(item);
        }
    }
    if mode == ImportMode::Replace {
        counts.removed = old.len() as u64 - counts.replaced;
    }
    (items, counts)
}

/// The same things, no two of them with one name.
fn distinct<T: Named>(mut items: Vec<T>) -> Vec<T> {
    let given: HashSet<EpochName> = items.iter().map(|item| item.name().clone()).collect();
    let mut seen: HashSet<EpochName> = HashSet::new();
    let mut counters: HashMap<EpochName, usize> = HashMap::new();
    for item in &mut items {
        if seen.contains(item.name()) {
            let name = item.name().clone();
            let counter = counters.entry(name.clone()).or_default();
            item.rename(loop {
                *counter += 1;
                let repeated = name.repeated(*counter);
                if !given.contains(&repeated) && !seen.contains(&repeated) {
                    break repeated;
                }
            });
        }
        seen.insert(item.name().clone());
    }
    items
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_seconds_with_or_without_a_fraction() {
        for (text, position, second) in [
            ("0", 0, Some(0)),
            ("-1", -1_000_000_000, Some(-1_000)),
            ("-0.5", -500_000_000, Some(0)),
            ("1704599400", 1_704_599_400_000_000_000, Some(1_704_599_400_000)),
            ("1795212488.4817219", 1_795_212_488_481_721_900, Some(1_795_212_488_000)),
            ("1.12345678999", 1_123_456_789, Some(1_000)),
            ("99999999999999999999", i64::MAX, None),
            ("-99999999999999999999", i64::MIN, None),
        ] {
            let id = EpochName::parse(text).unwrap();
            assert_eq!((id.as_str(), id.position()), (text, position));
            assert_eq!(id.second().map(Timestamp::millis), second, "{text}");
        }
        let long = "1".repeat(EpochName::MAX_CHARS + 1);
        for bad in ["", "-", ".5", "5.", "1e9", " 1", "١", "1.2.3", "nan", "+1", &long] {
            assert_eq!(EpochName::parse(bad), None, "{bad}");
            assert_eq!(EpochName::stored(bad).as_str(), "0", "{bad}");
        }
    }

    #[test]
    fn seconds_follow_each_other() {
        let names = |millis| {
            let candidates = EpochName::candidates(Timestamp::from_millis(millis));
            candidates.take(2).map(|id| id.to_string()).collect::<Vec<_>>()
        };
        assert_eq!(names(1_999), ["1", "2"]);
        assert_eq!(names(-1), ["-1", "0"]);
    }

    #[test]
    fn repeated_names_get_a_counter_in_their_fraction() {
        let repeated = |text| EpochName::parse(text).unwrap().repeated(1);
        assert_eq!(repeated("5").as_str(), "5.1");
        assert_eq!(repeated("5.25").as_str(), "5.251");
        let longest = repeated(&"1".repeat(EpochName::MAX_CHARS));
        assert_eq!(EpochName::parse(longest.as_str()), Some(longest));
    }

    #[derive(Clone, Debug, PartialEq)]
    struct Item {
        name: EpochName,
        label: &'static str,
    }

    impl Named for Item {
        fn name(&self) -> &EpochName {
            &self.name
        }

        fn rename(&mut self, name: EpochName) {
            self.name = name;
        }
    }

    fn item(name: &str, label: &'static str) -> Item {
        Item { name: EpochName::parse(name).unwrap(), label }
    }

    fn listed(items: &[Item]) -> Vec<(&str, &str)> {
        items.iter().map(|item| (item.name.as_str(), item.label)).collect()
    }

    #[test]
    fn repeated_names_stay_apart_and_importing_again_changes_nothing() {
        let names = ["5", "5", "5.1", "5", "7.25", "7.25"];
        let file: Vec<Item> =
            names.iter().zip(["a", "b", "c", "d", "e", "f"]).map(|(n, l)| item(n, l)).collect();
        let (once, counts) = merge_named(Vec::new(), file.clone(), ImportMode::Merge);
        let expected =
            [("5", "a"), ("5.2", "b"), ("5.1", "c"), ("5.3", "d"), ("7.25", "e"), ("7.251", "f")];
        assert_eq!(listed(&once), expected);
        assert_eq!(counts, ImportCounts { added: 6, ..ImportCounts::default() });
        for mode in [ImportMode::Merge, ImportMode::Replace] {
            let (again, counts) = merge_named(once.clone(), file.clone(), mode);
            assert_eq!(again, once);
            assert_eq!(counts, ImportCounts { replaced: 6, ..ImportCounts::default() });
        }
    }

    #[test]
    fn merging_keeps_what_replacing_removes() {
        let stored = vec![item("1", "one"), item("2", "two")];
        let file = vec![item("2", "new"), item("3", "three")];
        let (merged, counts) = merge_named(stored.clone(), file.clone(), ImportMode::Merge);
        assert_eq!(listed(&merged), [("1", "one"), ("2", "new"), ("3", "three")]);
        assert_eq!(counts, ImportCounts { added: 1, replaced: 1, removed: 0 });
        let (replaced, counts) = merge_named(stored, file, ImportMode::Replace);
        assert_eq!(listed(&replaced), [("2", "new"), ("3", "three")]);
        assert_eq!(counts, ImportCounts { added: 1, replaced: 1, removed: 1 });
    }

    #[test]
    fn the_longest_names_can_be_repeated() {
        for name in [
            "1".repeat(EpochName::MAX_CHARS),
            format!("{}.5", "1".repeat(EpochName::MAX_CHARS - 2)),
        ] {
            let file = vec![item(&name, "a"), item(&name, "b")];
            let (items, _) = merge_named(Vec::new(), file, ImportMode::Merge);
            assert!(EpochName::parse(items[1].name.as_str()).is_some_and(|it| it != items[0].name));
        }
    }
}
