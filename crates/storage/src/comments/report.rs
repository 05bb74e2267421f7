//! Comments in numbers: the database counts, what comes back is a row for each group.

use std::{collections::BTreeMap, ops::RangeInclusive};

use diesel::{
    dsl::{count_star, sql},
    prelude::*,
    result::Error,
    sql_types::BigInt,
};
use inkstone_comments::{CommentReport, DailyComments, SiteTally, Status, Tally};
use inkstone_vocab::{Day, RepositoryError, SiteId};

use super::row;
use crate::{Store, connection::AnyConnection, schema::comments};

impl CommentReport for Store {
    fn sites(&self) -> Result<Vec<SiteId>, RepositoryError> {
        self.read(sites)
    }

    fn tallies(&self) -> Result<Vec<SiteTally>, RepositoryError> {
        self.read(tallies)
    }

    fn posted_by_day(
        &self,
        site: Option<&SiteId>,
        days: RangeInclusive<Day>,
    ) -> Result<Vec<DailyComments>, RepositoryError> {
        self.read(|connection| posted_by_day(connection, site, &days))
    }
}

/// Sorted here: the databases compare texts by rules of their own.
fn sites(connection: &mut AnyConnection) -> QueryResult<Vec<SiteId>> {
    let names: Vec<String> =
        comments::table.select(comments::site_id).distinct().load(connection)?;
    let mut sites = names.iter().map(|name| row::site(name)).collect::<QueryResult<Vec<_>>>()?;
    sites.sort_unstable();
    Ok(sites)
}

fn tallies(connection: &mut AnyConnection) -> QueryResult<Vec<SiteTally>> {
    let rows: Vec<(String, String, i64)> = comments::table
        .group_by((comments::site_id, comments::status))
        .select((comments::site_id, comments::status, count_star()))
        .load(connection)?;
    let mut sites: BTreeMap<SiteId, Tally> = BTreeMap::new();
    for (name, status, count) in rows {
        let status = Status::parse(&status)
            .ok_or_else(|| Error::DeserializationError("unknown status".into()))?;
        sites.entry(row::site(&name)?).or_default().add(status, count.unsigned_abs());
    }
    Ok(sites.into_iter().map(|(site, tally)| SiteTally { site, tally }).collect())
}

fn posted_by_day(
    connection: &mut AnyConnection,
    site: Option<&SiteId>,
    days: &RangeInclusive<Day>,
) -> QueryResult<Vec<DailyComments>> {
    let first = days.start().start().millis();
    let after = days.end().plus(1).start().millis();
    // Numbers in the text, for PostgreSQL does not see that two parameters are the same one.
    // Counted from the first day, so that nothing negative is divided.
    let day = || sql::<BigInt>(&format!("(created - ({first})) / {DAY_MILLIS}"));
    let mut query = comments::table
        .group_by(day())
        .select((day(), count_star()))
        .filter(comments::created.ge(first))
        .filter(comments::created.lt(after))
        .order(day())
        .into_boxed();
    if let Some(site) = site {
        query = query.filter(comments::site_id.eq(site.as_str()));
    }
    let rows: Vec<(i64, i64)> = query.load(connection)?;
    let daily = |(number, count): (i64, i64)| DailyComments {
        day: days.start().plus(number),
        comments: count.unsigned_abs(),
    };
    Ok(rows.into_iter().map(daily).collect())
}

const DAY_MILLIS: i64 = 86_400_000;
