//! Moving talks in and out by the thousand: a fixed number of statements for each chunk.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use diesel::{connection::SimpleConnection, delete, insert_into, prelude::*, update};
use inkstone_talks::{
    Content, ExportedTalk, Imported, Planned, RecordId, StoredTalk, TalkId, TalkRecord,
    TalkTransfer, Values, plan,
};
use inkstone_vocab::{ImportMode, RepositoryError, VisitorId};

use super::{
    ALL, CHUNK,
    row::{NewTalkRow, TalkRow, known, talk_id, talk_time},
};
use crate::{
    Store,
    connection::AnyConnection,
    schema::{talk_likes, talk_totals, talks},
};

/// How many values a statement binds at most, and how many rows of few columns it writes; the
/// databases bind about 32 000 at most.
const MANY: usize = 500;

impl TalkTransfer for Store {
    fn import(
        &self,
        records: Vec<TalkRecord>,
        mode: ImportMode,
    ) -> Result<Imported, RepositoryError> {
        self.write(move |connection| import(connection, &records, mode))
    }

    fn export(&self, each: &mut dyn FnMut(ExportedTalk)) -> Result<(), RepositoryError> {
        self.read_snapshot(|connection| export(connection, each))
    }
}

/// Stores all of `records`, in the transaction of `connection`.
pub(crate) fn import(
    connection: &mut AnyConnection,
    records: &[TalkRecord],
    mode: ImportMode,
) -> QueryResult<Imported> {
    connection.lock("talks")?;
    let before: i64 = talks::table.count().get_result(connection)?;
    let stored = candidates(connection, records)?;
    let planned = plan(records.to_vec(), stored);
    if mode == ImportMode::Replace {
        delete(talks::table).execute(connection)?;
    }
    let keeps = |planned: &&Planned| planned.known && mode == ImportMode::Merge;
    let (old, new): (Vec<&Planned>, Vec<&Planned>) = planned.iter().partition(keeps);
    insert(connection, &new)?;
    for chunk in old.chunks(CHUNK) {
        unite(connection, chunk)?;
    }
    analyze(connection, "talk_likes")?;
    let after: i64 = talks::table.count().get_result(connection)?;
    update(talk_totals::table.find(ALL)).set(talk_totals::talks.eq(after)).execute(connection)?;
    let replaced = planned.iter().filter(|planned| planned.known).count() as u64;
    Ok(Imported {
        added: planned.len() as u64 - replaced,
        replaced,
        removed: match mode {
            ImportMode::Merge => 0,
            ImportMode::Replace => before.unsigned_abs() - replaced,
        },
    })
}

/// Lets `PostgreSQL` see at once how long a table is now: plans made for the few rows that were
/// there before, those of foreign keys among them, would read all of it each time.
fn analyze(connection: &mut AnyConnection, table: &str) -> QueryResult<()> {
    match connection {
        AnyConnection::Sqlite(_) => Ok(()),
        AnyConnection::Postgres(connection) => {
            connection.batch_execute(&format!("ANALYZE {table}"))
        }
    }
}

type StoredRow = (i64, String, i64, String, String);

/// The stored talks that `records` may be.
fn candidates(
    connection: &mut AnyConnection,
    records: &[TalkRecord],
) -> QueryResult<Vec<StoredTalk>> {
    let mut ids: BTreeSet<String> = BTreeSet::new();
    let mut times: BTreeSet<i64> = BTreeSet::new();
    for record in records {
        match record.id {
            RecordId::Kept(id) => ids.insert(id.to_string()),
            RecordId::Fresh(_) => times.insert(record.time.seconds()),
        };
    }
    let columns = (talks::number, talks::id, talks::time, talks::content, talks::extra);
    let mut rows: BTreeMap<i64, StoredRow> = BTreeMap::new();
    let (ids, times) = (Vec::from_iter(ids), Vec::from_iter(times));
    for chunk in ids.chunks(MANY) {
        let named = talks::table.filter(talks::id.eq_any(chunk)).select(columns);
        let found: Vec<StoredRow> = named.load(connection)?;
        rows.extend(found.into_iter().map(|row| (row.0, row)));
    }
    for chunk in times.chunks(MANY) {
        let then = talks::table.filter(talks::time.eq_any(chunk)).select(columns);
        let found: Vec<StoredRow> = then.load(connection)?;
        rows.extend(found.into_iter().map(|row| (row.0, row)));
    }
    rows.into_values()
        .map(|(_, id, time, content, extra)| {
            Ok(StoredTalk {
                id: talk_id(&id)?,
                time: talk_time(time)?,
                content: known(Content::parse(&content), "content of a talk")?,
                values: Values::parse(&extra).unwrap_or_default(),
            })
        })
        .collect()
}

