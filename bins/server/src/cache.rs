//! Ready-made answers, kept in memory by weight until what they were made from changes.
//!
//! An entry's key holds the versions of what it depends on. A reader takes them *before* it reads
//! the database; a writer raises them *after* its commit. So an answer made from old data carries
//! an old key, and nobody asks for it any more.

mod negotiation;
mod queries;
mod ready;

use std::{
    hash::{BuildHasher as _, Hash, RandomState},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use metrics::{Counter, counter};
use moka::sync::Cache;

pub use self::{queries::KnownQueries, ready::Ready};

use crate::{
    failure::Failure,
    peers::{Change, Peers},
};

/// How many counters the topics share. Topics that share one invalidate each other, which costs
/// a read and nothing else.
const STRIPES: usize = 1024;

/// Answers that are ready to be sent.
#[derive(Debug)]
pub struct ResponseCache {
    entries: Cache<Slot, Arc<Ready>>,
    versions: Box<[AtomicU64]>,
    epoch: AtomicU64,
    peers: Peers,
    topics: RandomState,
    variants: RandomState,
    hits: Counter,
    misses: Counter,
}

/// What an answer is called, whatever it says at the moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Name {
    topic: u64,
    variant: u64,
}

/// The place of one answer, as of the moment [`ResponseCache::slot`] was asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Slot {
    name: Name,
    version: u64,
    epoch: u64,
    period: u64,
}

impl ResponseCache {
    /// A cache that holds answers of `bytes` in all. `peers` are told what it forgets, and nothing
    /// is kept for longer than they allow.
    pub fn new(bytes: u64, peers: Peers) -> Self {
        let mut builder = Cache::builder()
            .max_capacity(bytes)
            .weigher(|_: &Slot, ready: &Arc<Ready>| ready.weight());
        if let Some(time) = peers.longest_time_to_live() {
            builder = builder.time_to_live(time);
        }
        Self {
            entries: builder.build(),
            versions: (0..STRIPES).map(|_| AtomicU64::new(0)).collect(),
            epoch: AtomicU64::new(0),
            peers,
            topics: RandomState::new(),
            variants: RandomState::new(),
            hits: counter!("inkstone_cache_hits_total"),
            misses: counter!("inkstone_cache_misses_total"),
        }
    }

    /// The name of the answer about `topic` that `variant` (the endpoint and all that the answer
    /// depends on) tells from others. Names are of this cache alone.
    pub fn name(&self, topic: &str, variant: impl Hash) -> Name {
        Name { topic: self.topics.hash_one(topic), variant: self.variants.hash_one(variant) }
    }

    /// The place of the answer of this name. It is valid until [`invalidate`](Self::invalidate) is
    /// called for its topic, or [`clear`](Self::clear). Take it before reading what the answer is
    /// made from.
    pub fn slot(&self, name: Name) -> Slot {
        Slot {
            name,
            version: self.version(name.topic).load(Ordering::Acquire),
            epoch: self.epoch.load(Ordering::Acquire),
            period: self.peers.period(),
        }
    }

    /// The answer in `slot`, if it is there. Never blocks.
    pub fn get(&self, slot: &Slot) -> Option<Arc<Ready>> {
        let found = self.entries.get(slot);
        match found {
            Some(_) => self.hits.increment(1),
            None => self.misses.increment(1),
        }
        found
    }

    /// The answer in `slot`, made by `make` (JSON) when it is not there. Of several that ask at
    /// the same time one makes it and the others wait, so this may block. Failures are not kept.
    pub fn fill<E: Into<Failure>>(
        &self,
        slot: Slot,
        make: impl FnOnce() -> Result<Vec<u8>, E>,
    ) -> Result<Arc<Ready>, Failure> {
        let make = || make().map(|body| Arc::new(Ready::json(body))).map_err(Into::into);
        self.entries.try_get_with(slot, make).map_err(|failure: Arc<Failure>| (*failure).clone())
    }

    /// Forgets all answers about `topic`, here and elsewhere. Call it when the change has been
    /// committed.
    pub fn invalidate(&self, topic: &str) {
        self.forget(topic);
        self.peers.tell(Change::Topic(topic.to_owned()));
    }

