//! Followers of accounts.

use std::collections::HashSet;

use diesel::{delete, dsl::count_star, insert_into, prelude::*, update};
use inkstone_readmore::{
    Followed, Follower, Subscriber, SubscriberPage, SubscriberTransfer, tally,
};
use inkstone_vocab::{ImportTally, PageRequest, RepositoryError, Timestamp};

use super::row::{self, NewSubscriberRow, SubscriberRow};
use crate::{
    Store,
    connection::AnyConnection,
    schema::{
        readmore_captchas,
        readmore_subscribers::{self, account, follows, id, left_at, person, since},
    },
};

/// How many rows a statement reads or writes; the databases bind about 32 000 values at most.
const CHUNK: usize = 500;

impl SubscriberTransfer for Store {
    fn import(&self, subscribers: Vec<Subscriber>) -> Result<ImportTally, RepositoryError> {
        self.write(move |connection| import(connection, &subscribers))
    }

    fn preview(&self, subscribers: &[Subscriber]) -> Result<ImportTally, RepositoryError> {
        self.read_snapshot(|connection| {
            let stored = stored(connection, subscribers)?;
            Ok(tally(subscribers, |follower| stored.contains(follower)))
        })
    }
}

fn import(connection: &mut AnyConnection, subscribers: &[Subscriber]) -> QueryResult<ImportTally> {
    let mut inserted = 0;
    for chunk in subscribers.chunks(CHUNK) {
        let rows: Vec<_> = chunk.iter().map(NewSubscriberRow::new).collect();
        let insert =
            insert_into(readmore_subscribers::table).values(&rows).on_conflict_do_nothing();
        inserted += connection.execute_native(insert)? as u64;
    }
    let known = subscribers.len() as u64 - inserted;
    Ok(ImportTally { inserted, updated: 0, known })
}

/// Who of `subscribers` is stored; others of the same name may be, too.
fn stored(
    connection: &mut AnyConnection,
    subscribers: &[Subscriber],
) -> QueryResult<HashSet<Follower>> {
    let mut stored = HashSet::new();
    for chunk in subscribers.chunks(CHUNK) {
        let people = chunk.iter().map(|subscriber| subscriber.follower.person.as_str());
        let rows: Vec<(String, String)> = readmore_subscribers::table
            .filter(person.eq_any(people))
            .select((person, account))
            .load(connection)?;
        for (of, by) in rows {
            stored.insert(row::follower(&of, &by)?);
        }
    }
    Ok(stored)
}

pub(super) fn find(
    connection: &mut AnyConnection,
    follower: &Follower,
) -> QueryResult<Option<Subscriber>> {
    let row: Option<SubscriberRow> = readmore_subscribers::table
        .filter(person.eq(follower.person.as_str()).and(account.eq(follower.account.as_str())))
        .select((person, account, follows, since, left_at))
        .first(connection)
        .optional()?;
    row.map(SubscriberRow::into_subscriber).transpose()
}

/// The same; nobody changes it before the transaction ends.
pub(super) fn hold(
    connection: &mut AnyConnection,
    follower: &Follower,
) -> QueryResult<Option<Subscriber>> {
    let named = readmore_subscribers::table
        .filter(person.eq(follower.person.as_str()).and(account.eq(follower.account.as_str())));
    let row: Option<SubscriberRow> = update(named)
        .set(follows.eq(follows))
        .returning((person, account, follows, since, left_at))
        .get_result(connection)
        .optional()?;
    row.map(SubscriberRow::into_subscriber).transpose()
}

pub(super) fn follow(
    connection: &mut AnyConnection,
    follower: &Follower,
    now: Timestamp,
) -> QueryResult<Followed> {
    if insert(connection, follower, true, now)? {
        return Ok(Followed::New);
    }
    turn(connection, follower, true, None)?;
    Ok(Followed::Known)
}

pub(super) fn leave(
    connection: &mut AnyConnection,
    follower: &Follower,
    now: Timestamp,
) -> QueryResult<()> {
    if !insert(connection, follower, false, now)? && !turn(connection, follower, false, Some(now))?
    {
        return Ok(());
    }
    let held = readmore_captchas::table
        .filter(readmore_captchas::person.eq(follower.person.as_str()))
        .filter(readmore_captchas::account.eq(follower.account.as_str()));
    delete(held).execute(connection).map(drop)
}

/// Stores somebody unknown; whether that was so.
fn insert(
    connection: &mut AnyConnection,
    follower: &Follower,
    following: bool,
    now: Timestamp,
) -> QueryResult<bool> {
    let subscriber = Subscriber {
        follower: follower.clone(),
        follows: following,
        since: now,
        left: (!following).then_some(now),
    };
    let insert = insert_into(readmore_subscribers::table)
        .values(NewSubscriberRow::new(&subscriber))
        .on_conflict_do_nothing();
    Ok(connection.execute_native(insert)? > 0)
}

/// Changes whether somebody known follows; whether that was a change. The time of leaving stays
/// where there is no other.
fn turn(
    connection: &mut AnyConnection,
    follower: &Follower,
    following: bool,
    leaving: Option<Timestamp>,
) -> QueryResult<bool> {
    let named = readmore_subscribers::table
        .filter(person.eq(follower.person.as_str()).and(account.eq(follower.account.as_str())))
        .filter(follows.eq(!following));
    let changed = match leaving {
        Some(now) => update(named)
            .set((follows.eq(following), left_at.eq(now.millis())))
            .execute(connection)?,
        None => update(named).set(follows.eq(following)).execute(connection)?,
    };
    Ok(changed > 0)
}

pub(super) fn page(
    connection: &mut AnyConnection,
    slice: PageRequest,
) -> QueryResult<SubscriberPage> {
    let counts: Vec<(bool, i64)> = readmore_subscribers::table
        .group_by(follows)
        .select((follows, count_star()))
        .load(connection)?;
    let rows: Vec<SubscriberRow> = readmore_subscribers::table
        .order(id.desc())
        .limit(slice.size().into())
        .offset(i64::try_from(slice.offset()).unwrap_or(i64::MAX))
        .select((person, account, follows, since, left_at))
        .load(connection)?;
    let count = |of: &dyn Fn(bool) -> bool| {
        counts.iter().filter(|(now, _)| of(*now)).map(|(_, count)| count.unsigned_abs()).sum()
    };
    Ok(SubscriberPage {
        items: rows.into_iter().map(SubscriberRow::into_subscriber).collect::<QueryResult<_>>()?,
        total: count(&|_| true),
        following: count(&|now| now),
    })
}
