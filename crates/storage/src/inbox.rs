//! The owner's inbox.

use diesel::{delete, insert_into, prelude::*, update};
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

    fn keep_latest(&self, keep: u32) -> Result<u64, RepositoryError> {
        self.write(move |connection| {
            let last: Option<i64> = inbox::table
                .order(inbox::id.desc())
                .offset(keep.into())
                .select(inbox::id)
                .first(connection)
                .optional()?;
            let Some(last) = last else { return Ok(0) };
            let older = delete(inbox::table.filter(inbox::id.le(last)));
            older.execute(connection).map(|removed| removed as u64)
        })
    }

    fn repair(&self) -> Result<u64, RepositoryError> {
        // Looked for outside of the write, for which others would wait.
        if self.read(nameless)?.is_empty() {
            return Ok(0);
        }
        self.write(|connection| {
            connection.lock("inbox")?;
            mend(connection)
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
            let news = |(number, row)| NoticeNews { number, notice: notice(row) };
            Ok(rows.into_iter().map(news).collect())
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

fn notice((time, label, content): Row) -> Notice {
    Notice { time: NoticeTime::stored(&time), label, content }
}

/// All notices in the order in which they were written.
pub(crate) fn all(connection: &mut AnyConnection) -> QueryResult<Vec<Notice>> {
    let rows: Vec<Row> = inbox::table
        .order(inbox::id)
        .select((inbox::time, inbox::label, inbox::content))
        .load(connection)?;
    Ok(rows.into_iter().map(notice).collect())
}

/// Adds a notice, in the transaction of `connection`.
pub(crate) fn add(
    connection: &mut AnyConnection,
    label: &str,
    content: &str,
    at: Timestamp,
) -> QueryResult<Notice> {
    loop {
        let time = free(connection, at)?;
        let row = (
            inbox::time.eq(time.as_str()),
            inbox::label.eq(label),
            inbox::content.eq(content),
            inbox::news.eq(true),
        );
        let added = connection
            .execute_native(insert_into(inbox::table).values(row).on_conflict_do_nothing())?;
        // Otherwise somebody else took the second meanwhile, and the next look sees that.
        if added > 0 {
            return Ok(Notice { time, label: label.to_owned(), content: content.to_owned() });
        }
    }
}

/// Gives notices whose times are no numbers others, while nobody else changes any; how many that
/// were.
pub(crate) fn mend(connection: &mut AnyConnection) -> QueryResult<u64> {
    let nameless = nameless(connection)?;
    for number in &nameless {
        let time = free(connection, Timestamp::from_millis(0))?;
        let named = update(inbox::table.find(number)).set(inbox::time.eq(time.as_str()));
        named.execute(connection)?;
    }
    Ok(nameless.len() as u64)
}

/// The numbers of notices whose times are none.
fn nameless(connection: &mut AnyConnection) -> QueryResult<Vec<i64>> {
    let rows: Vec<(i64, String)> =
        inbox::table.order(inbox::id).select((inbox::id, inbox::time)).load(connection)?;
    let nameless = rows.into_iter().filter(|(_, time)| NoticeTime::parse(time).is_none());
    Ok(nameless.map(|(number, _)| number).collect())
}

/// The second of `at`, or the first later one that no notice has.
fn free(connection: &mut AnyConnection, at: Timestamp) -> QueryResult<NoticeTime> {
    let mut first = at;
    loop {
        let candidates: Vec<NoticeTime> =
            (0..STEP).map(|seconds| NoticeTime::of(first.plus_millis(seconds * 1000))).collect();
        let taken: Vec<String> = inbox::table
            .filter(inbox::time.eq_any(candidates.iter().map(NoticeTime::as_str)))
            .select(inbox::time)
            .load(connection)?;
        let free = |time: &NoticeTime| !taken.iter().any(|taken| taken == time.as_str());
        if let Some(time) = candidates.into_iter().find(free) {
            return Ok(time);
        }
        first = first.plus_millis(STEP * 1000);
    }
}
