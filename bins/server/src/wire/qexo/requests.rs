//! What clients send, as the description tells it. Nothing is read into these types: endpoints take
//! their parameters from a [`Call`](super::Call), whatever encoding they came in.

#![expect(dead_code, reason = "types of the description alone")]

use utoipa::ToSchema;

/// What is looked for.
#[derive(ToSchema)]
#[schema(as = qexo::Search, examples(json!({ "s": "hello" })))]
pub(super) struct Search {
    /// Absent or empty: everything.
    s: Option<String>,
}

/// A file, and its text.
#[derive(ToSchema)]
#[schema(as = qexo::FileToSave, examples(json!({ "file": "source/_posts/hello.md", "content": "# Hello" })))]
pub(super) struct FileToSave {
    /// Its path below the root of the blog.
    file: String,
    /// The whole new text.
    content: String,
    /// The commit message.
    commitchange: Option<String>,
    /// The version that the edit began with; a stale one is refused.
    version: Option<String>,
}

/// A file.
#[derive(ToSchema)]
#[schema(as = qexo::NamedFile, examples(json!({ "file": "source/_posts/hello.md" })))]
pub(super) struct NamedFile {
    /// Its path below the root of the blog.
    file: String,
    /// The commit message.
    commitchange: Option<String>,
    /// The version that the client knows; a stale one is refused.
    version: Option<String>,
}

/// A draft, and its text.
#[derive(ToSchema)]
#[schema(as = qexo::Draft, examples(json!({ "filename": "hello", "content": "# Hello" })))]
pub(super) struct Draft {
    /// The name of a draft; without one, `file`.
    filename: Option<String>,
    /// The path of any file.
    file: Option<String>,
    content: String,
    commitchange: Option<String>,
    version: Option<String>,
}

/// A file that becomes a post, or a draft.
#[derive(ToSchema)]
#[schema(as = qexo::Turned, examples(json!({ "file": "source/_drafts/hello.md" })))]
pub(super) struct Turned {
    file: String,
    /// Its new text; absent: as it is.
    content: Option<String>,
    commitchange: Option<String>,
    version: Option<String>,
}

/// A new file.
#[derive(ToSchema)]
#[schema(as = qexo::NewFile, examples(json!({ "filename": "hello", "title": "Hello" })))]
pub(super) struct NewFile {
    filename: String,
    title: Option<String>,
    /// Its text; absent: as the blog's scaffold has it.
    content: Option<String>,
    commitchange: Option<String>,
}

/// A file that is moved.
#[derive(ToSchema)]
#[schema(as = qexo::Moving, examples(json!({
    "file": "source/_posts/hello.md",
    "new": "source/_posts/hi.md",
})))]
pub(super) struct Moving {
    file: String,
    new: String,
    commitchange: Option<String>,
    version: Option<String>,
}

/// Where a webhook is to arrive.
#[derive(ToSchema)]
#[schema(as = qexo::WebhookTarget, examples(json!({ "uri": "https://api.example/api/webhook" })))]
pub(super) struct WebhookTarget {
    uri: String,
}

/// What a webhook presents.
#[derive(ToSchema)]
pub(super) struct WebhookQuery {
    /// The webhook's own token, or the owner's.
    #[schema(examples("k3v9x0q2m7ab"))]
    token: String,
}

/// Where the source of the blog is.
#[derive(ToSchema)]
#[schema(as = qexo::Provider, examples(json!({
    "provider": "{\"provider\":\"github\",\"params\":{\"token\":\"…\",\"repo\":\"ann/blog\",\"branch\":\"main\",\"path\":\"\",\"config\":\"Hexo\"}}",
})))]
pub(super) struct Provider {
    /// JSON in a text; empty: nowhere.
    provider: String,
    /// `true` when it is not to be looked at first.
    force: Option<String>,
}

/// Where images go.
#[derive(ToSchema)]
#[schema(as = qexo::ImageHost, examples(json!({ "image_host": "{\"type\":\"本地存储\",\"params\":{}}" })))]
pub(super) struct ImageHostSetting {
    /// JSON in a text; empty: nowhere.
    image_host: String,
}

/// A form with an image.
#[derive(ToSchema)]
#[schema(as = qexo::Upload)]
pub(super) struct Upload {
    /// The image; PNG, JPEG, GIF, WebP, AVIF, BMP or ICO. `file[]` is the same.
    #[schema(value_type = String, format = Binary, examples("…"))]
    file: Vec<u8>,
}

/// An image.
#[derive(ToSchema)]
#[schema(as = qexo::NamedImage, examples(json!({ "image": "1767753000", "sync": "true" })))]
pub(super) struct NamedImage {
    /// Its `time`.
    image: String,
    /// Whether the file goes, too.
    sync: Option<String>,
}

/// Who would like to be linked.
#[derive(ToSchema)]
#[schema(as = qexo::Application, examples(json!({
    "name": "Ann",
    "url": "https://ann.example/",
    "image": "https://ann.example/ann.png",
    "description": "Ann's blog",
})))]
pub(super) struct Application {
    name: String,
    url: String,
    image: String,
    description: Option<String>,
    /// The answer to a captcha, where one is asked for.
    verify: Option<String>,
}

/// A friend.
#[derive(ToSchema)]
#[schema(as = qexo::NewFriend, examples(json!({
    "name": "Ann",
    "url": "https://ann.example/",
    "image": "https://ann.example/ann.png",
    "description": "Ann's blog",
    "status": "true",
})))]
pub(super) struct NewFriend {
    name: String,
    url: String,
    image: Option<String>,
    description: Option<String>,
    /// Whether everybody is shown it.
    status: Option<String>,
}

