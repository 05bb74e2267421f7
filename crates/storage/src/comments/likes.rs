//! Likes: a set of visitors for each comment, and its size beside the comment.

use diesel::{delete, insert_into, prelude::*};
use inkstone_comments::{CommentId, Liked, Status};
use inkstone_vocab::VisitorId;

use super::row::PageRow;
use crate::{
    connection::AnyConnection,
    schema::{comment_likes, comment_pages, comments},
};

pub(super) fn like(
    connection: &mut AnyConnection,
    id: CommentId,
    visitor: &VisitorId,
) -> QueryResult<Option<Liked>> {
    let Some((page, likes)) = lock_approved(connection, id)? else { return Ok(None) };
    let added = connection.execute_native(
        insert_into(comment_likes::table)
            .values((
                comment_likes::comment_id.eq(id.get()),
                comment_likes::visitor.eq(visitor.as_str()),
            ))
            .on_conflict_do_nothing(),
    )?;
    if added == 0 { unchanged(likes) } else { change(connection, id, page, 1) }
}

pub(super) fn unlike(
    connection: &mut AnyConnection,
    id: CommentId,
    visitor: &VisitorId,
) -> QueryResult<Option<Liked>> {
    let Some((page, likes)) = lock_approved(connection, id)? else { return Ok(None) };
    let removed =
        delete(comment_likes::table.find((id.get(), visitor.as_str()))).execute(connection)?;
    if removed == 0 { unchanged(likes) } else { change(connection, id, page, -1) }
}

/// The page and the likes of an approved comment, which nobody else changes meanwhile.
fn lock_approved(connection: &mut AnyConnection, id: CommentId) -> QueryResult<Option<(i64, i64)>> {
    let approved =
        comments::table.find(id.get()).filter(comments::status.eq(Status::Approved.as_str()));
    diesel::update(approved)
        .set(comments::likes.eq(comments::likes))
        .returning((comments::page_id, comments::likes))
        .get_result(connection)
        .optional()
}

#[expect(clippy::unnecessary_wraps, reason = "the shape of its callers' answers")]
fn unchanged(likes: i64) -> QueryResult<Option<Liked>> {
    Ok(Some(Liked { likes: likes.unsigned_abs(), changed: None }))
}

fn change(
    connection: &mut AnyConnection,
    id: CommentId,
    page: i64,
    more: i64,
) -> QueryResult<Option<Liked>> {
    let likes: i64 = diesel::update(comments::table.find(id.get()))
        .set(comments::likes.eq(comments::likes + more))
        .returning(comments::likes)
        .get_result(connection)?;
    let page: PageRow = comment_pages::table.find(page).first(connection)?;
    let topic = page.into_identity()?.topic().to_owned();
    Ok(Some(Liked { likes: likes.unsigned_abs(), changed: Some(topic) }))
}
