//! Events of clients, counted exactly within sliding windows; each process remembers its own.

use std::{
    collections::VecDeque,
    hash::{BuildHasher as _, Hash, RandomState},
    num::NonZeroU32,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use moka::sync::Cache;

/// Of how many clients; more push out others.
const MAX_CLIENTS: u64 = 50_000;

/// How many events each client may have within each of several windows.
#[derive(Debug)]
pub struct Windows {
    limits: Vec<(Duration, NonZeroU32)>,
    clients: Cache<u64, Arc<Events>>,
    hasher: RandomState,
}

/// The latest events of a client, in order.
#[derive(Debug, Default)]
struct Events(Mutex<VecDeque<Instant>>);

impl Windows {
    /// At most so many events within so much time, for each of `limits`.
    pub fn new(limits: impl Into<Vec<(Duration, NonZeroU32)>>) -> Self {
        let limits = limits.into();
        let longest = limits.iter().map(|(window, _)| *window).max().unwrap_or_default();
        let clients = Cache::builder().max_capacity(MAX_CLIENTS).time_to_idle(longest).build();
        Self { limits, clients, hasher: RandomState::new() }
    }

    /// Counts an event of a client; if that is one too many, it does not, and tells how long it
    /// would have to wait. Of several at once, none slips through.
    pub fn take(&self, client: &impl Hash, now: Instant) -> Result<(), Duration> {
        let events = self.clients.get_with(self.key(client), Arc::default);
        let mut events = events.lock();
        if let Some(wait) = self.wait(&events, now) {
            return Err(wait);
        }
        events.push_back(now);
        let most = self.limits.iter().map(|(_, limit)| limit.get()).max().unwrap_or_default();
        while events.len() > most as usize {
            events.pop_front();
        }
        Ok(())
    }

    /// Takes back what was counted at `then`.
    pub fn give_back(&self, client: &impl Hash, then: Instant) {
        let Some(events) = self.clients.get(&self.key(client)) else { return };
        let mut events = events.lock();
        if let Some(place) = events.iter().rposition(|event| *event == then) {
            events.remove(place);
        }
    }

    /// How long a client has to wait before its next event.
    pub fn until_free(&self, client: &impl Hash, now: Instant) -> Option<Duration> {
        let events = self.clients.get(&self.key(client))?;
        let events = events.lock();
        self.wait(&events, now)
    }

    /// Whether a client had an event within `window`.
    pub fn any_within(&self, client: &impl Hash, window: Duration, now: Instant) -> bool {
        let events = self.clients.get(&self.key(client));
        let last = events.and_then(|events| events.lock().back().copied());
        last.is_some_and(|last| now.duration_since(last) < window)
    }

    fn wait(&self, events: &VecDeque<Instant>, now: Instant) -> Option<Duration> {
        let waits = self.limits.iter().filter_map(|&(window, limit)| {
            // When the earliest of the last `limit` events has left the window, there is room.
            let decisive = events.get(events.len().checked_sub(limit.get() as usize)?)?;
            window.checked_sub(now.duration_since(*decisive)).filter(|wait| !wait.is_zero())
        });
        waits.max()
    }

    fn key(&self, client: &impl Hash) -> u64 {
        self.hasher.hash_one(client)
    }
}

impl Events {
    fn lock(&self) -> MutexGuard<'_, VecDeque<Instant>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn windows(limits: &[(u64, u32)]) -> Windows {
        let limit = |&(seconds, limit): &(u64, u32)| {
            (Duration::from_secs(seconds), NonZeroU32::new(limit).unwrap())
        };
        Windows::new(limits.iter().map(limit).collect::<Vec<_>>())
    }

    #[test]
    fn every_window_holds_wherever_it_begins() {
        let windows = windows(&[(300, 3), (3600, 5)]);
        let start = Instant::now();
        let at = |seconds| start + Duration::from_secs(seconds);
        let wait = |seconds| windows.take(&"ada", at(seconds)).map_err(|wait| wait.as_secs());
        assert_eq!([0, 100, 299].map(wait), [Ok(()); 3]);
        assert_eq!(wait(299), Err(1));
        assert_eq!(windows.take(&"bob", at(299)), Ok(()));
        assert_eq!(wait(300), Ok(()), "the first has left the window");
        assert_eq!(wait(301), Err(99));
        assert_eq!(wait(400), Ok(()), "the fifth within the hour");
        assert_eq!(wait(1000), Err(2600));
        assert_eq!(windows.until_free(&"ada", at(1000)), Some(Duration::from_secs(2600)));
        assert_eq!(windows.until_free(&"eve", at(1000)), None);
        assert_eq!(wait(3600), Ok(()));
    }

    #[test]
    fn what_is_given_back_was_never_there() {
        let windows = windows(&[(300, 1)]);
        let now = Instant::now();
        windows.take(&"ada", now).unwrap();
        assert!(windows.take(&"ada", now).is_err());
        assert!(windows.any_within(&"ada", Duration::from_secs(1), now));
        windows.give_back(&"ada", now);
        windows.give_back(&"ada", now);
        assert!(!windows.any_within(&"ada", Duration::from_secs(1), now));
        windows.take(&"ada", now).unwrap();
    }

    #[test]
    fn of_many_at_once_as_many_as_allowed_pass() {
        let windows = &windows(&[(300, 7)]);
        let passed = std::thread::scope(|scope| {
            let workers: Vec<_> = (0..8)
                .map(|_| {
                    let take = || windows.take(&"ada", Instant::now()).is_ok();
                    scope.spawn(move || (0..20).filter(|_| take()).count())
                })
                .collect();
            workers.into_iter().map(|worker| worker.join().unwrap()).sum::<usize>()
        });
        assert_eq!(passed, 7);
    }
}
