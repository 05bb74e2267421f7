//! Visits in numbers (contract cwd, 3.4).

use actix_web::{
    HttpRequest,
    web::{Data, Json},
};
use inkstone_stats::{PageOrder, PageViews};
use inkstone_vocab::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

use super::{
    super::{Error, input::Query},
    statistics::{DayView, series},
};
use crate::{
    blocking::blocking, clock, failure::Failure, services::Stats, wire::error::OrSay as _,
};

const TOP_PAGES: u32 = 20;

/// Visits in numbers.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = cwd::Overview)]
pub(in crate::wire::cwd) struct OverviewView {
    last30_days: Vec<DayView>,
    last_month_pv: u64,
    last_week_pv: u64,
    month_pv: u64,
    today_pv: u64,
    total_pages: u64,
    total_pv: u64,
    week_pv: u64,
    yesterday_pv: u64,
}

/// The most visited pages, and those visited last.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = cwd::VisitedPages)]
pub(in crate::wire::cwd) struct PagesView {
    /// In the order that was asked for.
    items: Vec<VisitedPageView>,
    items_by_latest: Vec<VisitedPageView>,
    items_by_pv: Vec<VisitedPageView>,
}

#[derive(Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = cwd::VisitedPage, examples(json!({
    "lastVisitAt": 1_767_753_000_000_i64,
    "postSlug": "/posts/hello/",
    "postTitle": "Hello",
    "postUrl": "https://blog.example/posts/hello/",
    "pv": 42,
})))]
struct VisitedPageView {
    /// Milliseconds since the epoch.
    last_visit_at: Option<i64>,
    post_slug: String,
    post_title: Option<String>,
    post_url: Option<String>,
    pv: u64,
}

/// `GET /admin/analytics/overview`.
pub(super) async fn overview(
    request: HttpRequest,
    stats: Data<Stats>,
) -> Result<Json<OverviewView>, Error> {
    let site = Query::parse(request.query_string()).site()?;
    let overview = blocking(move || stats.overview(site.as_ref(), clock::now()))
        .await
        .or_say("获取访问统计概览失败")?;
    Ok(Json(OverviewView {
        last30_days: series(overview.days.iter().map(|daily| (daily.day, daily.visits))),
        last_month_pv: overview.last_month,
        last_week_pv: overview.last_week,
        month_pv: overview.month,
        today_pv: overview.today,
        total_pages: overview.pages,
        total_pv: overview.views,
        week_pv: overview.week,
        yesterday_pv: overview.yesterday,
    }))
}

/// `GET /admin/analytics/pages`.
pub(super) async fn pages(
    request: HttpRequest,
    stats: Data<Stats>,
) -> Result<Json<PagesView>, Error> {
    let query = Query::parse(request.query_string());
    let site = query.site()?;
    let read = move || {
        let top = |order| stats.top_pages(site.as_ref(), order, TOP_PAGES);
        Ok::<_, Failure>((top(PageOrder::Views)?, top(PageOrder::Latest)?))
    };
    let (by_views, by_latest) = blocking(read).await.or_say("获取页面访问统计失败")?;
    let (items_by_pv, items_by_latest) = (views(by_views), views(by_latest));
    let latest = query.get(&["order"]) == Some("latest");
    let items = if latest { items_by_latest.clone() } else { items_by_pv.clone() };
    Ok(Json(PagesView { items, items_by_latest, items_by_pv }))
}

fn views(pages: Vec<PageViews>) -> Vec<VisitedPageView> {
    pages
        .into_iter()
        .map(|page| VisitedPageView {
            last_visit_at: page.last_visit.map(Timestamp::millis),
            post_slug: page.slug,
            post_title: page.title,
            post_url: page.url,
            pv: page.views,
        })
        .collect()
}
