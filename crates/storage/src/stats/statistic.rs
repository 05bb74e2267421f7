//! The counters of pages that report themselves: each an upsert that tells its new value.

use diesel::{insert_into, prelude::*};
use inkstone_stats::{Hits, Referrer, StatisticRepository};
use inkstone_vocab::{RepositoryError, VisitorId};

use crate::{
    Store,
    connection::AnyConnection,
    schema::{statistic_pages, statistic_sites, statistic_visitor_total, statistic_visitors},
};

/// The only row of the table that holds the number of visitors.
const TOTAL: i64 = 1;

impl StatisticRepository for Store {
    fn hit(&self, page: &Referrer, visitor: &VisitorId) -> Result<Hits, RepositoryError> {
        let (page, visitor) = (page.clone(), visitor.clone());
        self.write(move |connection| {
            let page_views = count_page(connection, page.page())?;
            let site_views = count_site(connection, page.site())?;
            let visitors = count_visitor(connection, &visitor)?;
            Ok(Hits { site_views, page_views, visitors })
        })
    }

    fn hits(&self, page: &Referrer) -> Result<Hits, RepositoryError> {
        self.read_snapshot(|connection| {
            let page_views = statistic_pages::table
                .find(page.page())
                .select(statistic_pages::views)
                .first(connection)
                .optional()?;
            let site_views = statistic_sites::table
                .find(page.site())
                .select(statistic_sites::views)
                .first(connection)
                .optional()?;
            let visitors = visitors(connection)?;
            Ok(Hits { site_views: number(site_views), page_views: number(page_views), visitors })
        })
    }
}

fn count_page(connection: &mut AnyConnection, page: &str) -> QueryResult<u64> {
    let views: Vec<i64> = connection.load_native(
        insert_into(statistic_pages::table)
            .values((statistic_pages::page.eq(page), statistic_pages::views.eq(1)))
            .on_conflict(statistic_pages::page)
            .do_update()
            .set(statistic_pages::views.eq(statistic_pages::views + 1))
            .returning(statistic_pages::views),
    )?;
    Ok(number(views.first().copied()))
}

fn count_site(connection: &mut AnyConnection, site: &str) -> QueryResult<u64> {
    let views: Vec<i64> = connection.load_native(
        insert_into(statistic_sites::table)
            .values((statistic_sites::site.eq(site), statistic_sites::views.eq(1)))
            .on_conflict(statistic_sites::site)
            .do_update()
            .set(statistic_sites::views.eq(statistic_sites::views + 1))
            .returning(statistic_sites::views),
    )?;
    Ok(number(views.first().copied()))
}

fn count_visitor(connection: &mut AnyConnection, visitor: &VisitorId) -> QueryResult<u64> {
    let new = connection.execute_native(
        insert_into(statistic_visitors::table)
            .values(statistic_visitors::visitor.eq(visitor.as_str()))
            .on_conflict_do_nothing(),
    )?;
    if new == 0 {
        return visitors(connection);
    }
    let total: Vec<i64> = connection.load_native(
        insert_into(statistic_visitor_total::table)
            .values((
                statistic_visitor_total::id.eq(TOTAL),
                statistic_visitor_total::visitors.eq(1),
            ))
            .on_conflict(statistic_visitor_total::id)
            .do_update()
            .set(statistic_visitor_total::visitors.eq(statistic_visitor_total::visitors + 1))
            .returning(statistic_visitor_total::visitors),
    )?;
    Ok(number(total.first().copied()))
}

fn visitors(connection: &mut AnyConnection) -> QueryResult<u64> {
    let total = statistic_visitor_total::table
        .find(TOTAL)
        .select(statistic_visitor_total::visitors)
        .first(connection)
        .optional()?;
    Ok(number(total))
}

/// Counters are never negative.
fn number(counter: Option<i64>) -> u64 {
    counter.unwrap_or_default().unsigned_abs()
}
