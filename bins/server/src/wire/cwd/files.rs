//! What is in the files that move everything, as the description tells it. `crate::backup` reads and
//! writes them.

#![expect(dead_code, reason = "types of the description alone")]

use utoipa::ToSchema;

use crate::backup::CommentRow;

/// Comments in the format of any system that Inkstone knows.
#[derive(ToSchema)]
#[schema(as = cwd::CommentFile)]
pub(super) struct CommentFile(Vec<ImportedComment>);

/// A comment of another system, under that system's names.
#[derive(ToSchema)]
#[schema(as = cwd::ImportedComment, value_type = Object, examples(json!({
    "post_slug": "/posts/hello/",
    "name": "Ann",
    "email": "ann@example.org",
    "content_text": "Well said.",
    "created": 1_767_753_000_000_i64,
})))]
pub(super) struct ImportedComment(serde_json::Value);

/// Exported comments.
#[derive(ToSchema)]
#[schema(as = cwd::ExportedComments)]
pub(super) struct ExportedComments(Vec<CommentRow<'static>>);

/// A setting in a file.
#[derive(ToSchema)]
#[schema(as = cwd::Setting, examples(json!({ "key": "comment_admin_email", "value": "ann@example.org" })))]
pub(super) struct Setting {
    key: String,
    value: String,
}

/// Settings in a file.
#[derive(ToSchema)]
#[schema(as = cwd::Settings)]
pub(super) struct Settings(Vec<Setting>);

/// Statistics in a file.
#[derive(ToSchema)]
#[schema(as = cwd::Statistics)]
pub(super) struct Statistics {
    page_stats: Vec<PageRow>,
    page_visit_daily: Vec<DayRow>,
    likes: Vec<LikeRow>,
}

/// Everything in a file.
#[derive(ToSchema)]
#[schema(as = cwd::Everything)]
pub(super) struct Everything {
    #[schema(examples("1.0"))]
    version: String,
    /// When it was written, in milliseconds since the epoch.
    timestamp: i64,
    comments: Vec<CommentRow<'static>>,
    settings: Vec<Setting>,
    page_stats: Vec<PageRow>,
    page_visit_daily: Vec<DayRow>,
    likes: Vec<LikeRow>,
}

/// The visits of a page.
#[derive(ToSchema)]
#[schema(as = cwd::PageRow, examples(json!({
    "id": 1,
    "site_id": "",
    "post_slug": "/posts/hello/",
    "post_title": "Hello",
    "post_url": "https://blog.example/posts/hello/",
    "pv": 42,
    "last_visit_at": 1_767_753_000_000_i64,
    "created_at": 1_767_753_000_000_i64,
    "updated_at": 1_767_753_000_000_i64,
})))]
struct PageRow {
    id: u64,
    site_id: String,
    post_slug: String,
    post_title: Option<String>,
    post_url: Option<String>,
    pv: u64,
    last_visit_at: Option<i64>,
    created_at: i64,
    updated_at: i64,
}

/// The visits of a day.
#[derive(ToSchema)]
#[schema(as = cwd::DayRow, examples(json!({
    "id": 1,
    "date": "2026-01-07",
    "domain": "blog.example",
    "count": 42,
    "created_at": 1_767_753_000_000_i64,
    "updated_at": 1_767_753_000_000_i64,
    "site_id": "",
})))]
struct DayRow {
    id: u64,
    date: String,
    domain: Option<String>,
    count: u64,
    created_at: i64,
    updated_at: i64,
    site_id: String,
}

/// A like of a page.
#[derive(ToSchema)]
#[schema(as = cwd::LikeRow, examples(json!({
    "id": 3,
    "site_id": "",
    "page_slug": "/posts/hello/",
    "user_id": "a7dbcd2b7c4ac6ba",
    "created_at": 1_767_753_000_000_i64,
})))]
struct LikeRow {
    id: u64,
    site_id: String,
    page_slug: String,
    user_id: String,
    created_at: i64,
}
