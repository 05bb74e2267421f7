//! Who guesses, or asks too often (contract readmore, section 9).

use std::{
    collections::HashMap,
    net::IpAddr,
    sync::{Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use inkstone_readmore::{BlogId, Follower};

use crate::{
    budget::{Alarm, Budget, Failures, Windows},
    config::{Blogs, ReadmoreLimits},
    visitor::network,
};

const FIVE_MINUTES: Duration = Duration::from_mins(5);
const TEN_MINUTES: Duration = Duration::from_mins(10);
const HOUR: Duration = Duration::from_hours(1);
const DAY: Duration = Duration::from_hours(24);

/// The budgets of the API; each process has its own.
#[derive(Debug)]
pub struct Guard {
    wrong_codes: Windows,
    alarms: Mutex<HashMap<BlogId, Alarm>>,
    captchas: [Budget; 2],
    new_captchas: Windows,
    tokens: Budget,
    invalid_tokens: Failures,
    browses: Budget,
    wrong_signatures: Failures,
}

impl Guard {
    /// The budgets that the operator configured.
    pub fn new(limits: &ReadmoreLimits, blogs: &Blogs) -> Self {
        let alarm = || Alarm::new(limits.alarm_failures, limits.siege_failures);
        let alarms = blogs.as_slice().iter().map(|blog| (blog.id.clone(), alarm()));
        Self {
            wrong_codes: Windows::new([
                (FIVE_MINUTES, limits.failures_per_5_minutes),
                (HOUR, limits.failures_per_hour),
                (DAY, limits.failures_per_day),
            ]),
            alarms: Mutex::new(alarms.collect()),
            captchas: [
                Budget::per_minute(limits.captchas_per_minute),
                Budget::per_hour(limits.captchas_per_hour),
            ],
            new_captchas: Windows::new([(TEN_MINUTES, limits.captchas_per_follower)]),
            tokens: Budget::per_minute(limits.tokens_per_minute),
            invalid_tokens: Failures::new(limits.invalid_tokens_per_minute),
            browses: Budget::per_minute(limits.browses_per_minute),
            wrong_signatures: Failures::new(limits.wrong_signatures_per_minute),
        }
    }

    /// Lets a code be tried. It counts as wrong until it is [proved](Self::code_was_right) right,
    /// so that trying many at once does not help.
    pub fn try_code(
        &self,
        address: IpAddr,
        blog: Option<&BlogId>,
        now: Instant,
    ) -> Result<(), Duration> {
        let client = network(address);
        if self.is_siege(blog, now) && self.wrong_codes.any_within(&client, HOUR, now) {
            return Err(FIVE_MINUTES);
        }
        self.wrong_codes.take(&client, now)
    }

    /// The code that was tried at `then` was no guess.
    pub fn code_was_right(&self, address: IpAddr, then: Instant) {
        self.wrong_codes.give_back(&network(address), then);
    }

    /// The code that was tried was wrong.
    pub fn code_was_wrong(&self, blog: Option<&BlogId>, now: Instant) {
        let mut alarms = self.alarms();
        let Some((blog, alarm)) = blog.and_then(|blog| Some((blog, alarms.get_mut(blog)?))) else {
            return;
        };
        let before = alarm.is_raised(now);
        alarm.failed(now);
        if alarm.is_raised(now) && !before {
            tracing::warn!(blog = blog.as_str(), "many wrong codes: new ones have ten digits");
        }
    }

    /// Whether new codes of the blog have to be long.
    pub fn wants_long_codes(&self, blog: &BlogId, now: Instant) -> bool {
        self.alarms().get(blog).is_some_and(|alarm| alarm.is_raised(now))
    }

    /// Lets a captcha be asked for.
    pub fn try_captcha(
        &self,
        address: IpAddr,
        follower: Option<&Follower>,
        now: Instant,
    ) -> Result<(), Duration> {
        for budget in &self.captchas {
            budget.try_take(address)?;
        }
        let wait = follower.and_then(|follower| self.new_captchas.until_free(follower, now));
        wait.map_or(Ok(()), Err)
    }

    /// A follower got a new captcha.
    pub fn captcha_was_new(&self, follower: &Follower, now: Instant) {
        // One too many of several at once does not matter; it has been given.
        let _ = self.new_captchas.take(follower, now);
    }

    /// Lets a token be checked.
    pub fn try_token(&self, address: IpAddr, now: Instant) -> Result<(), Duration> {
        self.tokens.try_take(address)?;
        self.invalid_tokens.wait(address, now).map_or(Ok(()), Err)
    }

    /// The token was invalid.
    pub fn token_was_invalid(&self, address: IpAddr, now: Instant) {
        self.invalid_tokens.count(address, now);
    }

    /// Lets an article be reported as read.
    pub fn try_browse(&self, address: IpAddr) -> Result<(), Duration> {
        self.browses.try_take(address)
    }

    /// Lets a signature be checked.
    pub fn try_signature(&self, address: IpAddr, now: Instant) -> Result<(), Duration> {
        self.wrong_signatures.wait(address, now).map_or(Ok(()), Err)
    }

    /// The signature was wrong.
    pub fn signature_was_wrong(&self, address: IpAddr, now: Instant) {
        self.wrong_signatures.count(address, now);
    }

    /// Forgets clients that have their full budget again. To be called now and then.
    pub fn forget_idle(&self) {
        let [per_minute, per_hour] = &self.captchas;
        for budget in [per_minute, per_hour, &self.tokens, &self.browses] {
            budget.forget_idle();
        }
    }

    fn is_siege(&self, blog: Option<&BlogId>, now: Instant) -> bool {
        let mut alarms = self.alarms();
        blog.and_then(|blog| alarms.get_mut(blog)).is_some_and(|alarm| alarm.is_siege(now))
    }

    fn alarms(&self) -> MutexGuard<'_, HashMap<BlogId, Alarm>> {
        self.alarms.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Loaded;

    /// With the limits that are the default.
    fn guard() -> (Guard, BlogId) {
        let directory = tempfile::tempdir().unwrap();
        let file = directory.path().join("empty.toml");
        std::fs::write(&file, "").unwrap();
        let config = Loaded::load(Some(&file), []).unwrap().config;
        let blogs = Blogs::parse(["blog"]).unwrap();
        let blog = blogs.as_slice()[0].id.clone();
        (Guard::new(&config.readmore_limits, &blogs), blog)
    }

    /// How many guesses pass when all of `addresses` guess as often as they may, every second for
    /// `seconds`.
    fn guesses(guard: &Guard, blog: &BlogId, addresses: u32, seconds: u64) -> usize {
        let start = Instant::now();
        let mut passed = 0;
        for second in 0..seconds {
            let now = start + Duration::from_secs(second);
            for address in 0..addresses {
                let address = IpAddr::from((0x0a00_0000 + address).to_be_bytes());
                if guard.try_code(address, Some(blog), now).is_ok() {
                    guard.code_was_wrong(Some(blog), now);
                    passed += 1;
                }
            }
        }
        passed
    }

    #[test]
    fn one_address_has_a_hundred_guesses_a_day() {
        let (guard, blog) = guard();
        assert_eq!(guesses(&guard, &blog, 1, 299), 10);
        let (guard, blog) = self::guard();
        assert_eq!(guesses(&guard, &blog, 1, 3599), 30);
        let (guard, blog) = self::guard();
        assert_eq!(guesses(&guard, &blog, 1, 86_399), 100);
    }

    #[test]
    fn a_thousand_addresses_are_stopped_by_long_codes_and_a_siege() {
        let (guard, blog) = guard();
        let now = Instant::now();
        assert!(!guard.wants_long_codes(&blog, now));
        // Each has one guess before the siege lets nobody guess again who was wrong.
        assert_eq!(guesses(&guard, &blog, 1000, 299), 1000);
        assert!(guard.wants_long_codes(&blog, now));
        let honest = IpAddr::from([192, 0, 2, 1]);
        assert_eq!(guard.try_code(honest, Some(&blog), now), Ok(()));
        let other = BlogId::parse("other").unwrap();
        assert!(!guard.wants_long_codes(&other, now));
    }

    #[test]
    fn right_codes_cost_nothing() {
        let (guard, blog) = guard();
        let (address, now) = ([192, 0, 2, 1].into(), Instant::now());
        for _ in 0..1000 {
            guard.try_code(address, Some(&blog), now).unwrap();
            guard.code_was_right(address, now);
        }
        assert_eq!(guard.try_code(address, Some(&blog), now), Ok(()));
    }

    #[test]
    fn an_ipv6_network_is_one_guesser() {
        let (guard, blog) = guard();
        let now = Instant::now();
        let passed = (0..100u16).filter(|last| {
            let address = IpAddr::from([0x2001, 0xdb8, 0, 0, 0, 0, 0, *last]);
            guard.try_code(address, Some(&blog), now).is_ok()
        });
        assert_eq!(passed.count(), 10);
    }
}
