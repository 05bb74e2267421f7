//! What clients send, as the description tells it. Nothing is read into
//! these types: handlers take members of whatever type and spelling clients have chosen
//! (`input.rs`).

#![expect(dead_code, reason = "types of the description alone")]

use utoipa::ToSchema;

/// Which page's comments, and which of them.
#[derive(ToSchema)]
pub(super) struct ListQuery {
    /// The page, by its path or another name.
    #[schema(examples("/posts/hello/"))]
    post_slug: String,
    /// The site; absent: all that have such a page.
    site_id: Option<String>,
    /// From 1.
    #[schema(minimum = 1)]
    page: Option<u32>,
    /// Threads, or comments of a flat list: 20, at most 50.
    #[schema(minimum = 1, maximum = 50)]
    limit: Option<u32>,
    /// `false` for a flat list instead of threads.
    nested: Option<bool>,
    /// The prefix of avatars, instead of the owner's.
    avatar_prefix: Option<String>,
}

/// Which page.
#[derive(ToSchema)]
pub(super) struct PageQuery {
    /// The page, by its path or another name.
    #[schema(examples("/posts/hello/"))]
    post_slug: String,
    /// The site; absent: the unnamed one.
    site_id: Option<String>,
}

/// Which site.
#[derive(ToSchema)]
pub(super) struct SiteQuery {
    /// The site; absent: all.
    site_id: Option<String>,
}

/// Who likes.
#[derive(ToSchema)]
pub(super) struct LikerHeaders {
    /// A name for the visitor that the widget has made up; absent: the address.
    #[schema(rename = "X-CWD-Like-User")]
    like_user: Option<String>,
}

/// A comment.
#[derive(ToSchema)]
#[schema(as = cwd::NewComment, examples(json!({
    "post_slug": "/posts/hello/",
    "post_title": "Hello",
    "post_url": "https://blog.example/posts/hello/",
    "name": "Ann",
    "email": "ann@example.org",
    "content": "Well **said**.",
})))]
pub(super) struct NewComment {
    /// The page, by its path or another name.
    post_slug: String,
    post_title: Option<String>,
    post_url: Option<String>,
    /// At most 50 characters.
    name: String,
    email: String,
    /// The author's site.
    url: Option<String>,
    /// Markdown.
    content: String,
    /// The comment that this one answers.
    parent_id: Option<i64>,
    /// The owner's key, when the mail address is the owner's.
    #[schema(rename = "adminToken")]
    admin_token: Option<String>,
    /// The site; absent: what `X-Site-Id` says, or the unnamed one.
    site_id: Option<String>,
}

/// A comment to like.
#[derive(ToSchema)]
#[schema(as = cwd::LikedComment, examples(json!({ "id": 1 })))]
pub(super) struct LikedComment {
    id: i64,
}

/// A page that is liked or visited.
#[derive(ToSchema)]
#[schema(as = cwd::Page, rename_all = "camelCase", examples(json!({
    "postSlug": "/posts/hello/",
    "postTitle": "Hello",
    "postUrl": "https://blog.example/posts/hello/",
})))]
pub(super) struct Page {
    /// The page, by its path or another name.
    post_slug: String,
    post_title: Option<String>,
    post_url: Option<String>,
    /// The site; absent: what `X-Site-Id` says, or the unnamed one.
    site_id: Option<String>,
}

/// The owner's key.
#[derive(ToSchema)]
#[schema(as = cwd::AdminKey, rename_all = "camelCase", examples(json!({ "adminToken": "open sesame" })))]
pub(super) struct AdminKey {
    admin_token: String,
}

/// An update of Telegram's Bot API.
#[derive(ToSchema)]
#[schema(as = cwd::TelegramUpdate, examples(json!({
    "update_id": 1,
    "callback_query": {
        "id": "77",
        "data": "approve:7",
        "message": { "message_id": 9, "chat": { "id": -100_123 }, "text": "A new comment" },
    },
})))]
pub(super) struct TelegramUpdate {
    update_id: Option<i64>,
    /// A button was pressed; whatever else an update says does not matter.
    callback_query: Option<serde_json::Value>,
}

