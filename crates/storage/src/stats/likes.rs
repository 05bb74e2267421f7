//! Page likes. A page whose likes all have one key, which is the rule, never counts them.

use diesel::{AggregateExpressionMethods, dsl::count, insert_into, prelude::*};
use inkstone_stats::{LikeSelection, LikeSource, PageLiked, PageLikes, PageReport};
use inkstone_vocab::{SiteId, Timestamp, VisitorId};

use super::visits;
use crate::{
    connection::AnyConnection,
    schema::{page_like_totals, page_likes},
};

/// A [`LikeSelection`] with the custom ids that it includes looked up.
struct Selected<'a> {
    site: &'a str,
    /// Likes with these keys.
    keys: Vec<String>,
    /// Of likes with this key only those that were not given at another origin.
    key_at: Option<(&'a str, &'a str)>,
}

pub(super) fn like(
    connection: &mut AnyConnection,
    page: &PageReport,
    visitor: &VisitorId,
    at: Timestamp,
) -> QueryResult<PageLiked> {
    let selection = LikeSelection::given(page);
    let selected = Selected::of(connection, &page.site, &selection)?;
    // Below one key the unique index of what is added says the same.
    let liked = selected.keys.len() > 1 && selected.includes(connection, visitor)?;
    let already = liked || !add(connection, page, visitor, at)?;
    visits::report(connection, page, 0, None, at)?;
    Ok(PageLiked { total: selected.total(connection)?, already })
}

pub(super) fn standing(
    connection: &mut AnyConnection,
    site: &SiteId,
    selection: &LikeSelection,
    visitor: &VisitorId,
) -> QueryResult<PageLikes> {
    let selected = Selected::of(connection, site, selection)?;
    Ok(PageLikes {
        total: selected.total(connection)?,
        liked: selected.includes(connection, visitor)?,
    })
}

/// Stores a like and adds it to the total of its source, unless it is stored already.
pub(super) fn add(
    connection: &mut AnyConnection,
    page: &PageReport,
    visitor: &VisitorId,
    at: Timestamp,
) -> QueryResult<bool> {
    let source = LikeSource::of(page);
    let url_key = source.url_key.as_deref().unwrap_or_default();
    let origin = source.origin.as_deref().unwrap_or_default();
    let added = connection.execute_native(
        insert_into(page_likes::table)
            .values((
                page_likes::site_id.eq(page.site.as_str()),
                page_likes::page_slug.eq(page.slug.as_str()),
                page_likes::slug_key.eq(&source.key),
                page_likes::url_key.eq(url_key),
                page_likes::origin.eq(origin),
                page_likes::user_id.eq(visitor.as_str()),
                page_likes::created_at.eq(at.millis()),
            ))
            .on_conflict_do_nothing(),
    )?;
    if added == 0 {
        return Ok(false);
    }
    let total = (page_like_totals::site_id, page_like_totals::slug_key, page_like_totals::url_key);
    connection.execute_native(
        insert_into(page_like_totals::table)
            .values((
                page_like_totals::site_id.eq(page.site.as_str()),
                page_like_totals::slug_key.eq(&source.key),
                page_like_totals::url_key.eq(url_key),
                page_like_totals::origin.eq(origin),
                page_like_totals::custom.eq(page.slug.is_custom()),
                page_like_totals::likes.eq(1),
            ))
            .on_conflict(total)
            .do_update()
            .set(page_like_totals::likes.eq(page_like_totals::likes + 1)),
    )?;
    Ok(true)
}

impl<'a> Selected<'a> {
    fn of(
        connection: &mut AnyConnection,
        site: &'a SiteId,
        selection: &'a LikeSelection,
    ) -> QueryResult<Self> {
        let site = site.as_str();
        Ok(match selection {
            LikeSelection::Key(key) => Self { site, keys: vec![key.clone()], key_at: None },
            LikeSelection::KeyAt { key, origin } => {
                Self { site, keys: vec![key.clone()], key_at: Some((key, origin)) }
            }
            LikeSelection::Address { key, path, origin } => {
                let mut keys: Vec<String> = page_like_totals::table
                    .filter(page_like_totals::site_id.eq(site))
                    .filter(page_like_totals::url_key.eq(key))
                    .filter(page_like_totals::custom.eq(true))
                    .select(page_like_totals::slug_key)
                    .load(connection)?;
                keys.extend([key.clone(), path.clone()]);
                Self { site, keys, key_at: Some((path, origin)) }
            }
        })
    }

    /// How many visitors gave the likes: with one key among them a visitor has one like.
    fn total(&self, connection: &mut AnyConnection) -> QueryResult<u64> {
        use page_like_totals::{likes, origin, slug_key};
        let mut query = page_like_totals::table
            .filter(page_like_totals::site_id.eq(self.site))
            .select((slug_key, likes))
            .into_boxed();
        query = query.filter(slug_key.eq_any(&self.keys));
        if let Some((key, at)) = self.key_at {
            query = query.filter(slug_key.ne(key).or(origin.eq_any(["", at])));
        }
        let totals: Vec<(String, i64)> = query.load(connection)?;
        if totals.windows(2).all(|pair| pair[0].0 == pair[1].0) {
            return Ok(totals.iter().map(|(_, given)| given.unsigned_abs()).sum());
        }
        let visitors: i64 = self
            .likes()
            .select(count(page_likes::user_id).aggregate_distinct())
            .get_result(connection)?;
        Ok(visitors.unsigned_abs())
    }

    fn includes(&self, connection: &mut AnyConnection, visitor: &VisitorId) -> QueryResult<bool> {
        let given: Option<i64> = self
            .likes()
            .filter(page_likes::user_id.eq(visitor.as_str()))
            .select(page_likes::id)
            .first(connection)
            .optional()?;
        Ok(given.is_some())
    }

    fn likes(&self) -> page_likes::BoxedQuery<'_, <AnyConnection as Connection>::Backend> {
        use page_likes::{origin, slug_key};
        let query = page_likes::table.filter(page_likes::site_id.eq(self.site)).into_boxed();
        let query = query.filter(slug_key.eq_any(&self.keys));
        match self.key_at {
            None => query,
            Some((key, at)) => query.filter(slug_key.ne(key).or(origin.eq_any(["", at]))),
        }
    }
}
