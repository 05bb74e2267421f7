//! Visits in numbers (contract cwd, 3.4).

use actix_web::{
    HttpRequest,
    web::{Data, Json},
};
use inkstone_stats::{PageOrder, PageViews};
use inkstone_vocab::Timestamp;
use serde_json::{Value, json};

use super::{
    super::{Error, input::Query},
    statistics::series,
};
use crate::{
    blocking::blocking, clock, failure::Failure, services::Stats, wire::error::OrSay as _,
};

const TOP_PAGES: u32 = 20;

/// `GET /admin/analytics/overview`.
pub(super) async fn overview(
    request: HttpRequest,
    stats: Data<Stats>,
) -> Result<Json<Value>, Error> {
    let site = Query::parse(request.query_string()).site()?;
    let overview = blocking(move || stats.overview(site.as_ref(), clock::now()))
        .await
        .or_say("获取访问统计概览失败")?;
    Ok(Json(json!({
        "totalPv": overview.views,
        "totalPages": overview.pages,
        "todayPv": overview.today,
        "yesterdayPv": overview.yesterday,
        "weekPv": overview.week,
        "lastWeekPv": overview.last_week,
        "monthPv": overview.month,
        "lastMonthPv": overview.last_month,
        "last30Days": series(overview.days.iter().map(|daily| (daily.day, daily.visits))),
    })))
}

/// `GET /admin/analytics/pages`.
pub(super) async fn pages(request: HttpRequest, stats: Data<Stats>) -> Result<Json<Value>, Error> {
    let query = Query::parse(request.query_string());
    let site = query.site()?;
    let read = move || {
        let top = |order| stats.top_pages(site.as_ref(), order, TOP_PAGES);
        Ok::<_, Failure>((top(PageOrder::Views)?, top(PageOrder::Latest)?))
    };
    let (by_views, by_latest) = blocking(read).await.or_say("获取页面访问统计失败")?;
    let (by_views, by_latest) = (views(by_views), views(by_latest));
    let chosen = if query.get(&["order"]) == Some("latest") { &by_latest } else { &by_views };
    Ok(Json(json!({ "items": chosen, "itemsByPv": by_views, "itemsByLatest": by_latest })))
}

fn views(pages: Vec<PageViews>) -> Value {
    pages
        .into_iter()
        .map(|page| {
            json!({
                "postSlug": page.slug,
                "postTitle": page.title,
                "postUrl": page.url,
                "pv": page.views,
                "lastVisitAt": page.last_visit.map(Timestamp::millis),
            })
        })
        .collect()
}
