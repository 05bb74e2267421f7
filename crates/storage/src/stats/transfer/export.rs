//! Handing over all statistics.

use diesel::prelude::*;
use inkstone_stats::{DayRecord, LikeRecord, PageRecord, Records};
use inkstone_vocab::{Day, PageSlug, SiteId, Timestamp, VisitorId, WebUrl};

use crate::{
    connection::AnyConnection,
    schema::{page_likes, page_stats, page_visit_daily},
};

pub(super) fn export(
    connection: &mut AnyConnection,
    site: Option<&SiteId>,
) -> QueryResult<Records> {
    let mut records = Records {
        pages: pages(connection, site)?,
        days: days(connection, site)?,
        likes: given(connection, site)?,
        counts: Vec::new(),
    };
    // Here, for the backends order texts differently.
    records.sort();
    Ok(records)
}

type PageRow = (String, String, Option<String>, Option<String>, i64, Option<i64>, i64, i64);

fn pages(connection: &mut AnyConnection, site: Option<&SiteId>) -> QueryResult<Vec<PageRecord>> {
    let mut query = page_stats::table
        .select((
            page_stats::site_id,
            page_stats::post_slug,
            page_stats::post_title,
            page_stats::post_url,
            page_stats::pv,
            page_stats::last_visit_at,
            page_stats::created_at,
            page_stats::updated_at,
        ))
        .into_boxed();
    if let Some(site) = site {
        query = query.filter(page_stats::site_id.eq(site.as_str()));
    }
    let rows: Vec<PageRow> = query.load(connection)?;
    rows.into_iter()
        .map(|(site, slug, title, url, views, last_visit, created, updated)| {
            Ok(PageRecord {
                site: known(SiteId::parse(&site))?,
                slug: known(PageSlug::parse(&slug))?,
                title,
                url: url.as_deref().and_then(WebUrl::parse),
                views: views.unsigned_abs(),
                last_visit: last_visit.map(Timestamp::from_millis),
                created: Timestamp::from_millis(created),
                updated: Timestamp::from_millis(updated),
            })
        })
        .collect()
}

fn days(connection: &mut AnyConnection, site: Option<&SiteId>) -> QueryResult<Vec<DayRecord>> {
    let mut query = page_visit_daily::table
        .select((
            page_visit_daily::date,
            page_visit_daily::site_id,
            page_visit_daily::domain,
            page_visit_daily::count,
            page_visit_daily::created_at,
            page_visit_daily::updated_at,
        ))
        .into_boxed();
    if let Some(site) = site {
        query = query.filter(page_visit_daily::site_id.eq(site.as_str()));
    }
    let rows: Vec<(String, String, String, i64, i64, i64)> = query.load(connection)?;
    rows.into_iter()
        .map(|(date, site, domain, visits, created, updated)| {
            Ok(DayRecord {
                day: known(Day::parse(&date))?,
                site: known(SiteId::parse(&site))?,
                domain: Some(domain).filter(|domain| !domain.is_empty()),
                visits: visits.unsigned_abs(),
                created: Timestamp::from_millis(created),
                updated: Timestamp::from_millis(updated),
            })
        })
        .collect()
}

fn given(connection: &mut AnyConnection, site: Option<&SiteId>) -> QueryResult<Vec<LikeRecord>> {
    let mut query = page_likes::table
        .select((
            page_likes::site_id,
            page_likes::page_slug,
            page_likes::user_id,
            page_likes::created_at,
        ))
        .into_boxed();
    if let Some(site) = site {
        query = query.filter(page_likes::site_id.eq(site.as_str()));
    }
    let rows: Vec<(String, String, String, i64)> = query.load(connection)?;
    rows.into_iter()
        .map(|(site, slug, visitor, created)| {
            Ok(LikeRecord {
                site: known(SiteId::parse(&site))?,
                slug: known(PageSlug::parse(&slug))?,
                visitor: known(VisitorId::parse(&visitor))?,
                created: Timestamp::from_millis(created),
            })
        })
        .collect()
}

fn known<T>(value: Option<T>) -> QueryResult<T> {
    value.ok_or_else(|| diesel::result::Error::DeserializationError("not a value".into()))
}
