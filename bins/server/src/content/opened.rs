//! A blog's source that is open, and how it is with it.

use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use inkstone_content::{Content, ContentError, ContentSource, Delivery, Saved, SourceError};
use inkstone_gitstore::BuildReport;
use inkstone_settings::OutsideService;
use inkstone_vocab::Timestamp;
use secrecy::SecretString;
use url::Url;

use super::sources::{HookError, Source};
use crate::config;

/// The most milliseconds between two tries to deliver.
const MAX_RETRY_MILLIS: i64 = 3_600_000;

/// How long a count of posts is told without another look.
const COUNT_MILLIS: i64 = 10_000;

/// How long after a failure a list does without another try to be fresh.
const PATIENCE_MILLIS: i64 = 30_000;

/// A source that is open.
pub struct Opened {
    /// The setting from which it was opened.
    pub(super) service: OutsideService,
    /// What lists and edits it.
    pub content: Content<Arc<dyn ContentSource>>,
    /// What it is, beside that.
    pub(super) source: Source,
    max_age_millis: i64,
    retry_millis: i64,
    state: Mutex<State>,
    /// Held by whoever asks the remote for news.
    refreshing: Mutex<()>,
}

/// How it is with a source.
#[derive(Clone, Debug, Default)]
pub struct State {
    /// When the remote was asked for news last, and answered.
    pub refreshed: Option<Timestamp>,
    /// Why it did not answer since, and when.
    pub failure: Option<(Timestamp, String)>,
    /// Changes that have not got to the remote yet.
    pub waiting: Option<Waiting>,
    /// The last change that could not be delivered, because somebody else had changed the file.
    pub conflict: Option<Conflict>,
    /// Whether it is known what waits: an earlier process may have left changes.
    looked: bool,
    /// Whether lists are asked to look at the remote first.
    stale: bool,
    /// How many posts there were, and when.
    count: Option<(Timestamp, usize)>,
}

/// Changes that have not got to the remote yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Waiting {
    /// Why not.
    pub reason: String,
    /// Since when.
    pub since: Timestamp,
    /// How often they were tried after the change itself.
    pub attempts: u32,
    /// When they are tried next.
    pub next: Timestamp,
}

/// A change that could not be delivered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Conflict {
    /// The file that somebody else has changed, too.
    pub path: String,
    /// Where our version is kept, such as the name of a branch.
    pub kept: Option<String>,
    /// When that was found out.
    pub at: Timestamp,
}

impl Opened {
    pub(super) fn new(
        service: OutsideService,
        content: Content<Arc<dyn ContentSource>>,
        source: Source,
        config: &config::Content,
    ) -> Self {
        Self {
            service,
            content,
            source,
            max_age_millis: i64::from(config.refresh_s.get()) * 1000,
            retry_millis: i64::from(config.retry_s.get()) * 1000,
            state: Mutex::default(),
            refreshing: Mutex::default(),
        }
    }

    /// How it is with it.
    pub fn state(&self) -> State {
        self.locked().clone()
    }

    /// The name of its provider, as the setting has it.
    pub fn provider(&self) -> &str {
        &self.service.name
    }

    /// What the last build of the site has said, where there are builds.
    pub fn last_build(&self) -> Option<BuildReport> {
        self.source.last_build()
    }

    /// Has the host of the repository call `target` after a push, signed with `secret`.
    pub fn replace_hook(
        &self,
        target: &Url,
        secret: Option<&SecretString>,
    ) -> Result<(), HookError> {
        self.source.replace_hook(target, secret)
    }

    /// The content, after a look at the remote where one is due. A remote that does not answer
    /// leaves what is known.
    pub fn fresh(&self, now: Timestamp) -> &Content<Arc<dyn ContentSource>> {
        if self.is_due(now) {
            // Whoever comes meanwhile waits for the same news.
            let _one = self.refreshing.lock().unwrap_or_else(PoisonError::into_inner);
            if self.is_due(now) {
                self.ask_remote(now);
            }
        }
        &self.content
    }

    /// Asks the remote for news at once.
    pub fn refresh(&self, now: Timestamp) -> Result<bool, ContentError> {
        let _one = self.refreshing.lock().unwrap_or_else(PoisonError::into_inner);
        let asked = self.content.refresh();
        self.note_refresh(now, &asked);
        asked
    }

    /// What waits is tried as soon as the job looks.
    pub fn deliver_soon(&self) {
        self.locked().looked = false;
    }

    /// Forgets all lists: the next one is made from a fresh look at the remote.
    pub fn purge(&self) {
        self.content.purge();
        let mut state = self.locked();
        (state.stale, state.count, state.failure) = (true, None, None);
    }

    /// How many posts there are; looked up again now and then.
    pub fn count_posts(&self, now: Timestamp) -> Result<usize, ContentError> {
        let known = self.locked().count;
        let fresh = |at: Timestamp| (0..COUNT_MILLIS).contains(&now.millis_since(at));
        if let Some((_, count)) = known.filter(|(at, _)| fresh(*at)) {
            return Ok(count);
        }
        let count = self.content.count_posts()?;
        self.locked().count = Some((now, count));
        Ok(count)
    }

