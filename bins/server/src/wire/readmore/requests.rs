//! What clients send, as the description tells it. Nothing is read into these types: scalars of any
//! type will do (`members.rs`).

#![expect(dead_code, reason = "types of the description alone")]

use utoipa::ToSchema;

/// For whom a code is.
#[derive(ToSchema)]
#[schema(as = readmore::CaptchaWanted, rename_all = "camelCase", examples(json!({ "blogId": "18762-1578560384586-915" })))]
pub(super) struct CaptchaWanted {
    #[schema(examples("18762-1578560384586-915"))]
    blog_id: String,
    /// A follower of the account, as its link says.
    from_open_id: Option<String>,
    to_open_id: Option<String>,
    /// When the link was made.
    ts: Option<String>,
    /// The signature of the link.
    sign: Option<String>,
}

/// A code that somebody has typed.
#[derive(ToSchema)]
#[schema(as = readmore::TypedCaptcha, rename_all = "camelCase", examples(json!({
    "blogId": "18762-1578560384586-915",
    "code": "437554",
})))]
pub(super) struct TypedCaptcha {
    blog_id: String,
    code: String,
}

/// A token of a blog.
#[derive(ToSchema)]
#[schema(as = readmore::BlogToken, rename_all = "camelCase", examples(json!({
    "blogId": "18762-1578560384586-915",
    "token": "eyJ…",
})))]
pub(super) struct BlogToken {
    blog_id: String,
    token: String,
}

/// A token.
#[derive(ToSchema)]
#[schema(as = readmore::RevokedToken, examples(json!({ "token": "eyJ…" })))]
pub(super) struct RevokedToken {
    token: String,
}

/// What was read.
#[derive(ToSchema)]
#[schema(as = readmore::NewBrowse, rename_all = "camelCase", examples(json!({
    "blogId": "18762-1578560384586-915",
    "url": "https://blog.example/posts/hello/",
    "title": "Hello",
    "tag": 1,
})))]
pub(super) struct NewBrowse {
    blog_id: String,
    url: Option<String>,
    title: Option<String>,
    /// Absent: what the header says.
    ua: Option<String>,
    /// What unlocked it: 1 a token, 2 chance, 3 a code, 4 a threshold.
    tag: Option<i64>,
    /// How likely it was to be locked.
    probability: Option<f64>,
}

/// An article that is to be read.
#[derive(ToSchema)]
#[schema(as = readmore::WantedArticle, rename_all = "camelCase", examples(json!({
    "blogId": "18762-1578560384586-915",
    "url": "/posts/hello/",
    "token": "eyJ…",
})))]
pub(super) struct WantedArticle {
    blog_id: String,
    url: String,
    token: String,
}

/// The rest of an article.
#[derive(ToSchema)]
#[schema(as = readmore::KeptArticle, rename_all = "camelCase", examples(json!({
    "blogId": "18762-1578560384586-915",
    "url": "/posts/hello/",
    "content": "<p>And so on.</p>",
})))]
pub(super) struct KeptArticle {
    blog_id: String,
    url: String,
    /// HTML.
    content: String,
}

/// An article.
#[derive(ToSchema)]
#[schema(as = readmore::NamedArticle, rename_all = "camelCase", examples(json!({
    "blogId": "18762-1578560384586-915",
    "url": "/posts/hello/",
})))]
pub(super) struct NamedArticle {
    blog_id: String,
    url: String,
}

/// Which blog.
#[derive(ToSchema)]
#[schema(rename_all = "camelCase")]
pub(super) struct BlogQuery {
    #[schema(examples("18762-1578560384586-915"))]
    blog_id: String,
}

/// Which blog, and how far back.
#[derive(ToSchema)]
#[schema(rename_all = "camelCase")]
pub(super) struct StatisticsQuery {
    #[schema(examples("18762-1578560384586-915"))]
    blog_id: String,
    /// 30, at most 366.
    #[schema(minimum = 1, maximum = 366)]
    days: Option<u32>,
}

/// Which part of a list.
#[derive(ToSchema)]
#[schema(rename_all = "camelCase")]
pub(super) struct SliceQuery {
    /// From 1.
    #[schema(minimum = 1)]
    curr_page: Option<u32>,
    /// 10, at most 100.
    #[schema(minimum = 1, maximum = 100)]
    page_size: Option<u32>,
}

/// Which part of what was read, in which order.
#[derive(ToSchema)]
#[schema(rename_all = "camelCase")]
pub(super) struct BrowsesQuery {
    #[schema(examples("18762-1578560384586-915"))]
    blog_id: String,
    /// From 1.
    #[schema(minimum = 1)]
    curr_page: Option<u32>,
    /// 10, at most 100.
    #[schema(minimum = 1, maximum = 100)]
    page_size: Option<u32>,
    /// `id`, `tag`, `probability`, `url` or `title`; else by time.
    order_field: Option<String>,
    /// `asc`, else from the greatest.
    order_mode: Option<String>,
}

/// How `WeChat` proves that it is `WeChat`.
#[derive(ToSchema)]
pub(super) struct SignatureQuery {
    signature: Option<String>,
    timestamp: Option<String>,
    nonce: Option<String>,
    /// What verification is answered with.
    echostr: Option<String>,
}