    /// Forgets all answers, here and elsewhere.
    pub fn clear(&self) {
        self.forget_all();
        self.peers.tell(Change::Everything);
    }

    /// Forgets what another server has changed under `topic`.
    pub fn forget(&self, topic: &str) {
        self.version(self.topics.hash_one(topic)).fetch_add(1, Ordering::AcqRel);
    }

    /// Forgets all that another server may have changed.
    pub fn forget_all(&self) {
        self.epoch.fetch_add(1, Ordering::AcqRel);
        self.entries.invalidate_all();
    }

    /// How often what shares a counter with the topic of this hash has changed.
    fn version(&self, topic: u64) -> &AtomicU64 {
        // The remainder is below the number of stripes.
        &self.versions[usize::try_from(topic % STRIPES as u64).unwrap_or(0)]
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{
        Barrier,
        atomic::{AtomicUsize, Ordering},
    };

    use inkstone_vocab::RepositoryError;

    use super::*;

    pub(super) fn cache() -> ResponseCache {
        ResponseCache::new(1 << 20, Peers::none())
    }

    fn slot(cache: &ResponseCache, variant: impl Hash) -> Slot {
        cache.slot(cache.name("/a", variant))
    }

    fn put(cache: &ResponseCache, slot: Slot, text: &str) -> Arc<Ready> {
        cache.fill(slot, || Ok::<_, RepositoryError>(text.into())).unwrap()
    }

    #[test]
    fn an_answer_stays_until_its_topic_changes() {
        let cache = cache();
        let first = || slot(&cache, ("comments", 1, 20));
        assert!(cache.get(&first()).is_none());
        put(&cache, first(), "one");
        assert_eq!(cache.get(&first()).unwrap().identity(), "one");
        assert!(cache.get(&slot(&cache, ("comments", 2, 20))).is_none());
        cache.invalidate("/a");
        assert!(cache.get(&first()).is_none());
        assert_eq!(put(&cache, first(), "two").identity(), "two");
        cache.clear();
        assert!(cache.get(&first()).is_none());
    }

    #[test]
    fn an_answer_made_from_old_data_is_never_served() {
        let cache = cache();
        let reader = slot(&cache, "x");
        cache.invalidate("/a"); // a write commits while the reader reads
        put(&cache, reader, "stale");
        assert!(cache.get(&slot(&cache, "x")).is_none());
        let reader = slot(&cache, "x");
        cache.clear();
        put(&cache, reader, "stale");
        assert!(cache.get(&slot(&cache, "x")).is_none());
    }

    #[test]
    fn a_stampede_reads_once() {
        let cache = cache();
        let (count, start) = (AtomicUsize::new(0), Barrier::new(8));
        let slot = slot(&cache, "x");
        std::thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| {
                    start.wait();
                    let ready = cache.fill(slot, || {
                        count.fetch_add(1, Ordering::SeqCst);
                        Ok::<_, RepositoryError>(b"one".to_vec())
                    });
                    assert_eq!(ready.unwrap().identity(), "one");
                });
            }
        });
        assert_eq!(count.load(Ordering::SeqCst), 1);
    }

    #[test]
    fn failures_are_not_kept() {
        let cache = cache();
        let slot = slot(&cache, "x");
        let failed = cache.fill(slot, || Err(RepositoryError::Unavailable("busy".into())));
        assert_eq!(failed.unwrap_err().code(), "repository_unavailable");
        assert_eq!(put(&cache, slot, "one").identity(), "one");
    }

    #[test]
    fn weight_is_bounded() {
        let cache = ResponseCache::new(100_000, Peers::none());
        for number in 0..100 {
            put(&cache, slot(&cache, number), &"x".repeat(10_000));
        }
        cache.entries.run_pending_tasks();
        assert!(cache.entries.weighted_size() <= 100_000);
        assert!(cache.entries.entry_count() > 0);
    }

    #[test]
    fn a_cache_of_no_bytes_keeps_nothing() {
        let cache = ResponseCache::new(0, Peers::none());
        let slot = slot(&cache, "x");
        assert_eq!(put(&cache, slot, "one").identity(), "one");
        cache.entries.run_pending_tasks();
        assert!(cache.get(&slot).is_none());
    }
}
