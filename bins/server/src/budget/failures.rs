//! Clients that fail too often are not heard for a while; each process remembers its own.

use std::{
    hash::{BuildHasher as _, RandomState},
    net::IpAddr,
    num::NonZeroU32,
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
    time::{Duration, Instant},
};

use moka::sync::Cache;

use crate::visitor::network;

/// How long failures are remembered.
const WINDOW: Duration = Duration::from_mins(1);

/// Of how many clients; more push out others.
const MAX_CLIENTS: u64 = 100_000;

/// Which clients failed of late, and how often.
#[derive(Debug)]
pub struct Failures {
    limit: NonZeroU32,
    clients: Cache<u64, Arc<Tries>>,
    hasher: RandomState,
}

#[derive(Debug)]
struct Tries {
    since: Instant,
    count: AtomicU32,
}

impl Failures {
    /// After `limit` failures in a minute a client has to wait for the end of that minute.
    pub fn new(limit: NonZeroU32) -> Self {
        let clients = Cache::builder().max_capacity(MAX_CLIENTS).time_to_live(WINDOW).build();
        Self { limit, clients, hasher: RandomState::new() }
    }

    /// How long the client at `address` still has to wait.
    pub fn wait(&self, address: IpAddr, now: Instant) -> Option<Duration> {
        let tries = self.clients.get(&self.client(address))?;
        let over = tries.count.load(Ordering::Acquire) >= self.limit.get();
        let left = WINDOW.checked_sub(now.duration_since(tries.since))?;
        (over && !left.is_zero()).then_some(left)
    }

    /// Remembers that the client at `address` failed.
    pub fn count(&self, address: IpAddr, now: Instant) {
        let client = self.client(address);
        let fresh = || Arc::new(Tries { since: now, count: AtomicU32::new(0) });
        let mut tries = self.clients.get_with(client, fresh);
        if now.duration_since(tries.since) >= WINDOW {
            tries = fresh();
            self.clients.insert(client, Arc::clone(&tries));
        }
        tries.count.fetch_add(1, Ordering::AcqRel);
    }

    fn client(&self, address: IpAddr) -> u64 {
        self.hasher.hash_one(network(address))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn too_many_failures_in_a_minute_mean_waiting_for_its_end() {
        let failures = Failures::new(3.try_into().unwrap());
        let (one, other) = ("192.0.2.1".parse().unwrap(), "192.0.2.2".parse().unwrap());
        let start = Instant::now();
        let after = |seconds| start + Duration::from_secs(seconds);
        for second in [0, 10, 20] {
            assert_eq!(failures.wait(one, after(second)), None);
            failures.count(one, after(second));
        }
        assert_eq!(failures.wait(one, after(20)), Some(Duration::from_secs(40)));
        assert_eq!(failures.wait(other, after(20)), None);
        assert_eq!(failures.wait(one, after(60)), None);
        failures.count(one, after(60));
        assert_eq!(failures.wait(one, after(61)), None, "it begins anew");
    }

    #[test]
    fn an_ipv6_network_is_one_client() {
        let failures = Failures::new(NonZeroU32::MIN);
        let now = Instant::now();
        failures.count("2001:db8::1".parse().unwrap(), now);
        assert!(failures.wait("2001:db8::2".parse().unwrap(), now).is_some());
        assert!(failures.wait("2001:db8:0:1::1".parse().unwrap(), now).is_none());
    }
}
