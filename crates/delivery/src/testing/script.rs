//! What a stub is to do next, and what it has seen.

use std::{
    collections::VecDeque,
    sync::{Condvar, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

/// How long anything that must happen may take.
const PATIENCE: Duration = Duration::from_mins(1);

/// What a stub is to do next, and what it has seen; shared by its threads and the test.
#[derive(Debug)]
pub(super) struct Script<B, R> {
    state: Mutex<State<B, R>>,
    changed: Condvar,
}

#[derive(Debug)]
struct State<B, R> {
    next: VecDeque<B>,
    always: B,
    seen: Vec<R>,
}

impl<B: Clone, R: Clone> Script<B, R> {
    pub(super) fn new(always: B) -> Self {
        let state = State { next: VecDeque::new(), always, seen: Vec::new() };
        Self { state: Mutex::new(state), changed: Condvar::new() }
    }

    pub(super) fn then(&self, behaviour: B) {
        self.lock().next.push_back(behaviour);
    }

    pub(super) fn always(&self, behaviour: B) {
        self.lock().always = behaviour;
    }

    /// How to behave on the next connection.
    pub(super) fn behaviour(&self) -> B {
        let mut state = self.lock();
        state.next.pop_front().unwrap_or_else(|| state.always.clone())
    }

    pub(super) fn record(&self, seen: R) {
        self.lock().seen.push(seen);
        self.changed.notify_all();
    }

    pub(super) fn seen(&self) -> Vec<R> {
        self.lock().seen.clone()
    }

    /// Everything seen, as soon as that is enough.
    pub(super) fn wait_until(&self, enough: impl Fn(&[R]) -> bool) -> Vec<R> {
        let guard = self.lock();
        let (state, timeout) = self
            .changed
            .wait_timeout_while(guard, PATIENCE, |state| !enough(&state.seen))
            .unwrap_or_else(PoisonError::into_inner);
        let seen = state.seen.clone();
        drop(state);
        assert!(!timeout.timed_out(), "what was waited for did not happen; {} did", seen.len());
        seen
    }

    fn lock(&self) -> MutexGuard<'_, State<B, R>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
