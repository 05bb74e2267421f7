//! Moving comments in and out, worked out from the definitions.

use std::collections::{HashMap, HashSet};

use inkstone_vocab::{ImportTally, PageIdentity, RepositoryError, SiteId};

use super::{MemoryComments, State, Stored, rank, text};
use crate::{
    comment::{Comment, CommentId},
    transfer::{CommentTransfer, Imported, ImportedComment, Plan, break_circles, top_down},
};

impl CommentTransfer for MemoryComments {
    fn import(&self, comments: Vec<ImportedComment>) -> Result<Imported, RepositoryError> {
        Ok(self.state().import(&comments))
    }

    fn preview(&self, comments: &[ImportedComment]) -> Result<ImportTally, RepositoryError> {
        Ok(self.state().plan(comments).tally())
    }

    fn export(
        &self,
        site: Option<&SiteId>,
        each: &mut dyn FnMut(Comment),
    ) -> Result<(), RepositoryError> {
        let state = self.state();
        let mut comments: Vec<&Comment> = state
            .stored
            .iter()
            .map(|stored| &stored.comment)
            .filter(|comment| site.is_none_or(|site| *site == comment.site))
            .collect();
        comments.sort_by_key(|comment| rank(comment));
        comments.into_iter().cloned().for_each(each);
        Ok(())
    }
}

impl State {
    fn plan(&self, comments: &[ImportedComment]) -> Plan {
        let known = self.known(comments);
        let sites: HashMap<CommentId, SiteId> = self
            .stored
            .iter()
            .map(|stored| (stored.comment.id, stored.comment.site.clone()))
            .collect();
        Plan::new(comments, &known, |id| sites.get(&id).cloned(), self.last_id)
    }

    fn import(&mut self, comments: &[ImportedComment]) -> Imported {
        let plan = self.plan(comments);
        let mut parents: HashMap<CommentId, Option<CommentId>> =
            self.stored.iter().map(|stored| (stored.comment.id, stored.comment.parent)).collect();
        let changes: HashMap<CommentId, &ImportedComment> =
            plan.changes(comments).map(|(planned, comment)| (planned.id, comment)).collect();
        parents.extend(plan.changes(comments).map(|(planned, _)| (planned.id, planned.parent)));
        break_circles(&mut parents);
        let old: HashMap<CommentId, (Option<CommentId>, PageIdentity)> = self
            .stored
            .iter()
            .map(|stored| (stored.comment.id, (stored.comment.parent, stored.page.clone())))
            .collect();
        let mut topics: Vec<String> = Vec::new();
        let mut pages: HashMap<CommentId, PageIdentity> = HashMap::new();
        for id in top_down(&parents) {
            let above = parents[&id].and_then(|parent| pages.get(&parent));
            let page = match (changes.get(&id), above) {
                (Some(_), Some(above)) => above.clone(),
                (Some(new), None) => new.page(),
                (None, above) => {
                    let (parent, page) = &old[&id];
                    let together = parent.is_some_and(|parent| old[&parent].1 == *page);
                    above.filter(|_| together).unwrap_or(page).clone()
                }
            };
            if let Some(new) = changes.get(&id) {
                topics.extend(old.get(&id).map(|(_, page)| page.topic().to_owned()));
                topics.push(page.topic().to_owned());
                self.put(id, parents[&id], new, page.clone());
            } else if let Some(stored) = self.get_mut(id) {
                stored.comment.site = page.site.clone();
                stored.page = page.clone();
                stored.comment.parent = parents[&id];
            }
            pages.insert(id, page);
        }
        let ImportTally { inserted, updated, known } = plan.tally();
        Imported { inserted, updated, known, topics: topics.into_iter().collect() }
    }

    /// For each comment without a number the stored one that is the same; none counts twice.
    fn known(&self, comments: &[ImportedComment]) -> Vec<Option<CommentId>> {
        let mut claimed: HashSet<CommentId> = HashSet::new();
        comments
            .iter()
            .map(|new| {
                let same = |stored: &&Stored| {
                    let Comment { id, site, slug, created, name, text, .. } = &stored.comment;
                    !claimed.contains(id)
                        && new.id.is_none()
                        && (site, slug.as_str()) == (&new.site, new.slug.as_str())
                        && (!new.dated || *created == new.created)
                        && (name, text.as_str()) == (&new.name, new.body.text())
                };
                let found =
                    self.stored.iter().filter(same).min_by_key(|stored| stored.comment.id)?;
                claimed.insert(found.comment.id);
                Some(found.comment.id)
            })
            .collect()
    }

    fn put(
        &mut self,
        id: CommentId,
        parent: Option<CommentId>,
        new: &ImportedComment,
        page: PageIdentity,
    ) {
        let before = self.stored.iter().position(|stored| stored.comment.id == id);
        let before = before.map(|at| self.stored.remove(at));
        let liked_by = before.as_ref().map(|stored| stored.liked_by.clone()).unwrap_or_default();
        let created = before.as_ref().filter(|_| !new.dated).map(|stored| stored.comment.created);
        let title = before.and_then(|stored| stored.comment.title);
        let comment = Comment {
            id,
            created: created.unwrap_or(new.created),
            site: new.site.clone(),
            slug: new.slug.as_str().to_owned(),
            url: text(new.url.as_ref()),
            title: new.title.clone().or(title),
            name: new.name.clone(),
            email: new.email.clone(),
            website: text(new.website.as_ref()),
            text: new.body.text().to_owned(),
            html: new.body.html().to_owned(),
            parent,
            likes: new.likes.min(i64::MAX.unsigned_abs()).max(liked_by.len() as u64),
            priority: new.priority.clamp(1, i32::MAX.unsigned_abs()),
            status: new.status,
            verified: true,
            address: new.address.clone(),
            agent: new.agent.clone(),
        };
        self.last_id = self.last_id.max(id.get());
        self.stored.push(Stored { comment, page, liked_by, announced: true });
        self.stored.sort_by_key(|stored| stored.comment.id);
    }
}
