//! Threads: a root comment and everything that answers it, kept flat.

use std::collections::{HashMap, HashSet};

use crate::comment::{Comment, CommentId};

/// A root and its shown replies of any depth, oldest first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Thread {
    /// The comment that answers none.
    pub root: Comment,
    /// Everything below it that is shown.
    pub replies: Vec<Comment>,
}

/// One comment of a thread, as far as its place matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Node {
    /// Its number.
    pub id: CommentId,
    /// The comment it answers.
    pub parent: Option<CommentId>,
    /// Whether it is approved.
    pub approved: bool,
    /// A number that is equal for comments of one page.
    pub page: i64,
}

/// Where a comment stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// The root of its thread; itself for a root.
    pub root: CommentId,
    /// Whether it and everything it answers, up to the root, is approved and on one page.
    pub shown: bool,
}

/// The place of every node. Takes whole threads: a node whose parent is not among them is a root.
/// Nodes that answer each other in a circle are roots of their own and not shown.
pub fn places(nodes: &[Node]) -> HashMap<CommentId, Place> {
    let known: HashSet<CommentId> = nodes.iter().map(|node| node.id).collect();
    let mut answers: HashMap<CommentId, Vec<&Node>> = HashMap::new();
    let mut waiting = Vec::new();
    let mut places = HashMap::with_capacity(nodes.len());
    for node in nodes {
        if let Some(parent) = node.parent.filter(|parent| known.contains(parent)) {
            answers.entry(parent).or_default().push(node);
        } else {
            places.insert(node.id, Place { root: node.id, shown: node.approved });
            waiting.push(node);
        }
    }
    while let Some(parent) = waiting.pop() {
        let above = places[&parent.id];
        for node in answers.remove(&parent.id).unwrap_or_default() {
            let shown = above.shown && node.approved && node.page == parent.page;
            places.insert(node.id, Place { root: above.root, shown });
            waiting.push(node);
        }
    }
    for node in nodes {
        places.entry(node.id).or_insert(Place { root: node.id, shown: false });
    }
    places
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(number: i64) -> CommentId {
        CommentId::new(number).unwrap()
    }

    fn check(nodes: &[(i64, i64, bool, i64)], expected: &[(i64, i64, bool)]) {
        let nodes: Vec<Node> = nodes
            .iter()
            .map(|&(number, parent, approved, page)| Node {
                id: id(number),
                parent: CommentId::new(parent),
                approved,
                page,
            })
            .collect();
        let places = places(&nodes);
        let mut found: Vec<_> =
            places.iter().map(|(id, place)| (id.get(), place.root.get(), place.shown)).collect();
        found.sort_unstable();
        assert_eq!(found, expected);
    }

    #[test]
    fn replies_of_any_depth_share_their_root() {
        check(
            &[(3, 2, true, 1), (2, 1, true, 1), (1, 0, true, 1)],
            &[(1, 1, true), (2, 1, true), (3, 1, true)],
        );
    }

    #[test]
    fn nothing_below_a_hidden_comment_is_shown() {
        check(
            &[(1, 0, true, 1), (2, 1, false, 1), (3, 2, true, 1), (4, 1, true, 2)],
            &[(1, 1, true), (2, 1, false), (3, 1, false), (4, 1, false)],
        );
    }

    #[test]
    fn circles_end_and_are_not_shown() {
        check(
            &[(1, 1, true, 1), (2, 3, true, 1), (3, 2, true, 1)],
            &[(1, 1, false), (2, 2, false), (3, 3, false)],
        );
    }

    #[test]
    fn a_reply_without_its_parent_is_a_root() {
        check(&[(5, 4, true, 1), (6, 5, true, 1)], &[(5, 5, true), (6, 5, true)]);
    }
}
