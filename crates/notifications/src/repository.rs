//! Where messages wait.

use std::sync::Arc;

use inkstone_vocab::{PageRequest, RepositoryError, Timestamp};

use crate::{
    event::EventKind,
    message::{ChannelKind, Entry, Leased, MessageId, MessageState, NewMessage},
};

/// Where messages wait until they have been sent, and are kept a while for the owner to see.
///
/// Every method is atomic. It fails only when the store cannot answer. The laws are in the
/// `contract` module (feature `testing`).
pub trait OutboxRepository: Send + Sync {
    /// Writes messages down, but for those whose event, channel and recipient are known already;
    /// how many were new. While `max_waiting` messages wait, further ones are given up at once
    /// with the reason of `limit`; of several that write at once, a few more may wait.
    fn enqueue(
        &self,
        messages: &[NewMessage],
        limit: Overflow<'_>,
        at: Timestamp,
    ) -> Result<u64, RepositoryError>;

    /// Takes up to `limit` messages that are due for the holder of `lease`, those that have been
    /// due longest, and counts an attempt for each; in the order of their numbers.
    ///
    /// Of each recipient on each channel only the oldest waiting message is taken, and none while
    /// a lease on another message to that recipient runs: so messages to one recipient arrive in
    /// order, and no two processes send one at once. A lease that has run out counts as none.
    /// While nothing is due, nothing is written.
    fn lease(
        &self,
        lease: &Lease,
        limit: u32,
        at: Timestamp,
    ) -> Result<Vec<Leased>, RepositoryError>;

    /// Makes a lease last longer; whether it was still held on any message. One that has run out
    /// is held until somebody else takes the message.
    fn renew(&self, lease: &Lease) -> Result<bool, RepositoryError>;

    /// Writes down what became of a message that is leased under `lease`; `false`, and nothing
    /// changed, when it is not any more. A lease that has run out is good until somebody else
    /// takes the message.
    fn settle(
        &self,
        id: MessageId,
        lease: &str,
        outcome: &Outcome,
        at: Timestamp,
    ) -> Result<bool, RepositoryError>;

    /// The messages that match, newest first, and how many there are.
    fn list(
        &self,
        filter: &OutboxFilter,
        slice: PageRequest,
    ) -> Result<(Vec<Entry>, u64), RepositoryError>;

    /// Lets messages that were given up, or that wait, be tried at once, with all their attempts
    /// again: the one numbered `id`, or all that were given up. How many. One that is being sent,
    /// so that its lease runs, is left alone.
    fn retry(&self, id: Option<MessageId>, at: Timestamp) -> Result<u64, RepositoryError>;

    /// Removes messages that were finished (sent, given up or skipped) before `before`; how many.
    fn purge(&self, before: Timestamp) -> Result<u64, RepositoryError>;

    /// Remembers that a recipient wants no more mail, or wants it again. `key` stands for the
    /// address, which is not kept.
    fn set_unsubscribed(
        &self,
        key: &str,
        unsubscribed: bool,
        at: Timestamp,
    ) -> Result<(), RepositoryError>;

    /// Whether a recipient wants no more mail.
    fn is_unsubscribed(&self, key: &str) -> Result<bool, RepositoryError>;
}

impl<R: OutboxRepository + ?Sized> OutboxRepository for Arc<R> {
    fn enqueue(
        &self,
        messages: &[NewMessage],
        limit: Overflow<'_>,
        at: Timestamp,
    ) -> Result<u64, RepositoryError> {
        (**self).enqueue(messages, limit, at)
    }

    fn lease(
        &self,
        lease: &Lease,
        limit: u32,
        at: Timestamp,
    ) -> Result<Vec<Leased>, RepositoryError> {
        (**self).lease(lease, limit, at)
    }

    fn renew(&self, lease: &Lease) -> Result<bool, RepositoryError> {
        (**self).renew(lease)
    }

    fn settle(
        &self,
        id: MessageId,
        lease: &str,
        outcome: &Outcome,
        at: Timestamp,
    ) -> Result<bool, RepositoryError> {
        (**self).settle(id, lease, outcome, at)
    }

    fn list(
        &self,
        filter: &OutboxFilter,
        slice: PageRequest,
    ) -> Result<(Vec<Entry>, u64), RepositoryError> {
        (**self).list(filter, slice)
    }

    fn retry(&self, id: Option<MessageId>, at: Timestamp) -> Result<u64, RepositoryError> {
        (**self).retry(id, at)
    }

    fn purge(&self, before: Timestamp) -> Result<u64, RepositoryError> {
        (**self).purge(before)
    }

    fn set_unsubscribed(
        &self,
        key: &str,
        unsubscribed: bool,
        at: Timestamp,
    ) -> Result<(), RepositoryError> {
        (**self).set_unsubscribed(key, unsubscribed, at)
    }

    fn is_unsubscribed(&self, key: &str) -> Result<bool, RepositoryError> {
        (**self).is_unsubscribed(key)
    }
}

/// How many messages may wait, and what to say of the others.
#[derive(Clone, Copy, Debug)]
pub struct Overflow<'a> {
    /// How many may wait.
    pub max_waiting: u64,
    /// The reason kept with the others.
    pub reason: &'a str,
}

/// The right to send messages, for a while.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lease {
    /// A name that nobody else has; the caller makes it from enough randomness.
    pub name: String,
    /// When it runs out.
    pub until: Timestamp,
}

/// What became of an attempt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The other side took it. Its words are forgotten, its title stays.
    Sent,
    /// To be tried again.
    Retry {
        /// Why it failed.
        reason: String,
        /// When to try again.
        next: Timestamp,
    },
    /// Not to be tried again.
    GivenUp {
        /// Why it failed.
        reason: String,
    },
    /// It was not tried after all, such as by a server that stops: it stays as it was before the
    /// lease, the attempt not counted.
    Released,
}

/// Which messages are meant; what is `None` does not matter.
#[derive(Clone, Debug, Default)]
pub struct OutboxFilter {
    /// What has become of them.
    pub state: Option<MessageState>,
    /// On which way they travel.
    pub channel: Option<ChannelKind>,
    /// What kind of thing they tell.
    pub kind: Option<EventKind>,
    /// The number of what it happened to.
    pub subject: Option<i64>,
    /// To whom they go, exactly.
    pub recipient: Option<String>,
}
