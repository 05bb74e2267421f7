//! The reference repository: everything in memory, every answer worked out from the definitions.

mod news;
mod posting;
mod report;
mod threads;
mod transfer;

use std::{
    cmp::Reverse,
    collections::{HashMap, HashSet},
    sync::{Mutex, MutexGuard, PoisonError},
};

use inkstone_vocab::{
    PageIdentity, PageLookup, PageRequest, PageSlug, RepositoryError, SiteId, Timestamp, VisitorId,
    WebUrl,
};

use crate::{
    comment::{Comment, CommentId, Edit, NewComment, Status},
    news::News,
    repository::{CommentRepository, Inserted, Liked, Listing, Touched, is_too_soon},
    thread::Thread,
};

/// Comments in memory, for tests and examples.
#[derive(Debug, Default)]
pub struct MemoryComments(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    last_id: i64,
    stored: Vec<Stored>,
    last_posted: HashMap<VisitorId, Timestamp>,
    last_news: i64,
    news: Vec<News>,
}

#[derive(Debug)]
struct Stored {
    comment: Comment,
    page: PageIdentity,
    liked_by: HashSet<VisitorId>,
    announced: bool,
}

impl CommentRepository for MemoryComments {
    fn insert(
        &self,
        new: &NewComment,
        interval_ms: i64,
        at: Timestamp,
    ) -> Result<Inserted, RepositoryError> {
        let mut state = self.state();
        let key = &new.submission.client.key;
        let last = state.last_posted.get(key);
        if last.is_some_and(|&last| is_too_soon(last, at, interval_ms)) {
            return Ok(Inserted::TooSoon);
        }
        let Some(page) = state.page_for(new) else { return Ok(Inserted::NoSuchParent) };
        state.last_posted.insert(key.clone(), at);
        Ok(Inserted::Stored(state.store(new, page, at)))
    }

    fn find(&self, id: CommentId) -> Result<Option<Comment>, RepositoryError> {
        Ok(self.state().get(id).map(|stored| stored.comment.clone()))
    }

    fn threads(
        &self,
        page: &PageLookup,
        slice: PageRequest,
    ) -> Result<Listing<Thread>, RepositoryError> {
        let state = self.state();
        let places = state.places();
        let shown = |stored: &&Stored| page.finds(&stored.page) && places[&stored.comment.id].shown;
        let mut roots: Vec<Comment> = Vec::new();
        let mut replies: HashMap<CommentId, Vec<Comment>> = HashMap::new();
        let mut comments = 0;
        for stored in state.stored.iter().filter(shown) {
            comments += 1;
            let root = places[&stored.comment.id].root;
            if root == stored.comment.id {
                roots.push(stored.comment.clone());
            } else {
                replies.entry(root).or_default().push(stored.comment.clone());
            }
        }
        let total = roots.len() as u64;
        roots.sort_by_key(rank);
        let items = cut(roots, slice)
            .map(|root| {
                let mut replies = replies.remove(&root.id).unwrap_or_default();
                replies.sort_by_key(|reply| (reply.created, reply.id));
                Thread { root, replies }
            })
            .collect();
        Ok(Listing { items, total, comments })
    }

    fn approved(
        &self,
        page: &PageLookup,
        slice: PageRequest,
    ) -> Result<Listing<Comment>, RepositoryError> {
        let state = self.state();
        let found = state
            .stored
            .iter()
            .filter(|stored| page.finds(&stored.page) && stored.comment.status == Status::Approved);
        let mut comments: Vec<Comment> = found.map(|stored| stored.comment.clone()).collect();
        comments.sort_by_key(rank);
        Ok(listing(comments, slice))
    }

    fn latest(
        &self,
        site: Option<&SiteId>,
        slice: PageRequest,
    ) -> Result<Listing<Comment>, RepositoryError> {
        let state = self.state();
        let found = state.stored.iter().map(|stored| &stored.comment);
        let mut comments: Vec<Comment> = found
            .filter(|comment| site.is_none_or(|site| *site == comment.site))
            .cloned()
            .collect();
        comments.sort_by_key(|comment| (Reverse(comment.created), Reverse(comment.id)));
        Ok(listing(comments, slice))
    }

    fn like(&self, id: CommentId, visitor: &VisitorId) -> Result<Option<Liked>, RepositoryError> {
        Ok(self.state().approved(id).map(|stored| {
            let changed = stored.liked_by.insert(visitor.clone());
            stored.comment.likes += u64::from(changed);
            stored.liked(changed)
        }))
    }

    fn unlike(&self, id: CommentId, visitor: &VisitorId) -> Result<Option<Liked>, RepositoryError> {
        Ok(self.state().approved(id).map(|stored| {
            let changed = stored.liked_by.remove(visitor);
            stored.comment.likes -= u64::from(changed);
            stored.liked(changed)
        }))
    }

