//! The recipients to whom a message waits: a row for each, held by whoever changes what waits.

use diesel::{delete, insert_into, prelude::*, update};
use inkstone_vocab::Timestamp;

use crate::{
    connection::AnyConnection,
    schema::{outbox, outbox_queues},
};

/// A channel and a recipient.
pub(super) type Key = (String, String);

/// The recipients whose turn it is, those that have waited longest.
pub(super) fn due(
    connection: &mut AnyConnection,
    limit: u32,
    at: Timestamp,
) -> QueryResult<Vec<Key>> {
    let mut keys: Vec<Key> = outbox_queues::table
        .filter(outbox_queues::due_at.le(at.millis()))
        .order(outbox_queues::due_at)
        .limit(limit.into())
        .select((outbox_queues::channel, outbox_queues::recipient))
        .load(connection)?;
    keys.sort_unstable();
    Ok(keys)
}

/// Makes others wait until the transaction ends; the queue exists from now on.
pub(super) fn hold(connection: &mut AnyConnection, key: &Key, at: Timestamp) -> QueryResult<()> {
    connection
        .execute_native(
            insert_into(outbox_queues::table)
                .values((
                    outbox_queues::channel.eq(&key.0),
                    outbox_queues::recipient.eq(&key.1),
                    outbox_queues::due_at.eq(at.millis()),
                    outbox_queues::lease.eq(None::<String>),
                    outbox_queues::message_id.eq(None::<i64>),
                ))
                .on_conflict((outbox_queues::channel, outbox_queues::recipient))
                .do_update()
                .set(outbox_queues::due_at.eq(outbox_queues::due_at)),
        )
        .map(drop)
}

/// The oldest message that waits, and when it may be sent. The queue is held.
pub(super) fn oldest(connection: &mut AnyConnection, key: &Key) -> QueryResult<Option<(i64, i64)>> {
    outbox::table
        .filter(outbox::channel.eq(&key.0).and(outbox::recipient.eq(&key.1)))
        .filter(outbox::finished_at.is_null())
        .order(outbox::id)
        .select((outbox::id, outbox::due_at))
        .first(connection)
        .optional()
}

/// Says when the oldest message may be sent, unless one is leased; without any, the queue ends.
/// It is held.
pub(super) fn refresh(connection: &mut AnyConnection, key: &Key) -> QueryResult<()> {
    let queue = outbox_queues::table.find((&key.0, &key.1));
    match oldest(connection, key)? {
        Some((_, due)) => update(queue.filter(outbox_queues::lease.is_null()))
            .set(outbox_queues::due_at.eq(due))
            .execute(connection),
        None => delete(queue.filter(outbox_queues::lease.is_null())).execute(connection),
    }
    .map(drop)
}
