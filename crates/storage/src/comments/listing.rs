//! Reading comments. A page costs three statements whatever the number of other pages.

use std::collections::HashMap;

use diesel::prelude::*;
use inkstone_comments::{Comment, CommentId, Listing, Status, Thread};
use inkstone_vocab::{PageLookup, PageRequest, SiteId};

use super::row::{CommentRow, PageRow};
use crate::{
    connection::AnyConnection,
    schema::{comment_pages, comments},
};

pub(super) fn find(connection: &mut AnyConnection, id: CommentId) -> QueryResult<Option<Comment>> {
    let row = comments::table.find(id.get()).first::<CommentRow>(connection).optional()?;
    row.map(CommentRow::into_comment).transpose()
}

pub(super) fn threads(
    connection: &mut AnyConnection,
    page: &PageLookup,
    slice: PageRequest,
) -> QueryResult<Listing<Thread>> {
    let pages = pages(connection, page)?;
    let total = sum(&pages, |page| page.roots);
    let comments = sum(&pages, |page| page.shown);
    let roots: Vec<CommentRow> = if slice.offset() < total {
        of_pages(&pages)
            .filter(comments::shown.eq(true).and(comments::root_id.is_null()))
            .order((comments::priority.desc(), comments::created.desc(), comments::id.desc()))
            .limit(limit(slice))
            .offset(offset(slice))
            .load(connection)?
    } else {
        Vec::new()
    };
    let mut replies = replies(connection, &roots)?;
    let items = roots
        .into_iter()
        .map(|root| {
            let replies = replies.remove(&root.id).unwrap_or_default();
            Ok(Thread { root: root.into_comment()?, replies })
        })
        .collect::<QueryResult<_>>()?;
    Ok(Listing { items, total, comments })
}

pub(super) fn approved(
    connection: &mut AnyConnection,
    page: &PageLookup,
    slice: PageRequest,
) -> QueryResult<Listing<Comment>> {
    let pages = pages(connection, page)?;
    let total = sum(&pages, |page| page.approved);
    let rows: Vec<CommentRow> = if slice.offset() < total {
        of_pages(&pages)
            .filter(comments::status.eq(Status::Approved.as_str()))
            .order((comments::priority.desc(), comments::created.desc(), comments::id.desc()))
            .limit(limit(slice))
            .offset(offset(slice))
            .load(connection)?
    } else {
        Vec::new()
    };
    Ok(Listing { items: into_comments(rows)?, total, comments: total })
}

pub(super) fn latest(
    connection: &mut AnyConnection,
    site: Option<&SiteId>,
    slice: PageRequest,
) -> QueryResult<Listing<Comment>> {
    let mut count = comments::table.count().into_boxed();
    let mut list = comments::table.into_boxed();
    if let Some(site) = site {
        count = count.filter(comments::site_id.eq(site.as_str()));
        list = list.filter(comments::site_id.eq(site.as_str()));
    }
    let total: i64 = count.get_result(connection)?;
    let rows: Vec<CommentRow> = list
        .order((comments::created.desc(), comments::id.desc()))
        .limit(limit(slice))
        .offset(offset(slice))
        .load(connection)?;
    let total = total.unsigned_abs();
    Ok(Listing { items: into_comments(rows)?, total, comments: total })
}

/// The pages that `lookup` finds: the rule of [`PageLookup::finds`] as a statement.
fn pages(connection: &mut AnyConnection, lookup: &PageLookup) -> QueryResult<Vec<PageRow>> {
    let key = lookup.slug.key();
    let mut query = comment_pages::table.into_boxed();
    if let Some(site) = &lookup.site {
        query = query.filter(comment_pages::site_id.eq(site.as_str()));
    }
    query = match lookup.slug.path() {
        Some(path) => query
            .filter(comment_pages::slug_key.eq_any([key, path]))
            .filter(comment_pages::slug_key.ne(path).or(comment_pages::url_key.eq_any(["", key]))),
        None if lookup.slug.is_bare_path() => {
            query.filter(comment_pages::slug_key.eq(key).or(comment_pages::slug_path.eq(key)))
        }
        None => query.filter(comment_pages::slug_key.eq(key)),
    };
    query.load(connection)
}

type Boxed<'a> = comments::BoxedQuery<'a, <AnyConnection as Connection>::Backend>;

/// The comments of one page by its index; of several, which are few, by theirs together.
fn of_pages<'a>(pages: &[PageRow]) -> Boxed<'a> {
    if let [page] = pages {
        return comments::table.filter(comments::page_id.eq(page.id)).into_boxed();
    }
    let ids: Vec<i64> = pages.iter().map(|page| page.id).collect();
    comments::table.filter(comments::page_id.eq_any(ids)).into_boxed()
}

fn replies(
    connection: &mut AnyConnection,
    roots: &[CommentRow],
) -> QueryResult<HashMap<i64, Vec<Comment>>> {
    let mut replies: HashMap<i64, Vec<Comment>> = HashMap::new();
    if roots.is_empty() {
        return Ok(replies);
    }
    let rows: Vec<CommentRow> = comments::table
        .filter(comments::root_id.eq_any(roots.iter().map(|root| Some(root.id))))
        .filter(comments::shown.eq(true))
        .order((comments::created.asc(), comments::id.asc()))
        .load(connection)?;
    for row in rows {
        if let Some(root) = row.root_id {
            replies.entry(root).or_default().push(row.into_comment()?);
        }
    }
    Ok(replies)
}

fn into_comments(rows: Vec<CommentRow>) -> QueryResult<Vec<Comment>> {
    rows.into_iter().map(CommentRow::into_comment).collect()
}

fn sum(pages: &[PageRow], count: impl Fn(&PageRow) -> i64) -> u64 {
    pages.iter().map(|page| count(page).unsigned_abs()).sum()
}

fn limit(slice: PageRequest) -> i64 {
    i64::from(slice.size())
}

fn offset(slice: PageRequest) -> i64 {
    i64::try_from(slice.offset()).unwrap_or(i64::MAX)
}
