//! Moving comments in and out by the thousand: a fixed number of statements for each chunk.

mod export;
mod known;
mod numbers;
mod rows;
mod standing;

use std::collections::{BTreeMap, BTreeSet, HashMap};

use diesel::prelude::*;
use inkstone_comments::{
    Action, Comment, CommentId, CommentTransfer, Imported, ImportedComment, ImportedParent, Plan,
    break_circles, places, top_down,
};
use inkstone_vocab::{ImportTally, PageIdentity, RepositoryError, SiteId};

use self::standing::Standing;
use super::{
    posting::page_id,
    row::PageRow,
    threads::{Totals, add},
};
use crate::{Store, connection::AnyConnection, schema::comment_pages};

/// How many rows a statement reads or writes; the databases bind about 32 000 values at most.
const CHUNK: usize = 500;

/// Where comments stand, by number.
type Standings = HashMap<CommentId, Standing>;
/// Whom comments answer.
type Parents = HashMap<CommentId, Option<CommentId>>;
/// The imported comments that change a row, by its number.
type Changes<'a> = BTreeMap<CommentId, (Action, &'a ImportedComment)>;

impl CommentTransfer for Store {
    fn import(&self, comments: Vec<ImportedComment>) -> Result<Imported, RepositoryError> {
        self.write(move |connection| import(connection, &comments))
    }

    fn preview(&self, comments: &[ImportedComment]) -> Result<ImportTally, RepositoryError> {
        self.read_snapshot(|connection| Ok(plan(connection, comments)?.0.tally()))
    }

    fn export(
        &self,
        site: Option<&SiteId>,
        each: &mut dyn FnMut(Comment),
    ) -> Result<(), RepositoryError> {
        self.read_snapshot(|connection| export::export(connection, site, each))
    }
}

/// Stores all of `comments`, in the transaction of `connection`.
pub(crate) fn import(
    connection: &mut AnyConnection,
    comments: &[ImportedComment],
) -> QueryResult<Imported> {
    if comments.is_empty() {
        return Ok(Imported::default());
    }
    numbers::lock(connection)?;
    let (plan, mut before) = plan(connection, comments)?;
    let changes: Changes<'_> = plan
        .changes(comments)
        .map(|(planned, comment)| (planned.id, (planned.action, comment)))
        .collect();
    let mut parents: Parents = before.iter().map(|(&id, standing)| (id, standing.parent)).collect();
    parents.extend(plan.changes(comments).map(|(planned, _)| (planned.id, planned.parent)));
    break_circles(&mut parents);
    let order = top_down(&parents);
    let after = arrange(connection, &order, &parents, &before, &changes)?;
    rows::insert(connection, &order, &after, &changes)?;
    rows::update(connection, &after, &changes)?;
    standing::update(connection, &before, &after, &changes)?;
    numbers::advance(connection)?;
    before.retain(|id, standing| after.get(id) != Some(standing) || changes.contains_key(id));
    let ImportTally { inserted, updated, known } = plan.tally();
    let topics = settle(connection, &before, &after, &changes)?;
    Ok(Imported { inserted, updated, known, topics })
}

/// What is to be done with `comments`, and where the stored ones stand that they are about.
fn plan(
    connection: &mut AnyConnection,
    comments: &[ImportedComment],
) -> QueryResult<(Plan, Standings)> {
    let known = known::find(connection, comments)?;
    let before = standing::load(connection, &mentioned(comments, &known))?;
    let last = numbers::last(connection)?;
    let site_of = |id| before.get(&id).map(|standing: &Standing| standing.site.clone());
    Ok((Plan::new(comments, &known, site_of, last), before))
}

/// The numbers of all stored comments that an import may be about.
fn mentioned(comments: &[ImportedComment], known: &[Option<CommentId>]) -> BTreeSet<CommentId> {
    let stored = comments.iter().flat_map(|comment| {
        let parent = match comment.parent {
            Some(ImportedParent::Stored(id)) => Some(id),
            _ => None,
        };
        [comment.id, parent]
    });
    stored.chain(known.iter().copied()).flatten().collect()
}

/// Where everything stands once `parents` holds.
fn arrange(
    connection: &mut AnyConnection,
    order: &[CommentId],
    parents: &Parents,
    before: &Standings,
    changes: &Changes<'_>,
) -> QueryResult<Standings> {
    let mut pages: HashMap<PageIdentity, i64> = HashMap::new();
    let mut after: Standings = HashMap::with_capacity(order.len());
    for &id in order {
        let parent = parents[&id];
        let above = parent.and_then(|parent| after.get(&parent));
        let standing = if let Some((_, comment)) = changes.get(&id) {
            let page = match above {
                Some(above) => above.page,
                None => known_page(connection, &mut pages, comment.page())?,
            };
            Standing::new(parent, page, comment)
        } else {
            let old = &before[&id];
            // A comment that is apart from the one it answers stays where it is.
            let together = old.parent.and_then(|parent| before.get(&parent)).map(|p| p.page);
            match above.filter(|_| together == Some(old.page)) {
                Some(Standing { page, site, .. }) => {
                    Standing { parent, page: *page, site: site.clone(), ..old.clone() }
                }
                None => Standing { parent, ..old.clone() },
            }
        };
        after.insert(id, standing);
    }
    let nodes: Vec<_> = after.iter().map(|(&id, standing)| standing.node(id)).collect();
    for (id, place) in places(&nodes) {
        if let Some(standing) = after.get_mut(&id) {
            standing.root = (place.root != id).then(|| place.root.get());
            standing.shown = place.shown;
        }
    }
    Ok(after)
}

fn known_page(
    connection: &mut AnyConnection,
    pages: &mut HashMap<PageIdentity, i64>,
    page: PageIdentity,
) -> QueryResult<i64> {
    if let Some(&id) = pages.get(&page) {
        return Ok(id);
    }
    let id = page_id(connection, &page, Totals::default())?;
    pages.insert(page, id);
    Ok(id)
}

/// Brings the totals of the pages up to date; the topics of all that were touched.
fn settle(
    connection: &mut AnyConnection,
    before: &Standings,
    after: &Standings,
    changes: &Changes<'_>,
) -> QueryResult<BTreeSet<String>> {
    let mut totals: BTreeMap<i64, Totals> = BTreeMap::new();
    for (id, standing) in before {
        standing.count(-1, &mut totals);
        after[id].count(1, &mut totals);
    }
    for id in changes.keys().filter(|id| !before.contains_key(id)) {
        after[id].count(1, &mut totals);
    }
    let touched: Vec<i64> = totals.keys().copied().collect();
    for (page, more) in totals.into_iter().filter(|(_, more)| *more != Totals::default()) {
        add(connection, page, more)?;
    }
    let mut topics = BTreeSet::new();
    for chunk in touched.chunks(CHUNK) {
        let pages: Vec<PageRow> =
            comment_pages::table.filter(comment_pages::id.eq_any(chunk)).load(connection)?;
        for page in pages {
            topics.insert(page.into_identity()?.topic().to_owned());
        }
    }
    Ok(topics)
}