fn row(planned: &Planned) -> NewTalkRow<'_> {
    let Planned { id, content, tags, values, time, .. } = planned;
    NewTalkRow::new(*id, content, tags, values, *time)
}

/// Inserts talks that are not there.
fn insert(connection: &mut AnyConnection, new: &[&Planned]) -> QueryResult<()> {
    let mut numbers: HashMap<TalkId, i64> = HashMap::new();
    for chunk in new.chunks(CHUNK) {
        let rows: Vec<NewTalkRow<'_>> =
            chunk.iter().map(|planned| row(planned).liked_by(planned.likes.len())).collect();
        let stored: Vec<(String, i64)> = connection.load_native(
            insert_into(talks::table).values(&rows).returning((talks::id, talks::number)),
        )?;
        numbers.extend(by_id(stored)?);
    }
    analyze(connection, "talks")?;
    let likes = new.iter().flat_map(|planned| {
        planned.likes.iter().map(|visitor| (numbers[&planned.id], visitor.as_str()))
    });
    give(connection, &likes.collect::<Vec<_>>())
}

/// Changes stored talks, and adds the likes that they lack.
fn unite(connection: &mut AnyConnection, old: &[&Planned]) -> QueryResult<()> {
    let numbers = numbers(connection, old)?;
    let mut given = given(connection, &numbers.values().copied().collect::<Vec<_>>())?;
    for planned in old {
        let number = numbers[&planned.id];
        let stored = given.remove(&number).unwrap_or_default();
        let lacking: Vec<(i64, &str)> =
            planned.likes.difference(&stored).map(|visitor| (number, visitor.as_str())).collect();
        let likes = stored.len() + lacking.len();
        update(talks::table.find(number)).set(row(planned).liked_by(likes)).execute(connection)?;
        give(connection, &lacking)?;
    }
    Ok(())
}

fn numbers(
    connection: &mut AnyConnection,
    planned: &[&Planned],
) -> QueryResult<HashMap<TalkId, i64>> {
    let rows: Vec<(String, i64)> = talks::table
        .filter(talks::id.eq_any(planned.iter().map(|planned| planned.id.to_string())))
        .select((talks::id, talks::number))
        .load(connection)?;
    by_id(rows)
}

fn by_id(numbers: Vec<(String, i64)>) -> QueryResult<HashMap<TalkId, i64>> {
    numbers.into_iter().map(|(id, number)| Ok((talk_id(&id)?, number))).collect()
}

/// Stores likes that are not there.
fn give(connection: &mut AnyConnection, likes: &[(i64, &str)]) -> QueryResult<()> {
    for chunk in likes.chunks(MANY) {
        let row = |&(talk, visitor)| (talk_likes::talk.eq(talk), talk_likes::visitor.eq(visitor));
        let rows: Vec<_> = chunk.iter().map(row).collect();
        connection.execute_native(insert_into(talk_likes::table).values(&rows))?;
    }
    Ok(())
}

/// Who likes the talks with these numbers.
fn given(
    connection: &mut AnyConnection,
    numbers: &[i64],
) -> QueryResult<HashMap<i64, BTreeSet<VisitorId>>> {
    let rows: Vec<(i64, String)> =
        talk_likes::table.filter(talk_likes::talk.eq_any(numbers)).load(connection)?;
    let mut given: HashMap<i64, BTreeSet<VisitorId>> = HashMap::new();
    for (number, visitor) in rows {
        let visitor = known(VisitorId::parse(&visitor), "visitor who likes a talk")?;
        given.entry(number).or_default().insert(visitor);
    }
    Ok(given)
}

/// Hands over all talks, of the state that `connection` sees.
pub(crate) fn export(
    connection: &mut AnyConnection,
    each: &mut dyn FnMut(ExportedTalk),
) -> QueryResult<()> {
    let numbers: Vec<i64> =
        talks::table.order(talks::number).select(talks::number).load(connection)?;
    for chunk in numbers.chunks(CHUNK) {
        let mut given = given(connection, chunk)?;
        let rows: Vec<TalkRow> = talks::table
            .filter(talks::number.eq_any(chunk))
            .order(talks::number)
            .load(connection)?;
        for row in rows {
            let likes = given.remove(&row.number).unwrap_or_default();
            each(ExportedTalk { talk: row.into_talk()?, likes });
        }
    }
    Ok(())
}
