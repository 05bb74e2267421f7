//! Storing a new comment.

use std::collections::HashSet;

use inkstone_vocab::{PageIdentity, PageLookup, Timestamp};

use super::{State, Stored, text};
use crate::{
    comment::{Comment, CommentId, NewComment, Status},
    news::News,
};

impl State {
    /// The page that `new` belongs to, unless it answers what is not shown there.
    pub(super) fn page_for(&self, new: &NewComment) -> Option<PageIdentity> {
        let submission = &new.submission;
        let Some(parent) = submission.parent else {
            let site = submission.site.clone().unwrap_or_default();
            return Some(PageIdentity::new(site, &submission.slug, submission.url.as_ref()));
        };
        let parent = self.get(CommentId::new(parent)?)?;
        let lookup = PageLookup { site: submission.site.clone(), slug: submission.slug.clone() };
        let shown = self.places()[&parent.comment.id].shown;
        (shown && lookup.finds(&parent.page)).then(|| parent.page.clone())
    }

    pub(super) fn store(
        &mut self,
        new: &NewComment,
        page: PageIdentity,
        created: Timestamp,
    ) -> CommentId {
        self.last_id += 1;
        let id = CommentId(self.last_id);
        let submission = &new.submission;
        let author = &submission.author;
        let comment = Comment {
            id,
            created,
            site: page.site.clone(),
            slug: submission.slug.as_str().to_owned(),
            url: text(submission.url.as_ref()),
            title: submission.title.clone(),
            name: author.name.as_str().to_owned(),
            email: author.email.as_str().to_owned(),
            website: text(author.website.as_ref()),
            text: submission.body.text().to_owned(),
            html: submission.body.html().to_owned(),
            parent: submission.parent.and_then(CommentId::new),
            likes: 0,
            priority: 1,
            status: new.status,
            verified: new.verified,
            address: submission.client.address.clone(),
            agent: submission.client.agent.clone(),
        };
        let approved = new.status == Status::Approved;
        self.stored.push(Stored { comment, page, liked_by: HashSet::new(), announced: approved });
        self.record(|number| News { number, comment: id, posted: true, approved });
        id
    }
}
