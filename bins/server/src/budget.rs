//! Soft limits on how often one client may do something; each process has its own.

mod alarm;
mod failures;
mod windows;

use std::{
    hash::{BuildHasher as _, RandomState},
    net::IpAddr,
    num::NonZeroU32,
    time::Duration,
};

use governor::{
    DefaultKeyedRateLimiter, Quota, RateLimiter,
    clock::{Clock as _, DefaultClock},
};

pub use alarm::Alarm;
pub use failures::Failures;
pub use windows::Windows;

use crate::{
    config::{Limits, Qexo},
    visitor::network,
};

/// The budgets of the public endpoints.
#[derive(Debug)]
pub struct Budgets {
    /// For likes of pages and comments.
    pub likes: Budget,
    /// For visits.
    pub visits: Budget,
    /// For pages that report themselves.
    pub statistic: Budget,
    /// For likes of talks.
    pub talk_likes: Budget,
    /// For custom fields.
    pub fields: Budget,
    /// For applications of strangers who want to be linked.
    pub ask_friend: Budget,
    /// For logins to Qexo's panel.
    pub logins: Budget,
    /// For wrong tokens of the Qexo API.
    pub tokens: Failures,
}

impl Budgets {
    /// The budgets that the operator configured.
    pub fn new(limits: &Limits, qexo: &Qexo) -> Self {
        Self {
            likes: Budget::per_minute(limits.likes_per_minute),
            visits: Budget::per_minute(limits.visits_per_minute),
            statistic: Budget::per_minute(qexo.statistic_per_minute),
            talk_likes: Budget::per_minute(qexo.talk_likes_per_minute),
            fields: Budget::per_minute(qexo.fields_per_minute),
            ask_friend: Budget::per_hour(qexo.ask_friend_per_hour),
            logins: Budget::per_minute(qexo.logins_per_minute),
            tokens: Failures::new(qexo.wrong_tokens_per_minute),
        }
    }

    /// Forgets clients that have their full budget again. To be called now and then, or memory
    /// grows with the number of clients.
    pub fn forget_idle(&self) {
        let Self { likes, visits, statistic, talk_likes, fields, ask_friend, logins, tokens: _ } =
            self;
        for budget in [likes, visits, statistic, talk_likes, fields, ask_friend, logins] {
            budget.forget_idle();
        }
    }
}

/// How often each client may do one thing.
#[derive(Debug)]
pub struct Budget {
    // Keyed by a hash, which is small; two clients that share one share a budget.
    limiter: DefaultKeyedRateLimiter<u64>,
    hasher: RandomState,
}

impl Budget {
    /// So many times a minute, all of them at once if need be.
    pub fn per_minute(times: NonZeroU32) -> Self {
        Self::new(Quota::per_minute(times))
    }

    /// So many times an hour, all of them at once if need be.
    pub fn per_hour(times: NonZeroU32) -> Self {
        Self::new(Quota::per_hour(times))
    }

    fn new(quota: Quota) -> Self {
        Self { limiter: RateLimiter::keyed(quota), hasher: RandomState::new() }
    }

    /// Forgets clients that have their full budget again.
    pub fn forget_idle(&self) {
        self.limiter.retain_recent();
        self.limiter.shrink_to_fit();
    }

    /// Takes one from the budget of the client at `address`; whether there was one left.
    pub fn take(&self, address: IpAddr) -> bool {
        self.try_take(address).is_ok()
    }

    /// The same; when there is none left, how long it takes until there is.
    pub fn try_take(&self, address: IpAddr) -> Result<(), Duration> {
        let taken = self.limiter.check_key(&self.hasher.hash_one(network(address)));
        taken.map_err(|until| until.wait_time_from(DefaultClock::default().now()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_client_has_its_own_budget() {
        let budget = Budget::per_minute(NonZeroU32::new(3).unwrap());
        let (one, other) = ("192.0.2.1".parse().unwrap(), "192.0.2.2".parse().unwrap());
        assert_eq!([(); 4].map(|()| budget.take(one)), [true, true, true, false]);
        assert!(budget.take(other));
        let wait = budget.try_take(one).unwrap_err();
        assert!(wait > Duration::ZERO && wait <= Duration::from_secs(20), "{wait:?}");
    }

    #[test]
    fn idle_clients_are_forgotten() {
        let one = NonZeroU32::MAX;
        let [likes, visits, statistic, talk_likes, fields, ask_friend, logins] =
            [(); 7].map(|()| Budget::per_minute(one));
        let tokens = Failures::new(one);
        let budgets =
            Budgets { likes, visits, statistic, talk_likes, fields, ask_friend, logins, tokens };
        for last in 0..=u8::MAX {
            budgets.visits.take([192, 0, 2, last].into());
        }
        // At this rate a budget is full again before anybody looks.
        budgets.forget_idle();
        assert_eq!(budgets.visits.limiter.len(), 0);
    }
}
