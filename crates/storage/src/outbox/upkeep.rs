//! What the owner sees and does, and what is forgotten.

use diesel::{delete, prelude::*, update};
use inkstone_notifications::{Entry, MessageId, MessageState, OutboxFilter};
use inkstone_vocab::{PageRequest, Timestamp};

use super::{
    leasing::key_of,
    queue::{self, Key},
    row::Row,
};
use crate::{
    connection::AnyConnection,
    schema::{outbox, outbox_queues},
};

type Boxed<'a> = outbox::BoxedQuery<'a, <AnyConnection as Connection>::Backend>;

pub(super) fn list(
    connection: &mut AnyConnection,
    filter: &OutboxFilter,
    slice: PageRequest,
) -> QueryResult<(Vec<Entry>, u64)> {
    let total: i64 = matching(filter).count().get_result(connection)?;
    let total = total.unsigned_abs();
    if slice.offset() >= total {
        return Ok((Vec::new(), total));
    }
    let rows: Vec<Row> = matching(filter)
        .order(outbox::id.desc())
        .limit(slice.size().into())
        .offset(i64::try_from(slice.offset()).unwrap_or(i64::MAX))
        .load(connection)?;
    let entries = rows.into_iter().map(Row::into_entry).collect::<QueryResult<_>>()?;
    Ok((entries, total))
}

fn matching(filter: &OutboxFilter) -> Boxed<'_> {
    let mut query = outbox::table.into_boxed();
    if let Some(state) = filter.state {
        query = query.filter(outbox::state.eq(state.as_str()));
    }
    if let Some(channel) = filter.channel {
        query = query.filter(outbox::channel.eq(channel.as_str()));
    }
    if let Some(kind) = filter.kind {
        query = query.filter(outbox::event_kind.eq(kind.as_str()));
    }
    if let Some(subject) = filter.subject {
        query = query.filter(outbox::event_subject.eq(subject));
    }
    if let Some(recipient) = &filter.recipient {
        query = query.filter(outbox::recipient.eq(recipient));
    }
    query
}

/// The one numbered `id`, if it was given up, or waits and is not being sent.
pub(super) fn retry(
    connection: &mut AnyConnection,
    id: MessageId,
    at: Timestamp,
) -> QueryResult<u64> {
    let Some(key) = key_of(connection, id)? else { return Ok(0) };
    queue::hold(connection, &key, at)?;
    let leased =
        outbox_queues::table.find((&key.0, &key.1)).filter(outbox_queues::message_id.eq(id.get()));
    let running: Option<i64> = leased
        .filter(outbox_queues::due_at.gt(at.millis()))
        .select(outbox_queues::due_at)
        .first(connection)
        .optional()?;
    if running.is_some() {
        return Ok(0);
    }
    // A lease that has run out ends, so that a late answer does not count for the new attempts.
    update(leased)
        .set((outbox_queues::lease.eq(None::<String>), outbox_queues::message_id.eq(None::<i64>)))
        .execute(connection)?;
    let states = [MessageState::Waiting, MessageState::GivenUp].map(MessageState::as_str);
    let retried = update(outbox::table.find(id.get()).filter(outbox::state.eq_any(states)))
        .set(Again::at(at))
        .execute(connection)?;
    queue::refresh(connection, &key)?;
    Ok(retried as u64)
}

/// All that were given up.
pub(super) fn retry_all(connection: &mut AnyConnection, at: Timestamp) -> QueryResult<u64> {
    let given_up = outbox::state.eq(MessageState::GivenUp.as_str());
    let mut keys: Vec<Key> = outbox::table
        .filter(given_up)
        .select((outbox::channel, outbox::recipient))
        .distinct()
        .load(connection)?;
    keys.sort_unstable();
    let mut retried = 0;
    for key in &keys {
        queue::hold(connection, key, at)?;
        let theirs = outbox::channel.eq(&key.0).and(outbox::recipient.eq(&key.1));
        let rows = update(outbox::table.filter(theirs).filter(given_up));
        retried += rows.set(Again::at(at)).execute(connection)? as u64;
        queue::refresh(connection, key)?;
    }
    Ok(retried)
}

/// What changes when a message gets all its attempts again.
#[derive(AsChangeset)]
#[diesel(table_name = outbox, treat_none_as_null = true)]
struct Again {
    state: &'static str,
    attempts: i32,
    due_at: i64,
    finished_at: Option<i64>,
}

impl Again {
    fn at(at: Timestamp) -> Self {
        let state = MessageState::Waiting.as_str();
        Self { state, attempts: 0, due_at: at.millis(), finished_at: None }
    }
}

pub(super) fn purge(connection: &mut AnyConnection, before: Timestamp) -> QueryResult<u64> {
    delete(outbox::table.filter(outbox::finished_at.lt(before.millis())))
        .execute(connection)
        .map(|removed| removed as u64)
}
