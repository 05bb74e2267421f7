//! Writing, sending and looking after messages, over any repository.

use inkstone_vocab::{PageRequest, Timestamp};

use crate::{
    channel::DeliveryError,
    error::OutboxError,
    message::{Content, Entry, Leased, MessageId, NewMessage, Wish},
    repository::{Lease, OutboxFilter, OutboxRepository, Outcome, Overflow},
    retry::RetryPolicy,
    words,
};

/// The most bytes of a recipient; who has more is nobody.
pub const MAX_RECIPIENT_BYTES: usize = 512;

/// The most characters of a reason.
pub const MAX_REASON_CHARS: usize = 500;

const NO_RECIPIENT: &str = "recipient is no address";
const NO_ATTEMPTS: &str = "no attempt is left, and the last one came to no end";

/// The messages in a repository `R`.
#[derive(Clone, Debug)]
pub struct Outbox<R> {
    repository: R,
}

impl<R: OutboxRepository> Outbox<R> {
    /// Messages kept in `repository`.
    pub const fn new(repository: R) -> Self {
        Self { repository }
    }

    /// Writes messages down, but for those whose event, channel and recipient are known already;
    /// how many were new. While `limit.max_waiting` messages wait, further ones are given up.
    ///
    /// A recipient with control characters, or of more than [`MAX_RECIPIENT_BYTES`], is cut and
    /// skipped.
    pub fn enqueue(
        &self,
        messages: &[NewMessage],
        limit: Overflow<'_>,
        at: Timestamp,
    ) -> Result<u64, OutboxError> {
        let messages: Vec<NewMessage> = messages.iter().map(storable).collect();
        Ok(self.repository.enqueue(&messages, limit, at)?)
    }

    /// Takes up to `limit` messages that are to be sent now; each is then settled, or taken over
    /// by somebody else once the lease has run out. Messages to one recipient come one by one, in
    /// order.
    ///
    /// One whose attempts all ended without an answer, as when it brings down whoever sends it, is
    /// given up instead.
    pub fn lease(
        &self,
        lease: &Lease,
        limit: u32,
        policy: &RetryPolicy,
        at: Timestamp,
    ) -> Result<Vec<Leased>, OutboxError> {
        let mut leased = self.repository.lease(lease, limit, at)?;
        let (sound, hopeless): (Vec<_>, Vec<_>) = leased
            .drain(..)
            .partition(|message| message.attempt == 1 || !policy.is_last(message.attempt - 1));
        for message in hopeless {
            let outcome = Outcome::GivenUp { reason: NO_ATTEMPTS.to_owned() };
            self.repository.settle(message.id, &lease.name, &outcome, at)?;
        }
        Ok(sound)
    }

    /// Makes a lease last longer; whether it was still held on any message.
    pub fn renew(&self, lease: &Lease) -> Result<bool, OutboxError> {
        Ok(self.repository.renew(lease)?)
    }

    /// Writes down how the delivery of a message ended that was taken under the lease named
    /// `lease`; what follows from it, or `None` when the lease was lost and nothing changed.
    ///
    /// What failed for now is tried again after [`RetryPolicy::delay_ms`]; `jitter` (0 to 1) is
    /// random. What was refused for good, or failed in its last attempt, is given up.
    pub fn settle_delivery(
        &self,
        message: &Leased,
        lease: &str,
        result: Result<(), DeliveryError>,
        policy: &RetryPolicy,
        jitter: f64,
        now: Timestamp,
    ) -> Result<Option<Outcome>, OutboxError> {
        let outcome = match result {
            Ok(()) => Outcome::Sent,
            Err(DeliveryError::Temporary { reason, retry_after_ms })
                if !policy.is_last(message.attempt) =>
            {
                let delay = policy.delay_ms(message.attempt, jitter, retry_after_ms);
                Outcome::Retry {
                    reason: words::line(&reason, MAX_REASON_CHARS),
                    next: now.plus_millis(delay),
                }
            }
            Err(DeliveryError::Temporary { reason, .. } | DeliveryError::Permanent { reason }) => {
                Outcome::GivenUp { reason: words::line(&reason, MAX_REASON_CHARS) }
            }
        };
        let settled = self.repository.settle(message.id, lease, &outcome, now)?;
        Ok(settled.then_some(outcome))
    }

    /// Gives back a message that was taken but not tried, as by a server that stops; whether the
    /// lease was still held.
    pub fn release(
        &self,
        message: &Leased,
        lease: &str,
        now: Timestamp,
    ) -> Result<bool, OutboxError> {
        Ok(self.repository.settle(message.id, lease, &Outcome::Released, now)?)
    }

    /// The messages that match, newest first, and how many there are.
    pub fn list(
        &self,
        filter: &OutboxFilter,
        slice: PageRequest,
    ) -> Result<(Vec<Entry>, u64), OutboxError> {
        Ok(self.repository.list(filter, slice)?)
    }

    /// Lets a message that was given up, or that waits, be tried at once, with all its attempts
    /// again.
    pub fn retry(&self, id: MessageId, at: Timestamp) -> Result<(), OutboxError> {
        match self.repository.retry(Some(id), at)? {
            0 => Err(OutboxError::NotRetriable),
            _ => Ok(()),
        }
    }

    /// As [`retry`](Self::retry), for all that were given up; how many.
    pub fn retry_all(&self, at: Timestamp) -> Result<u64, OutboxError> {
        Ok(self.repository.retry(None, at)?)
    }

    /// Removes messages that were finished before `before`; how many.
    pub fn purge(&self, before: Timestamp) -> Result<u64, OutboxError> {
        Ok(self.repository.purge(before)?)
    }

    /// Remembers whether a recipient wants no more mail. `key` stands for the address, such as a
    /// keyed hash of it: it alone is kept.
    pub fn set_unsubscribed(
        &self,
        key: &str,
        unsubscribed: bool,
        at: Timestamp,
    ) -> Result<(), OutboxError> {
        Ok(self.repository.set_unsubscribed(key, unsubscribed, at)?)
    }

    /// Whether the recipient for whom `key` stands wants no more mail.
    pub fn is_unsubscribed(&self, key: &str) -> Result<bool, OutboxError> {
        Ok(self.repository.is_unsubscribed(key)?)
    }
}

/// What every database can keep: keys of bounded length, and no NUL.
fn storable(message: &NewMessage) -> NewMessage {
    let recipient = &message.recipient;
    let sane = recipient.len() <= MAX_RECIPIENT_BYTES && !recipient.contains(char::is_control);
    let wish = match &message.wish {
        Wish::Send(_) if !sane => Wish::Skip(NO_RECIPIENT.to_owned()),
        Wish::Send(content) => Wish::Send(Content {
            title: without_nul(&content.title),
            html: without_nul(&content.html),
            text: without_nul(&content.text),
            action: content.action.as_deref().map(without_nul),
        }),
        Wish::Skip(reason) => Wish::Skip(words::line(reason, MAX_REASON_CHARS)),
    };
    let kept = recipient.floor_char_boundary(MAX_RECIPIENT_BYTES);
    let recipient = recipient[..kept].replace(char::is_control, " ");
    NewMessage { recipient, wish, ..message.clone() }
}

fn without_nul(text: &str) -> String {
    text.replace('\0', "")
}
