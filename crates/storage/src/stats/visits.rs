//! Views of a page and visits of a day.

use std::{collections::BTreeMap, ops::RangeInclusive};

use diesel::{
    insert_into,
    prelude::*,
    sql_types::{Nullable, Text},
    upsert::excluded,
};
use inkstone_stats::{DailyVisits, PageReport};
use inkstone_vocab::{Day, PageIdentity, PageLookup, SiteId, Timestamp, WebUrl};

use crate::{
    connection::AnyConnection,
    schema::{page_stats, page_visit_daily},
};

diesel::define_sql_function! {
    /// The first of two values that is known.
    fn coalesce(one: Nullable<Text>, other: Nullable<Text>) -> Nullable<Text>;
}

pub(super) fn record(
    connection: &mut AnyConnection,
    page: &PageReport,
    at: Timestamp,
) -> QueryResult<()> {
    report(connection, page, 1, Some(at), at)?;
    let (day, domain, now) = (at.day().to_string(), page.domain(), at.millis());
    connection
        .execute_native(
            insert_into(page_visit_daily::table)
                .values((
                    page_visit_daily::date.eq(&day),
                    page_visit_daily::site_id.eq(page.site.as_str()),
                    page_visit_daily::domain.eq(domain.as_deref().unwrap_or_default()),
                    page_visit_daily::count.eq(1),
                    page_visit_daily::created_at.eq(now),
                    page_visit_daily::updated_at.eq(now),
                ))
                .on_conflict((
                    page_visit_daily::date,
                    page_visit_daily::site_id,
                    page_visit_daily::domain,
                ))
                .do_update()
                .set((
                    page_visit_daily::count.eq(page_visit_daily::count + 1),
                    page_visit_daily::updated_at.eq(now),
                )),
        )
        .map(drop)
}

/// Makes `page` known, or learns its title and address, and adds `views`.
pub(super) fn report(
    connection: &mut AnyConnection,
    page: &PageReport,
    views: i64,
    visited: Option<Timestamp>,
    at: Timestamp,
) -> QueryResult<()> {
    use page_stats::{last_visit_at, post_title, post_url, pv, updated_at, url_key};
    let identity = PageIdentity::new(page.site.clone(), &page.slug, page.url.as_ref());
    let (now, visited) = (at.millis(), visited.map(Timestamp::millis));
    let row = (
        page_stats::site_id.eq(page.site.as_str()),
        page_stats::post_slug.eq(page.slug.as_str()),
        page_stats::slug_key.eq(&identity.key),
        page_stats::slug_path.eq(&identity.path),
        url_key.eq(&identity.url_key),
        post_title.eq(&page.title),
        post_url.eq(page.url.as_ref().map(WebUrl::as_str)),
        pv.eq(views),
        last_visit_at.eq(visited),
        page_stats::created_at.eq(now),
        updated_at.eq(now),
    );
    let learnt = (
        pv.eq(pv + views),
        url_key.eq(coalesce(excluded(url_key), url_key)),
        post_title.eq(coalesce(excluded(post_title), post_title)),
        post_url.eq(coalesce(excluded(post_url), post_url)),
        updated_at.eq(now),
    );
    let known = (page_stats::slug_key, page_stats::site_id);
    let insert = insert_into(page_stats::table).values(row).on_conflict(known).do_update();
    match visited {
        Some(_) => connection.execute_native(insert.set((learnt, last_visit_at.eq(visited)))),
        None => connection.execute_native(insert.set(learnt)),
    }
    .map(drop)
}

/// The rule of [`PageLookup::finds`] as a statement; few rows have one key or path.
pub(super) fn views(connection: &mut AnyConnection, lookup: &PageLookup) -> QueryResult<u64> {
    let key = lookup.slug.key();
    let mut query = page_stats::table.select(page_stats::pv).into_boxed();
    if let Some(site) = &lookup.site {
        query = query.filter(page_stats::site_id.eq(site.as_str()));
    }
    query = match lookup.slug.path() {
        Some(path) => query.filter(page_stats::slug_key.eq_any([key, path])).filter(
            page_stats::slug_key
                .ne(path)
                .or(page_stats::url_key.is_null())
                .or(page_stats::url_key.eq(key)),
        ),
        None if lookup.slug.is_bare_path() => {
            query.filter(page_stats::slug_key.eq(key).or(page_stats::slug_path.eq(key)))
        }
        None => query.filter(page_stats::slug_key.eq(key)),
    };
    let views: Vec<i64> = query.load(connection)?;
    Ok(views.into_iter().map(i64::unsigned_abs).sum())
}

/// Added up here: the sum of a column has types that the backends do not share.
pub(super) fn by_day(
    connection: &mut AnyConnection,
    site: Option<&SiteId>,
    days: &RangeInclusive<Day>,
) -> QueryResult<Vec<DailyVisits>> {
    let (first, last) = (days.start().to_string(), days.end().to_string());
    let mut query = page_visit_daily::table
        .filter(page_visit_daily::date.between(first, last))
        .select((page_visit_daily::date, page_visit_daily::count))
        .into_boxed();
    if let Some(site) = site {
        query = query.filter(page_visit_daily::site_id.eq(site.as_str()));
    }
    let rows: Vec<(String, i64)> = query.load(connection)?;
    let mut sums: BTreeMap<Day, u64> = BTreeMap::new();
    for (date, count) in rows {
        let day = Day::parse(&date)
            .ok_or_else(|| diesel::result::Error::DeserializationError("no date".into()))?;
        *sums.entry(day).or_default() += count.unsigned_abs();
    }
    Ok(sums.into_iter().map(|(day, visits)| DailyVisits { day, visits }).collect())
}
