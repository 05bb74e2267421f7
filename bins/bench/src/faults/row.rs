//! What came of one fault, as a row of the table.

use std::{collections::BTreeMap, time::Duration};

/// What users were answered while the fault lasted.
#[derive(Clone, Default)]
pub(crate) struct Seen {
    /// How often each status was answered, by kind of request; 0 is a connection that broke.
    pub(crate) statuses: BTreeMap<(&'static str, u16), u64>,
    /// The longest wait for an answer.
    pub(crate) longest: Duration,
}

/// What became of writes that were acknowledged.
#[derive(Clone, Copy, Default)]
pub(crate) struct Kept {
    /// How many there were.
    pub(crate) acknowledged: usize,
    /// How many of them are not there any more.
    pub(crate) lost: usize,
}

/// What a fault may cost.
#[derive(Clone, Copy)]
pub(crate) struct Bounds {
    /// The statuses that users may see; 0 is a connection that broke.
    pub(crate) statuses: &'static [u16],
    /// The longest wait for an answer.
    pub(crate) longest: Duration,
    /// The most resident memory, in MB.
    pub(crate) memory: f64,
}

/// One row.
pub(crate) struct Row {
    pub(crate) fault: String,
    pub(crate) seen: Seen,
    pub(crate) kept: Kept,
    /// How many comments are among what was acknowledged.
    pub(crate) comments: usize,
    /// What else is worth knowing.
    pub(crate) note: String,
    /// How long after the end of the fault everything was as before; `None` when it never was.
    pub(crate) recovered: Option<Duration>,
    /// The most resident memory of the server, in MB.
    pub(crate) memory: f64,
    /// Whatever else should not have happened.
    pub(crate) problems: Vec<String>,
}

impl Seen {
    /// Adds one answer.
    pub(crate) fn add(&mut self, kind: &'static str, status: u16, took: Duration) {
        *self.statuses.entry((kind, status)).or_default() += 1;
        self.longest = self.longest.max(took);
    }

    fn text(&self) -> String {
        let mut kinds: BTreeMap<&str, Vec<String>> = BTreeMap::new();
        for ((kind, status), count) in &self.statuses {
            let status = if *status == 0 { "broken".to_owned() } else { status.to_string() };
            kinds.entry(kind).or_default().push(format!("{status} × {count}"));
        }
        let kinds = kinds.iter().map(|(kind, counts)| format!("{kind} {}", counts.join(", ")));
        let mut parts: Vec<String> = kinds.collect();
        parts.push(format!("longest {}", seconds(self.longest)));
        parts.join("; ")
    }
}

impl Row {
    /// Writes down what is out of bounds.
    pub(crate) fn judge(&mut self, bounds: &Bounds) {
        let unwanted = self
            .seen
            .statuses
            .iter()
            .filter(|((_, status), _)| *status != 200 && !bounds.statuses.contains(status));
        for ((kind, status), count) in unwanted {
            self.problems.push(format!("{kind} saw {status} × {count}"));
        }
        if self.seen.longest > bounds.longest {
            self.problems.push(format!("waited over {}", seconds(bounds.longest)));
        }
        if self.memory > bounds.memory {
            self.problems.push(format!("took over {:.0} MB", bounds.memory));
        }
        if self.kept.lost > 0 {
            self.problems.push(format!("{} lost", self.kept.lost));
        }
        if self.recovered.is_none() {
            self.problems.push("did not recover".to_owned());
        }
    }

    /// Whether everything was as promised.
    pub(crate) fn is_ok(&self) -> bool {
        self.problems.is_empty()
    }

    fn markdown(&self) -> String {
        let kept = match (&self.kept, self.note.as_str()) {
            (Kept { acknowledged: 0, .. }, note) => note.to_owned(),
            (Kept { acknowledged, lost }, "") => format!("{acknowledged} / {lost}"),
            (Kept { acknowledged, lost }, note) => format!("{acknowledged} / {lost}; {note}"),
        };
        format!(
            "| {} | {} | {kept} | {} | {:.0} MB | {} |",
            self.fault,
            self.seen.text(),
            self.recovered.map_or_else(|| "never".to_owned(), seconds),
            self.memory,
            if self.is_ok() { "ok".to_owned() } else { self.problems.join("; ") },
        )
    }
}

/// The table of all rows.
pub(crate) fn markdown(rows: &[Row]) -> String {
    let head = [
        "| Fault | What users saw | Kept: acknowledged / lost | Recovered after | Peak memory | |",
        "|---|---|---|---|---|---|",
    ];
    let rows = rows.iter().map(Row::markdown);
    head.into_iter().map(str::to_owned).chain(rows).collect::<Vec<_>>().join("\n")
}

fn seconds(time: Duration) -> String {
    format!("{:.2} s", time.as_secs_f64())
}

#[cfg(test)]
mod tests {
    use super::*;

    const BOUNDS: Bounds =
        Bounds { statuses: &[503], longest: Duration::from_secs(3), memory: 100.0 };

    fn row() -> Row {
        let mut seen = Seen::default();
        seen.add("reads", 200, Duration::from_millis(3));
        seen.add("writes", 503, Duration::from_secs(2));
        Row {
            fault: "fault".to_owned(),
            seen,
            kept: Kept { acknowledged: 7, lost: 0 },
            comments: 5,
            note: String::new(),
            recovered: Some(Duration::from_millis(120)),
            memory: 40.0,
            problems: Vec::new(),
        }
    }

    #[track_caller]
    fn check(change: impl FnOnce(&mut Row), problem: &str) {
        let mut row = row();
        change(&mut row);
        row.judge(&BOUNDS);
        assert_eq!(row.problems, [problem]);
        assert!(row.markdown().ends_with(&format!("| {problem} |")));
    }

    #[test]
    fn what_was_promised_is_ok() {
        let mut row = row();
        row.judge(&BOUNDS);
        assert_eq!(
            row.markdown(),
            "| fault | reads 200 × 1; writes 503 × 1; longest 2.00 s | 7 / 0 | 0.12 s | 40 MB | ok |"
        );
    }

    #[test]
    fn whatever_is_out_of_bounds_is_said() {
        check(|row| row.kept.lost = 1, "1 lost");
        check(|row| row.recovered = None, "did not recover");
        check(|row| row.memory = 101.0, "took over 100 MB");
        check(|row| row.seen.add("reads", 500, Duration::ZERO), "reads saw 500 × 1");
        check(|row| row.seen.add("reads", 200, Duration::from_secs(4)), "waited over 3.00 s");
    }
}