/// What a friend becomes; what is absent stays.
#[derive(ToSchema)]
#[schema(as = qexo::EditedFriend, examples(json!({ "time": "1767753000", "name": "Ann B." })))]
pub(super) struct EditedFriend {
    /// Which friend.
    time: String,
    name: Option<String>,
    url: Option<String>,
    image: Option<String>,
    description: Option<String>,
    status: Option<String>,
}

/// Which friend or notice.
#[derive(ToSchema)]
#[schema(as = qexo::Time, examples(json!({ "time": "1767753000" })))]
pub(super) struct Time {
    time: String,
}

/// Which part of a list.
#[derive(ToSchema)]
#[schema(as = qexo::Slice, examples(json!({ "page": 1, "limit": 10 })))]
pub(super) struct Slice {
    /// From 1.
    #[schema(minimum = 1)]
    page: Option<u32>,
    #[schema(minimum = 1)]
    limit: Option<u32>,
}

/// Where a view comes from.
#[derive(ToSchema)]
pub(super) struct Referer {
    /// The page, as browsers name it.
    #[schema(rename = "Referer", examples("https://blog.example/posts/hello/"))]
    referer: Option<String>,
}

/// Which talk.
#[derive(ToSchema)]
#[schema(as = qexo::NamedTalk, examples(json!({ "id": "0198f0a0-5b7c-7d3e-8f00-1a2b3c4d5e6f" })))]
pub(super) struct NamedTalk {
    id: String,
}

/// A talk.
#[derive(ToSchema)]
#[schema(as = qexo::SavedTalk, examples(json!({ "content": "Hello", "tags": "[\"life\"]" })))]
pub(super) struct SavedTalk {
    /// Needed for a new one.
    content: Option<String>,
    /// A JSON array in a text.
    tags: Option<String>,
    /// A JSON object in a text.
    values: Option<String>,
    /// Which talk is changed; absent: a new one.
    id: Option<String>,
    /// When it was written, in seconds since the epoch; only with `id`.
    time: Option<String>,
}

/// Which field.
#[derive(ToSchema)]
#[schema(as = qexo::FieldKey, examples(json!({ "key": "greeting" })))]
pub(super) struct FieldKey {
    /// Its script is given all other parameters.
    key: String,
}

/// A field or setting, and what it holds.
#[derive(ToSchema)]
#[schema(as = qexo::Named, examples(json!({ "name": "greeting", "content": "Hello" })))]
pub(super) struct Named {
    name: String,
    content: String,
}

/// A field or setting.
#[derive(ToSchema)]
#[schema(as = qexo::Name, examples(json!({ "name": "greeting" })))]
pub(super) struct Name {
    name: String,
}

/// A notice.
#[derive(ToSchema)]
#[schema(as = qexo::NewNotice, examples(json!({ "title": "Build", "content": "The build is done." })))]
pub(super) struct NewNotice {
    title: String,
    content: String,
}

/// A name and a password.
#[derive(ToSchema)]
#[schema(as = qexo::Login, examples(json!({ "username": "admin", "password": "…" })))]
pub(super) struct Login {
    username: String,
    password: String,
    /// The answer to a captcha, where one is asked for.
    verify: Option<String>,
    /// Which captcha, where there are two: `v2` or `v3`.
    #[schema(rename = "type")]
    kind: Option<String>,
}

/// Who may call, and whether strangers may apply for links; what is absent stays.
#[derive(ToSchema)]
#[schema(as = qexo::Access, examples(json!({ "allow_friend": "是" })))]
pub(super) struct Access {
    /// The token, at least 12 characters.
    apikey: Option<String>,
    allow_friend: Option<String>,
    #[schema(rename = "friend-recaptcha")]
    friend_recaptcha: Option<String>,
    #[schema(rename = "recaptcha-token")]
    recaptcha_token: Option<String>,
}

/// Whose pages are counted; what is absent stays.
#[derive(ToSchema)]
#[schema(as = qexo::StatisticSettings, examples(json!({
    "allow_statistic": "是",
    "statistic_domains": "blog.example",
})))]
pub(super) struct StatisticSettings {
    allow_statistic: Option<String>,
    /// Separated by commas.
    statistic_domains: Option<String>,
}

/// Who tells the owner of notices.
#[derive(ToSchema)]
#[schema(as = qexo::Notifier, examples(json!({
    "onepush": "{\"notifier\":\"Gotify\",\"params\":{\"url\":\"https://gotify.example\",\"token\":\"…\"}}",
})))]
pub(super) struct Notifier {
    /// JSON in a text; empty: nobody.
    onepush: String,
}

/// The same, or the one that is set.
#[derive(ToSchema)]
#[schema(as = qexo::NotifierTest, examples(json!({
    "onepush": "{\"notifier\":\"Gotify\",\"params\":{\"url\":\"https://gotify.example\",\"token\":\"…\"}}",
})))]
pub(super) struct NotifierTest {
    /// JSON in a text; absent: the one that is set.
    onepush: Option<String>,
}

/// A language.
#[derive(ToSchema)]
#[schema(as = qexo::Language, examples(json!({ "lang": "zh_CN" })))]
pub(super) struct LanguageSetting {
    /// `zh_CN` or `en`.
    lang: String,
}

/// Everything in, or out.
#[derive(ToSchema)]
#[schema(as = qexo::Migration, examples(json!({ "type": "export" })))]
pub(super) struct Migration {
    /// `export`, `import`, or `import_friends` and the like.
    #[schema(rename = "type")]
    kind: String,
    /// JSON in a text: what `export` has answered, or one list of it.
    data: Option<String>,
    /// `replace` or `merge`.
    mode: Option<String>,
}

/// A file with everything, by list.
#[derive(ToSchema)]
#[schema(as = qexo::Export, value_type = Object, examples(json!({ "friends": [], "talks": [] })))]
pub(super) struct Export(serde_json::Value);
