//! Likes of comments and of pages (contract cwd, 2.5 to 2.7).

use actix_web::{
    HttpRequest,
    http::header::HeaderMap,
    web::{Data, Json},
};
use inkstone_comments::{CommentError, CommentId};
use inkstone_stats::PageReport;
use inkstone_vocab::{PageSlug, SiteId};
use serde::Serialize;
use utoipa::ToSchema;

use super::{
    Body, Error,
    input::{Members, Query, header_site, integer},
    refusal::{
        BODY_SLUG_REQUIRED, INVALID_BODY, LIKED_COMMENT_UNKNOWN, LIKED_ID_INVALID,
        LIST_SLUG_REQUIRED, OVER_BUDGET, Refusal,
    },
};
use crate::{
    blocking::blocking,
    budget::Budgets,
    caller::ClientAddress,
    clock,
    config::ServerKey,
    failure::Failure,
    services::{Comments, Stats},
    visitor::{comment_liker, page_liker},
    wire::error::OrSay as _,
};

/// What has become of the likes of a comment.
#[derive(Serialize, ToSchema)]
#[schema(as = cwd::CommentLikes, examples(json!({ "id": 7, "likes": 3, "message": "点赞成功" })))]
pub(super) struct CommentLikesView {
    id: i64,
    likes: u64,
    /// For people.
    message: &'static str,
}

/// The likes of a page.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = cwd::PageLikes)]
pub(super) struct PageLikesView {
    /// Whether whoever asks had liked it before.
    already_liked: bool,
    /// Whether whoever asks likes it.
    liked: bool,
    total_likes: u64,
}

/// `POST /api/comments/like`.
pub(super) async fn like_comment(
    request: HttpRequest,
    client: ClientAddress,
    key: Data<ServerKey>,
    budgets: Data<Budgets>,
    comments: Data<Comments>,
    body: Body,
) -> Result<Json<CommentLikesView>, Error> {
    let id = liked_comment(&request, &body, client, &budgets)?;
    let visitor = comment_liker(&key, request.headers(), client.0);
    let likes = blocking(move || known(comments.like(id, &visitor))).await.or_say("操作失败")?;
    Ok(Json(CommentLikesView { id: id.get(), likes, message: "点赞成功" }))
}

/// `DELETE /api/comments/like`.
pub(super) async fn unlike_comment(
    request: HttpRequest,
    client: ClientAddress,
    key: Data<ServerKey>,
    budgets: Data<Budgets>,
    comments: Data<Comments>,
    body: Body,
) -> Result<Json<CommentLikesView>, Error> {
    let id = liked_comment(&request, &body, client, &budgets)?;
    let visitor = comment_liker(&key, request.headers(), client.0);
    let likes = blocking(move || known(comments.unlike(id, &visitor))).await.or_say("操作失败")?;
    Ok(Json(CommentLikesView { id: id.get(), likes, message: "取消点赞成功" }))
}

/// `GET /api/like`.
pub(super) async fn page_likes(
    request: HttpRequest,
    ClientAddress(address): ClientAddress,
    key: Data<ServerKey>,
    stats: Data<Stats>,
) -> Result<Json<PageLikesView>, Error> {
    let query = Query::parse(request.query_string());
    let slug = query.slug().ok_or(LIST_SLUG_REQUIRED)?;
    let site = query.site()?.unwrap_or_default();
    let visitor = page_liker(&key, request.headers(), address);
    let likes =
        blocking(move || stats.likes(&site, &slug, &visitor)).await.or_say("获取点赞状态失败")?;
    Ok(Json(PageLikesView { already_liked: false, liked: likes.liked, total_likes: likes.total }))
}

/// `POST /api/like`.
pub(super) async fn like_page(
    request: HttpRequest,
    ClientAddress(address): ClientAddress,
    key: Data<ServerKey>,
    budgets: Data<Budgets>,
    stats: Data<Stats>,
    body: Body,
) -> Result<Json<PageLikesView>, Error> {
    let page = page_report(&Members::parse_or_empty(&body.bytes), request.headers())?;
    if !budgets.likes.take(address) {
        return Err(OVER_BUDGET.into());
    }
    let visitor = page_liker(&key, request.headers(), address);
    let liked =
        blocking(move || stats.like(&page, &visitor, clock::now())).await.or_say("点赞失败")?;
    Ok(Json(PageLikesView { already_liked: liked.already, liked: true, total_likes: liked.total }))
}

/// The page that a body describes; members of other types count as absent.
pub(super) fn page_report(members: &Members, headers: &HeaderMap) -> Result<PageReport, Refusal> {
    let slug = members.text(&["postSlug"]).and_then(PageSlug::parse).ok_or(BODY_SLUG_REQUIRED)?;
    let site = match members.text(&["siteId", "site_id"]) {
        Some(name) => SiteId::parse(name).ok_or(INVALID_BODY)?,
        None => header_site(headers)?.unwrap_or_default(),
    };
    Ok(PageReport {
        site,
        slug,
        title: members.title(&["postTitle"]),
        url: members.url(&["postUrl"]),
    })
}

/// The comment that a request names, in the body or the query, unless the client likes too much.
fn liked_comment(
    request: &HttpRequest,
    body: &Body,
    ClientAddress(address): ClientAddress,
    budgets: &Budgets,
) -> Result<CommentId, Error> {
    const NAMES: [&str; 2] = ["id", "commentId"];
    let number = match Members::parse_or_empty(&body.bytes).get(&NAMES) {
        Some(value) => integer(value),
        None => {
            Query::parse(request.query_string()).get(&NAMES).and_then(|id| id.trim().parse().ok())
        }
    };
    let id = number.and_then(CommentId::new).ok_or(LIKED_ID_INVALID)?;
    if !budgets.likes.take(address) {
        return Err(OVER_BUDGET.into());
    }
    Ok(id)
}

/// Here an unknown comment is a bad request (D-07).
fn known(likes: Result<u64, CommentError>) -> Result<u64, Failure> {
    likes.map_err(|error| match error {
        CommentError::NotFound(_) => LIKED_COMMENT_UNKNOWN.into(),
        other => other.into(),
    })
}
