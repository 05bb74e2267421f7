//! Comments: threads are kept flat, and what a page shows is kept with the page.

mod likes;
mod listing;
mod moderation;
mod news;
mod posting;
mod report;
mod row;
mod threads;
pub(crate) mod transfer;

use inkstone_comments::{
    Comment, CommentId, CommentRepository, Edit, Inserted, Liked, Listing, NewComment, News,
    Status, Thread, Touched,
};
use inkstone_vocab::{PageLookup, PageRequest, RepositoryError, SiteId, Timestamp, VisitorId};

use crate::Store;

impl CommentRepository for Store {
    fn insert(
        &self,
        new: &NewComment,
        interval_ms: i64,
        at: Timestamp,
    ) -> Result<Inserted, RepositoryError> {
        let new = new.clone();
        self.write(move |connection| posting::insert(connection, &new, interval_ms, at))
    }

    fn find(&self, id: CommentId) -> Result<Option<Comment>, RepositoryError> {
        self.read(|connection| listing::find(connection, id))
    }

    fn threads(
        &self,
        page: &PageLookup,
        slice: PageRequest,
    ) -> Result<Listing<Thread>, RepositoryError> {
        self.read(|connection| listing::threads(connection, page, slice))
    }

    fn approved(
        &self,
        page: &PageLookup,
        slice: PageRequest,
    ) -> Result<Listing<Comment>, RepositoryError> {
        self.read(|connection| listing::approved(connection, page, slice))
    }

    fn latest(
        &self,
        site: Option<&SiteId>,
        slice: PageRequest,
    ) -> Result<Listing<Comment>, RepositoryError> {
        self.read(|connection| listing::latest(connection, site, slice))
    }

    fn like(&self, id: CommentId, visitor: &VisitorId) -> Result<Option<Liked>, RepositoryError> {
        let visitor = visitor.clone();
        self.write(move |connection| likes::like(connection, id, &visitor))
    }

    fn unlike(&self, id: CommentId, visitor: &VisitorId) -> Result<Option<Liked>, RepositoryError> {
        let visitor = visitor.clone();
        self.write(move |connection| likes::unlike(connection, id, &visitor))
    }

    fn edit(&self, id: CommentId, edit: &Edit) -> Result<Option<Touched>, RepositoryError> {
        let edit = edit.clone();
        self.write(move |connection| moderation::edit(connection, id, &edit))
    }

    fn set_status(
        &self,
        id: CommentId,
        status: Status,
    ) -> Result<Option<Touched>, RepositoryError> {
        self.write(move |connection| moderation::set_status(connection, id, status))
    }

    fn approve(&self, id: CommentId) -> Result<Option<Touched>, RepositoryError> {
        self.write(move |connection| moderation::approve(connection, id))
    }

    fn remove(&self, id: CommentId) -> Result<Option<Touched>, RepositoryError> {
        self.write(move |connection| moderation::remove(connection, id))
    }

    fn forget_clients(&self, before: Timestamp) -> Result<u64, RepositoryError> {
        self.write(move |connection| posting::forget_clients(connection, before))
    }

    fn news(&self, limit: u32) -> Result<Vec<News>, RepositoryError> {
        self.read(|connection| news::load(connection, limit))
    }

    fn forget_news(&self, numbers: &[i64]) -> Result<(), RepositoryError> {
        if numbers.is_empty() {
            return Ok(());
        }
        let numbers = numbers.to_vec();
        self.write(move |connection| news::forget(connection, &numbers))
    }
}
