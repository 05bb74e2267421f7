//! What people are to be told of.

use super::State;
use crate::{
    comment::{CommentId, Status},
    news::News,
};

impl State {
    /// Records that a comment is approved, unless it is not, or was before; whether it did.
    pub(super) fn announce(&mut self, id: CommentId) -> bool {
        let Some(stored) = self.get_mut(id) else { return false };
        if stored.announced || stored.comment.status != Status::Approved {
            return false;
        }
        stored.announced = true;
        self.record(|number| News { number, comment: id, posted: false, approved: true });
        true
    }

    /// Records news under the next number.
    pub(super) fn record(&mut self, news: impl FnOnce(i64) -> News) {
        self.last_news += 1;
        self.news.push(news(self.last_news));
    }
}
