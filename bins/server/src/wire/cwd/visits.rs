//! Visits and views (contract cwd, 2.11 and 2.12).

use actix_web::{
    HttpRequest,
    web::{Data, Json},
};
use inkstone_vocab::PageLookup;
use serde_json::{Value, json};

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

/// `POST /api/analytics/visit`. Over its budget a client is told the same and counts nothing.
pub(super) async fn visit(
    request: HttpRequest,
    ClientAddress(address): ClientAddress,
    budgets: Data<Budgets>,
    stats: Data<Stats>,
    body: Body,
) -> Result<Json<Value>, Error> {
    let page = page_report(&Members::parse_or_empty(&body.bytes), request.headers())?;
    if budgets.visits.take(address) {
        blocking(move || stats.visit(&page, clock::now())).await.or_say("记录访问数据失败")?;
    }
    Ok(Json(json!({ "success": true })))
}

/// `GET /api/analytics/pv`.
pub(super) async fn views(request: HttpRequest, stats: Data<Stats>) -> Result<Json<Value>, Error> {
    let query = Query::parse(request.query_string());
    let slug = query.slug().ok_or(LIST_SLUG_REQUIRED)?;
    let lookup = PageLookup { site: Some(query.site()?.unwrap_or_default()), slug: slug.clone() };
    let views = blocking(move || stats.views(&lookup)).await.or_say("获取访问量失败")?;
    Ok(Json(json!({ "pv": views, "postSlug": slug.as_str() })))
}
