//! Comments of Artalk: Markdown, every value a text.

use inkstone_vocab::{SiteId, Timestamp};

use super::{Draft, Skip, member::Members, refused, slug};
use crate::{body::CommentBody, comment::Status, transfer::ImportedComment};

pub(super) fn parse(item: &Members<'_>, site: SiteId, now: Timestamp) -> Result<Draft, Skip> {
    let markdown = item.text(&["content"]).unwrap_or_default();
    let comment = ImportedComment {
        id: None,
        parent: None,
        created: item.date(&["created_at"], now),
        site,
        slug: slug(item.text(&["page_key"]))?,
        url: None,
        title: item.title("page_title"),
        name: item.name(&["nick"]),
        email: item.email("email"),
        website: item.url("link"),
        body: CommentBody::from_markdown(markdown).map_err(refused)?,
        likes: item.number("vote_up").unwrap_or(0),
        priority: item.pinned("is_pinned"),
        status: if item.is_on("is_pending") { Status::Pending } else { Status::Approved },
        address: item.address("ip"),
        agent: item.agent(&["ua"]),
    };
    // Here `rid` is the comment that is answered.
    Ok(Draft { comment, id: item.id("id"), answers: item.id("rid").into_iter().collect() })
}
