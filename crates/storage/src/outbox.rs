//! Messages that must reach somebody: written once, leased, settled.
//!
//! On `PostgreSQL` several processes work at once. Whoever changes what waits for a recipient holds
//! the recipient's row of `outbox_queues` first, and reads by a statement of its own afterwards:
//! such a statement sees everything that earlier holders have committed. Those who need several
//! rows take them in the order of their keys.

mod leasing;
mod queue;
mod row;
mod upkeep;
mod writing;

use diesel::{delete, insert_into, prelude::*};
use inkstone_notifications::{
    Entry, Lease, Leased, MessageId, NewMessage, OutboxFilter, OutboxRepository, Outcome, Overflow,
};
use inkstone_vocab::{PageRequest, RepositoryError, Timestamp};

use crate::{Store, schema::unsubscribed};

impl OutboxRepository for Store {
    fn enqueue(
        &self,
        messages: &[NewMessage],
        limit: Overflow<'_>,
        at: Timestamp,
    ) -> Result<u64, RepositoryError> {
        if messages.is_empty() {
            return Ok(0);
        }
        let (messages, max, reason) =
            (messages.to_vec(), limit.max_waiting, limit.reason.to_owned());
        self.write(move |connection| {
            let limit = Overflow { max_waiting: max, reason: &reason };
            writing::enqueue(connection, &messages, limit, at)
        })
    }

    fn lease(
        &self,
        lease: &Lease,
        limit: u32,
        at: Timestamp,
    ) -> Result<Vec<Leased>, RepositoryError> {
        // Workers ask every second: that costs no write while nothing is due.
        let due = self.read(|connection| queue::due(connection, limit, at))?;
        if due.is_empty() {
            return Ok(Vec::new());
        }
        let lease = lease.clone();
        self.write(move |connection| leasing::take(connection, &due, &lease, at))
    }

    fn renew(&self, lease: &Lease) -> Result<bool, RepositoryError> {
        let lease = lease.clone();
        self.write(move |connection| leasing::renew(connection, &lease))
    }

    fn settle(
        &self,
        id: MessageId,
        lease: &str,
        outcome: &Outcome,
        at: Timestamp,
    ) -> Result<bool, RepositoryError> {
        let (lease, outcome) = (lease.to_owned(), outcome.clone());
        self.write(move |connection| leasing::settle(connection, id, &lease, &outcome, at))
    }

    fn list(
        &self,
        filter: &OutboxFilter,
        slice: PageRequest,
    ) -> Result<(Vec<Entry>, u64), RepositoryError> {
        self.read_snapshot(|connection| upkeep::list(connection, filter, slice))
    }

    fn retry(&self, id: Option<MessageId>, at: Timestamp) -> Result<u64, RepositoryError> {
        self.write(move |connection| match id {
            Some(id) => upkeep::retry(connection, id, at),
            None => upkeep::retry_all(connection, at),
        })
    }

    fn purge(&self, before: Timestamp) -> Result<u64, RepositoryError> {
        self.write(move |connection| upkeep::purge(connection, before))
    }

    fn set_unsubscribed(
        &self,
        key: &str,
        unsubscribed: bool,
        at: Timestamp,
    ) -> Result<(), RepositoryError> {
        let key = key.to_owned();
        self.write(move |connection| {
            if unsubscribed {
                connection.execute_native(
                    insert_into(unsubscribed::table)
                        .values((unsubscribed::key.eq(&key), unsubscribed::since.eq(at.millis())))
                        .on_conflict_do_nothing(),
                )
            } else {
                delete(unsubscribed::table.find(&key)).execute(connection)
            }
            .map(drop)
        })
    }

    fn is_unsubscribed(&self, key: &str) -> Result<bool, RepositoryError> {
        self.read(|connection| {
            let found: Option<String> = unsubscribed::table
                .find(key)
                .select(unsubscribed::key)
                .first(connection)
                .optional()?;
            Ok(found.is_some())
        })
    }
}
