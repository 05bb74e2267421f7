//! Parameters of queries, as the description tells them. Nothing is read into these types: handlers
//! take what is odd about them for not said, where that does no harm.

#![expect(dead_code, reason = "types of the description alone")]

use utoipa::ToSchema;

/// Which files.
#[derive(ToSchema)]
pub(super) struct DocumentsQuery {
    /// `post`, `draft`, `page` or `config`; absent: all.
    kind: Option<String>,
    /// What they mention.
    s: Option<String>,
}

/// Which file.
#[derive(ToSchema)]
pub(super) struct FileQuery {
    #[schema(examples("source/_posts/hello.md"))]
    path: String,
    /// Absent: as it is now.
    version: Option<String>,
}

/// Whose history.
#[derive(ToSchema)]
pub(super) struct HistoryQuery {
    #[schema(examples("source/_posts/hello.md"))]
    path: String,
    /// How many commits at most: 50 unless something else is said.
    #[schema(minimum = 0)]
    limit: Option<u32>,
}

/// Which messages.
#[derive(ToSchema)]
pub(super) struct OutboxQuery {
    state: Option<String>,
    channel: Option<String>,
    event: Option<String>,
    /// The number of the comment, notice or the like.
    subject: Option<i64>,
    recipient: Option<String>,
    /// From 1.
    #[schema(minimum = 1)]
    page: Option<u32>,
    /// 50, at most 200.
    #[schema(minimum = 1, maximum = 200)]
    limit: Option<u32>,
}

/// What is wanted.
#[derive(ToSchema)]
#[schema(as = inkstone::Subscription, examples(json!({ "action": "subscribe" })))]
pub(super) struct Subscription {
    /// `subscribe`; anything else unsubscribes.
    action: Option<String>,
}
