//! Comments of CWD, and of Inkstone.

use inkstone_vocab::{PageSlug, SiteId, Timestamp, WebUrl};

use super::{Draft, Skip, kept_number, member::Members, refused, slug};
use crate::{body::CommentBody, comment::Status, transfer::ImportedComment};

/// An item with one of these is a comment.
pub(super) const MEMBERS: [&str; 5] =
    ["post_slug", "content_text", "content_html", "name", "author"];

pub(super) fn parse(item: &Members<'_>, site: SiteId, now: Timestamp) -> Result<Draft, Skip> {
    let (slug, url) = page(item)?;
    let id = item.id("id");
    let number = id.as_ref().and_then(kept_number);
    let comment = ImportedComment {
        id: number,
        parent: None,
        created: item.date(&["created", "pub_date"], now),
        site,
        slug,
        url,
        title: item.title("post_title"),
        name: item.name(&["name", "author"]),
        email: item.email("email"),
        website: item.url("url"),
        body: body(item)?,
        likes: item.number("likes").unwrap_or(0),
        priority: item.number("priority").and_then(|n| n.try_into().ok()).unwrap_or(1).max(1),
        status: status(item),
        address: item.address("ip_address"),
        agent: item.agent(&["ua", "user_agent"]),
    };
    let answers = item.id("parent_id").into_iter().collect();
    Ok(Draft { comment, id, answers })
}

/// Old versions had no address beside the slug: a slug that is one was split (contract cwd, 12.2).
fn page(item: &Members<'_>) -> Result<(PageSlug, Option<WebUrl>), Skip> {
    let text = item.text(&["post_slug"]);
    let named = slug(text)?;
    if item.mentions("post_url") {
        return Ok((named, item.url("post_url")));
    }
    let address = named.path().and_then(PageSlug::parse).zip(text.and_then(WebUrl::parse));
    Ok(address.map_or((named, None), |(path, url)| (path, Some(url))))
}

fn body(item: &Members<'_>) -> Result<CommentBody, Skip> {
    let text = item.text(&["content_text"]).unwrap_or_default();
    match item.text(&["content_html"]).filter(|html| !html.trim().is_empty()) {
        Some(html) => CommentBody::restored(text, html),
        None => CommentBody::from_markdown(text),
    }
    .map_err(refused)
}

fn status(item: &Members<'_>) -> Status {
    match item.get("status") {
        None => Status::Approved,
        Some(status) => status.as_str().and_then(Status::parse).unwrap_or(Status::Pending),
    }
}
