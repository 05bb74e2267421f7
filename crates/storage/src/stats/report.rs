//! Visits and likes in numbers: the database counts, what comes back is a row for each group.

use std::collections::{BTreeSet, HashMap};

use diesel::{
    dsl::{count_star, min},
    prelude::*,
    result::Error,
};
use inkstone_stats::{
    GivenLike, GivenLikes, LikeFilter, LikedPage, PageOrder, PageViews, StatsReport, Totals,
};
use inkstone_vocab::{PageRequest, PageSlug, RepositoryError, SiteId, Timestamp, VisitorId};

use crate::{
    Store,
    connection::AnyConnection,
    schema::{page_likes, page_stats, page_visit_daily},
};

impl StatsReport for Store {
    fn sites(&self) -> Result<Vec<SiteId>, RepositoryError> {
        self.read_snapshot(sites)
    }

    fn totals(&self, site: Option<&SiteId>) -> Result<Totals, RepositoryError> {
        self.read_snapshot(|connection| totals(connection, site))
    }

    fn top_pages(
        &self,
        site: Option<&SiteId>,
        order: PageOrder,
        most: u32,
    ) -> Result<Vec<PageViews>, RepositoryError> {
        self.read(|connection| top_pages(connection, site, order, most))
    }

    fn given_likes(
        &self,
        filter: &LikeFilter,
        slice: PageRequest,
    ) -> Result<GivenLikes, RepositoryError> {
        self.read_snapshot(|connection| given_likes(connection, filter, slice))
    }

    fn most_liked(
        &self,
        site: Option<&SiteId>,
        most: u32,
    ) -> Result<Vec<LikedPage>, RepositoryError> {
        self.read_snapshot(|connection| most_liked(connection, site, most))
    }
}

/// Sorted here: the databases compare texts by rules of their own.
fn sites(connection: &mut AnyConnection) -> QueryResult<Vec<SiteId>> {
    let mut names: Vec<String> =
        page_stats::table.select(page_stats::site_id).distinct().load(connection)?;
    let visited = page_visit_daily::table.select(page_visit_daily::site_id).distinct();
    names.extend(visited.load::<String>(connection)?);
    let sites = names.iter().map(|name| SiteId::parse(name).ok_or_else(|| corrupt("site id")));
    Ok(sites.collect::<QueryResult<BTreeSet<_>>>()?.into_iter().collect())
}

/// Grouped by the number of views, of which there are few; added up here, for the sum of a column
/// has types that the backends do not share.
fn totals(connection: &mut AnyConnection, site: Option<&SiteId>) -> QueryResult<Totals> {
    let mut query = page_stats::table
        .group_by(page_stats::pv)
        .select((page_stats::pv, count_star()))
        .filter(page_stats::pv.gt(0))
        .into_boxed();
    let mut dated = page_visit_daily::table.select(page_visit_daily::id).into_boxed();
    if let Some(site) = site {
        query = query.filter(page_stats::site_id.eq(site.as_str()));
        dated = dated.filter(page_visit_daily::site_id.eq(site.as_str()));
    }
    let rows: Vec<(i64, i64)> = query.load(connection)?;
    let dated: Option<i64> = dated.first(connection).optional()?;
    Ok(Totals {
        views: rows.iter().map(|(views, pages)| views.unsigned_abs() * pages.unsigned_abs()).sum(),
        pages: rows.iter().map(|(_, pages)| pages.unsigned_abs()).sum(),
        dated: dated.is_some(),
    })
}

/// Slug, title, address, views, and the last visit.
type PageRow = (String, Option<String>, Option<String>, i64, Option<i64>);

