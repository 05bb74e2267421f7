//! Comments of Twikoo: HTML, on the path of their page.

use inkstone_vocab::SiteId;

use super::{Draft, ImportOptions, Skip, member::Members, refused};
use crate::{body::CommentBody, comment::Status, transfer::ImportedComment};

pub(super) fn parse(
    item: &Members<'_>,
    site: SiteId,
    options: &ImportOptions,
) -> Result<Draft, Skip> {
    let named = item.slug(&["href", "url"])?;
    // The stock widget asks for the path.
    let path = named.to_path().unwrap_or(named);
    let date = item.date(&["created"], options.now);
    let html = item.text(&["comment"]).unwrap_or_default();
    let comment = ImportedComment {
        id: None,
        parent: None,
        created: date.unwrap_or(options.now),
        dated: date.is_some(),
        site,
        slug: path,
        url: item.url("href"),
        title: None,
        name: item.name(&["nick"]),
        email: item.email("mail"),
        website: item.url("link"),
        body: CommentBody::from_html(html).map_err(refused)?,
        likes: 0,
        priority: item.pinned("top"),
        status: if item.is_on("isSpam") { Status::Rejected } else { Status::Approved },
        address: item.address("ip"),
        agent: item.agent(&["ua"], options.agent),
    };
    // `pid` is the comment itself, `rid` the root of its thread.
    let answers = ["pid", "rid"].iter().filter_map(|name| item.id(name)).collect();
    Ok(Draft { comment, id: item.id("_id").or_else(|| item.id("id")), answers })
}
