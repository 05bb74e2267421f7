//! Soft limits on how often one client may do something in a minute; each process has its own.

use std::{
    hash::{BuildHasher as _, RandomState},
    net::IpAddr,
    num::NonZeroU32,
};

use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};

use crate::{config::Limits, visitor::network};

/// The budgets of the public endpoints.
#[derive(Debug)]
pub struct Budgets {
    /// For likes of pages and comments.
    pub likes: Budget,
    /// For visits.
    pub visits: Budget,
}

impl Budgets {
    /// The budgets that the operator configured.
    pub fn new(limits: &Limits) -> Self {
        Self {
            likes: Budget::per_minute(limits.likes_per_minute),
            visits: Budget::per_minute(limits.visits_per_minute),
        }
    }

    /// Forgets clients that have their full budget again. To be called now and then, or memory
    /// grows with the number of clients.
    pub fn forget_idle(&self) {
        for budget in [&self.likes, &self.visits] {
            budget.limiter.retain_recent();
            budget.limiter.shrink_to_fit();
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
    fn per_minute(times: NonZeroU32) -> Self {
        Self { limiter: RateLimiter::keyed(Quota::per_minute(times)), hasher: RandomState::new() }
    }

    /// Takes one from the budget of the client at `address`; whether there was one left.
    pub fn take(&self, address: IpAddr) -> bool {
        self.limiter.check_key(&self.hasher.hash_one(network(address))).is_ok()
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
    }

    #[test]
    fn idle_clients_are_forgotten() {
        let one = NonZeroU32::MAX;
        let budgets = Budgets { likes: Budget::per_minute(one), visits: Budget::per_minute(one) };
        for last in 0..=u8::MAX {
            budgets.visits.take([192, 0, 2, last].into());
        }
        // At this rate a budget is full again before anybody looks.
        budgets.forget_idle();
        assert_eq!(budgets.visits.limiter.len(), 0);
    }
}