fn top_pages(
    connection: &mut AnyConnection,
    site: Option<&SiteId>,
    order: PageOrder,
    most: u32,
) -> QueryResult<Vec<PageViews>> {
    use page_stats::{id, last_visit_at, post_slug, post_title, post_url, pv, site_id};
    let mut query = page_stats::table
        .select((post_slug, post_title, post_url, pv, last_visit_at))
        .limit(most.into())
        .into_boxed();
    if let Some(site) = site {
        query = query.filter(site_id.eq(site.as_str()));
    }
    // Whether no visit comes first or last is where the backends differ.
    let latest = (last_visit_at.is_null().asc(), last_visit_at.desc());
    query = match order {
        PageOrder::Views => query.order((pv.desc(), latest, id.asc())),
        PageOrder::Latest => query.order((latest, pv.desc(), id.asc())),
    };
    let rows: Vec<PageRow> = query.load(connection)?;
    let page = |(slug, title, url, views, last): PageRow| PageViews {
        slug,
        title,
        url,
        views: views.unsigned_abs(),
        last_visit: last.map(Timestamp::from_millis),
    };
    Ok(rows.into_iter().map(page).collect())
}

fn given_likes(
    connection: &mut AnyConnection,
    filter: &LikeFilter,
    slice: PageRequest,
) -> QueryResult<GivenLikes> {
    use page_likes::{created_at, id, page_slug, user_id};
    let total: i64 = filtered(filter).count().get_result(connection)?;
    let rows: Vec<(i64, String, String, i64)> = filtered(filter)
        .select((id, page_slug, user_id, created_at))
        .order((created_at.desc(), id.desc()))
        .limit(slice.size().into())
        .offset(i64::try_from(slice.offset()).unwrap_or(i64::MAX))
        .load(connection)?;
    let like = |(number, slug, visitor, at): (i64, String, String, i64)| {
        let visitor = VisitorId::parse(&visitor).ok_or_else(|| corrupt("visitor"))?;
        Ok(GivenLike { id: number, slug, visitor, at: Timestamp::from_millis(at) })
    };
    let items = rows.into_iter().map(like).collect::<QueryResult<_>>()?;
    Ok(GivenLikes { items, total: total.unsigned_abs() })
}

fn filtered(
    filter: &LikeFilter,
) -> page_likes::BoxedQuery<'_, <AnyConnection as Connection>::Backend> {
    use page_likes::{created_at, site_id, slug_key, user_id};
    let mut query = page_likes::table.into_boxed();
    if let Some(site) = &filter.site {
        query = query.filter(site_id.eq(site.as_str()));
    }
    if let Some(key) = filter.page.as_ref().map(PageSlug::key) {
        query = query.filter(slug_key.eq(key));
    }
    if let Some(visitor) = &filter.visitor {
        query = query.filter(user_id.eq(visitor.as_str()));
    }
    if let Some(from) = filter.from {
        query = query.filter(created_at.ge(from.millis()));
    }
    if let Some(until) = filter.until {
        query = query.filter(created_at.le(until.millis()));
    }
    query
}

fn most_liked(
    connection: &mut AnyConnection,
    site: Option<&SiteId>,
    most: u32,
) -> QueryResult<Vec<LikedPage>> {
    use page_likes::{id, page_slug, site_id, slug_key};
    let mut query = page_likes::table
        .group_by((site_id, slug_key))
        .select((min(id), count_star()))
        .order((count_star().desc(), min(id).asc()))
        .limit(most.into())
        .into_boxed();
    if let Some(site) = site {
        query = query.filter(site_id.eq(site.as_str()));
    }
    let first_likes: Vec<(Option<i64>, i64)> = query.load(connection)?;
    let page = page_stats::slug_key.eq(slug_key).and(page_stats::site_id.eq(site_id));
    let described: Vec<(i64, String, Option<String>, Option<String>)> = page_likes::table
        .left_join(page_stats::table.on(page))
        .filter(id.eq_any(first_likes.iter().filter_map(|(first, _)| *first)))
        .select((id, page_slug, page_stats::post_title.nullable(), page_stats::post_url.nullable()))
        .load(connection)?;
    let mut described: HashMap<i64, _> = described
        .into_iter()
        .map(|(first, slug, title, url)| (first, (slug, title, url)))
        .collect();
    let liked = |(first, likes): (Option<i64>, i64)| {
        let (slug, title, url) = described.remove(&first?)?;
        Some(LikedPage { slug, title, url, likes: likes.unsigned_abs() })
    };
    Ok(first_likes.into_iter().filter_map(liked).collect())
}

fn corrupt(what: &str) -> Error {
    Error::DeserializationError(format!("invalid {what}").into())
}
