//! The reference inbox: everything in memory, behind one lock.

use std::sync::{Mutex, MutexGuard, PoisonError};

use inkstone_vocab::{RepositoryError, Timestamp};

use crate::inbox::{InboxRepository, Notice, NoticeNews, NoticeTime};

/// An inbox in memory, for tests and examples.
#[derive(Debug, Default)]
pub struct MemoryInbox(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    /// How many notices were ever written.
    written: i64,
    notices: Vec<Kept>,
}

#[derive(Debug)]
struct Kept {
    number: i64,
    news: bool,
    notice: Notice,
}

impl MemoryInbox {
    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl InboxRepository for MemoryInbox {
    fn add(&self, label: &str, content: &str, at: Timestamp) -> Result<Notice, RepositoryError> {
        let mut state = self.state();
        let mut second = at;
        let mut time = NoticeTime::of(second);
        while state.notices.iter().any(|kept| kept.notice.time == time) {
            second = second.plus_millis(1000);
            time = NoticeTime::of(second);
        }
        let notice = Notice { time, label: label.to_owned(), content: content.to_owned() };
        state.written += 1;
        let number = state.written;
        state.notices.push(Kept { number, news: true, notice: notice.clone() });
        Ok(notice)
    }

    fn notices(&self) -> Result<Vec<Notice>, RepositoryError> {
        Ok(self.state().notices.iter().map(|kept| kept.notice.clone()).collect())
    }

    fn remove(&self, time: &NoticeTime) -> Result<bool, RepositoryError> {
        let notices = &mut self.state().notices;
        let before = notices.len();
        notices.retain(|kept| kept.notice.time != *time);
        Ok(notices.len() < before)
    }

    fn clear(&self) -> Result<u64, RepositoryError> {
        Ok(std::mem::take(&mut self.state().notices).len() as u64)
    }

    fn keep_latest(&self, keep: u32) -> Result<u64, RepositoryError> {
        let notices = &mut self.state().notices;
        let more = notices.len().saturating_sub(keep as usize);
        Ok(notices.drain(..more).count() as u64)
    }

    fn repair(&self) -> Result<u64, RepositoryError> {
        // Nothing else writes here.
        Ok(0)
    }

    fn news(&self, limit: u32) -> Result<Vec<NoticeNews>, RepositoryError> {
        let state = self.state();
        let news = state.notices.iter().filter(|kept| kept.news);
        let news = news.map(|kept| NoticeNews { number: kept.number, notice: kept.notice.clone() });
        Ok(news.take(limit as usize).collect())
    }

    fn forget_news(&self, numbers: &[i64]) -> Result<(), RepositoryError> {
        let mut state = self.state();
        for kept in state.notices.iter_mut().filter(|kept| numbers.contains(&kept.number)) {
            kept.news = false;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use inkstone_vocab::Timestamp;

    use super::MemoryInbox;
    use crate::inbox::Inbox;

    crate::inbox_repository_contract!(Box::new(MemoryInbox::default()));

    #[test]
    fn what_no_store_keeps_is_left_out_and_what_is_no_time_names_nothing() {
        let inbox = Inbox::new(MemoryInbox::default());
        let notice = inbox.add("a\0b", "\0", Timestamp::from_millis(0)).unwrap();
        assert_eq!((notice.label.as_str(), notice.content.as_str()), ("ab", ""));
        assert!(!inbox.remove("' OR 1=1").unwrap());
        assert!(inbox.remove("0").unwrap());
        assert_eq!(inbox.notices().unwrap(), []);
    }
}
