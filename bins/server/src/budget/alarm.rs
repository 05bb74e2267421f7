//! Whether somebody guesses at the codes of a blog, from however many addresses.

use std::{
    collections::VecDeque,
    num::NonZeroU32,
    time::{Duration, Instant},
};

/// Within which time failures are counted.
const WINDOW: Duration = Duration::from_mins(5);

/// How long it has to be quiet before an alarm is over.
const QUIET: Duration = Duration::from_mins(30);

/// With fewer failures than this in a window it is quiet.
const QUIET_FAILURES: usize = 10;

/// The failures of one blog (contract readmore, R2 and R3).
#[derive(Debug)]
pub struct Alarm {
    /// How many failures in a window raise it.
    raised_by: usize,
    /// How many of them, while it is raised, are a siege.
    siege_by: usize,
    failures: VecDeque<Instant>,
    /// When it was last not quiet, while the alarm is raised.
    noisy: Option<Instant>,
}

impl Alarm {
    /// Raised by so many failures in five minutes; a siege by so many.
    pub fn new(raised_by: NonZeroU32, siege_by: NonZeroU32) -> Self {
        let [raised_by, siege_by] = [raised_by, siege_by].map(|number| number.get() as usize);
        Self { raised_by, siege_by, failures: VecDeque::new(), noisy: None }
    }

    /// Somebody failed.
    pub fn failed(&mut self, now: Instant) {
        self.forget(now);
        self.failures.push_back(now);
        // More are not needed to know that it is a siege.
        let most = self.siege_by.max(self.raised_by).max(QUIET_FAILURES);
        while self.failures.len() > most {
            self.failures.pop_front();
        }
        let raised = self.noisy.is_some_and(|noisy| now.duration_since(noisy) < QUIET);
        let noise = if raised { QUIET_FAILURES } else { self.raised_by };
        if self.failures.len() >= noise {
            self.noisy = Some(now);
        }
    }

    /// Whether codes should be long.
    pub fn is_raised(&self, now: Instant) -> bool {
        // It is noisy until the window of the last noise has passed.
        self.noisy.is_some_and(|noisy| now.duration_since(noisy) < QUIET)
    }

    /// Whether those who failed of late should wait.
    pub fn is_siege(&mut self, now: Instant) -> bool {
        self.forget(now);
        self.is_raised(now) && self.failures.len() >= self.siege_by
    }

    fn forget(&mut self, now: Instant) {
        while self.failures.front().is_some_and(|first| now.duration_since(*first) >= WINDOW) {
            self.failures.pop_front();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_alarm_is_raised_by_many_failures_and_ends_with_quiet() {
        let number = |number| NonZeroU32::new(number).unwrap();
        let mut alarm = Alarm::new(number(60), number(300));
        let start = Instant::now();
        let at = |seconds| start + Duration::from_secs(seconds);
        for second in 0..59 {
            alarm.failed(at(second));
        }
        assert!(!alarm.is_raised(at(59)));
        alarm.failed(at(59));
        assert!(alarm.is_raised(at(59)) && !alarm.is_siege(at(59)));
        for _ in 0..239 {
            alarm.failed(at(60));
        }
        assert!(!alarm.is_siege(at(60)));
        alarm.failed(at(60));
        assert!(alarm.is_siege(at(60)));
        assert!(!alarm.is_siege(at(360)), "five minutes later");
        assert!(alarm.is_raised(at(360)));
        // Few failures do not prolong it.
        alarm.failed(at(1000));
        assert!(alarm.is_raised(at(60 + 1799)) && !alarm.is_raised(at(60 + 1800)));
        // Ten in five minutes would have.
        let mut noisy = Alarm::new(number(10), number(300));
        for second in (0..10).chain(1000..1010) {
            noisy.failed(at(second));
        }
        assert!(noisy.is_raised(at(1009 + 1799)) && !noisy.is_raised(at(1009 + 1800)));
    }

    #[test]
    fn memory_is_bounded() {
        let mut alarm = Alarm::new(NonZeroU32::MIN, NonZeroU32::new(300).unwrap());
        let now = Instant::now();
        (0..10_000).for_each(|_| alarm.failed(now));
        assert!(alarm.failures.len() <= 300 && alarm.is_siege(now));
    }
}
