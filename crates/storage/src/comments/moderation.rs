//! What the owner does to stored comments.

use diesel::{delete, prelude::*};
use inkstone_comments::{Comment, CommentId, Edit, Status, Touched};
use inkstone_vocab::{PageIdentity, PageSlug, WebUrl};

use super::{
    news::{announce, forget_comment},
    posting::page_id,
    row::{CommentRow, PageRow, comment_id},
    threads::{Member, Totals, load, lock_page, move_subtree, settle},
};
use crate::{
    connection::AnyConnection,
    schema::{comment_pages, comments},
};

pub(super) fn set_status(
    connection: &mut AnyConnection,
    id: CommentId,
    status: Status,
) -> QueryResult<Option<Touched>> {
    let Some((row, page)) = locked(connection, id)? else { return Ok(None) };
    judged(connection, &row, &page, status).map(Some)
}

pub(super) fn approve(
    connection: &mut AnyConnection,
    id: CommentId,
) -> QueryResult<Option<Touched>> {
    match locked(connection, id)? {
        Some((row, page)) if row.status == Status::Pending.as_str() => {
            judged(connection, &row, &page, Status::Approved).map(Some)
        }
        _ => Ok(None),
    }
}

pub(super) fn remove(
    connection: &mut AnyConnection,
    id: CommentId,
) -> QueryResult<Option<Touched>> {
    let Some((row, page)) = locked(connection, id)? else { return Ok(None) };
    rearrange(connection, &row, |members| {
        members.retain(|member| member.id != id);
        for member in members.iter_mut().filter(|member| member.parent == Some(id)) {
            member.parent = None;
        }
    })?;
    // The foreign key makes roots of its answers.
    delete(comments::table.find(id.get())).execute(connection)?;
    forget_comment(connection, id)?;
    Ok(Some(Touched { topics: vec![page.topic().to_owned()], news: false }))
}

pub(super) fn edit(
    connection: &mut AnyConnection,
    id: CommentId,
    edit: &Edit,
) -> QueryResult<Option<Touched>> {
    let Some((row, page)) = locked(connection, id)? else { return Ok(None) };
    let (from, thread) = (row.page_id, row.root_id.unwrap_or(row.id));
    let before = row.into_comment()?;
    let after = edited(&before, edit);
    let mut topics = vec![page.topic().to_owned()];
    let to = match named_page(&after).filter(|named| named_page(&before).as_ref() != Some(named)) {
        Some(named) if named != page => {
            topics.push(named.topic().to_owned());
            page_id(connection, &named, Totals::default())?
        }
        _ => from,
    };
    if to != from || after.status != before.status {
        let members = load(connection, thread)?;
        let mut changed = members.clone();
        judge(&mut changed, id, after.status);
        move_subtree(&mut changed, id, from, to);
        settle(connection, &members, changed)?;
    }
    update(connection, id, &after)?;
    let news = after.status == Status::Approved && announce(connection, id)?;
    Ok(Some(Touched { topics, news }))
}

/// A comment and its page, with the page locked.
fn locked(
    connection: &mut AnyConnection,
    id: CommentId,
) -> QueryResult<Option<(CommentRow, PageIdentity)>> {
    let find = |connection: &mut AnyConnection| {
        comments::table.find(id.get()).first::<CommentRow>(connection).optional()
    };
    let Some(row) = find(connection)? else { return Ok(None) };
    let page = row.page_id;
    lock_page(connection, page)?;
    let Some(row) = find(connection)? else { return Ok(None) };
    if row.page_id != page {
        // It moved while the lock was awaited: start again, now for the new page.
        return locked(connection, id);
    }
    let page = comment_pages::table.find(page).first::<PageRow>(connection)?.into_identity()?;
    Ok(Some((row, page)))
}

/// Gives a comment, whose page is locked, another status.
fn judged(
    connection: &mut AnyConnection,
    row: &CommentRow,
    page: &PageIdentity,
    status: Status,
) -> QueryResult<Touched> {
    let id = comment_id(row.id)?;
    rearrange(connection, row, |members| judge(members, id, status))?;
    diesel::update(comments::table.find(row.id))
        .set(comments::status.eq(status.as_str()))
        .execute(connection)?;
    let news = status == Status::Approved && announce(connection, id)?;
    Ok(Touched { topics: vec![page.topic().to_owned()], news })
}

fn rearrange(
    connection: &mut AnyConnection,
    row: &CommentRow,
    change: impl FnOnce(&mut Vec<Member>),
) -> QueryResult<()> {
    let before = load(connection, row.root_id.unwrap_or(row.id))?;
    let mut after = before.clone();
    change(&mut after);
    settle(connection, &before, after)
}

fn judge(members: &mut [Member], id: CommentId, status: Status) {
    for member in members.iter_mut().filter(|member| member.id == id) {
        member.approved = status == Status::Approved;
    }
}

fn edited(before: &Comment, edit: &Edit) -> Comment {
    let text = |url: Option<&WebUrl>| url.map(|url| url.as_str().to_owned());
    Comment {
        name: edit.name.as_str().to_owned(),
        email: edit.email.clone(),
        website: text(edit.website.as_ref()),
        text: edit.body.text().to_owned(),
        html: edit.body.html().to_owned(),
        status: edit.status.unwrap_or(before.status),
        priority: edit.priority.unwrap_or(before.priority),
        slug: edit.slug.as_ref().map_or_else(|| before.slug.clone(), |s| s.as_str().to_owned()),
        url: edit.url.as_ref().map_or_else(|| before.url.clone(), |url| text(url.as_ref())),
        ..before.clone()
    }
}

fn update(connection: &mut AnyConnection, id: CommentId, comment: &Comment) -> QueryResult<()> {
    diesel::update(comments::table.find(id.get()))
        .set((
            comments::name.eq(&comment.name),
            comments::email.eq(&comment.email),
            comments::url.eq(&comment.website),
            comments::content_text.eq(&comment.text),
            comments::content_html.eq(&comment.html),
            comments::status.eq(comment.status.as_str()),
            comments::priority.eq(i32::try_from(comment.priority).unwrap_or(i32::MAX)),
            comments::post_slug.eq(&comment.slug),
            comments::post_url.eq(&comment.url),
        ))
        .execute(connection)
        .map(drop)
}

/// The page that a comment names itself, which for a reply need not be where it belongs.
fn named_page(comment: &Comment) -> Option<PageIdentity> {
    let slug = PageSlug::parse(&comment.slug)?;
    let url = comment.url.as_deref().and_then(WebUrl::parse);
    Some(PageIdentity::new(comment.site.clone(), &slug, url.as_ref()))
}
