//! Comments of Artalk: Markdown, every value a text.

use inkstone_vocab::SiteId;

use super::{Draft, ImportOptions, Skip, member::Members, refused};
use crate::{body::CommentBody, comment::Status, transfer::ImportedComment};

pub(super) fn parse(
    item: &Members<'_>,
    site: SiteId,
    options: &ImportOptions,
) -> Result<Draft, Skip> {
    let markdown = item.text(&["content"]).unwrap_or_default();
    let date = item.date(&["created_at"], options.now);
    let comment = ImportedComment {
        id: None,
        parent: None,
        created: date.unwrap_or(options.now),
        dated: date.is_some(),
        site,
        slug: item.slug(&["page_key"])?,
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
        agent: item.agent(&["ua"], options.agent),
    };
    // Here `rid` is the comment that is answered.
    Ok(Draft { comment, id: item.id("id"), answers: item.id("rid").into_iter().collect() })
}
