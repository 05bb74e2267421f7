//! Storing a new comment.

use diesel::{insert_into, prelude::*};
use inkstone_comments::{CommentId, Inserted, NewComment, Status, Submission, is_too_soon};
use inkstone_vocab::{PageIdentity, PageLookup, Timestamp, WebUrl};

use super::{
    news::{NewNewsRow, record},
    row::{NewCommentRow, NewPageRow, PageRow, comment_id},
    threads::{Totals, add, lock_page},
};
use crate::{
    connection::AnyConnection,
    schema::{comment_intervals, comment_pages, comments},
};

/// Where a new comment goes.
struct Destination {
    page: i64,
    site: String,
    root: Option<i64>,
}

pub(super) fn insert(
    connection: &mut AnyConnection,
    new: &NewComment,
    interval_ms: i64,
    at: Timestamp,
) -> QueryResult<Inserted> {
    let submission = &new.submission;
    let client = submission.client.key.as_str();
    let parent = match submission.parent {
        Some(parent) => {
            // Held before the page, as by roots: two in turn would wait for each other.
            if is_too_soon(hold_interval(connection, client)?, at, interval_ms) {
                return Ok(Inserted::TooSoon);
            }
            let Some(destination) = shown_parent(connection, parent, submission)? else {
                return Ok(Inserted::NoSuchParent);
            };
            Some(destination)
        }
        None => None,
    };
    if !claim_interval(connection, client, interval_ms, at)? {
        return Ok(Inserted::TooSoon);
    }
    let approved = new.status == Status::Approved;
    let shown = i64::from(approved);
    let destination = if let Some(destination) = parent {
        add(connection, destination.page, Totals { roots: 0, shown, approved: shown })?;
        destination
    } else {
        own_page(connection, submission, Totals { roots: shown, shown, approved: shown })?
    };
    let id = store(connection, new, &destination, at)?;
    record(connection, NewNewsRow { comment_id: id.get(), posted: true, approved })?;
    Ok(Inserted::Stored(id))
}

pub(super) fn forget_clients(
    connection: &mut AnyConnection,
    before: Timestamp,
) -> QueryResult<u64> {
    let old = comment_intervals::table.filter(comment_intervals::last_at.lt(before.millis()));
    diesel::delete(old).execute(connection).map(|forgotten| forgotten as u64)
}

/// Begins a new interval unless one is running; of several at once, one succeeds.
fn claim_interval(
    connection: &mut AnyConnection,
    client: &str,
    interval_ms: i64,
    at: Timestamp,
) -> QueryResult<bool> {
    use comment_intervals::last_at;
    let now = at.millis();
    let over =
        last_at.le(now.saturating_sub(interval_ms)).or(last_at.ge(now.saturating_add(interval_ms)));
    let renewed = connection.execute_native(
        diesel::update(comment_intervals::table.find(client).filter(over)).set(last_at.eq(now)),
    )?;
    if renewed == 1 {
        return Ok(true);
    }
    let begun = connection.execute_native(
        insert_into(comment_intervals::table)
            .values((comment_intervals::client.eq(client), last_at.eq(now)))
            .on_conflict_do_nothing(),
    )?;
    // Whoever begins it at the same moment is no reason to wait where nobody waits.
    Ok(begun == 1 || interval_ms == 0)
}

/// When the client last commented; others of the same client wait until the transaction ends.
fn hold_interval(connection: &mut AnyConnection, client: &str) -> QueryResult<Timestamp> {
    use comment_intervals::last_at;
    let last: Vec<i64> = connection.load_native(
        insert_into(comment_intervals::table)
            .values((comment_intervals::client.eq(client), last_at.eq(i64::MIN)))
            .on_conflict(comment_intervals::client)
            .do_update()
            .set(last_at.eq(last_at))
            .returning(last_at),
    )?;
    last.into_iter().next().map(Timestamp::from_millis).ok_or(diesel::NotFound)
}

/// The place below `parent`, if that is shown on the page of the submission.
fn shown_parent(
    connection: &mut AnyConnection,
    parent: i64,
    submission: &Submission,
) -> QueryResult<Option<Destination>> {
    let page: Option<i64> =
        comments::table.find(parent).select(comments::page_id).first(connection).optional()?;
    let Some(page) = page else { return Ok(None) };
    lock_page(connection, page)?;
    let root: Option<Option<i64>> = comments::table
        .find(parent)
        .filter(comments::page_id.eq(page).and(comments::shown.eq(true)))
        .select(comments::root_id)
        .first(connection)
        .optional()?;
    let Some(root) = root else { return Ok(None) };
    let identity = comment_pages::table.find(page).first::<PageRow>(connection)?.into_identity()?;
    let lookup = PageLookup { site: submission.site.clone(), slug: submission.slug.clone() };
    Ok(lookup.finds(&identity).then(|| Destination {
        page,
        site: identity.site.as_str().to_owned(),
        root: Some(root.unwrap_or(parent)),
    }))
}

/// The page that a root names itself, which shows `more` from now on.
fn own_page(
    connection: &mut AnyConnection,
    submission: &Submission,
    more: Totals,
) -> QueryResult<Destination> {
    let site = submission.site.clone().unwrap_or_default();
    let identity = PageIdentity::new(site, &submission.slug, submission.url.as_ref());
    let page = page_id(connection, &identity, more)?;
    Ok(Destination { page, site: identity.site.as_str().to_owned(), root: None })
}

/// The number of a page, which exists from now on, shows `more`, and is locked.
pub(super) fn page_id(
    connection: &mut AnyConnection,
    page: &PageIdentity,
    more: Totals,
) -> QueryResult<i64> {
    let ids = connection.load_native(
        insert_into(comment_pages::table)
            .values(NewPageRow::new(page, more))
            .on_conflict((comment_pages::slug_key, comment_pages::site_id, comment_pages::url_key))
            .do_update()
            .set((
                comment_pages::roots.eq(comment_pages::roots + more.roots),
                comment_pages::shown.eq(comment_pages::shown + more.shown),
                comment_pages::approved.eq(comment_pages::approved + more.approved),
            ))
            .returning(comment_pages::id),
    )?;
    ids.into_iter().next().ok_or(diesel::NotFound)
}

fn store(
    connection: &mut AnyConnection,
    new: &NewComment,
    destination: &Destination,
    at: Timestamp,
) -> QueryResult<CommentId> {
    let Submission { slug, url, title, author, body, parent, client, .. } = &new.submission;
    let row = NewCommentRow {
        created: at.millis(),
        page_id: destination.page,
        root_id: destination.root,
        parent_id: *parent,
        shown: new.status == Status::Approved,
        site_id: &destination.site,
        post_slug: slug.as_str(),
        post_url: url.as_ref().map(WebUrl::as_str),
        post_title: title.as_deref(),
        name: author.name.as_str(),
        email: author.email.as_str(),
        url: author.website.as_ref().map(WebUrl::as_str),
        content_text: body.text(),
        content_html: body.html(),
        likes: 0,
        priority: 1,
        status: new.status.as_str(),
        admin_verified: new.verified,
        ip_address: client.address.as_deref(),
        ua: &client.agent.header,
        os: &client.agent.os,
        browser: &client.agent.browser,
        device: &client.agent.device,
        announced: new.status == Status::Approved,
    };
    // Natively, for a statement this wide costs twice as much through the enum.
    let ids: Vec<i64> =
        connection.load_native(insert_into(comments::table).values(row).returning(comments::id))?;
    ids.into_iter().next().ok_or(diesel::NotFound).and_then(comment_id)
}
