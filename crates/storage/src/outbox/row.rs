//! Rows of `outbox`, and what they stand for.

#![expect(clippy::ref_option_ref, reason = "derived for columns that may be NULL")]

use diesel::{Insertable, QueryResult, Queryable, result::Error};
use inkstone_notifications::{
    ChannelKind, Content, Entry, Event, EventKind, Leased, MessageId, MessageState, NewMessage,
    Wish,
};
use inkstone_vocab::Timestamp;

use crate::schema::outbox;

/// All columns of `outbox`, in order.
#[derive(Queryable)]
pub(super) struct Row {
    id: i64,
    event_kind: String,
    event_subject: i64,
    channel: String,
    recipient: String,
    title: String,
    html: String,
    text: String,
    action: Option<String>,
    state: String,
    attempts: i32,
    reason: Option<String>,
    created_at: i64,
    due_at: i64,
    finished_at: Option<i64>,
}

impl Row {
    pub(super) fn into_leased(self) -> QueryResult<Leased> {
        Ok(Leased {
            id: message_id(self.id)?,
            event: event(&self.event_kind, self.event_subject)?,
            channel: channel(&self.channel)?,
            recipient: self.recipient,
            content: Content {
                title: self.title,
                html: self.html,
                text: self.text,
                action: self.action,
            },
            attempt: self.attempts.try_into().map_err(corrupt)?,
        })
    }

    pub(super) fn into_entry(self) -> QueryResult<Entry> {
        let state =
            MessageState::parse(&self.state).ok_or_else(|| corrupt("unknown message state"))?;
        Ok(Entry {
            id: message_id(self.id)?,
            event: event(&self.event_kind, self.event_subject)?,
            channel: channel(&self.channel)?,
            recipient: self.recipient,
            title: self.title,
            state,
            attempts: self.attempts.try_into().map_err(corrupt)?,
            reason: self.reason,
            created: Timestamp::from_millis(self.created_at),
            next_attempt: (state == MessageState::Waiting)
                .then_some(Timestamp::from_millis(self.due_at)),
            finished: self.finished_at.map(Timestamp::from_millis),
        })
    }
}

/// What a new row of `outbox` is made of.
#[derive(Insertable)]
#[diesel(table_name = outbox, treat_none_as_default_value = false)]
pub(super) struct NewRow<'a> {
    event_kind: &'a str,
    event_subject: i64,
    channel: &'a str,
    recipient: &'a str,
    title: &'a str,
    html: &'a str,
    text: &'a str,
    action: Option<&'a str>,
    state: &'a str,
    attempts: i32,
    reason: Option<&'a str>,
    created_at: i64,
    due_at: i64,
    finished_at: Option<i64>,
}

impl<'a> NewRow<'a> {
    /// The row of a message that cannot wait when there is an `overflow`, the reason.
    pub(super) fn new(message: &'a NewMessage, overflow: Option<&'a str>, at: Timestamp) -> Self {
        let (content, state, reason) = match &message.wish {
            Wish::Skip(reason) => (None, MessageState::Skipped, Some(reason.as_str())),
            Wish::Send(content) => match overflow {
                Some(reason) => (Some(content), MessageState::GivenUp, Some(reason)),
                None => (Some(content), MessageState::Waiting, None),
            },
        };
        Self {
            event_kind: message.event.kind.as_str(),
            event_subject: message.event.subject,
            channel: message.channel.as_str(),
            recipient: &message.recipient,
            title: content.map_or("", |content| &content.title),
            html: content.map_or("", |content| &content.html),
            text: content.map_or("", |content| &content.text),
            action: content.and_then(|content| content.action.as_deref()),
            state: state.as_str(),
            attempts: 0,
            reason,
            created_at: at.millis(),
            due_at: at.millis(),
            finished_at: (state != MessageState::Waiting).then_some(at.millis()),
        }
    }

    pub(super) fn waits(&self) -> bool {
        self.finished_at.is_none()
    }
}

fn message_id(number: i64) -> QueryResult<MessageId> {
    MessageId::new(number).ok_or_else(|| corrupt("message id is not positive"))
}

fn event(kind: &str, subject: i64) -> QueryResult<Event> {
    let kind = EventKind::parse(kind).ok_or_else(|| corrupt("unknown kind of event"))?;
    Ok(Event { kind, subject })
}

fn channel(name: &str) -> QueryResult<ChannelKind> {
    ChannelKind::parse(name).ok_or_else(|| corrupt("unknown channel"))
}

fn corrupt(reason: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Error {
    Error::DeserializationError(reason.into())
}
