//! What an import does with each comment: the part that all repositories have in common.

use std::collections::HashMap;

use inkstone_vocab::{ImportTally, SiteId};

use super::{ImportedComment, ImportedParent};
use crate::comment::CommentId;

/// What happens to an imported comment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// It becomes a new row.
    Insert,
    /// It replaces the row of its number.
    Update,
    /// The row is there already, or another of the import replaces it.
    Keep,
}

/// The decision about one imported comment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Planned {
    /// The number it has, or will have.
    pub id: CommentId,
    /// What happens to it.
    pub action: Action,
    /// The comment it will answer; meaningless where nothing happens.
    pub parent: Option<CommentId>,
}

/// The decisions about an import, in its order.
#[derive(Clone, Debug)]
pub struct Plan(pub Vec<Planned>);

impl Plan {
    /// Decides about `comments`.
    ///
    /// `known` holds for each the stored comment that is the same, `site_of` tells the site of a
    /// stored comment, and from `last` on upwards no number has been used.
    pub fn new(
        comments: &[ImportedComment],
        known: &[Option<CommentId>],
        site_of: impl Fn(CommentId) -> Option<SiteId>,
        last: i64,
    ) -> Self {
        let numbered = comments.iter().enumerate().filter_map(|(at, c)| Some((c.id?, at)));
        // Of several with one number the last counts.
        let numbered: HashMap<CommentId, usize> = numbered.collect();
        let mut last = numbered.keys().map(|id| id.get()).fold(last, i64::max);
        let mut planned: Vec<Planned> = Vec::with_capacity(comments.len());
        for (at, comment) in comments.iter().enumerate() {
            let (id, action) = match (comment.id, known.get(at).copied().flatten()) {
                (Some(id), _) if numbered.get(&id) != Some(&at) => (id, Action::Keep),
                (Some(id), _) if site_of(id).is_some() => (id, Action::Update),
                (Some(id), _) => (id, Action::Insert),
                (None, Some(id)) => (id, Action::Keep),
                (None, None) => {
                    last += 1;
                    (CommentId(last), Action::Insert)
                }
            };
            planned.push(Planned { id, action, parent: None });
        }
        for (at, comment) in comments.iter().enumerate() {
            let parent = match comment.parent {
                Some(ImportedParent::Item(parent)) => {
                    comments.get(parent).map(|found| (planned[parent].id, Some(&found.site)))
                }
                Some(ImportedParent::Stored(id)) => Some((id, None)),
                None => None,
            };
            planned[at].parent = parent.and_then(|(id, site)| {
                // The site it will have, which another of the same number may decide.
                let site = match numbered.get(&id) {
                    Some(&last) => Some(comments[last].site.clone()),
                    None => site.cloned().or_else(|| site_of(id)),
                };
                (site.as_ref() == Some(&comment.site)).then_some(id)
            });
        }
        Self(planned)
    }

    /// Those that change a row, with their comments.
    pub fn changes<'a>(
        &'a self,
        comments: &'a [ImportedComment],
    ) -> impl Iterator<Item = (&'a Planned, &'a ImportedComment)> {
        self.0.iter().zip(comments).filter(|(planned, _)| planned.action != Action::Keep)
    }

    /// How many are stored, replaced, and left alone.
    pub fn tally(&self) -> ImportTally {
        let count =
            |action| self.0.iter().filter(|planned| planned.action == action).count() as u64;
        ImportTally {
            inserted: count(Action::Insert),
            updated: count(Action::Update),
            known: count(Action::Keep),
        }
    }
}

/// Makes the lowest number of every circle answer nothing.
pub fn break_circles<S: std::hash::BuildHasher>(
    parents: &mut HashMap<CommentId, Option<CommentId>, S>,
) {
    let mut ids: Vec<CommentId> = parents.keys().copied().collect();
    ids.sort_unstable();
    // Which walk came by, so that meeting one's own trace is a circle.
    let mut walks: HashMap<CommentId, usize> = HashMap::with_capacity(ids.len());
    for (walk, start) in ids.into_iter().enumerate() {
        let mut path = Vec::new();
        let mut next = Some(start);
        while let Some(id) = next.filter(|id| parents.contains_key(id)) {
            match walks.get(&id) {
                None => {
                    walks.insert(id, walk);
                    path.push(id);
                    next = parents[&id];
                }
                Some(&trace) => {
                    if trace == walk {
                        let circle = path.iter().skip_while(|known| **known != id);
                        if let Some(&lowest) = circle.min() {
                            parents.insert(lowest, None);
                        }
                    }
                    break;
                }
            }
        }
    }
}

/// All numbers, each after the one it answers; there must be no circles.
pub fn top_down<S: std::hash::BuildHasher>(
    parents: &HashMap<CommentId, Option<CommentId>, S>,
) -> Vec<CommentId> {
    let mut order = Vec::with_capacity(parents.len());
    let mut answers: HashMap<CommentId, Vec<CommentId>> = HashMap::new();
    for (&id, parent) in parents {
        match parent.filter(|parent| parents.contains_key(parent)) {
            Some(parent) => answers.entry(parent).or_default().push(id),
            None => order.push(id),
        }
    }
    order.sort_unstable();
    let mut at = 0;
    while let Some(id) = order.get(at).copied() {
        order.extend(answers.remove(&id).unwrap_or_default());
        at += 1;
    }
    order
}

#[cfg(test)]
mod tests {
    use super::*;

    fn graph(links: &[(i64, i64)]) -> HashMap<CommentId, Option<CommentId>> {
        links.iter().map(|&(id, parent)| (CommentId(id), CommentId::new(parent))).collect()
    }

    #[test]
    fn circles_are_broken_at_their_lowest_number() {
        let mut parents = graph(&[(1, 1), (2, 4), (3, 2), (4, 3), (5, 4), (6, 9), (7, 0)]);
        break_circles(&mut parents);
        assert_eq!(parents, graph(&[(1, 0), (2, 0), (3, 2), (4, 3), (5, 4), (6, 9), (7, 0)]));
    }

    #[test]
    fn parents_come_before_their_answers() {
        let parents = graph(&[(1, 3), (2, 1), (3, 0), (4, 9)]);
        let order: Vec<i64> = top_down(&parents).into_iter().map(CommentId::get).collect();
        assert_eq!(order, [3, 4, 1, 2]);
    }
}
