//! `GET /api/comments`: the comments of a page (contract cwd, 2.3).

use std::collections::HashMap;

use actix_web::{HttpRequest, HttpResponse, web::Data};
use inkstone_comments::{Comment, CommentId, Listing, Policy, Thread, avatar_url, email_hash};
use inkstone_settings::CommentSettings;
use inkstone_vocab::{PageLookup, PageRequest, SiteId};
use serde::Serialize;
use utoipa::ToSchema;

use super::{
    Error,
    input::Query,
    refusal::{LIST_SLUG_REQUIRED, Refusal},
};
use crate::{
    blocking::blocking,
    cache::{KnownQueries, ResponseCache},
    config::{Cwd, Limits, PublicEmail},
    failure::Failure,
    owner_settings::{OwnerSettings, comment_policy},
    services::Comments,
    wire::error::OrSay as _,
};

const FAILED: &str = "获取评论失败";
const DEFAULT_LIMIT: u32 = 20;
const MAX_LIMIT: u32 = 50;

/// What a client asks for; the answer depends on nothing else that the client sends.
#[derive(Clone, Debug, Hash)]
struct Wanted {
    page: PageLookup,
    slice: PageRequest,
    nested: bool,
    avatar_prefix: Option<String>,
}

pub(super) async fn list(
    request: HttpRequest,
    cache: Data<ResponseCache>,
    cwd: Data<Cwd>,
    queries: Data<KnownQueries>,
    reader: Data<CommentReader>,
) -> Result<HttpResponse, Error> {
    let query = request.query_string();
    let wanted = || Wanted::parse(&Query::parse(query), &cwd);
    let name =
        || wanted().map(|wanted| cache.name(wanted.page.slug.topic(), ("comments", &wanted)));
    let slot = cache.slot(queries.name(query, name)?);
    if let Some(ready) = cache.get(&slot) {
        return Ok(ready.answer(&request));
    }
    let wanted = wanted()?;
    let ready = blocking(move || cache.fill(slot, || reader.read(&wanted))).await.or_say(FAILED)?;
    Ok(ready.answer(&request))
}

impl Wanted {
    fn parse(query: &Query<'_>, cwd: &Cwd) -> Result<Self, Refusal> {
        let slug = query.slug().ok_or(LIST_SLUG_REQUIRED)?;
        let site = query.site()?.or_else(|| cwd.strict_sites.then(SiteId::unnamed));
        let limit = query.number_up_to(MAX_LIMIT, "limit", DEFAULT_LIMIT);
        Ok(Self {
            page: PageLookup { site, slug },
            slice: PageRequest::new(query.number("page", 1), limit),
            nested: query.get(&["nested"]) != Some("false"),
            avatar_prefix: query.get(&["avatar_prefix"]).map(str::to_owned),
        })
    }
}

/// Makes the answers that the cache lacks.
pub(super) struct CommentReader {
    /// The comments.
    pub(super) comments: Data<Comments>,
    /// How the owner wants them shown.
    pub(super) settings: Data<OwnerSettings>,
    /// How often clients may post; part of the policy.
    pub(super) limits: Data<Limits>,
    /// What readers see of mail addresses.
    pub(super) public_email: PublicEmail,
}

impl CommentReader {
    fn read(&self, wanted: &Wanted) -> Result<Vec<u8>, Failure> {
        let settings = self.settings.all()?;
        let shown = Shown::new(&settings.comments, wanted, &self.limits, self.public_email);
        let (data, totals) = if wanted.nested {
            let threads = self.comments.threads(&wanted.page, wanted.slice)?;
            let totals = Totals::of(&threads, wanted.slice);
            (threads.items.into_iter().map(|thread| shown.thread(thread)).collect(), totals)
        } else {
            let comments = self.comments.approved(&wanted.page, wanted.slice)?;
            let totals = Totals::of(&comments, wanted.slice);
            (
                comments.items.into_iter().map(|comment| shown.comment(comment, None)).collect(),
                totals,
            )
        };
        #[expect(clippy::expect_used, reason = "texts and numbers always have a JSON form")]
        Ok(serde_json::to_vec(&PageView { data, pagination: totals }).expect("JSON"))
    }
}

/// How comments are shown to one request.
struct Shown<'a> {
    policy: Policy,
    avatar_prefix: Option<&'a str>,
    public_email: PublicEmail,
}