/// How Telegram proves that it is Telegram.
#[derive(ToSchema)]
pub(super) struct TelegramHeaders {
    /// The secret that Telegram was given with the webhook's address.
    #[schema(rename = "X-Telegram-Bot-Api-Secret-Token")]
    secret: Option<String>,
}

/// A name and a password.
#[derive(ToSchema)]
#[schema(as = cwd::Login, examples(json!({ "name": "admin", "password": "…" })))]
pub(super) struct Login {
    name: String,
    password: String,
}

/// Which part of a list.
#[derive(ToSchema)]
pub(super) struct RowsQuery {
    /// From 1.
    #[schema(minimum = 1)]
    page: Option<u32>,
    /// The site; absent: all.
    site_id: Option<String>,
}

/// Which comment, and what becomes of it.
#[derive(ToSchema)]
pub(super) struct StatusQuery {
    #[schema(examples(1))]
    id: i64,
    #[schema(schema_with = status)]
    status: String,
}

/// Which comment.
#[derive(ToSchema)]
pub(super) struct IdQuery {
    #[schema(examples(1))]
    id: i64,
}

/// What a comment becomes.
#[derive(ToSchema)]
#[schema(as = cwd::EditedComment, rename_all = "camelCase", examples(json!({
    "id": 1,
    "name": "Ann",
    "email": "ann@example.org",
    "content": "Very well said.",
    "priority": 2,
})))]
pub(super) struct EditedComment {
    id: i64,
    name: String,
    email: String,
    /// The author's site; absent: none.
    url: Option<String>,
    /// Markdown.
    content: String,
    /// `approved`, `pending` or `rejected`; absent: as it is.
    status: Option<String>,
    /// Comments with a greater one come first; absent: as it is.
    priority: Option<i32>,
    /// Absent: as it is.
    post_slug: Option<String>,
    /// Absent: as it is.
    post_url: Option<String>,
}

/// Addresses that may not comment any more.
#[derive(ToSchema)]
#[schema(as = cwd::BlockedIp, examples(json!({ "ip": "203.0.113.9" })))]
pub(super) struct BlockedIp {
    /// Several are separated by commas.
    ip: String,
}

/// A mail address that may not comment any more.
#[derive(ToSchema)]
#[schema(as = cwd::BlockedEmail, examples(json!({ "email": "spam@example.net" })))]
pub(super) struct BlockedEmail {
    email: String,
}

/// In which order.
#[derive(ToSchema)]
pub(super) struct PagesQuery {
    /// `latest` for what was visited last; else by visits.
    order: Option<String>,
    /// The site; absent: all.
    site_id: Option<String>,
}

/// Which likes.
#[derive(ToSchema)]
pub(super) struct LikesQuery {
    /// From 1.
    #[schema(minimum = 1)]
    page: Option<u32>,
    page_slug: Option<String>,
    user_id: Option<String>,
    /// From when, in milliseconds since the epoch.
    start: Option<i64>,
    /// Until when, in milliseconds since the epoch.
    end: Option<i64>,
    /// The site; absent: all.
    site_id: Option<String>,
}

/// Which backup.
#[derive(ToSchema)]
pub(super) struct KeyQuery {
    #[schema(examples("cwd-backup-2026-01-07-1767753000000.json"))]
    key: String,
}

/// How comments are taken and shown; absent members stay as they are.
#[derive(ToSchema)]
#[schema(as = cwd::CommentSettingsPatch, rename_all = "camelCase", examples(json!({
    "adminEmail": "ann@example.org",
    "requireReview": true,
    "blockedIps": ["203.0.113.9"],
})))]
pub(super) struct CommentSettings {
    admin_email: Option<String>,
    admin_badge: Option<String>,
    avatar_prefix: Option<String>,
    admin_enabled: Option<bool>,
    allowed_domains: Option<Vec<String>>,
    require_review: Option<bool>,
    blocked_ips: Option<Vec<String>>,
    blocked_emails: Option<Vec<String>>,
    /// Empty: there is none any more.
    admin_key: Option<String>,
}

