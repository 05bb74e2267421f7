//! Statistics in and out, row by row.

mod export;
mod known;

use std::collections::HashMap;

use diesel::{insert_into, prelude::*};
use inkstone_stats::{
    CountRecord, DayRecord, ImportedRecords, LikeRecord, PageRecord, PageReport, Records,
    StatsTransfer,
};
use inkstone_vocab::{PageIdentity, RepositoryError, SiteId, Timestamp, WebUrl};

use super::likes;
use crate::{
    Store,
    connection::AnyConnection,
    schema::{page_stats, page_visit_daily},
};

/// How many keys a statement looks for; the databases bind about 32 000 values at most.
const CHUNK: usize = 500;

impl StatsTransfer for Store {
    fn import(&self, records: Records) -> Result<ImportedRecords, RepositoryError> {
        self.write(move |connection| import(connection, &records))
    }

    fn preview(&self, records: &Records) -> Result<ImportedRecords, RepositoryError> {
        self.read_snapshot(|connection| Ok(known::find(connection, records)?.tally(records)))
    }

    fn export(&self, site: Option<&SiteId>) -> Result<Records, RepositoryError> {
        self.read_snapshot(|connection| export::export(connection, site))
    }
}

/// Stores all of `records`, in the transaction of `connection`.
pub(crate) fn import(
    connection: &mut AnyConnection,
    records: &Records,
) -> QueryResult<ImportedRecords> {
    let done = known::find(connection, records)?.tally(records);
    records.pages.iter().try_for_each(|page| put_page(connection, page))?;
    records.days.iter().try_for_each(|day| put_day(connection, day))?;
    let mut urls: HashMap<(&str, &str), Option<WebUrl>> = HashMap::new();
    for LikeRecord { site, slug, visitor, created } in &records.likes {
        let key = (site.as_str(), slug.key());
        let url = match urls.get(&key) {
            Some(url) => url.clone(),
            None if slug.is_custom() => page_url(connection, key)?,
            None => None,
        };
        urls.insert(key, url.clone());
        let page = PageReport { site: site.clone(), slug: slug.clone(), title: None, url };
        likes::add(connection, &page, visitor, *created)?;
    }
    records.counts.iter().try_for_each(|count| raise(connection, count))?;
    Ok(done)
}

/// Where a custom id is: a like remembers it, and an export does not say it.
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

fn raise(connection: &mut AnyConnection, record: &CountRecord) -> QueryResult<()> {
    let identity = PageIdentity::new(record.site.clone(), &record.slug, None);
    let (key, site, views) = (&identity.key, record.site.as_str(), count(record.views));
    let added = connection.execute_native(
        insert_into(page_stats::table)
            .values((
                page_stats::site_id.eq(site),
                page_stats::post_slug.eq(record.slug.as_str()),
                page_stats::slug_key.eq(key),
                page_stats::slug_path.eq(&identity.path),
                page_stats::pv.eq(views),
                page_stats::created_at.eq(record.at.millis()),
                page_stats::updated_at.eq(record.at.millis()),
            ))
            .on_conflict_do_nothing(),
    )?;
    if added == 0 {
        let lower = page_stats::slug_key
            .eq(key)
            .and(page_stats::site_id.eq(site))
            .and(page_stats::pv.lt(views));
        diesel::update(page_stats::table.filter(lower))
            .set(page_stats::pv.eq(views))
            .execute(connection)?;
    }
    Ok(())
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

fn count(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}
