//! The ratios that `docs/PERFORMANCE.md` has recorded, beside those of now.

use std::collections::HashMap;

use crate::report::{Line, Report};

/// The document that keeps the record.
pub(crate) const RECORD: &str = include_str!("../../../docs/PERFORMANCE.md");

/// A row below this part of its record is worth a look. Ratios to the bare answer of the same run
/// drift with the machine, so it is wide.
const NOTICEABLE: f64 = 0.5;

/// A table of rows that have a record, and how far they are from it.
pub(crate) fn compare(report: &Report, record: &str) -> String {
    let recorded = ratios(record);
    let mut rows = vec![
        "| Row | Database | recorded | now | of the record | |".to_owned(),
        "|---|---|---|---|---|---|".to_owned(),
    ];
    for Line { name, database, ratio, busy, .. } in &report.lines {
        let Some(before) = recorded.get(&(name.as_str(), *database)) else { continue };
        let part = ratio / before;
        let verdict = match part < NOTICEABLE {
            _ if *busy => "busy machine",
            true => "slower",
            false => "",
        };
        rows.push(format!(
            "| {name} | {database} | {before:.3} | {ratio:.3} | {part:.2} | {verdict} |"
        ));
    }
    rows.join("\n")
}

/// Of all tables in a document, the ratio to the bare answer by row and database; the first counts.
fn ratios(document: &str) -> HashMap<(&str, &str), f64> {
    let mut found = HashMap::new();
    for line in document.lines() {
        let mut cells = line.split('|').map(str::trim).skip(1);
        let (Some(name), Some(database), Some(ratio)) = (cells.next(), cells.next(), cells.next())
        else {
            continue;
        };
        if let Ok(ratio) = ratio.parse() {
            found.entry((name, database)).or_insert(ratio);
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    const OLD: &str = "
        | Row | Database | of bare | of same bytes |
        |---|---|---|---|
        | like a page | SQLite | 0.100 | |
        | visit a page | SQLite | 0.200 | |
        | like a page | SQLite | 0.900 | |";

    fn line(name: &str, ratio: f64) -> Line {
        Line { name: name.to_owned(), ratio, ..Line::nothing() }
    }

    #[test]
    fn rows_are_compared_with_their_first_record() {
        let lines = vec![line("like a page", 0.08), line("visit a page", 0.09), line("new", 1.0)];
        let report = Report { lines, figures: Vec::new() };
        let table = compare(&report, OLD);
        let rows: Vec<&str> = table.lines().skip(2).collect();
        assert_eq!(
            rows,
            [
                "| like a page | SQLite | 0.100 | 0.080 | 0.80 |  |",
                "| visit a page | SQLite | 0.200 | 0.090 | 0.45 | slower |",
            ]
        );
    }

    #[test]
    fn the_record_is_found_in_the_document() {
        let recorded = ratios(RECORD);
        for row in ["page of 50 comments, gzip", "submit a comment", "visit a page"] {
            assert!(recorded.contains_key(&(row, "SQLite")), "{row}");
        }
    }
}
