//! What was read.

use std::ops::RangeInclusive;

use diesel::{
    delete,
    dsl::{count_star, exists},
    insert_into,
    prelude::*,
    select,
};
use inkstone_readmore::{
    ArticleUnlocks, BlogId, BrowseOrder, BrowsePage, BrowseQuery, BrowseRepository, DayUnlocks,
    NewBrowse, Probability, Unlock, by_day, most_read,
};
use inkstone_vocab::{Day, RepositoryError, Timestamp};

use super::row::{self, BrowseRow};
use crate::{
    Store,
    connection::AnyConnection,
    schema::readmore_browses::{self, blog as of, day, id, read_at, title, unlock, url},
};

impl BrowseRepository for Store {
    fn record(&self, read: &NewBrowse, now: Timestamp) -> Result<bool, RepositoryError> {
        let read = read.clone();
        self.write(move |connection| record(connection, &read, now))
    }

    fn browses(&self, query: &BrowseQuery) -> Result<BrowsePage, RepositoryError> {
        self.read_snapshot(|connection| page(connection, query))
    }

    fn by_day(
        &self,
        blog: &BlogId,
        days: RangeInclusive<Day>,
    ) -> Result<Vec<DayUnlocks>, RepositoryError> {
        self.read(|connection| {
            let rows: Vec<(String, i32, i64)> = readmore_browses::table
                .filter(of.eq(blog.as_str()))
                .filter(day.between(days.start().to_string(), days.end().to_string()))
                .group_by((day, unlock))
                .select((day, unlock, count_star()))
                .load(connection)?;
            let rows = rows.into_iter().map(|(on, by, times)| {
                Ok((row::day(&on)?, Unlock::from_number(by.into()), times.unsigned_abs()))
            });
            Ok(by_day(rows.collect::<QueryResult<Vec<_>>>()?, days.clone()))
        })
    }

    fn by_article(
        &self,
        blog: &BlogId,
        days: RangeInclusive<Day>,
        limit: usize,
    ) -> Result<Vec<ArticleUnlocks>, RepositoryError> {
        self.read_snapshot(|connection| by_article(connection, blog, &days, limit))
    }

    fn forget_before(&self, instant: Timestamp) -> Result<u64, RepositoryError> {
        self.write(move |connection| {
            let old = readmore_browses::table.filter(read_at.lt(instant.millis()));
            delete(old).execute(connection).map(|removed| removed as u64)
        })
    }
}

fn record(connection: &mut AnyConnection, read: &NewBrowse, now: Timestamp) -> QueryResult<bool> {
    use readmore_browses::{agent, fingerprint, ip, probability, slot};
    let print = read.fingerprint();
    let since = now.plus_millis(-NewBrowse::REPEAT_MILLIS).millis();
    let same = readmore_browses::table.filter(fingerprint.eq(&print)).filter(read_at.gt(since));
    if select(exists(same)).get_result(connection)? {
        return Ok(false);
    }
    let new = (
        of.eq(read.blog.as_str()),
        probability.eq(read.probability.map_or(0.0, Probability::get)),
        unlock.eq(i32::from(read.unlock.map_or(0, Unlock::number))),
        ip.eq(read.address.to_string()),
        agent.eq(&read.agent),
        url.eq(&read.url),
        title.eq(&read.title),
        day.eq(read.day.to_string()),
        read_at.eq(now.millis()),
        fingerprint.eq(&print),
        // Decides where several come at once and none of them sees another.
        slot.eq(now.millis().div_euclid(NewBrowse::REPEAT_MILLIS)),
    );
    let insert = insert_into(readmore_browses::table).values(new).on_conflict_do_nothing();
    Ok(connection.execute_native(insert)? > 0)
}

fn page(connection: &mut AnyConnection, query: &BrowseQuery) -> QueryResult<BrowsePage> {
    use readmore_browses::{agent, ip, probability};
    let BrowseQuery { blog, order, ascending, slice } = query;
    let total: i64 = readmore_browses::table
        .filter(of.eq(blog.as_str()))
        .select(count_star())
        .first(connection)?;
    let mut rows = readmore_browses::table
        .filter(of.eq(blog.as_str()))
        .limit(slice.size().into())
        .offset(i64::try_from(slice.offset()).unwrap_or(i64::MAX))
        .select((id, of, probability, unlock, ip, agent, url, title, day, read_at))
        .into_boxed();
    rows = match (order, ascending) {
        (BrowseOrder::Id, true) => rows.order(id.asc()),
        (BrowseOrder::Id, false) => rows.order(id.desc()),
        (BrowseOrder::Time, true) => rows.order((read_at.asc(), id.asc())),
        (BrowseOrder::Time, false) => rows.order((read_at.desc(), id.desc())),
        (BrowseOrder::Unlock, true) => rows.order((unlock.asc(), id.asc())),
        (BrowseOrder::Unlock, false) => rows.order((unlock.desc(), id.desc())),
        (BrowseOrder::Probability, true) => rows.order((probability.asc(), id.asc())),
        (BrowseOrder::Probability, false) => rows.order((probability.desc(), id.desc())),
        (BrowseOrder::Url, true) => rows.order((url.asc(), id.asc())),
        (BrowseOrder::Url, false) => rows.order((url.desc(), id.desc())),
        (BrowseOrder::Title, true) => rows.order((title.asc(), id.asc())),
        (BrowseOrder::Title, false) => rows.order((title.desc(), id.desc())),
    };
    let rows: Vec<BrowseRow> = rows.load(connection)?;
    let items = rows.into_iter().map(BrowseRow::into_browse).collect::<QueryResult<_>>()?;
    Ok(BrowsePage { items, total: total.unsigned_abs() })
}

/// First which articles, then what is known of them: titles and unlocks of all of them could be
/// many.
fn by_article(
    connection: &mut AnyConnection,
    blog: &BlogId,
    days: &RangeInclusive<Day>,
    limit: usize,
) -> QueryResult<Vec<ArticleUnlocks>> {
    let (first, last) = (days.start().to_string(), days.end().to_string());
    let top: Vec<(String, i64)> = readmore_browses::table
        .filter(of.eq(blog.as_str()))
        .filter(day.between(&first, &last))
        .group_by(url)
        .select((url, count_star()))
        .order((count_star().desc(), url.asc()))
        .limit(i64::try_from(limit).unwrap_or(i64::MAX))
        .load(connection)?;
    let rows: Vec<(String, String, i32, i64)> = readmore_browses::table
        .filter(of.eq(blog.as_str()))
        .filter(day.between(&first, &last))
        .filter(url.eq_any(top.iter().map(|(at, _)| at)))
        .group_by((url, title, unlock))
        .select((url, title, unlock, count_star()))
        .load(connection)?;
    let rows = rows.into_iter().map(|(at, called, by, times)| {
        (at, called, Unlock::from_number(by.into()), times.unsigned_abs())
    });
    Ok(most_read(rows, limit))
}
