//! The results as Markdown, each with its budget and whether it was kept.

/// What a row may cost.
#[derive(Clone, Copy)]
pub(crate) enum Limit {
    /// Of the rate of a bare 15-byte answer.
    RatioAtLeast(f64),
    /// Of the rate of a bare answer of the same bytes.
    SameAtLeast(f64),
    /// Of the rate that reads have without writes beside them.
    OwnAtLeast(f64),
    /// Milliseconds.
    P99AtMost(f64),
}

/// One measured row.
pub(crate) struct Line {
    /// Name of the database below the server.
    pub(crate) database: &'static str,
    /// What was requested.
    pub(crate) name: String,
    /// Requests per second.
    pub(crate) rate: f64,
    /// Median latency in milliseconds.
    pub(crate) p50: f64,
    /// Latency in milliseconds that one request in a hundred exceeds.
    pub(crate) p99: f64,
    /// Rate divided by that of a bare 15-byte answer.
    pub(crate) ratio: f64,
    /// Rate divided by that of a bare answer of the same bytes.
    pub(crate) same: Option<f64>,
    /// Rate of the reads divided by what they have without writes.
    pub(crate) own: Option<f64>,
    /// Resident memory of the server afterwards, in MB.
    pub(crate) memory: f64,
    /// Refused and broken requests.
    pub(crate) errors: f64,
    /// Whether the reference collapsed each time, so that the row says little.
    pub(crate) busy: bool,
    /// What the row may cost.
    pub(crate) limits: Vec<Limit>,
}

/// One figure beside the table.
pub(crate) struct Figure {
    /// What was measured.
    pub(crate) name: String,
    /// How much it is.
    pub(crate) value: f64,
    /// Of what.
    pub(crate) unit: &'static str,
    /// The budget, where there is one.
    pub(crate) most: Option<f64>,
}

/// Everything that was measured.
#[derive(Default)]
pub(crate) struct Report {
    pub(crate) lines: Vec<Line>,
    pub(crate) figures: Vec<Figure>,
}

impl Report {
    /// Appends another report.
    pub(crate) fn add(&mut self, other: Self) {
        self.lines.extend(other.lines);
        self.figures.extend(other.figures);
    }

    /// Two Markdown tables.
    pub(crate) fn markdown(&self) -> String {
        let mut rows = vec![
            "| Row | Database | of bare | of same bytes | req/s | p50 ms | p99 ms | RSS MB | Budget | |"
                .to_owned(),
            "|---|---|---|---|---|---|---|---|---|---|".to_owned(),
        ];
        rows.extend(self.lines.iter().map(Line::markdown));
        rows.push(String::new());
        rows.extend(["| Figure | Measured | Budget | |", "|---|---|---|---|"].map(str::to_owned));
        rows.extend(self.figures.iter().map(Figure::markdown));
        rows.join("\n")
    }
}

impl Line {
    fn markdown(&self) -> String {
        let same = self.same.map_or_else(String::new, |same| format!("{same:.2}"));
        let budget: Vec<String> = self.limits.iter().map(|limit| limit.text()).collect();
        format!(
            "| {} | {} | {:.3} | {same} | {:.0} | {:.1} | {:.1} | {:.0} | {} | {} |",
            self.name,
            self.database,
            self.ratio,
            self.rate,
            self.p50,
            self.p99,
            self.memory,
            budget.join(", "),
            self.verdict(),
        )
    }

    fn verdict(&self) -> String {
        if self.errors > 0.0 {
            return format!("{} errors", self.errors);
        }
        if self.busy {
            return "busy machine".to_owned();
        }
        match self.limits.iter().all(|limit| limit.is_kept(self)) {
            _ if self.limits.is_empty() => String::new(),
            true => "ok".to_owned(),
            false => "over".to_owned(),
        }
    }
}

impl Limit {
    fn is_kept(self, line: &Line) -> bool {
        match self {
            Self::RatioAtLeast(least) => line.ratio >= least,
            Self::SameAtLeast(least) => line.same.is_some_and(|same| same >= least),
            Self::OwnAtLeast(least) => line.own.is_some_and(|own| own >= least),
            Self::P99AtMost(most) => line.p99 <= most,
        }
    }

    fn text(self) -> String {
        match self {
            Self::RatioAtLeast(least) => format!("≥ {least} of bare"),
            Self::SameAtLeast(least) => format!("≥ {least} of same bytes"),
            Self::OwnAtLeast(least) => format!("reads ≥ {least} of their row"),
            Self::P99AtMost(most) => format!("p99 ≤ {most} ms"),
        }
    }
}

impl Figure {
    fn markdown(&self) -> String {
        let Self { name, value, unit, most } = self;
        let verdict = match most {
            Some(most) if value <= most => "ok",
            Some(_) => "over",
            None => "",
        };
        let budget = most.map_or_else(String::new, |most| format!("≤ {most} {unit}"));
        format!("| {name} | {value:.2} {unit} | {budget} | {verdict} |")
    }
}

/// The middle value, or the higher one of the two in the middle; zero of none.
pub(crate) fn median(values: impl IntoIterator<Item = f64>) -> f64 {
    let mut values: Vec<f64> = values.into_iter().collect();
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or_default()
}

#[cfg(test)]
impl Line {
    /// A line that says nothing, to begin others with.
    pub(crate) fn nothing() -> Self {
        Self {
            database: "SQLite",
            name: String::new(),
            rate: 0.0,
            p50: 0.0,
            p99: 0.0,
            ratio: 0.0,
            same: None,
            own: None,
            memory: 0.0,
            errors: 0.0,
            busy: false,
            limits: Vec::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(limits: Vec<Limit>) -> Line {
        Line { p99: 50.0, ratio: 0.5, same: Some(0.8), limits, ..Line::nothing() }
    }

    #[test]
    fn a_row_is_over_when_one_of_its_limits_is() {
        assert_eq!(line(Vec::new()).verdict(), "");
        assert_eq!(line(vec![Limit::RatioAtLeast(0.5), Limit::SameAtLeast(0.8)]).verdict(), "ok");
        assert_eq!(line(vec![Limit::RatioAtLeast(0.4), Limit::P99AtMost(40.0)]).verdict(), "over");
        assert_eq!(line(vec![Limit::OwnAtLeast(0.1)]).verdict(), "over", "nothing was measured");
    }

    #[test]
    fn errors_outweigh_speed() {
        let refused = Line { errors: 3.0, ..line(vec![Limit::RatioAtLeast(0.1)]) };
        assert_eq!(refused.verdict(), "3 errors");
    }

    #[test]
    fn a_collapsed_reference_is_no_verdict() {
        let busy = Line { busy: true, ..line(vec![Limit::RatioAtLeast(0.1)]) };
        assert_eq!(busy.verdict(), "busy machine");
    }

    #[test]
    fn medians_ignore_outliers() {
        assert_eq!(median([3.0, 1_000.0, 2.0]).to_bits(), 3.0_f64.to_bits());
        assert_eq!(median([]).to_bits(), 0.0_f64.to_bits());
    }
}
