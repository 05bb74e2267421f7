//! Comments in numbers, and the sites there are (contract cwd, 3.4).

use std::collections::BTreeSet;

use actix_web::{
    HttpRequest,
    web::{Data, Json},
};
use inkstone_comments::Tally;
use inkstone_vocab::{Day, SiteId};
use serde_json::{Value, json};

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

/// `GET /admin/stats/comments`.
pub(super) async fn comments(
    request: HttpRequest,
    comments: Data<Comments>,
) -> Result<Json<Value>, Error> {
    let site = Query::parse(request.query_string()).site()?;
    let overview = blocking(move || comments.overview(site.as_ref(), clock::now()))
        .await
        .or_say("获取统计数据失败")?;
    let domains = overview.sites.iter().map(|of| {
        let mut view = tally(of.tally);
        view["domain"] = name(&of.site).into();
        view
    });
    Ok(Json(json!({
        "summary": tally(overview.summary),
        "domains": domains.collect::<Value>(),
        // The name is history: it holds thirty days.
        "last7Days": series(overview.days.iter().map(|daily| (daily.day, daily.comments))),
    })))
}

/// `GET /admin/stats/sites`.
pub(super) async fn sites(
    comments: Data<Comments>,
    stats: Data<Stats>,
) -> Result<Json<Value>, Error> {
    let read = move || {
        let mut sites = BTreeSet::from_iter(comments.sites()?);
        sites.extend(stats.sites()?);
        Ok::<_, Failure>(sites)
    };
    let sites = blocking(read).await.or_say("获取站点列表失败")?;
    Ok(Json(json!({ "sites": sites.iter().map(SiteId::as_str).collect::<Value>() })))
}

/// A list of days with their numbers.
pub(super) fn series(days: impl Iterator<Item = (Day, u64)>) -> Value {
    days.map(|(day, total)| json!({ "date": day.to_string(), "total": total })).collect()
}

fn tally(tally: Tally) -> Value {
    json!({
        "total": tally.total(),
        "approved": tally.approved,
        "pending": tally.pending,
        "rejected": tally.rejected,
    })
}

fn name(site: &SiteId) -> &str {
    if *site == SiteId::unnamed() { UNNAMED } else { site.as_str() }
}
