//! Talks: a page costs two statements, whatever else is stored, and a third for its visitor.

mod likes;
mod repair;
mod row;
pub(crate) mod transfer;

use std::collections::HashSet;

use diesel::{delete, insert_into, prelude::*, update};
use inkstone_talks::{
    Edit, NewTalk, Tags, Talk, TalkId, TalkPage, TalkRepository, TalkTime, Toggled, Values,
};
use inkstone_vocab::{PageRequest, RepositoryError, VisitorId};

use self::row::{NewTalkRow, TalkRow};
use crate::{
    Store,
    connection::AnyConnection,
    schema::{talk_totals, talks},
};

/// The row of `talk_totals` that counts all talks.
const ALL: &str = "all";

/// How many talks are held in memory at once: one may have megabytes.
const CHUNK: usize = 50;

impl TalkRepository for Store {
    fn page(&self, slice: PageRequest) -> Result<TalkPage, RepositoryError> {
        self.read(|connection| page(connection, slice))
    }

    fn each(&self, each: &mut dyn FnMut(Talk)) -> Result<(), RepositoryError> {
        self.read_snapshot(|connection| {
            let numbers: Vec<i64> = talks::table
                .order((talks::time.desc(), talks::number.desc()))
                .select(talks::number)
                .load(connection)?;
            for chunk in numbers.chunks(CHUNK) {
                let rows: Vec<TalkRow> = talks::table
                    .filter(talks::number.eq_any(chunk))
                    .order((talks::time.desc(), talks::number.desc()))
                    .load(connection)?;
                for row in rows {
                    each(row.into_talk()?);
                }
            }
            Ok(())
        })
    }

    fn find(&self, id: TalkId) -> Result<Option<Talk>, RepositoryError> {
        self.read(|connection| {
            let named = talks::table.filter(talks::id.eq(id.to_string()));
            let row: Option<TalkRow> = named.first(connection).optional()?;
            row.map(TalkRow::into_talk).transpose()
        })
    }

    fn liked(
        &self,
        talks: &[TalkId],
        visitor: &VisitorId,
    ) -> Result<HashSet<TalkId>, RepositoryError> {
        if talks.is_empty() {
            return Ok(HashSet::new());
        }
        self.read(|connection| likes::liked(connection, talks, visitor))
    }

    fn insert(&self, id: TalkId, new: &NewTalk, time: TalkTime) -> Result<bool, RepositoryError> {
        let new = new.clone();
        self.write(move |connection| insert(connection, id, &new, time))
    }

    fn edit(&self, id: TalkId, change: &Edit) -> Result<bool, RepositoryError> {
        let change = change.clone();
        self.write(move |connection| edit(connection, id, &change))
    }

    fn remove(&self, id: TalkId) -> Result<bool, RepositoryError> {
        self.write(move |connection| {
            let named = talks::table.filter(talks::id.eq(id.to_string()));
            let removed = delete(named).execute(connection)? > 0;
            if removed {
                count(connection, -1)?;
            }
            Ok(removed)
        })
    }

    fn toggle_like(
        &self,
        id: TalkId,
        visitor: &VisitorId,
    ) -> Result<Option<Toggled>, RepositoryError> {
        let visitor = visitor.clone();
        self.write(move |connection| likes::toggle(connection, id, &visitor))
    }

    fn repair(&self) -> Result<u64, RepositoryError> {
        // Looked for outside of the write, for which others would wait.
        let broken = self.read_snapshot(repair::broken)?;
        if broken.is_empty() {
            return Ok(0);
        }
        self.write(move |connection| repair::mend(connection, &broken))
    }
}

fn page(connection: &mut AnyConnection, slice: PageRequest) -> QueryResult<TalkPage> {
    let total: i64 = talk_totals::table.find(ALL).select(talk_totals::talks).first(connection)?;
    let total = total.unsigned_abs();
    if slice.offset() >= total {
        return Ok(TalkPage { items: Vec::new(), total });
    }
    let rows: Vec<TalkRow> = talks::table
        .order((talks::time.desc(), talks::number.desc()))
        .limit(slice.size().into())
        .offset(i64::try_from(slice.offset()).unwrap_or(i64::MAX))
        .load(connection)?;
    let items = rows.into_iter().map(TalkRow::into_talk).collect::<QueryResult<_>>()?;
    Ok(TalkPage { items, total })
}

fn insert(
    connection: &mut AnyConnection,
    id: TalkId,
    new: &NewTalk,
    time: TalkTime,
) -> QueryResult<bool> {
    let NewTalk { content, tags, values } = new;
    let row = NewTalkRow::new(id, content, tags, values, time);
    let added = connection
        .execute_native(insert_into(talks::table).values(&row).on_conflict_do_nothing())?;
    if added > 0 {
        count(connection, 1)?;
    }
    Ok(added > 0)
}

/// What an edit sets.
#[derive(AsChangeset)]
#[diesel(table_name = talks)]
struct EditRow<'a> {
    content: Option<&'a str>,
    tags: Option<String>,
    extra: Option<&'a str>,
    time: Option<i64>,
}

fn edit(connection: &mut AnyConnection, id: TalkId, change: &Edit) -> QueryResult<bool> {
    let Edit { content, tags, values, time } = change;
    let row = EditRow {
        content: content.as_ref().map(inkstone_talks::Content::as_str),
        tags: tags.as_ref().map(Tags::json),
        extra: values.as_ref().map(Values::json),
        time: time.map(TalkTime::seconds),
    };
    // The likes stay: there is something to set even if nothing changes.
    let changed = update(talks::table.filter(talks::id.eq(id.to_string())))
        .set((talks::likes.eq(talks::likes), row))
        .execute(connection)?;
    Ok(changed > 0)
}

/// Adds to the number of talks.
fn count(connection: &mut AnyConnection, more: i64) -> QueryResult<()> {
    update(talk_totals::table.find(ALL))
        .set(talk_totals::talks.eq(talk_totals::talks + more))
        .execute(connection)
        .map(drop)
}
