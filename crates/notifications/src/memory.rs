//! The reference implementation: everything in memory, behind one lock.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
    sync::{Mutex, MutexGuard, PoisonError},
};

use inkstone_vocab::{PageRequest, RepositoryError, Timestamp};

use crate::{
    event::Event,
    message::{ChannelKind, Content, Entry, Leased, MessageId, MessageState, NewMessage, Wish},
    repository::{Lease, OutboxFilter, OutboxRepository, Outcome, Overflow},
};

/// Keeps messages in memory, for tests and for trying things out.
#[derive(Default)]
pub struct MemoryOutbox {
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    rows: BTreeMap<MessageId, Row>,
    last: i64,
    unsubscribed: BTreeSet<String>,
}

struct Row {
    event: Event,
    channel: ChannelKind,
    recipient: String,
    content: Content,
    state: MessageState,
    attempts: u32,
    reason: Option<String>,
    created: Timestamp,
    due: Timestamp,
    finished: Option<Timestamp>,
    lease: Option<Lease>,
}

/// To whom a message goes, and how.
type Key = (ChannelKind, String);

impl MemoryOutbox {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl OutboxRepository for MemoryOutbox {
    fn enqueue(
        &self,
        messages: &[NewMessage],
        limit: Overflow<'_>,
        at: Timestamp,
    ) -> Result<u64, RepositoryError> {
        let mut state = self.state();
        let mut added = 0;
        for message in messages {
            if state.rows.values().any(|row| row.is(message)) {
                continue;
            }
            let waiting = state.rows.values().filter(|row| row.waits()).count() as u64;
            state.last += 1;
            let id = MessageId::new(state.last);
            let row = Row::new(message, limit, waiting, at);
            state.rows.extend(id.map(|id| (id, row)));
            added += 1;
        }
        Ok(added)
    }

    fn lease(
        &self,
        lease: &Lease,
        limit: u32,
        at: Timestamp,
    ) -> Result<Vec<Leased>, RepositoryError> {
        let mut state = self.state();
        let mut due: Vec<(Timestamp, MessageId)> =
            state.heads().into_values().filter(|(since, _)| *since <= at).collect();
        due.sort_unstable();
        due.truncate(limit as usize);
        let mut ids: Vec<MessageId> = due.into_iter().map(|(_, id)| id).collect();
        ids.sort_unstable();
        Ok(ids.into_iter().filter_map(|id| state.take(id, lease)).collect())
    }

    fn renew(&self, lease: &Lease) -> Result<bool, RepositoryError> {
        let mut state = self.state();
        let mut held = false;
        for row in state.rows.values_mut().filter(|row| row.is_leased_to(&lease.name)) {
            row.lease = Some(lease.clone());
            held = true;
        }
        Ok(held)
    }

    fn settle(
        &self,
        id: MessageId,
        lease: &str,
        outcome: &Outcome,
        at: Timestamp,
    ) -> Result<bool, RepositoryError> {
        let mut state = self.state();
        let row = state.rows.get_mut(&id).filter(|row| row.is_leased_to(lease));
        Ok(row.map(|row| row.settle(outcome, at)).is_some())
    }

    fn list(
        &self,
        filter: &OutboxFilter,
        slice: PageRequest,
    ) -> Result<(Vec<Entry>, u64), RepositoryError> {
        let state = self.state();
        let all: Vec<_> = state.rows.iter().rev().filter(|(_, row)| row.matches(filter)).collect();
        let offset = usize::try_from(slice.offset()).unwrap_or(usize::MAX);
        let page = all.iter().skip(offset).take(slice.size() as usize);
        Ok((page.map(|(id, row)| row.entry(**id)).collect(), all.len() as u64))
    }

    fn retry(&self, id: Option<MessageId>, at: Timestamp) -> Result<u64, RepositoryError> {
        let mut state = self.state();
        let mut retried = 0;
        for (number, row) in &mut state.rows {
            let meant = match id {
                Some(id) => {
                    *number == id
                        && [MessageState::Waiting, MessageState::GivenUp].contains(&row.state)
                }
                None => row.state == MessageState::GivenUp,
            };
            if meant && row.lease.as_ref().is_none_or(|lease| lease.until <= at) {
                row.state = MessageState::Waiting;
                (row.attempts, row.due, row.finished, row.lease) = (0, at, None, None);
                retried += 1;
            }
        }
        Ok(retried)
    }

    fn purge(&self, before: Timestamp) -> Result<u64, RepositoryError> {
        let rows = &mut self.state().rows;
        let all = rows.len();
        rows.retain(|_, row| row.finished.is_none_or(|finished| finished >= before));
        Ok((all - rows.len()) as u64)
    }

