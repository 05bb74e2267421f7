//! The owner's inbox.

use diesel::{delete, insert_into, prelude::*, result::Error, update};
use inkstone_notifications::{InboxRepository, Notice, NoticeNews, NoticeTime};
use inkstone_vocab::{RepositoryError, Timestamp};

use crate::{Store, connection::AnyConnection, schema::inbox};

/// How many seconds are looked at in one statement.
const STEP: i64 = 64;

/// How many numbers a statement binds.
const CHUNK: usize = 500;

/// The columns of a [`Notice`].
type Row = (String, String, String);

impl InboxRepository for Store {
    fn add(&self, label: &str, content: &str, at: Timestamp) -> Result<Notice, RepositoryError> {
        let (label, content) = (label.to_owned(), content.to_owned());
        self.write(move |connection| add(connection, &label, &content, at))
    }

    fn notices(&self) -> Result<Vec<Notice>, RepositoryError> {
        self.read(all)
    }

    fn remove(&self, time: &NoticeTime) -> Result<bool, RepositoryError> {
        let time = time.clone();
        self.write(move |connection| {
            let found = inbox::table.filter(inbox::time.eq(time.as_str()));
            Ok(delete(found).execute(connection)? > 0)
        })
    }

    fn clear(&self) -> Result<u64, RepositoryError> {
        self.write(|connection| {
            delete(inbox::table).execute(connection).map(|removed| removed as u64)
        })
    }

    fn news(&self, limit: u32) -> Result<Vec<NoticeNews>, RepositoryError> {
        self.read(|connection| {
            let rows: Vec<(i64, Row)> = inbox::table
                .filter(inbox::news)
                .order(inbox::id)
                .limit(i64::from(limit))
                .select((inbox::id, (inbox::time, inbox::label, inbox::content)))
                .load(connection)?;
            let news = |(number, row)| Ok(NoticeNews { number, notice: notice(row)? });
            rows.into_iter().map(news).collect()
        })
    }

    fn forget_news(&self, numbers: &[i64]) -> Result<(), RepositoryError> {
        let numbers = numbers.to_vec();
        self.write(move |connection| {
            numbers.chunks(CHUNK).try_for_each(|chunk| {
                let told = inbox::table.filter(inbox::id.eq_any(chunk));
                update(told).set(inbox::news.eq(false)).execute(connection).map(drop)
            })
        })
    }
}

fn notice((time, label, content): Row) -> QueryResult<Notice> {
    let time = NoticeTime::parse(&time)
        .ok_or_else(|| Error::DeserializationError("invalid time of a notice".into()))?;
    Ok(Notice { time, label, content })
}

/// All notices in the order in which they were written.
pub(crate) fn all(connection: &mut AnyConnection) -> QueryResult<Vec<Notice>> {
    let rows: Vec<Row> = inbox::table
        .order(inbox::id)
        .select((inbox::time, inbox::label, inbox::content))
        .load(connection)?;
    rows.into_iter().map(notice).collect()
}

/// Adds a notice, in the transaction of `connection`.
pub(crate) fn add(
    connection: &mut AnyConnection,
    label: &str,
    content: &str,
    at: Timestamp,
) -> QueryResult<Notice> {
    let mut first = at;
    loop {
        let candidates: Vec<String> = (0..STEP)
            .map(|seconds| NoticeTime::of(first.plus_millis(seconds * 1000)).to_string())
            .collect();
        let taken: Vec<String> = inbox::table
            .filter(inbox::time.eq_any(&candidates))
            .select(inbox::time)
            .load(connection)?;
        let Some(time) = candidates.iter().find(|time| !taken.contains(time)) else {
            first = first.plus_millis(STEP * 1000);
            continue;
        };
        let row = (
            inbox::time.eq(time),
            inbox::label.eq(label),
            inbox::content.eq(content),
            inbox::news.eq(true),
        );
        let added = connection
            .execute_native(insert_into(inbox::table).values(row).on_conflict_do_nothing())?;
        // Otherwise somebody else took the second meanwhile, and the next look sees that.
        if added > 0 {
            let time = NoticeTime::parse(time)
                .ok_or_else(|| Error::SerializationError("no time".into()))?;
            return Ok(Notice { time, label: label.to_owned(), content: content.to_owned() });
        }
    }
}