    fn edit(&self, id: CommentId, edit: &Edit) -> Result<Option<Touched>, RepositoryError> {
        let mut state = self.state();
        let Some(stored) = state.get_mut(id) else { return Ok(None) };
        let old_page = stored.page.clone();
        let before = stored.own_page();
        stored.apply(edit);
        let after = stored.own_page();
        let topics = match after.filter(|after| before.as_ref() != Some(after)) {
            Some(new_page) if new_page != old_page => {
                state.move_subtree(id, &old_page, &new_page);
                vec![old_page.topic().to_owned(), new_page.topic().to_owned()]
            }
            _ => vec![old_page.topic().to_owned()],
        };
        Ok(Some(Touched { topics, news: state.announce(id) }))
    }

    fn set_status(
        &self,
        id: CommentId,
        status: Status,
    ) -> Result<Option<Touched>, RepositoryError> {
        Ok(self.state().judge(id, status))
    }

    fn approve(&self, id: CommentId) -> Result<Option<Touched>, RepositoryError> {
        let mut state = self.state();
        let waits = state.get(id).is_some_and(|s| s.comment.status == Status::Pending);
        Ok(if waits { state.judge(id, Status::Approved) } else { None })
    }

    fn remove(&self, id: CommentId) -> Result<Option<Touched>, RepositoryError> {
        let mut state = self.state();
        let Some(at) = state.stored.iter().position(|stored| stored.comment.id == id) else {
            return Ok(None);
        };
        let removed = state.stored.remove(at);
        state.news.retain(|news| news.comment != id);
        for stored in &mut state.stored {
            if stored.comment.parent == Some(id) {
                stored.comment.parent = None;
            }
        }
        Ok(Some(removed.touched(false)))
    }

    fn forget_clients(&self, before: Timestamp) -> Result<u64, RepositoryError> {
        let clients = &mut self.state().last_posted;
        let known = clients.len();
        clients.retain(|_, last| *last >= before);
        Ok((known - clients.len()) as u64)
    }

    fn news(&self, limit: u32) -> Result<Vec<News>, RepositoryError> {
        Ok(self.state().news.iter().take(limit as usize).copied().collect())
    }

    fn forget_news(&self, numbers: &[i64]) -> Result<(), RepositoryError> {
        self.state().news.retain(|news| !numbers.contains(&news.number));
        Ok(())
    }
}

impl MemoryComments {
    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn get(&self, id: CommentId) -> Option<&Stored> {
        self.stored.iter().find(|stored| stored.comment.id == id)
    }

    fn get_mut(&mut self, id: CommentId) -> Option<&mut Stored> {
        self.stored.iter_mut().find(|stored| stored.comment.id == id)
    }

    fn approved(&mut self, id: CommentId) -> Option<&mut Stored> {
        self.get_mut(id).filter(|stored| stored.comment.status == Status::Approved)
    }

    fn judge(&mut self, id: CommentId, status: Status) -> Option<Touched> {
        self.get_mut(id)?.comment.status = status;
        let news = self.announce(id);
        self.get(id).map(|stored| stored.touched(news))
    }
}

impl Stored {
    /// The page that this comment names itself, which for a reply need not be where it belongs.
    fn own_page(&self) -> Option<PageIdentity> {
        let slug = PageSlug::parse(&self.comment.slug)?;
        let url = self.comment.url.as_deref().and_then(WebUrl::parse);
        Some(PageIdentity::new(self.comment.site.clone(), &slug, url.as_ref()))
    }

    fn apply(&mut self, edit: &Edit) {
        let comment = &mut self.comment;
        edit.name.as_str().clone_into(&mut comment.name);
        comment.email.clone_from(&edit.email);
        comment.website = text(edit.website.as_ref());
        edit.body.text().clone_into(&mut comment.text);
        edit.body.html().clone_into(&mut comment.html);
        comment.status = edit.status.unwrap_or(comment.status);
        comment.priority = edit.priority.unwrap_or(comment.priority);
        if let Some(slug) = &edit.slug {
            slug.as_str().clone_into(&mut comment.slug);
        }
        if let Some(url) = &edit.url {
            comment.url = text(url.as_ref());
        }
    }

    fn liked(&self, changed: bool) -> Liked {
        let changed = changed.then(|| self.page.topic().to_owned());
        Liked { likes: self.comment.likes, changed }
    }

    fn touched(&self, news: bool) -> Touched {
        Touched { topics: vec![self.page.topic().to_owned()], news }
    }
}

fn text(url: Option<&WebUrl>) -> Option<String> {
    url.map(|url| url.as_str().to_owned())
}

fn rank(comment: &Comment) -> impl Ord + use<> {
    (Reverse(comment.priority), Reverse(comment.created), Reverse(comment.id))
}

fn listing(comments: Vec<Comment>, slice: PageRequest) -> Listing<Comment> {
    let total = comments.len() as u64;
    Listing { items: cut(comments, slice).collect(), total, comments: total }
}

fn cut<T>(items: Vec<T>, slice: PageRequest) -> impl Iterator<Item = T> {
    let offset = usize::try_from(slice.offset()).unwrap_or(usize::MAX);
    items.into_iter().skip(offset).take(slice.size() as usize)
}
