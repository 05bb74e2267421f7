//! Comments in numbers, and the sites there are (contract cwd, 3.4).

use std::collections::BTreeSet;

use actix_web::{
    HttpRequest,
    web::{Data, Json},
};
use inkstone_comments::Tally;
use inkstone_vocab::{Day, SiteId};
use serde::Serialize;
use utoipa::ToSchema;

use super::super::{Error, input::Query};
use crate::{
    blocking::blocking,
    clock,
    failure::Failure,
    services::{Comments, Stats},
    wire::error::OrSay as _,
};

/// What the panel calls the site without a name.
const UNNAMED: &str = "default";

/// Comments in numbers.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = cwd::CommentStatistics)]
pub(in crate::wire::cwd) struct CommentsView {
    domains: Vec<SiteTally>,
    /// The name is history: it holds thirty days.
    last7_days: Vec<DayView>,
    summary: TallyView,
}

/// The comments of one site, or of all.
#[derive(Serialize, ToSchema)]
#[schema(as = cwd::Tally)]
struct TallyView {
    approved: u64,
    pending: u64,
    rejected: u64,
    total: u64,
}

#[derive(Serialize, ToSchema)]
#[schema(as = cwd::SiteTally)]
struct SiteTally {
    #[schema(examples("default"))]
    domain: String,
    #[serde(flatten)]
    tally: TallyView,
}

/// The number of one day.
#[derive(Serialize, ToSchema)]
#[schema(as = cwd::Day)]
pub(super) struct DayView {
    #[schema(examples("2026-01-07"))]
    date: String,
    total: u64,
}

/// The sites that have any data.
#[derive(Serialize, ToSchema)]
#[schema(as = cwd::Sites, examples(json!({ "sites": ["", "blog"] })))]
pub(in crate::wire::cwd) struct SitesView {
    sites: Vec<String>,
}

/// `GET /admin/stats/comments`.
pub(super) async fn comments(
    request: HttpRequest,
    comments: Data<Comments>,
) -> Result<Json<CommentsView>, Error> {
    let site = Query::parse(request.query_string()).site()?;
    let overview = blocking(move || comments.overview(site.as_ref(), clock::now()))
        .await
        .or_say("获取统计数据失败")?;
    let domains = overview
        .sites
        .iter()
        .map(|of| SiteTally { domain: name(&of.site).to_owned(), tally: of.tally.into() });
    Ok(Json(CommentsView {
        domains: domains.collect(),
        last7_days: series(overview.days.iter().map(|daily| (daily.day, daily.comments))),
        summary: overview.summary.into(),
    }))
}

/// `GET /admin/stats/sites`.
pub(super) async fn sites(
    comments: Data<Comments>,
    stats: Data<Stats>,
) -> Result<Json<SitesView>, Error> {
    let read = move || {
        let mut sites = BTreeSet::from_iter(comments.sites()?);
        sites.extend(stats.sites()?);
        Ok::<_, Failure>(sites)
    };
    let sites = blocking(read).await.or_say("获取站点列表失败")?;
    Ok(Json(SitesView { sites: sites.iter().map(|site| site.as_str().to_owned()).collect() }))
}

/// A list of days with their numbers.
pub(super) fn series(days: impl Iterator<Item = (Day, u64)>) -> Vec<DayView> {
    days.map(|(day, total)| DayView { date: day.to_string(), total }).collect()
}

impl From<Tally> for TallyView {
    fn from(tally: Tally) -> Self {
        let (total, Tally { approved, pending, rejected }) = (tally.total(), tally);
        Self { approved, pending, rejected, total }
    }
}

fn name(site: &SiteId) -> &str {
    if *site == SiteId::unnamed() { UNNAMED } else { site.as_str() }
}
