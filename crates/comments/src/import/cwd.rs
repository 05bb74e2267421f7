//! Comments of CWD, and of Inkstone.

use inkstone_vocab::{PageSlug, SiteId, WebUrl};

use super::{Draft, ImportOptions, Skip, kept_number, member::Members, refused};
use crate::{body::CommentBody, comment::Status, transfer::ImportedComment};

/// An item with one of these is a comment.
pub(super) const MEMBERS: [&str; 5] =
    ["post_slug", "content_text", "content_html", "name", "author"];

pub(super) fn parse(
    item: &Members<'_>,
    site: SiteId,
    options: &ImportOptions,
) -> Result<Draft, Skip> {
    let (slug, url) = page(item)?;
    let id = item.id("id");
    let number = id.as_ref().and_then(kept_number);
    let date = item.date(&["created", "pub_date"], options.now);
    let comment = ImportedComment {
        id: number,
        parent: None,
        created: date.unwrap_or(options.now),
        dated: date.is_some(),
        site,
        slug,
        url,
        title: item.title("post_title"),
        name: item.name(&["name", "author"]),
        email: item.email("email"),
        website: item.url("url"),
        body: body(item)?,
        likes: item.number("likes").unwrap_or(0),
        priority: item.number("priority").map_or(1, priority),
        status: status(item),
        address: item.address("ip_address"),
        agent: item.agent(&["ua", "user_agent"], options.agent),
    };
    let answers = item.id("parent_id").into_iter().collect();
    Ok(Draft { comment, id, answers })
}

/// Old versions had no address beside the slug: a slug that is one was split (contract cwd, 12.2).
fn page(item: &Members<'_>) -> Result<(PageSlug, Option<WebUrl>), Skip> {
    let named = item.slug(&["post_slug"])?;
    if item.mentions("post_url") {
        return Ok((named, item.url("post_url")));
    }
    let url = || item.url("post_slug").or_else(|| WebUrl::parse(named.as_str()));
    let address = named.to_path().zip(url());
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

/// As high as every database can store it.
fn priority(number: u64) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX).clamp(1, i32::MAX.unsigned_abs())
}

fn status(item: &Members<'_>) -> Status {
    match item.get("status") {
        None => Status::Approved,
        Some(status) => status.as_str().and_then(Status::parse).unwrap_or(Status::Pending),
    }
}