impl<'a> Shown<'a> {
    fn new(
        settings: &'a CommentSettings,
        wanted: &'a Wanted,
        limits: &Limits,
        public_email: PublicEmail,
    ) -> Self {
        let avatar_prefix = wanted.avatar_prefix.as_deref().or(settings.avatar_prefix.as_deref());
        Self { policy: comment_policy(settings, limits), avatar_prefix, public_email }
    }

    fn thread(&self, thread: Thread) -> CommentView {
        let Thread { root, replies } = thread;
        let names: HashMap<CommentId, String> = std::iter::once(&root)
            .chain(&replies)
            .map(|comment| (comment.id, comment.name.clone()))
            .collect();
        let replies = replies
            .into_iter()
            .map(|reply| {
                let parent = reply.parent.and_then(|parent| names.get(&parent).cloned());
                self.comment(reply, parent)
            })
            .collect();
        CommentView { replies, ..self.comment(root, None) }
    }

    fn comment(&self, comment: Comment, reply_to: Option<String>) -> CommentView {
        CommentView {
            id: comment.id.get(),
            author: comment.name.clone(),
            avatar: avatar_url(self.avatar_prefix, &comment.email, &comment.name),
            is_admin: self.policy.shows_badge(&comment),
            pub_date: comment.created.to_string(),
            created: comment.created.millis(),
            email: match self.public_email {
                PublicEmail::Hash => email_hash(&comment.email),
                PublicEmail::Plain => comment.email,
                PublicEmail::Empty => String::new(),
            },
            name: comment.name,
            url: comment.website,
            content_text: comment.text,
            content_html: comment.html,
            post_slug: comment.slug,
            post_url: comment.url,
            priority: comment.priority,
            likes: comment.likes,
            parent_id: comment.parent.map(CommentId::get),
            reply_to_author: reply_to,
            replies: Vec::new(),
        }
    }
}

/// One page of comments.
#[derive(Serialize, ToSchema)]
#[schema(as = cwd::Comments)]
pub(super) struct PageView {
    data: Vec<CommentView>,
    pagination: Totals,
}

/// A comment as readers see it; never its address, its program, its status or its site.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = cwd::Comment, examples(json!({
    "id": 7,
    "author": "Ann",
    "name": "Ann",
    "email": "a7dbcd2b7c4ac6ba7aa5e3f1f8e24b0e",
    "url": "https://ann.example/",
    "contentText": "Well **said**.",
    "contentHtml": "<p>Well <strong>said</strong>.</p>",
    "pubDate": "2026-01-07T02:30:00Z",
    "created": 1_767_753_000_000_i64,
    "postSlug": "/posts/hello/",
    "postUrl": "https://blog.example/posts/hello/",
    "avatar": "https://gravatar.com/avatar/a7dbcd2b7c4ac6ba7aa5e3f1f8e24b0e",
    "priority": 1,
    "likes": 3,
    "isAdmin": false,
    "parentId": null,
    "replies": [],
})))]
struct CommentView {
    id: i64,
    /// The same as `name`.
    author: String,
    name: String,
    /// A hash of the mail address, unless the operator decided otherwise.
    email: String,
    url: Option<String>,
    /// The Markdown that was sent.
    content_text: String,
    /// Sanitised.
    content_html: String,
    pub_date: String,
    /// Milliseconds since the epoch.
    created: i64,
    post_slug: String,
    post_url: Option<String>,
    avatar: String,
    /// Comments with a greater one come first.
    priority: u32,
    likes: u64,
    /// Whether it is shown as the owner's.
    is_admin: bool,
    parent_id: Option<i64>,
    /// Whom a reply answers; not in flat lists.
    #[serde(skip_serializing_if = "Option::is_none")]
    reply_to_author: Option<String>,
    /// Of a thread; empty in flat lists.
    #[schema(no_recursion)]
    replies: Vec<CommentView>,
}

/// Where a slice lies; `total` counts pages, `totalCount` comments.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = cwd::Totals)]
struct Totals {
    page: u32,
    limit: u32,
    total: u64,
    total_count: u64,
}

impl Totals {
    fn of<T>(listing: &Listing<T>, slice: PageRequest) -> Self {
        Self {
            page: slice.number(),
            limit: slice.size(),
            total: slice.pages(listing.total),
            total_count: listing.comments,
        }
    }
}
