//! A comment as the owner sees it (contract cwd, 3.3).

use inkstone_comments::{Comment, CommentId, Policy, avatar_url};
use inkstone_vocab::PageRequest;
use serde::Serialize;
use utoipa::ToSchema;

/// Where a slice lies.
#[derive(Serialize, ToSchema)]
#[schema(as = cwd::Pagination)]
pub(super) struct PaginationView {
    limit: u32,
    page: u32,
    /// How many pages there are.
    total: u64,
}

impl PaginationView {
    pub(super) fn new(slice: PageRequest, pages: u64) -> Self {
        Self { limit: slice.size(), page: slice.number(), total: pages }
    }
}

#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = cwd::CommentRow, examples(json!({
    "id": 7,
    "created": 1_767_753_000_000_i64,
    "name": "Ann",
    "email": "ann@example.org",
    "postSlug": "/posts/hello/",
    "postUrl": "https://blog.example/posts/hello/",
    "url": null,
    "ipAddress": "203.0.113.77",
    "contentText": "Well said.",
    "contentHtml": "<p>Well said.</p>",
    "status": "approved",
    "priority": 1,
    "likes": 3,
    "ua": "Mozilla/5.0",
    "avatar": "https://gravatar.com/avatar/a7dbcd2b7c4ac6ba7aa5e3f1f8e24b0e",
    "isAdmin": false,
    "parentId": null,
    "siteId": "",
})))]
pub(super) struct RowView {
    id: i64,
    /// Milliseconds since the epoch.
    created: i64,
    name: String,
    email: String,
    post_slug: String,
    post_url: Option<String>,
    url: Option<String>,
    ip_address: Option<String>,
    content_text: String,
    content_html: String,
    /// `approved`, `pending` or `rejected`.
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
