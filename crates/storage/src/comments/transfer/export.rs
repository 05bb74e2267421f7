//! Handing over all comments, a chunk at a time.

use std::{cmp::Reverse, collections::HashMap};

use diesel::prelude::*;
use inkstone_comments::Comment;
use inkstone_vocab::SiteId;

use super::{super::row::CommentRow, CHUNK};
use crate::{connection::AnyConnection, schema::comments};

pub(super) fn export(
    connection: &mut AnyConnection,
    site: Option<&SiteId>,
    each: &mut dyn FnMut(Comment),
) -> QueryResult<()> {
    let mut query =
        comments::table.select((comments::priority, comments::created, comments::id)).into_boxed();
    if let Some(site) = site {
        query = query.filter(comments::site_id.eq(site.as_str()));
    }
    // Sorted here: the database would sort whole rows.
    let mut order: Vec<(i32, i64, i64)> = query.load(connection)?;
    order.sort_unstable_by_key(|&rank| Reverse(rank));
    for chunk in order.chunks(CHUNK) {
        let rows: Vec<CommentRow> = comments::table
            .filter(comments::id.eq_any(chunk.iter().map(|&(_, _, id)| id)))
            .load(connection)?;
        let mut rows: HashMap<i64, CommentRow> =
            rows.into_iter().map(|row| (row.id, row)).collect();
        for (_, _, id) in chunk {
            if let Some(row) = rows.remove(id) {
                each(row.into_comment()?);
            }
        }
    }
    Ok(())
}
