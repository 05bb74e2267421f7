//! Likes: a set of visitors for each comment, and its size beside the comment.

use diesel::{delete, insert_into, prelude::*};
use inkstone_comments::{CommentId, Liked, Status};
use inkstone_vocab::VisitorId;

use crate::{
    connection::AnyConnection,
    schema::{comment_likes, comment_pages, comments},
};

pub(super) fn like(
    connection: &mut AnyConnection,
    id: CommentId,
    visitor: &VisitorId,
) -> QueryResult<Option<Liked>> {
    let Some(liked) = approved(connection, id)? else { return Ok(None) };
    let added = connection.execute_native(
        insert_into(comment_likes::table)
            .values((
                comment_likes::comment_id.eq(id.get()),
                comment_likes::visitor.eq(visitor.as_str()),
            ))
            .on_conflict_do_nothing(),
    )?;
    if added == 0 { unchanged(connection, id) } else { liked.change(connection, id, 1) }
}

pub(super) fn unlike(
    connection: &mut AnyConnection,
    id: CommentId,
    visitor: &VisitorId,
) -> QueryResult<Option<Liked>> {
    let Some(liked) = approved(connection, id)? else { return Ok(None) };
    let removed =
        delete(comment_likes::table.find((id.get(), visitor.as_str()))).execute(connection)?;
    if removed == 0 { unchanged(connection, id) } else { liked.change(connection, id, -1) }
}

/// What there is to know of a comment before its likes change.
#[derive(Queryable)]
struct Standing {
    likes: i64,
    slug_key: String,
    slug_path: Option<String>,
}

fn approved(connection: &mut AnyConnection, id: CommentId) -> QueryResult<Option<Standing>> {
    comments::table
        .inner_join(comment_pages::table)
        .filter(comments::id.eq(id.get()))
        .filter(comments::status.eq(Status::Approved.as_str()))
        .select((comments::likes, comment_pages::slug_key, comment_pages::slug_path))
        .first(connection)
        .optional()
}

/// Read again: whoever made the change unnecessary may have counted only now.
fn unchanged(connection: &mut AnyConnection, id: CommentId) -> QueryResult<Option<Liked>> {
    let standing = approved(connection, id)?;
    Ok(standing.map(|Standing { likes, .. }| Liked { likes: likes.unsigned_abs(), changed: None }))
}

impl Standing {
    /// Adds to the likes; no answer when the comment was removed meanwhile.
    fn change(
        self,
        connection: &mut AnyConnection,
        id: CommentId,
        more: i64,
    ) -> QueryResult<Option<Liked>> {
        let likes: Option<i64> = diesel::update(comments::table.find(id.get()))
            .set(comments::likes.eq(comments::likes + more))
            .returning(comments::likes)
            .get_result(connection)
            .optional()?;
        let topic = self.slug_path.unwrap_or(self.slug_key);
        Ok(likes.map(|likes| Liked { likes: likes.unsigned_abs(), changed: Some(topic) }))
    }
}
