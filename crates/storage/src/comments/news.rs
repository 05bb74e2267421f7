//! What people are to be told of, recorded in the transaction of what has happened.

use diesel::{delete, insert_into, prelude::*, update};
use inkstone_comments::{CommentId, News};

use super::row::comment_id;
use crate::{
    connection::AnyConnection,
    schema::{comment_news, comments},
};

/// How many numbers a statement binds.
const CHUNK: usize = 500;

/// A new row of `comment_news`.
#[derive(Insertable)]
// Prepared once, like that of the comment.
#[diesel(table_name = comment_news, treat_none_as_default_value = false)]
pub(super) struct NewNewsRow {
    pub(super) comment_id: i64,
    pub(super) posted: bool,
    pub(super) approved: bool,
}

pub(super) fn record(connection: &mut AnyConnection, news: NewNewsRow) -> QueryResult<()> {
    connection.execute_native(insert_into(comment_news::table).values(news)).map(drop)
}

/// Records that an approved comment is approved, unless it was before; whether it did. Of several
/// at once, one does.
pub(super) fn announce(connection: &mut AnyConnection, id: CommentId) -> QueryResult<bool> {
    let first = update(comments::table.find(id.get()).filter(comments::announced.eq(false)))
        .set(comments::announced.eq(true))
        .execute(connection)?;
    if first == 1 {
        record(connection, NewNewsRow { comment_id: id.get(), posted: false, approved: true })?;
    }
    Ok(first == 1)
}

pub(super) fn load(connection: &mut AnyConnection, limit: u32) -> QueryResult<Vec<News>> {
    let rows: Vec<(i64, i64, bool, bool)> =
        comment_news::table.order(comment_news::number).limit(i64::from(limit)).load(connection)?;
    rows.into_iter()
        .map(|(number, comment, posted, approved)| {
            Ok(News { number, comment: comment_id(comment)?, posted, approved })
        })
        .collect()
}

pub(super) fn forget(connection: &mut AnyConnection, numbers: &[i64]) -> QueryResult<()> {
    numbers.chunks(CHUNK).try_for_each(|chunk| {
        let told = comment_news::table.filter(comment_news::number.eq_any(chunk));
        delete(told).execute(connection).map(drop)
    })
}

/// Forgets all news of a comment. It looks through what nobody was told of yet, which is little.
pub(super) fn forget_comment(connection: &mut AnyConnection, id: CommentId) -> QueryResult<()> {
    let obsolete = comment_news::table.filter(comment_news::comment_id.eq(id.get()));
    delete(obsolete).execute(connection).map(drop)
}
