//! Writing messages down.

use std::collections::BTreeSet;

use diesel::{insert_into, prelude::*};
use inkstone_notifications::{NewMessage, Overflow, Wish};
use inkstone_vocab::Timestamp;

use super::{
    queue::{self, Key},
    row::NewRow,
};
use crate::{connection::AnyConnection, schema::outbox};

pub(super) fn enqueue(
    connection: &mut AnyConnection,
    messages: &[NewMessage],
    limit: Overflow<'_>,
    at: Timestamp,
) -> QueryResult<u64> {
    let mut free = limit.max_waiting.saturating_sub(waiting(connection)?);
    // Held before their messages get numbers, so that those are the order of the commits.
    let keys: BTreeSet<Key> = messages
        .iter()
        .filter(|message| matches!(message.wish, Wish::Send(_)))
        .map(|message| (message.channel.as_str().to_owned(), message.recipient.clone()))
        .collect();
    for key in &keys {
        queue::hold(connection, key, at)?;
    }
    let mut added = 0;
    for message in messages {
        let row = NewRow::new(message, (free == 0).then_some(limit.reason), at);
        let waits = row.waits();
        if insert(connection, row)? {
            added += 1;
            free -= u64::from(waits);
        }
    }
    for key in &keys {
        queue::refresh(connection, key)?;
    }
    Ok(added)
}

/// By an index that holds nothing else.
fn waiting(connection: &mut AnyConnection) -> QueryResult<u64> {
    let count: i64 =
        outbox::table.filter(outbox::finished_at.is_null()).count().get_result(connection)?;
    Ok(count.unsigned_abs())
}

/// Whether the message was new.
fn insert(connection: &mut AnyConnection, row: NewRow<'_>) -> QueryResult<bool> {
    let known = (outbox::event_kind, outbox::event_subject, outbox::channel, outbox::recipient);
    let added = connection
        .execute_native(insert_into(outbox::table).values(row).on_conflict(known).do_nothing())?;
    Ok(added == 1)
}
