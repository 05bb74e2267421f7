//! Finding comments without numbers that are stored already.

use std::collections::{BTreeSet, HashMap, HashSet, VecDeque};

use diesel::prelude::*;
use inkstone_comments::{CommentId, ImportedComment};

use super::{super::row::comment_id, CHUNK};
use crate::{connection::AnyConnection, schema::comments};

/// How many comments are looked at in turn.
const SLICE: i64 = 2_000;

/// Site, page, name and text of a comment, and its time when that counts.
type Same = (String, String, String, String, Option<i64>);
/// The numbers of comments that are the same, lowest first.
type Numbers = HashMap<Same, VecDeque<i64>>;

type Row = (i64, String, String, String, String, i64);

/// For each comment without a number the stored one that is the same; none counts twice.
pub(super) fn find(
    connection: &mut AnyConnection,
    imported: &[ImportedComment],
) -> QueryResult<Vec<Option<CommentId>>> {
    let mut stored = Numbers::new();
    let unnumbered = || imported.iter().filter(|comment| comment.id.is_none());
    let times = unnumbered().filter(|comment| comment.dated).map(|c| c.created.millis());
    let times: Vec<i64> = times.collect::<BTreeSet<i64>>().into_iter().collect();
    for chunk in times.chunks(CHUNK) {
        for row in of_times(connection, chunk)? {
            let created = Some(row.5);
            let (id, same) = same(row, created);
            stored.entry(same).or_default().push_back(id);
        }
    }
    let undated: HashSet<Same> = unnumbered().filter(|c| !c.dated).map(wanted).collect();
    if !undated.is_empty() {
        find_undated(connection, &undated, &mut stored)?;
    }
    let mut claimed: HashSet<i64> = HashSet::new();
    imported
        .iter()
        .map(|comment| {
            if comment.id.is_some() || stored.is_empty() {
                return Ok(None);
            }
            let Some(numbers) = stored.get_mut(&wanted(comment)) else { return Ok(None) };
            while let Some(id) = numbers.pop_front() {
                if claimed.insert(id) {
                    return comment_id(id).map(Some);
                }
            }
            Ok(None)
        })
        .collect()
}

/// Looks at every comment, for nothing else tells where they are.
fn find_undated(
    connection: &mut AnyConnection,
    wanted: &HashSet<Same>,
    stored: &mut Numbers,
) -> QueryResult<()> {
    let mut last = 0;
    loop {
        let rows = after(connection, last)?;
        let Some(row) = rows.last() else { return Ok(()) };
        last = row.0;
        for row in rows {
            let (id, same) = same(row, None);
            if wanted.contains(&same) {
                stored.entry(same).or_default().push_back(id);
            }
        }
    }
}

fn of_times(connection: &mut AnyConnection, times: &[i64]) -> QueryResult<Vec<Row>> {
    comments::table
        .filter(comments::created.eq_any(times))
        .order(comments::id)
        .select(COLUMNS)
        .load(connection)
}

fn after(connection: &mut AnyConnection, id: i64) -> QueryResult<Vec<Row>> {
    comments::table
        .filter(comments::id.gt(id))
        .order(comments::id)
        .limit(SLICE)
        .select(COLUMNS)
        .load(connection)
}

type Columns = (
    comments::id,
    comments::site_id,
    comments::post_slug,
    comments::name,
    comments::content_text,
    comments::created,
);

const COLUMNS: Columns = (
    comments::id,
    comments::site_id,
    comments::post_slug,
    comments::name,
    comments::content_text,
    comments::created,
);

fn same((id, site, slug, name, text, _): Row, created: Option<i64>) -> (i64, Same) {
    (id, (site, slug, name, text, created))
}

fn wanted(comment: &ImportedComment) -> Same {
    (
        comment.site.as_str().to_owned(),
        comment.slug.as_str().to_owned(),
        comment.name.clone(),
        comment.body.text().to_owned(),
        comment.dated.then(|| comment.created.millis()),
    )
}
