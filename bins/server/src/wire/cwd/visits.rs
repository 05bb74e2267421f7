//! Visits and views (contract cwd, 2.11 and 2.12).

use actix_web::{
    HttpRequest,
    web::{Data, Json},
};
use inkstone_vocab::PageLookup;
use serde::Serialize;
use utoipa::ToSchema;

use super::{
    Body, Error,
    input::{Members, Query},
    likes::page_report,
    refusal::LIST_SLUG_REQUIRED,
};
use crate::{
    blocking::blocking, budget::Budgets, caller::ClientAddress, clock, services::Stats,
    wire::error::OrSay as _,
};

/// That a visit was heard of.
#[derive(Serialize, ToSchema)]
#[schema(as = cwd::Visited)]
pub(super) struct VisitedView {
    success: bool,
}

/// How often a page was visited.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = cwd::Views, examples(json!({ "postSlug": "/posts/hello/", "pv": 42 })))]
pub(super) struct ViewsView {
    post_slug: String,
    pv: u64,
}

/// `POST /api/analytics/visit`. Over its budget a client is told the same and counts nothing.
pub(super) async fn visit(
    request: HttpRequest,
    ClientAddress(address): ClientAddress,
    budgets: Data<Budgets>,
    stats: Data<Stats>,
    body: Body,
) -> Result<Json<VisitedView>, Error> {
    let page = page_report(&Members::parse_or_empty(&body.bytes), request.headers())?;
    if budgets.visits.take(address) {
        blocking(move || stats.visit(&page, clock::now())).await.or_say("记录访问数据失败")?;
    }
    Ok(Json(VisitedView { success: true }))
}

/// `GET /api/analytics/pv`.
pub(super) async fn views(
    request: HttpRequest,
    stats: Data<Stats>,
) -> Result<Json<ViewsView>, Error> {
    let query = Query::parse(request.query_string());
    let slug = query.slug().ok_or(LIST_SLUG_REQUIRED)?;
    let lookup = PageLookup { site: Some(query.site()?.unwrap_or_default()), slug: slug.clone() };
    let views = blocking(move || stats.views(&lookup)).await.or_say("获取访问量失败")?;
    Ok(Json(ViewsView { post_slug: slug.as_str().to_owned(), pv: views }))
}
