//! Statistics in and out, row by row.

use std::collections::HashMap;

use diesel::{insert_into, prelude::*};
use inkstone_stats::{DayRecord, LikeRecord, PageRecord, PageReport, Records, StatsTransfer};
use inkstone_vocab::{
    Day, PageIdentity, PageSlug, RepositoryError, SiteId, Timestamp, VisitorId, WebUrl,
};

use super::likes;
use crate::{
    Store,
    connection::AnyConnection,
    schema::{page_likes, page_stats, page_visit_daily},
};

impl StatsTransfer for Store {
    fn import(&self, records: Records) -> Result<(), RepositoryError> {
        self.write(move |connection| import(connection, &records))
    }

    fn export(&self, site: Option<&SiteId>) -> Result<Records, RepositoryError> {
        self.read_snapshot(|connection| {
            Ok(Records {
                pages: pages(connection, site)?,
                days: days(connection, site)?,
                likes: given(connection, site)?,
            })
        })
    }
}

/// Stores all of `records`, in the transaction of `connection`.
pub(crate) fn import(connection: &mut AnyConnection, records: &Records) -> QueryResult<()> {
    records.pages.iter().try_for_each(|page| put_page(connection, page))?;
    records.days.iter().try_for_each(|day| put_day(connection, day))?;
    let mut urls: HashMap<(&str, &str), Option<WebUrl>> = HashMap::new();
    for LikeRecord { site, slug, visitor, created } in &records.likes {
        let key = (site.as_str(), slug.key());
        // A like remembers where its page is, and an export does not say it.
        let url = match urls.get(&key) {
            Some(url) => url.clone(),
            None => page_url(connection, key)?,
        };
        urls.insert(key, url.clone());
        let page = PageReport { site: site.clone(), slug: slug.clone(), title: None, url };
        likes::add(connection, &page, visitor, *created)?;
    }
    Ok(())
}

fn page_url(
    connection: &mut AnyConnection,
    (site, key): (&str, &str),
) -> QueryResult<Option<WebUrl>> {
    let url: Option<Option<String>> = page_stats::table
        .filter(page_stats::slug_key.eq(key).and(page_stats::site_id.eq(site)))
        .select(page_stats::post_url)
        .first(connection)
        .optional()?;
    Ok(url.flatten().as_deref().and_then(WebUrl::parse))
}

fn put_page(connection: &mut AnyConnection, page: &PageRecord) -> QueryResult<()> {
    let identity = PageIdentity::new(page.site.clone(), &page.slug, page.url.as_ref());
    let values = (
        page_stats::post_slug.eq(page.slug.as_str()),
        page_stats::slug_path.eq(&identity.path),
        page_stats::url_key.eq(&identity.url_key),
        page_stats::post_title.eq(&page.title),
        page_stats::post_url.eq(page.url.as_ref().map(WebUrl::as_str)),
        page_stats::pv.eq(count(page.views)),
        page_stats::last_visit_at.eq(page.last_visit.map(Timestamp::millis)),
        page_stats::created_at.eq(page.created.millis()),
        page_stats::updated_at.eq(page.updated.millis()),
    );
    let named =
        (page_stats::slug_key.eq(&identity.key), page_stats::site_id.eq(page.site.as_str()));
    connection
        .execute_native(
            insert_into(page_stats::table)
                .values((named, values))
                .on_conflict((page_stats::slug_key, page_stats::site_id))
                .do_update()
                .set(values),
        )
        .map(drop)
}

fn put_day(connection: &mut AnyConnection, record: &DayRecord) -> QueryResult<()> {
    let date = record.day.to_string();
    let values = (
        page_visit_daily::count.eq(count(record.visits)),
        page_visit_daily::created_at.eq(record.created.millis()),
        page_visit_daily::updated_at.eq(record.updated.millis()),
    );
    let named = (
        page_visit_daily::date.eq(&date),
        page_visit_daily::site_id.eq(record.site.as_str()),
        page_visit_daily::domain.eq(record.domain.as_deref().unwrap_or_default()),
    );
    connection
        .execute_native(
            insert_into(page_visit_daily::table)
                .values((named, values))
                .on_conflict((
                    page_visit_daily::date,
                    page_visit_daily::site_id,
                    page_visit_daily::domain,
                ))
                .do_update()
                .set(values),
        )
        .map(drop)
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
        .order(page_stats::id)
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
        .order((page_visit_daily::date, page_visit_daily::site_id, page_visit_daily::domain))
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
        .order(page_likes::id)
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

fn count(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}
