//! The reference inbox: everything in memory, behind one lock.

use std::sync::{Mutex, MutexGuard, PoisonError};

use inkstone_vocab::{RepositoryError, Timestamp};

use crate::inbox::{InboxRepository, Notice, NoticeTime};

/// An inbox in memory, for tests and examples.
#[derive(Debug, Default)]
pub struct MemoryInbox(Mutex<Vec<Notice>>);

impl MemoryInbox {
    fn list(&self) -> MutexGuard<'_, Vec<Notice>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl InboxRepository for MemoryInbox {
    fn add(&self, label: &str, content: &str, at: Timestamp) -> Result<Notice, RepositoryError> {
        let mut notices = self.list();
        let mut second = at;
        let mut time = NoticeTime::of(second);
        while notices.iter().any(|notice| notice.time == time) {
            second = second.plus_millis(1000);
            time = NoticeTime::of(second);
        }
        let notice = Notice { time, label: label.to_owned(), content: content.to_owned() };
        notices.push(notice.clone());
        Ok(notice)
    }

    fn notices(&self) -> Result<Vec<Notice>, RepositoryError> {
        Ok(self.list().clone())
    }

    fn remove(&self, time: &NoticeTime) -> Result<bool, RepositoryError> {
        let mut notices = self.list();
        let before = notices.len();
        notices.retain(|notice| notice.time != *time);
        Ok(notices.len() < before)
    }

    fn clear(&self) -> Result<u64, RepositoryError> {
        Ok(std::mem::take(&mut *self.list()).len() as u64)
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