    /// Remembers what became of an edit.
    pub(super) fn note_edit(&self, now: Timestamp, edit: &Result<Saved, ContentError>) {
        let mut state = self.locked();
        state.count = None;
        if let Ok(Saved { delivery: Delivery::Waiting(reason), .. }) = edit {
            state.wait(now, reason.clone(), self.retry_millis);
        }
    }

    /// When the job has something to do for it.
    pub(super) fn is_work_due(&self, now: Timestamp) -> bool {
        self.is_delivery_due(now) || self.is_due(now)
    }

    /// Whether changes wait that should be tried now, as far as is known.
    pub(super) fn is_delivery_due(&self, now: Timestamp) -> bool {
        let state = self.locked();
        !state.looked || state.waiting.as_ref().is_some_and(|waiting| waiting.next <= now)
    }

    /// Delivers what waits; a conflict that this has found.
    pub(super) fn deliver(&self, now: Timestamp) -> Option<Conflict> {
        let delivered = self.content.deliver();
        let mut state = self.locked();
        state.looked = true;
        match delivered {
            Ok(None | Some(Delivery::Done | Delivery::Building)) => {
                if let Some(waiting) = state.waiting.take() {
                    tracing::info!(since = %waiting.since, "content delivered");
                }
            }
            Ok(Some(Delivery::Waiting(reason))) => state.wait(now, reason, self.retry_millis),
            Err(SourceError::Conflict { path, kept, .. }) => {
                let conflict = Conflict { path: path.to_string(), kept, at: now };
                tracing::warn!(path = conflict.path, kept = conflict.kept, "content conflicts");
                state.conflict = Some(conflict.clone());
                return Some(conflict);
            }
            Err(error) => {
                tracing::warn!(error = &error as &dyn std::error::Error, "content not delivered");
                state.wait(now, error.to_string(), self.retry_millis);
            }
        }
        None
    }

    fn is_due(&self, now: Timestamp) -> bool {
        let state = self.locked();
        let patient = |(at, _): &(Timestamp, String)| now.millis_since(*at) < PATIENCE_MILLIS;
        if state.failure.as_ref().is_some_and(patient) {
            return false;
        }
        let old = |at: Timestamp| now.millis_since(at) >= self.max_age_millis;
        state.stale || state.refreshed.is_none_or(old)
    }

    fn ask_remote(&self, now: Timestamp) {
        let asked = self.content.refresh();
        if let Err(error) = &asked {
            tracing::warn!(error = error as &dyn std::error::Error, "content is not fresh");
        }
        self.note_refresh(now, &asked);
    }

    fn note_refresh(&self, now: Timestamp, asked: &Result<bool, ContentError>) {
        let mut state = self.locked();
        match asked {
            Ok(news) => {
                (state.refreshed, state.failure, state.stale) = (Some(now), None, false);
                if *news {
                    // What waited has met it, perhaps as a conflict that is still to be told.
                    (state.count, state.looked) = (None, false);
                }
            }
            Err(error) => state.failure = Some((now, error.to_string())),
        }
    }

    fn locked(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// Waits for another try, longer each time.
    fn wait(&mut self, now: Timestamp, reason: String, retry_millis: i64) {
        let (since, attempts) = match &self.waiting {
            Some(waiting) if waiting.next > now => {
                // Another change joins those that wait.
                (waiting.since, waiting.attempts)
            }
            Some(waiting) => (waiting.since, waiting.attempts.saturating_add(1)),
            None => (now, 0),
        };
        let pause = retry_millis.saturating_mul(1 << attempts.min(12)).min(MAX_RETRY_MILLIS);
        self.waiting = Some(Waiting { reason, since, attempts, next: now.plus_millis(pause) });
    }
}

/// How long a source that could not be opened is left alone.
pub(super) const REOPEN_AFTER: Duration = Duration::from_secs(10);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_become_longer_up_to_an_hour() {
        let mut state = State::default();
        let at = |seconds: i64| Timestamp::from_millis(seconds * 1000);
        state.wait(at(0), "down".into(), 30_000);
        let waiting = state.waiting.clone().unwrap();
        assert_eq!((waiting.attempts, waiting.next), (0, at(30)));
        // A change in between does not make it wait longer from the start.
        state.wait(at(10), "down".into(), 30_000);
        assert_eq!(state.waiting.clone().unwrap().attempts, 0);
        let mut now = 40;
        for pause in [60, 120, 240, 480, 960, 1920, 3600, 3600] {
            state.wait(at(now), "down".into(), 30_000);
            let waiting = state.waiting.clone().unwrap();
            assert_eq!((waiting.since, waiting.next), (at(0), at(now + pause)));
            now += pause;
        }
    }
}
