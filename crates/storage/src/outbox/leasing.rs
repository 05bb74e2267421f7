//! Who may send which message, and what became of it.

use diesel::{delete, prelude::*, update};
use inkstone_notifications::{Lease, Leased, MessageId, MessageState, Outcome};
use inkstone_vocab::Timestamp;

use super::{
    queue::{self, Key},
    row::Row,
};
use crate::{
    connection::AnyConnection,
    schema::{outbox, outbox_queues},
};

/// Takes the oldest message of each queue among `keys`, which are in order, that is still due.
pub(super) fn take(
    connection: &mut AnyConnection,
    keys: &[Key],
    lease: &Lease,
    at: Timestamp,
) -> QueryResult<Vec<Leased>> {
    let mut leased = Vec::with_capacity(keys.len());
    for key in keys {
        if hold_due(connection, key, at)? {
            leased.extend(take_oldest(connection, key, lease)?);
        }
    }
    leased.sort_unstable_by_key(|message| message.id);
    Ok(leased)
}

/// Holds the queue; whether it is due once that has been granted.
fn hold_due(connection: &mut AnyConnection, key: &Key, at: Timestamp) -> QueryResult<bool> {
    use outbox_queues::due_at;
    let queue = outbox_queues::table.find((&key.0, &key.1)).filter(due_at.le(at.millis()));
    update(queue).set(due_at.eq(due_at)).execute(connection).map(|held| held > 0)
}

fn take_oldest(
    connection: &mut AnyConnection,
    key: &Key,
    lease: &Lease,
) -> QueryResult<Option<Leased>> {
    let queue = outbox_queues::table.find((&key.0, &key.1));
    // Its own statement: a part of the one that waited for the queue would see what was before.
    let Some((id, _)) = queue::oldest(connection, key)? else {
        delete(queue).execute(connection)?;
        return Ok(None);
    };
    update(queue)
        .set((
            outbox_queues::due_at.eq(lease.until.millis()),
            outbox_queues::lease.eq(Some(&lease.name)),
            outbox_queues::message_id.eq(Some(id)),
        ))
        .execute(connection)?;
    let row: Row = update(outbox::table.find(id))
        .set(outbox::attempts.eq(outbox::attempts + 1))
        .returning(outbox::all_columns)
        .get_result(connection)?;
    row.into_leased().map(Some)
}

pub(super) fn renew(connection: &mut AnyConnection, lease: &Lease) -> QueryResult<bool> {
    update(outbox_queues::table.filter(outbox_queues::lease.eq(&lease.name)))
        .set(outbox_queues::due_at.eq(lease.until.millis()))
        .execute(connection)
        .map(|held| held > 0)
}

pub(super) fn settle(
    connection: &mut AnyConnection,
    id: MessageId,
    lease: &str,
    outcome: &Outcome,
    at: Timestamp,
) -> QueryResult<bool> {
    let Some(key) = key_of(connection, id)? else { return Ok(false) };
    if !end_lease(connection, &key, id, lease)? {
        return Ok(false);
    }
    let message = update(outbox::table.find(id.get()));
    match outcome {
        Outcome::Sent => message
            .set((
                outbox::state.eq(MessageState::Sent.as_str()),
                outbox::html.eq(""),
                outbox::text.eq(""),
                outbox::action.eq(None::<String>),
                outbox::reason.eq(None::<String>),
                outbox::finished_at.eq(Some(at.millis())),
            ))
            .execute(connection),
        Outcome::Retry { reason, next } => message
            .set((outbox::reason.eq(Some(reason)), outbox::due_at.eq(next.millis())))
            .execute(connection),
        Outcome::GivenUp { reason } => message
            .set((
                outbox::state.eq(MessageState::GivenUp.as_str()),
                outbox::reason.eq(Some(reason)),
                outbox::finished_at.eq(Some(at.millis())),
            ))
            .execute(connection),
        Outcome::Released => {
            message.set(outbox::attempts.eq(outbox::attempts - 1)).execute(connection)
        }
    }?;
    queue::refresh(connection, &key)?;
    Ok(true)
}

/// To whom a message goes; that never changes.
pub(super) fn key_of(connection: &mut AnyConnection, id: MessageId) -> QueryResult<Option<Key>> {
    outbox::table
        .find(id.get())
        .select((outbox::channel, outbox::recipient))
        .first(connection)
        .optional()
}

/// Holds the queue and ends its lease, if that is `lease` on the message numbered `id`.
fn end_lease(
    connection: &mut AnyConnection,
    key: &Key,
    id: MessageId,
    lease: &str,
) -> QueryResult<bool> {
    let queue = outbox_queues::table
        .find((&key.0, &key.1))
        .filter(outbox_queues::lease.eq(lease))
        .filter(outbox_queues::message_id.eq(id.get()));
    update(queue)
        .set((outbox_queues::lease.eq(None::<String>), outbox_queues::message_id.eq(None::<i64>)))
        .execute(connection)
        .map(|ended| ended > 0)
}
