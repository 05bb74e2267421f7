//! The rows of imported comments.

#![expect(clippy::ref_option_ref, reason = "what diesel derives for optional columns")]

use std::collections::BTreeMap;

use diesel::{dsl::count_star, insert_into, prelude::*};
use inkstone_comments::{Action, CommentId, ImportedComment};
use inkstone_vocab::WebUrl;

use super::{CHUNK, Changes, Standings};
use crate::{
    connection::AnyConnection,
    schema::{comment_likes, comments},
};

/// A new row of `comments` with its number.
#[derive(Insertable)]
#[diesel(table_name = comments, treat_none_as_default_value = false)]
struct ImportedRow<'a> {
    id: i64,
    #[diesel(embed)]
    place: PlaceRow,
    #[diesel(embed)]
    text: TextRow<'a>,
    created: i64,
    post_title: Option<&'a str>,
    likes: i64,
}

#[derive(Insertable, AsChangeset)]
#[diesel(
    table_name = comments,
    treat_none_as_default_value = false,
    treat_none_as_null = true
)]
struct PlaceRow {
    page_id: i64,
    root_id: Option<i64>,
    parent_id: Option<i64>,
    shown: bool,
}

#[derive(Insertable, AsChangeset)]
#[diesel(
    table_name = comments,
    treat_none_as_default_value = false,
    treat_none_as_null = true
)]
struct TextRow<'a> {
    site_id: &'a str,
    post_slug: &'a str,
    post_url: Option<&'a str>,
    name: &'a str,
    email: &'a str,
    url: Option<&'a str>,
    content_text: &'a str,
    content_html: &'a str,
    priority: i32,
    status: &'a str,
    admin_verified: bool,
    ip_address: Option<&'a str>,
    ua: &'a str,
    os: &'a str,
    browser: &'a str,
    device: &'a str,
    announced: bool,
}

impl PlaceRow {
    fn new(id: CommentId, standings: &Standings) -> Self {
        let standing = &standings[&id];
        Self {
            page_id: standing.page,
            root_id: standing.root,
            parent_id: standing.parent.map(CommentId::get),
            shown: standing.shown,
        }
    }
}

impl<'a> TextRow<'a> {
    fn new(comment: &'a ImportedComment) -> Self {
        let ImportedComment { url, website, body, agent, .. } = comment;
        Self {
            site_id: comment.site.as_str(),
            post_slug: comment.slug.as_str(),
            post_url: url.as_ref().map(WebUrl::as_str),
            name: &comment.name,
            email: &comment.email,
            url: website.as_ref().map(WebUrl::as_str),
            content_text: body.text(),
            content_html: body.html(),
            priority: i32::try_from(comment.priority).unwrap_or(i32::MAX).max(1),
            status: comment.status.as_str(),
            admin_verified: true,
            ip_address: comment.address.as_deref(),
            ua: &agent.header,
            os: &agent.os,
            browser: &agent.browser,
            device: &agent.device,
            announced: true,
        }
    }
}

/// Inserts what is new, in `order`.
pub(super) fn insert(
    connection: &mut AnyConnection,
    order: &[CommentId],
    after: &Standings,
    changes: &Changes<'_>,
) -> QueryResult<()> {
    let new: Vec<(CommentId, &ImportedComment)> = order
        .iter()
        .filter_map(|&id| match changes.get(&id) {
            Some(&(Action::Insert, comment)) => Some((id, comment)),
            _ => None,
        })
        .collect();
    for chunk in new.chunks(CHUNK) {
        let rows: Vec<ImportedRow<'_>> = chunk
            .iter()
            .map(|&(id, comment)| ImportedRow {
                id: id.get(),
                place: PlaceRow::new(id, after),
                text: TextRow::new(comment),
                created: comment.created.millis(),
                post_title: comment.title.as_deref(),
                likes: likes(comment),
            })
            .collect();
        connection.execute_native(insert_into(comments::table).values(rows))?;
    }
    Ok(())
}

/// Changes in place what is stored under the same number.
pub(super) fn update(
    connection: &mut AnyConnection,
    after: &Standings,
    changes: &Changes<'_>,
) -> QueryResult<()> {
    let old: Vec<(CommentId, &ImportedComment)> = changes
        .iter()
        .filter(|(_, (action, _))| *action == Action::Update)
        .map(|(&id, &(_, comment))| (id, comment))
        .collect();
    for chunk in old.chunks(CHUNK) {
        let given = likes_given(connection, chunk)?;
        for &(id, comment) in chunk {
            let likes = likes(comment).max(given.get(&id.get()).copied().unwrap_or(0));
            diesel::update(comments::table.find(id.get()))
                .set((
                    PlaceRow::new(id, after),
                    TextRow::new(comment),
                    comments::likes.eq(likes),
                    // Without a value the column stays as it is.
                    comment.dated.then(|| comments::created.eq(comment.created.millis())),
                    comment.title.as_ref().map(|title| comments::post_title.eq(title)),
                ))
                .execute(connection)?;
        }
    }
    Ok(())
}

/// How many likes of visitors the comments have here, which they can take back.
fn likes_given(
    connection: &mut AnyConnection,
    comments: &[(CommentId, &ImportedComment)],
) -> QueryResult<BTreeMap<i64, i64>> {
    let rows: Vec<(i64, i64)> = comment_likes::table
        .filter(comment_likes::comment_id.eq_any(comments.iter().map(|(id, _)| id.get())))
        .group_by(comment_likes::comment_id)
        .select((comment_likes::comment_id, count_star()))
        .load(connection)?;
    Ok(rows.into_iter().collect())
}

fn likes(comment: &ImportedComment) -> i64 {
    i64::try_from(comment.likes).unwrap_or(i64::MAX)
}
