//! Which deliveries have been handled: WeChat repeats those it got no answer to in time.

use std::collections::{HashMap, VecDeque};
use std::sync::{Mutex, MutexGuard, PoisonError};

use inkstone_vocab::Timestamp;

use crate::message::MessageKey;

/// A bounded memory of deliveries, shared by threads.
///
/// A window of at least twice the allowed clock skew also stops whoever sends a captured delivery
/// again while its timestamp is fresh.
pub struct Seen {
    capacity: usize,
    window_millis: i64,
    memory: Mutex<Memory>,
}

/// Both hold the same keys, but for those that were forgotten before their time.
#[derive(Default)]
struct Memory {
    times: HashMap<MessageKey, Timestamp>,
    order: VecDeque<(MessageKey, Timestamp)>,
}

impl Seen {
    /// Remembers up to `capacity` deliveries (at least one), each for `window_seconds`.
    pub fn new(capacity: usize, window_seconds: u32) -> Self {
        let window_millis = i64::from(window_seconds) * 1000;
        Self { capacity: capacity.max(1), window_millis, memory: Mutex::default() }
    }

    /// Whether `key` comes for the first time; it is remembered from then on.
    pub fn insert(&self, key: MessageKey, now: Timestamp) -> bool {
        let mut memory = self.memory();
        memory.forget_before(now.plus_millis(-self.window_millis));
        if memory.times.contains_key(&key) {
            return false;
        }
        while memory.order.len() >= self.capacity {
            memory.forget_oldest();
        }
        memory.times.insert(key, now);
        memory.order.push_back((key, now));
        true
    }

    /// Forgets a delivery that could not be handled, so that its repetition is.
    pub fn remove(&self, key: MessageKey) {
        self.memory().times.remove(&key);
    }

    fn memory(&self) -> MutexGuard<'_, Memory> {
        self.memory.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Memory {
    fn forget_before(&mut self, earliest: Timestamp) {
        while self.order.front().is_some_and(|(_, time)| *time <= earliest) {
            self.forget_oldest();
        }
    }

    fn forget_oldest(&mut self) {
        // A key that was forgotten and came back has another, later place in the order.
        if let Some((key, time)) = self.order.pop_front()
            && self.times.get(&key) == Some(&time)
        {
            self.times.remove(&key);
        }
    }
}