/// What the widget and the panel show; absent members stay as they are.
#[derive(ToSchema)]
#[schema(as = cwd::FeatureSettingsPatch, rename_all = "camelCase", examples(json!({ "enableCommentLike": true })))]
pub(super) struct FeatureSettings {
    enable_comment_like: Option<bool>,
    enable_article_like: Option<bool>,
    enable_image_lightbox: Option<bool>,
    comment_placeholder: Option<String>,
    visible_domains: Option<Vec<String>>,
    admin_language: Option<String>,
    widget_language: Option<String>,
}

/// How the panel looks.
#[derive(ToSchema)]
#[schema(as = cwd::DisplaySettingsPatch, rename_all = "camelCase", examples(json!({ "layoutTitle": "My blog" })))]
pub(super) struct DisplaySettings {
    layout_title: Option<String>,
}

/// Where the owner gets mail.
#[derive(ToSchema)]
#[schema(as = cwd::NotifyAddressPatch, examples(json!({ "email": "ann@example.org" })))]
pub(super) struct NotifyAddress {
    /// Empty: nowhere.
    email: String,
}

/// How mail is sent; absent members stay as they are.
#[derive(ToSchema)]
#[schema(as = cwd::MailSettingsPatch, rename_all = "camelCase")]
pub(super) struct MailSettings {
    global_enabled: Option<bool>,
    smtp: Option<Smtp>,
    templates: Option<Templates>,
}

/// A server for mail.
#[derive(ToSchema)]
#[schema(as = cwd::Smtp, examples(json!({
    "host": "smtp.example",
    "port": 465,
    "user": "ann@example.org",
    "pass": "******",
    "secure": true,
})))]
pub(super) struct Smtp {
    host: Option<String>,
    port: Option<u16>,
    user: Option<String>,
    /// The mask stands for the stored one.
    pass: Option<String>,
    /// TLS from the first byte.
    secure: Option<bool>,
}

/// Mails in HTML.
#[derive(ToSchema)]
#[schema(as = cwd::Templates, examples(json!({ "reply": "<p>${replyContent}</p>" })))]
pub(super) struct Templates {
    reply: Option<String>,
    admin: Option<String>,
}

/// A mail to try.
#[derive(ToSchema)]
#[schema(as = cwd::MailTest, rename_all = "camelCase")]
pub(super) struct MailTest {
    #[schema(examples("ann@example.org"))]
    to_email: String,
    smtp: Option<Smtp>,
}

/// How the owner is told by Telegram; absent members are removed.
#[derive(ToSchema)]
#[schema(as = cwd::TelegramSettingsPatch, rename_all = "camelCase", examples(json!({
    "botToken": "123:abc",
    "chatId": "-100123",
    "notifyEnabled": true,
})))]
pub(super) struct TelegramSettings {
    /// The mask stands for the stored one.
    bot_token: Option<String>,
    chat_id: Option<String>,
    notify_enabled: Option<bool>,
}

/// Where backups go; absent members are removed.
#[derive(ToSchema)]
#[schema(as = cwd::S3SettingsPatch, rename_all = "camelCase", examples(json!({
    "endpoint": "https://s3.example",
    "accessKeyId": "AKIA…",
    "secretAccessKey": "******",
    "bucket": "backups",
    "region": "auto",
})))]
pub(super) struct S3Settings {
    endpoint: Option<String>,
    access_key_id: Option<String>,
    /// The mask stands for the stored one.
    secret_access_key: Option<String>,
    bucket: Option<String>,
    region: Option<String>,
}

fn status() -> utoipa::openapi::schema::Object {
    utoipa::openapi::ObjectBuilder::new()
        .schema_type(utoipa::openapi::Type::String)
        .enum_values(Some(["approved", "pending", "rejected"]))
        .build()
}
