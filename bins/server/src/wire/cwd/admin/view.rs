//! A comment as the owner sees it (contract cwd, 3.3).

use inkstone_comments::{Comment, CommentId, Policy, avatar_url};
use serde::Serialize;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct RowView {
    id: i64,
    created: i64,
    name: String,
    email: String,
    post_slug: String,
    post_url: Option<String>,
    url: Option<String>,
    ip_address: Option<String>,
    content_text: String,
    content_html: String,
    status: &'static str,
    priority: u32,
    likes: u64,
    ua: Option<String>,
    avatar: String,
    is_admin: bool,
    parent_id: Option<i64>,
    site_id: String,
}

impl RowView {
    pub(super) fn new(comment: Comment, policy: &Policy, avatar_prefix: Option<&str>) -> Self {
        Self {
            id: comment.id.get(),
            created: comment.created.millis(),
            avatar: avatar_url(avatar_prefix, &comment.email, &comment.name),
            is_admin: policy.shows_badge(&comment),
            name: comment.name,
            email: comment.email,
            post_slug: comment.slug,
            post_url: comment.url,
            url: comment.website,
            ip_address: comment.address,
            content_text: comment.text,
            content_html: comment.html,
            status: comment.status.as_str(),
            priority: comment.priority,
            likes: comment.likes,
            ua: Some(comment.agent.header).filter(|header| !header.is_empty()),
            parent_id: comment.parent.map(CommentId::get),
            site_id: comment.site.as_str().to_owned(),
        }
    }
}
