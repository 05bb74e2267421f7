//! Where comments stand, and moving them.

use std::collections::HashMap;

use inkstone_vocab::PageIdentity;

use super::{State, Stored};
use crate::{
    comment::{CommentId, Status},
    thread::{Node, Place, places},
};

impl State {
    pub(super) fn places(&self) -> HashMap<CommentId, Place> {
        let mut pages: HashMap<&PageIdentity, i64> = HashMap::new();
        let nodes: Vec<Node> = self
            .stored
            .iter()
            .map(|Stored { comment, page, .. }| {
                let next = i64::try_from(pages.len()).unwrap_or(i64::MAX);
                Node {
                    id: comment.id,
                    parent: comment.parent,
                    approved: comment.status == Status::Approved,
                    page: *pages.entry(page).or_insert(next),
                }
            })
            .collect();
        places(&nodes)
    }

    pub(super) fn move_subtree(&mut self, top: CommentId, from: &PageIdentity, to: &PageIdentity) {
        let mut moving = vec![top];
        while let Some(id) = moving.pop() {
            for stored in self.stored.iter_mut().filter(|stored| stored.page == *from) {
                if stored.comment.id == id {
                    stored.page = to.clone();
                } else if stored.comment.parent == Some(id) {
                    moving.push(stored.comment.id);
                }
            }
        }
    }
}
