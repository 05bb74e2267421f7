//! Likes: a set of visitors for each talk, and its size beside the talk.

use std::collections::HashSet;

use diesel::{delete, insert_into, prelude::*, update};
use inkstone_talks::{TalkId, Toggled};
use inkstone_vocab::VisitorId;

use super::row::talk_id;
use crate::{
    connection::AnyConnection,
    schema::{talk_likes, talks},
};

pub(super) fn liked(
    connection: &mut AnyConnection,
    asked: &[TalkId],
    visitor: &VisitorId,
) -> QueryResult<HashSet<TalkId>> {
    let ids: Vec<String> = talk_likes::table
        .inner_join(talks::table)
        .filter(talks::id.eq_any(asked.iter().map(TalkId::to_string)))
        .filter(talk_likes::visitor.eq(visitor.as_str()))
        .select(talks::id)
        .load(connection)?;
    ids.iter().map(|id| talk_id(id)).collect()
}

pub(super) fn toggle(
    connection: &mut AnyConnection,
    id: TalkId,
    visitor: &VisitorId,
) -> QueryResult<Option<Toggled>> {
    // An update that changes nothing holds the talk, so that everybody else sees what this leaves.
    let held: Option<i64> = update(talks::table.filter(talks::id.eq(id.to_string())))
        .set(talks::likes.eq(talks::likes))
        .returning(talks::number)
        .get_result(connection)
        .optional()?;
    let Some(number) = held else { return Ok(None) };
    let given = talk_likes::table.find((number, visitor.as_str()));
    let liked = delete(given).execute(connection)? == 0;
    if liked {
        insert_into(talk_likes::table)
            .values((talk_likes::talk.eq(number), talk_likes::visitor.eq(visitor.as_str())))
            .execute(connection)?;
    }
    let more: i64 = if liked { 1 } else { -1 };
    let total: i64 = update(talks::table.find(number))
        .set(talks::likes.eq(talks::likes + more))
        .returning(talks::likes)
        .get_result(connection)?;
    Ok(Some(Toggled { liked, likes: total.unsigned_abs() }))
}