    fn set_unsubscribed(
        &self,
        key: &str,
        unsubscribed: bool,
        _at: Timestamp,
    ) -> Result<(), RepositoryError> {
        let keys = &mut self.state().unsubscribed;
        let _ = if unsubscribed { keys.insert(key.to_owned()) } else { keys.remove(key) };
        Ok(())
    }

    fn is_unsubscribed(&self, key: &str) -> Result<bool, RepositoryError> {
        Ok(self.state().unsubscribed.contains(key))
    }
}

impl State {
    /// The oldest waiting message to each recipient, and since when it may be taken.
    fn heads(&self) -> BTreeMap<Key, (Timestamp, MessageId)> {
        let mut heads = BTreeMap::new();
        for (&id, row) in self.rows.iter().filter(|(_, row)| row.waits()) {
            let (since, _) = heads.entry(row.key()).or_insert((row.due, id));
            if let Some(lease) = &row.lease {
                *since = lease.until.max(*since);
            }
        }
        heads
    }

    fn take(&mut self, id: MessageId, lease: &Lease) -> Option<Leased> {
        let key = self.rows.get(&id)?.key();
        for row in self.rows.values_mut().filter(|row| row.key() == key) {
            row.lease = None;
        }
        let row = self.rows.get_mut(&id)?;
        row.lease = Some(lease.clone());
        row.attempts += 1;
        Some(Leased {
            id,
            event: row.event,
            channel: row.channel,
            recipient: row.recipient.clone(),
            content: row.content.clone(),
            attempt: row.attempts,
        })
    }
}

impl Row {
    fn new(message: &NewMessage, limit: Overflow<'_>, waiting: u64, at: Timestamp) -> Self {
        let (content, state, reason) = match &message.wish {
            Wish::Skip(reason) => (Content::default(), MessageState::Skipped, Some(reason.clone())),
            Wish::Send(content) if waiting < limit.max_waiting => {
                (content.clone(), MessageState::Waiting, None)
            }
            Wish::Send(content) => {
                (content.clone(), MessageState::GivenUp, Some(limit.reason.to_owned()))
            }
        };
        Self {
            event: message.event,
            channel: message.channel,
            recipient: message.recipient.clone(),
            content,
            state,
            attempts: 0,
            reason,
            created: at,
            due: at,
            finished: (state != MessageState::Waiting).then_some(at),
            lease: None,
        }
    }

    fn is(&self, message: &NewMessage) -> bool {
        self.event == message.event
            && self.channel == message.channel
            && self.recipient == message.recipient
    }

    fn waits(&self) -> bool {
        self.state == MessageState::Waiting
    }

    fn is_leased_to(&self, name: &str) -> bool {
        self.lease.as_ref().is_some_and(|lease| lease.name == name)
    }

    fn key(&self) -> Key {
        (self.channel, self.recipient.clone())
    }

    fn settle(&mut self, outcome: &Outcome, at: Timestamp) {
        self.lease = None;
        match outcome {
            Outcome::Sent => {
                self.content = Content {
                    title: std::mem::take(&mut self.content.title),
                    ..Content::default()
                };
                (self.state, self.reason, self.finished) = (MessageState::Sent, None, Some(at));
            }
            Outcome::Retry { reason, next } => {
                (self.reason, self.due) = (Some(reason.clone()), *next);
            }
            Outcome::GivenUp { reason } => {
                self.state = MessageState::GivenUp;
                (self.reason, self.finished) = (Some(reason.clone()), Some(at));
            }
            Outcome::Released => self.attempts = self.attempts.saturating_sub(1),
        }
    }

    fn matches(&self, filter: &OutboxFilter) -> bool {
        filter.state.is_none_or(|state| state == self.state)
            && filter.channel.is_none_or(|channel| channel == self.channel)
            && filter.kind.is_none_or(|kind| kind == self.event.kind)
            && filter.subject.is_none_or(|subject| subject == self.event.subject)
            && filter.recipient.as_ref().is_none_or(|recipient| *recipient == self.recipient)
    }

    fn entry(&self, id: MessageId) -> Entry {
        Entry {
            id,
            event: self.event,
            channel: self.channel,
            recipient: self.recipient.clone(),
            title: self.content.title.clone(),
            state: self.state,
            attempts: self.attempts,
            reason: self.reason.clone(),
            created: self.created,
            next_attempt: self.waits().then_some(self.due),
            finished: self.finished,
        }
    }
}

/// Shows how many there are: messages name people.
impl fmt::Debug for MemoryOutbox {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("MemoryOutbox").field("messages", &self.state().rows.len()).finish()
    }
}
