//! Comments of Valine (HTML) and of its successor Waline (Markdown).

use inkstone_vocab::SiteId;

use super::{Draft, Format, ImportOptions, Skip, member::Members, refused};
use crate::{body::CommentBody, comment::Status, transfer::ImportedComment};

pub(super) fn parse(
    item: &Members<'_>,
    format: Format,
    site: SiteId,
    options: &ImportOptions,
) -> Result<Draft, Skip> {
    let text = item.text(&["comment"]).unwrap_or_default();
    let body = match format {
        Format::Waline => CommentBody::from_markdown(text),
        _ => CommentBody::from_html(text),
    };
    let date = item.date(&["insertedAt", "createdAt"], options.now);
    let comment = ImportedComment {
        id: None,
        parent: None,
        created: date.unwrap_or(options.now),
        dated: date.is_some(),
        site,
        slug: item.slug(&["url"])?,
        url: None,
        title: None,
        name: item.name(&["nick"]),
        email: item.email("mail"),
        website: item.url("link"),
        body: body.map_err(refused)?,
        likes: item.number("like").unwrap_or(0),
        priority: item.pinned("sticky"),
        status: status(item),
        address: item.address("ip"),
        agent: item.agent(&["ua"], options.agent),
    };
    // `pid` is the comment itself, `rid` the root of its thread.
    let answers = ["pid", "rid"].iter().filter_map(|name| item.id(name)).collect();
    Ok(Draft { comment, id: item.id("objectId").or_else(|| item.id("id")), answers })
}

fn status(item: &Members<'_>) -> Status {
    if item.is_on("isSpam") {
        return Status::Rejected;
    }
    match item.get("status").map(|status| status.as_str().unwrap_or_default()) {
        None | Some("approved") => Status::Approved,
        Some("spam") => Status::Rejected,
        Some(_) => Status::Pending,
    }
}
