//! Where stored comments stand in their threads, before and after an import.

use std::collections::{BTreeMap, BTreeSet};

use diesel::prelude::*;
use inkstone_comments::{CommentId, ImportedComment, Node, Status};
use inkstone_vocab::SiteId;

use super::{
    super::{
        row::{comment_id, site},
        threads::Totals,
    },
    CHUNK, Changes, Standings,
};
use crate::{connection::AnyConnection, schema::comments};

/// Where a comment stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Standing {
    pub(super) parent: Option<CommentId>,
    pub(super) page: i64,
    pub(super) root: Option<i64>,
    pub(super) shown: bool,
    pub(super) site: SiteId,
    pub(super) approved: bool,
}

impl Standing {
    /// Of an imported comment; its root is still to be found.
    pub(super) fn new(parent: Option<CommentId>, page: i64, comment: &ImportedComment) -> Self {
        let approved = comment.status == Status::Approved;
        Self { parent, page, root: None, shown: false, site: comment.site.clone(), approved }
    }

    pub(super) fn node(&self, id: CommentId) -> Node {
        Node { id, parent: self.parent, approved: self.approved, page: self.page }
    }

    pub(super) fn count(&self, sign: i64, totals: &mut BTreeMap<i64, Totals>) {
        let total = totals.entry(self.page).or_default();
        total.approved += sign * i64::from(self.approved);
        total.shown += sign * i64::from(self.shown);
        total.roots += sign * i64::from(self.shown && self.root.is_none());
    }
}

type Row = (i64, Option<i64>, i64, String, Option<i64>, bool, String);

/// The whole threads of those of `ids` that are stored.
pub(super) fn load(
    connection: &mut AnyConnection,
    ids: &BTreeSet<CommentId>,
) -> QueryResult<Standings> {
    let ids: Vec<i64> = ids.iter().map(|id| id.get()).collect();
    let mut roots: BTreeSet<i64> = BTreeSet::new();
    for chunk in ids.chunks(CHUNK) {
        let rows: Vec<(i64, Option<i64>)> = comments::table
            .filter(comments::id.eq_any(chunk))
            .select((comments::id, comments::root_id))
            .load(connection)?;
        roots.extend(rows.into_iter().map(|(id, root)| root.unwrap_or(id)));
    }
    let roots: Vec<i64> = roots.into_iter().collect();
    let mut standings = Standings::new();
    let columns = (
        comments::id,
        comments::parent_id,
        comments::page_id,
        comments::status,
        comments::root_id,
        comments::shown,
        comments::site_id,
    );
    for chunk in roots.chunks(CHUNK) {
        let tops: Vec<Row> =
            comments::table.filter(comments::id.eq_any(chunk)).select(columns).load(connection)?;
        let below: Vec<Row> = comments::table
            .filter(comments::root_id.eq_any(chunk.iter().map(|&root| Some(root))))
            .select(columns)
            .load(connection)?;
        for row in tops.into_iter().chain(below) {
            standings.insert(comment_id(row.0)?, standing(row)?);
        }
    }
    Ok(standings)
}

fn standing((_, parent, page, status, root, shown, name): Row) -> QueryResult<Standing> {
    let parent = parent.map(comment_id).transpose()?;
    let approved = status == Status::Approved.as_str();
    Ok(Standing { parent, page, root, shown, site: site(&name)?, approved })
}

/// Stores where those comments stand now that are not imported, but in the threads of such.
pub(super) fn update(
    connection: &mut AnyConnection,
    before: &Standings,
    after: &Standings,
    changes: &Changes<'_>,
) -> QueryResult<()> {
    for (id, old) in before.iter().filter(|(id, _)| !changes.contains_key(id)) {
        let new = &after[id];
        if new != old {
            diesel::update(comments::table.find(id.get()))
                .set((
                    comments::parent_id.eq(new.parent.map(CommentId::get)),
                    comments::site_id.eq(new.site.as_str()),
                    comments::page_id.eq(new.page),
                    comments::root_id.eq(new.root),
                    comments::shown.eq(new.shown),
                ))
                .execute(connection)?;
        }
    }
    Ok(())
}
