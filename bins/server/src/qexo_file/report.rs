//! What of a file could not be taken as it is.

use std::collections::BTreeMap;

use super::List;
use crate::places::Places;

/// What of a file could not be taken as it is.
#[derive(Debug, Default)]
pub struct Report {
    /// Items of each list, whatever became of them.
    pub items: BTreeMap<List, u64>,
    left_out: BTreeMap<(List, String), Places>,
    changed: BTreeMap<(List, String), Places>,
    /// Custom fields that look like scripts of another language, which are shown as they are.
    pub foreign_scripts: Vec<String>,
}

impl Report {
    /// The number of the item of `list` that is being read.
    fn current(&self, list: List) -> u64 {
        self.items.get(&list).copied().unwrap_or_default()
    }

    pub(super) fn leave_out(&mut self, list: List, reason: String) {
        let item = self.current(list);
        self.left_out.entry((list, reason)).or_default().add(item);
    }

    pub(super) fn change(&mut self, list: List, what: &str) {
        let item = self.current(list);
        self.changed.entry((list, what.to_owned())).or_default().add(item);
    }

    /// How many items of `list` were left out.
    pub(super) fn missing(&self, list: List) -> u64 {
        self.left_out
            .iter()
            .filter(|((of, _), _)| *of == list)
            .map(|(_, places)| places.count())
            .sum()
    }

    /// A line for each thing that was left out or changed.
    pub fn lines(&self) -> Vec<String> {
        let left = self.left_out.iter().map(|entry| ("Left out of", entry));
        let changed = self.changed.iter().map(|entry| ("Changed in", entry));
        let mut lines: Vec<String> = left
            .chain(changed)
            .map(|(verb, ((list, reason), places))| {
                format!("{verb} {}, {reason}: {}", list.key(), places.shown("item"))
            })
            .collect();
        if !self.foreign_scripts.is_empty() {
            let names = self.foreign_scripts.join(", ");
            lines.push(format!(
                "Custom fields in another language, shown as they are until you rewrite them: \
                 {names}"
            ));
        }
        lines
    }
}
