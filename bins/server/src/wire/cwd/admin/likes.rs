//! Likes of pages, one by one and in numbers (contract cwd, 3.4).

use actix_web::{
    HttpRequest,
    web::{Data, Json},
};
use inkstone_stats::{GivenLike, LikeFilter, LikedPage};
use inkstone_vocab::{PageRequest, PageSlug, Timestamp, VisitorId};
use serde::Serialize;
use utoipa::ToSchema;

use super::{
    super::{Error, input::Query, refusal::Refusal},
    view::PaginationView,
};
use crate::{blocking::blocking, services::Stats, wire::error::OrSay as _};

const PAGE_SIZE: u32 = 20;
const MOST_LIKED: u32 = 50;

/// Likes of pages, one by one.
#[derive(Serialize, ToSchema)]
#[schema(as = cwd::GivenLikes)]
pub(in crate::wire::cwd) struct LikesView {
    data: Vec<LikeView>,
    pagination: PaginationView,
}

#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = cwd::GivenLike, examples(json!({
    "createdAt": 1_767_753_000_000_i64,
    "id": 3,
    "pageSlug": "/posts/hello/",
    "userId": "a7dbcd2b7c4ac6ba",
})))]
struct LikeView {
    /// Milliseconds since the epoch.
    created_at: i64,
    id: i64,
    page_slug: String,
    /// Whose it is; no name of anybody's.
    user_id: String,
}

/// The pages with the most likes.
#[derive(Serialize, ToSchema)]
#[schema(as = cwd::LikedPages)]
pub(in crate::wire::cwd) struct LikedPagesView {
    items: Vec<LikedPageView>,
}

#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = cwd::LikedPage, examples(json!({
    "likes": 3,
    "pageSlug": "/posts/hello/",
    "pageTitle": "Hello",
    "pageUrl": "https://blog.example/posts/hello/",
})))]
struct LikedPageView {
    likes: u64,
    page_slug: String,
    page_title: Option<String>,
    page_url: Option<String>,
}

/// `GET /admin/likes/list`.
pub(super) async fn list(
    request: HttpRequest,
    stats: Data<Stats>,
) -> Result<Json<LikesView>, Error> {
    let query = Query::parse(request.query_string());
    let slice = PageRequest::new(query.number("page", 1), PAGE_SIZE);
    let (likes, total) = match filter(&query)? {
        Some(filter) => {
            let read = move || stats.given_likes(&filter, slice);
            let likes = blocking(read).await.or_say("获取点赞记录失败")?;
            (likes.items, likes.total)
        }
        None => (Vec::new(), 0),
    };
    Ok(Json(LikesView {
        data: likes.iter().map(like).collect(),
        pagination: PaginationView::new(slice, slice.pages(total).max(1)),
    }))
}

/// `GET /admin/likes/stats`.
pub(super) async fn statistics(
    request: HttpRequest,
    stats: Data<Stats>,
) -> Result<Json<LikedPagesView>, Error> {
    let site = Query::parse(request.query_string()).site()?;
    let liked = blocking(move || stats.most_liked(site.as_ref(), MOST_LIKED))
        .await
        .or_say("获取点赞统计失败")?;
    Ok(Json(LikedPagesView { items: liked.into_iter().map(page).collect() }))
}

/// Which likes are asked for; `None` when no like can be: what names no page or visitor has none.
/// Blank parameters, and times that are no numbers, ask for nothing in particular.
fn filter(query: &Query<'_>) -> Result<Option<LikeFilter>, Refusal> {
    let text = |names: &[&str]| {
        query.get(names).map(str::trim).filter(|text| !text.is_empty()).map(str::to_owned)
    };
    let time = |name| Some(Timestamp::from_millis(text(&[name])?.parse().ok()?));
    let page = text(&["page_slug", "pageSlug"]).map(|slug| PageSlug::parse(&slug));
    let visitor = text(&["user_id", "userId"]).map(|name| VisitorId::parse(&name));
    if page == Some(None) || visitor == Some(None) {
        return Ok(None);
    }
    Ok(Some(LikeFilter {
        site: query.site()?,
        page: page.flatten(),
        visitor: visitor.flatten(),
        from: time("start"),
        until: time("end"),
    }))
}

fn like(like: &GivenLike) -> LikeView {
    LikeView {
        created_at: like.at.millis(),
        id: like.id,
        page_slug: like.slug.clone(),
        user_id: like.visitor.as_str().to_owned(),
    }
}

fn page(page: LikedPage) -> LikedPageView {
    LikedPageView {
        likes: page.likes,
        page_slug: page.slug,
        page_title: page.title,
        page_url: page.url,
    }
}
