//! Keeping threads and totals true when a comment is judged, moved or removed.

use std::collections::BTreeMap;

use diesel::prelude::*;
use inkstone_comments::{CommentId, Node, Status, places};

use super::row::comment_id;
use crate::{
    connection::AnyConnection,
    schema::{comment_pages, comments},
};

/// A comment of a thread, as far as its place matters.
#[derive(Clone, Debug)]
pub(super) struct Member {
    pub(super) id: CommentId,
    pub(super) parent: Option<CommentId>,
    pub(super) page: i64,
    pub(super) approved: bool,
    root: Option<i64>,
    shown: bool,
}

/// How many comments a page has; or how many more.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Totals {
    pub(super) roots: i64,
    pub(super) shown: i64,
    pub(super) approved: i64,
}

/// Holds the page until the transaction ends, so that its threads change one after the other.
pub(super) fn lock_page(connection: &mut AnyConnection, page: i64) -> QueryResult<()> {
    diesel::update(comment_pages::table.find(page))
        .set(comment_pages::roots.eq(comment_pages::roots))
        .execute(connection)
        .map(drop)
}

pub(super) fn add(connection: &mut AnyConnection, page: i64, more: Totals) -> QueryResult<()> {
    diesel::update(comment_pages::table.find(page))
        .set((
            comment_pages::roots.eq(comment_pages::roots + more.roots),
            comment_pages::shown.eq(comment_pages::shown + more.shown),
            comment_pages::approved.eq(comment_pages::approved + more.approved),
        ))
        .execute(connection)
        .map(drop)
}

/// The whole thread of the root numbered `root`.
pub(super) fn load(connection: &mut AnyConnection, root: i64) -> QueryResult<Vec<Member>> {
    type Row = (i64, Option<i64>, i64, String, Option<i64>, bool);
    let rows: Vec<Row> = comments::table
        .filter(comments::id.eq(root).or(comments::root_id.eq(root)))
        .select((
            comments::id,
            comments::parent_id,
            comments::page_id,
            comments::status,
            comments::root_id,
            comments::shown,
        ))
        .load(connection)?;
    rows.into_iter()
        .map(|(id, parent, page, status, root, shown)| {
            let parent = parent.map(comment_id).transpose()?;
            let approved = status == Status::Approved.as_str();
            Ok(Member { id: comment_id(id)?, parent, page, approved, root, shown })
        })
        .collect()
}

/// Stores where the members of a thread stand after a change, and what their pages show now.
pub(super) fn settle(
    connection: &mut AnyConnection,
    before: &[Member],
    mut after: Vec<Member>,
) -> QueryResult<()> {
    let nodes: Vec<Node> = after.iter().map(Member::node).collect();
    let places = places(&nodes);
    for member in &mut after {
        let place = places[&member.id];
        let root = (place.root != member.id).then(|| place.root.get());
        let known = before.iter().find(|known| known.id == member.id);
        (member.root, member.shown) = (root, place.shown);
        if known.is_none_or(|known| {
            (known.page, known.root, known.shown) != (member.page, root, place.shown)
        }) {
            diesel::update(comments::table.find(member.id.get()))
                .set((
                    comments::page_id.eq(member.page),
                    comments::root_id.eq(root),
                    comments::shown.eq(place.shown),
                ))
                .execute(connection)?;
        }
    }
    let mut changes: BTreeMap<i64, Totals> = BTreeMap::new();
    for member in before {
        member.count(-1, &mut changes);
    }
    for member in &after {
        member.count(1, &mut changes);
    }
    changes.retain(|_, more| *more != Totals::default());
    changes.into_iter().try_for_each(|(page, more)| add(connection, page, more))
}

/// Moves a member and what answers it, directly or not, from its page to another.
pub(super) fn move_subtree(members: &mut [Member], top: CommentId, from: i64, to: i64) {
    let mut moving = vec![top];
    while let Some(id) = moving.pop() {
        for member in members.iter_mut().filter(|member| member.page == from) {
            if member.id == id {
                member.page = to;
            } else if member.parent == Some(id) {
                moving.push(member.id);
            }
        }
    }
}

impl Member {
    fn node(&self) -> Node {
        Node { id: self.id, parent: self.parent, approved: self.approved, page: self.page }
    }

    fn count(&self, sign: i64, totals: &mut BTreeMap<i64, Totals>) {
        let total = totals.entry(self.page).or_default();
        total.approved += sign * i64::from(self.approved);
        total.shown += sign * i64::from(self.shown);
        total.roots += sign * i64::from(self.shown && self.root.is_none());
    }
}
