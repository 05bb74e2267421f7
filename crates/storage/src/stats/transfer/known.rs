//! Which of the records that are to be imported are stored already.

use diesel::prelude::*;
use inkstone_stats::{KnownRecords, Records};
use inkstone_vocab::{Day, SiteId, VisitorId};

use super::CHUNK;
use crate::{
    connection::AnyConnection,
    schema::{page_likes, page_stats, page_visit_daily},
};

pub(super) fn find(connection: &mut AnyConnection, records: &Records) -> QueryResult<KnownRecords> {
    let mut known = KnownRecords::default();
    let pages = records.pages.iter().map(|page| page.slug.key());
    let pages: Vec<&str> =
        pages.chain(records.counts.iter().map(|count| count.slug.key())).collect();
    for keys in pages.chunks(CHUNK) {
        let rows: Vec<(String, String, i64)> = page_stats::table
            .filter(page_stats::slug_key.eq_any(keys))
            .select((page_stats::site_id, page_stats::slug_key, page_stats::pv))
            .load(connection)?;
        known.pages.extend(rows.into_iter().filter_map(|(site, key, views)| {
            Some(((SiteId::parse(&site)?, key), views.unsigned_abs()))
        }));
    }
    for days in records.days.chunks(CHUNK) {
        let rows: Vec<(String, String, String)> = page_visit_daily::table
            .filter(page_visit_daily::date.eq_any(days.iter().map(|day| day.day.to_string())))
            .select((page_visit_daily::date, page_visit_daily::site_id, page_visit_daily::domain))
            .load(connection)?;
        known.days.extend(rows.into_iter().filter_map(|(date, site, domain)| {
            let domain = Some(domain).filter(|domain| !domain.is_empty());
            Some((Day::parse(&date)?, SiteId::parse(&site)?, domain))
        }));
    }
    for likes in records.likes.chunks(CHUNK) {
        let rows: Vec<(String, String, String)> = page_likes::table
            .filter(page_likes::slug_key.eq_any(likes.iter().map(|like| like.slug.key())))
            .filter(page_likes::user_id.eq_any(likes.iter().map(|like| like.visitor.as_str())))
            .select((page_likes::site_id, page_likes::slug_key, page_likes::user_id))
            .load(connection)?;
        known.likes.extend(rows.into_iter().filter_map(|(site, key, visitor)| {
            Some((SiteId::parse(&site)?, key, VisitorId::parse(&visitor)?))
        }));
    }
    Ok(known)
}
