//! Likes of pages, one by one and in numbers (contract cwd, 3.4).

use actix_web::{
    HttpRequest,
    web::{Data, Json},
};
use inkstone_stats::{GivenLike, LikeFilter, LikedPage};
use inkstone_vocab::{PageRequest, PageSlug, Timestamp, VisitorId};
use serde_json::{Value, json};

use super::super::{Error, input::Query, refusal::Refusal};
use crate::{blocking::blocking, services::Stats, wire::error::OrSay as _};

const PAGE_SIZE: u32 = 20;
const MOST_LIKED: u32 = 50;

/// `GET /admin/likes/list`.
pub(super) async fn list(request: HttpRequest, stats: Data<Stats>) -> Result<Json<Value>, Error> {
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
    Ok(Json(json!({
        "data": likes.iter().map(like).collect::<Value>(),
        "pagination": {
            "page": slice.number(),
            "limit": slice.size(),
            "total": slice.pages(total).max(1),
        },
    })))
}

/// `GET /admin/likes/stats`.
pub(super) async fn statistics(
    request: HttpRequest,
    stats: Data<Stats>,
) -> Result<Json<Value>, Error> {
    let site = Query::parse(request.query_string()).site()?;
    let liked = blocking(move || stats.most_liked(site.as_ref(), MOST_LIKED))
        .await
        .or_say("获取点赞统计失败")?;
    Ok(Json(json!({ "items": liked.iter().map(page).collect::<Value>() })))
}

/// Which likes are asked for; `None` when no like can be: what names no page or visitor has none.
/// Blank parameters, and times that are no numbers, ask for nothing in particular.
fn filter(query: &Query) -> Result<Option<LikeFilter>, Refusal> {
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

fn like(like: &GivenLike) -> Value {
    json!({
        "id": like.id,
        "pageSlug": like.slug,
        "userId": like.visitor.as_str(),
        "createdAt": like.at.millis(),
    })
}

fn page(page: &LikedPage) -> Value {
    json!({
        "pageSlug": page.slug,
        "pageTitle": page.title,
        "pageUrl": page.url,
        "likes": page.likes,
    })
}
