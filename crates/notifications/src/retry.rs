//! When to try again, and when to stop.

use std::time::Duration;

/// No other side is left alone for longer because it asked for that: a day.
const MAX_ASKED_MS: i64 = 86_400_000;

/// How often a message is tried, and how long to wait in between.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RetryPolicy {
    /// How often it is tried in all; 0 counts as 1.
    pub attempts: u32,
    /// The longest wait after the first attempt, in milliseconds; after each further one it is
    /// twice as long.
    pub first_ms: i64,
    /// The longest wait of all, in milliseconds.
    pub max_ms: i64,
}

impl RetryPolicy {
    /// How many milliseconds to wait after attempt number `attempt`, counted from 1, has failed:
    /// between half of what the policy says and all of it, as `jitter` says (0 to 1), so that
    /// what failed together does not come back together. At least `asked_ms`, within a day.
    pub fn delay_ms(&self, attempt: u32, jitter: f64, asked_ms: Option<i64>) -> i64 {
        let doublings = attempt.saturating_sub(1).min(62);
        let longest = self.first_ms.saturating_mul(1 << doublings).min(self.max_ms).max(0);
        let half = Duration::from_millis(longest.unsigned_abs() / 2);
        let jitter = if jitter.is_finite() { jitter.clamp(0.0, 1.0) } else { 0.0 };
        let spread = i64::try_from(half.mul_f64(jitter).as_millis()).unwrap_or(0);
        let asked = asked_ms.unwrap_or(0).min(MAX_ASKED_MS);
        (longest / 2).saturating_add(spread).max(asked)
    }

    /// Whether no attempt is left after number `attempt`.
    pub(crate) fn is_last(&self, attempt: u32) -> bool {
        attempt >= self.attempts.max(1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const POLICY: RetryPolicy = RetryPolicy { attempts: 5, first_ms: 1_000, max_ms: 60_000 };

    #[test]
    fn waits_double_up_to_the_longest() {
        let longest =
            [1, 2, 3, 4, 6, 7, 8, u32::MAX].map(|attempt| POLICY.delay_ms(attempt, 1.0, None));
        assert_eq!(longest, [1_000, 2_000, 4_000, 8_000, 32_000, 60_000, 60_000, 60_000]);
        assert_eq!(POLICY.delay_ms(0, 1.0, None), 1_000);
    }

    #[test]
    fn jitter_spreads_over_the_second_half() {
        let waits = [0.0, 0.5, 1.0, -3.0, 7.0, f64::NAN, f64::INFINITY]
            .map(|jitter| POLICY.delay_ms(3, jitter, None));
        assert_eq!(waits, [2_000, 3_000, 4_000, 2_000, 4_000, 2_000, 2_000]);
    }

    #[test]
    fn the_other_side_is_left_alone_as_long_as_it_asks_within_a_day() {
        let asked = [0, 1_999, 9_000, -1, i64::MAX, i64::MIN];
        let waits = asked.map(|asked| POLICY.delay_ms(1, 1.0, Some(asked)));
        assert_eq!(waits, [1_000, 1_999, 9_000, 1_000, MAX_ASKED_MS, 1_000]);
    }

    #[test]
    fn no_policy_overflows() {
        for policy in [
            RetryPolicy { attempts: 0, first_ms: i64::MAX, max_ms: i64::MAX },
            RetryPolicy { attempts: u32::MAX, first_ms: i64::MIN, max_ms: i64::MAX },
            RetryPolicy { attempts: 1, first_ms: i64::MAX, max_ms: i64::MIN },
        ] {
            for attempt in [0, 1, 63, 64, u32::MAX] {
                assert!(policy.delay_ms(attempt, 1.0, Some(i64::MAX)) >= MAX_ASKED_MS);
                assert!(policy.delay_ms(attempt, 0.3, None) >= 0);
            }
        }
        let never = RetryPolicy { attempts: 0, ..POLICY };
        assert!(never.is_last(1) && POLICY.is_last(5) && !POLICY.is_last(4));
    }
}
