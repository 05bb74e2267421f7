//! What people are to be told of.

#![expect(missing_docs, reason = "the name of a law says it all")]

use std::{collections::BTreeSet, thread};

use super::{at, edit, insert, new_comment, reply, set_status, unchanged, visitor};
use crate::{CommentId, CommentRepository, Edit, Inserted, NewComment, News, Status};

/// What a piece of news says, but for its number.
type Told = (CommentId, Change);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Change {
    Posted,
    PostedAndApproved,
    Approved,
}

pub fn what_is_posted_is_news_and_whether_it_is_approved(repository: &impl CommentRepository) {
    assert_eq!(told(repository), []);
    let shown = insert(repository, &new_comment("/a"));
    let waits = insert(repository, &with_status(Status::Pending));
    let refused = insert(repository, &with_status(Status::Rejected));
    let answer = insert(repository, &reply("/a", shown));
    let expected = [
        (shown, Change::PostedAndApproved),
        (waits, Change::Posted),
        (refused, Change::Posted),
        (answer, Change::PostedAndApproved),
    ];
    assert_eq!(told(repository), expected, "the oldest first");
}

pub fn a_refused_comment_is_no_news(repository: &impl CommentRepository) {
    let new = new_comment("/a");
    let stored = insert(repository, &new);
    let refused = repository.insert(&new, 10_000, at(1)).expect("insert");
    assert_eq!(refused, Inserted::TooSoon);
    let refused = repository.insert(&reply("/b", stored), 0, at(1)).expect("insert");
    assert_eq!(refused, Inserted::NoSuchParent);
    assert_eq!(told(repository), [(stored, Change::PostedAndApproved)]);
}

pub fn a_first_approval_is_news_by_whatever_way(repository: &impl CommentRepository) {
    for way in WAYS {
        for before in [Status::Pending, Status::Rejected] {
            let id = insert(repository, &with_status(before));
            forget_all(repository);
            let can = before == Status::Pending || way != Way::Approve;
            assert_eq!(approve(repository, id, way), can, "{way:?} from {before:?}");
            let expected: &[Told] = if can { &[(id, Change::Approved)] } else { &[] };
            assert_eq!(told(repository), expected, "{way:?} from {before:?}");
        }
    }
}

pub fn a_comment_is_approved_for_the_first_time_once(repository: &impl CommentRepository) {
    for first in [Status::Approved, Status::Pending, Status::Rejected] {
        let id = insert(repository, &with_status(first));
        set_status(repository, id, Status::Approved);
        forget_all(repository);
        for hidden in [Status::Rejected, Status::Pending] {
            for way in WAYS {
                set_status(repository, id, hidden);
                assert!(!approve(repository, id, way), "{way:?} from {hidden:?}");
                assert!(!approve(repository, id, way), "again");
            }
        }
    }
    assert_eq!(told(repository), []);
}

pub fn other_changes_are_no_news(repository: &impl CommentRepository) {
    let shown = insert(repository, &new_comment("/a"));
    let waits = insert(repository, &with_status(Status::Pending));
    forget_all(repository);
    for id in [shown, waits] {
        edit(repository, id, |edit| edit.priority = Some(2));
        edit(repository, id, |edit| edit.slug = Some(new_comment("/b").submission.slug));
        set_status(repository, id, Status::Rejected);
        set_status(repository, id, Status::Pending);
    }
    assert_eq!(told(repository), []);
}

pub fn news_is_kept_until_it_is_forgotten(repository: &impl CommentRepository) {
    let ids: Vec<CommentId> = (0..4).map(|_| insert(repository, &new_comment("/a"))).collect();
    let news = all(repository);
    assert_eq!(repository.news(2).expect("news"), news[..2]);
    assert_eq!(repository.news(2).expect("news"), news[..2], "reading forgets nothing");
    assert_eq!(repository.news(0).expect("news"), []);
    repository.forget_news(&[news[0].number, news[2].number, -1, i64::MAX]).expect("forget");
    repository.forget_news(&[news[0].number]).expect("forgotten before");
    repository.forget_news(&[]).expect("nothing");
    assert_eq!(all(repository), [news[1], news[3]]);
    assert_eq!([news[1].comment, news[3].comment], [ids[1], ids[3]]);
    let many: Vec<i64> = (1..=40_000).collect();
    repository.forget_news(&many).expect("more than a statement binds");
    assert_eq!(all(repository), []);
}

pub fn numbers_of_news_are_never_used_again(repository: &impl CommentRepository) {
    let mut last = 0;
    for _ in 0..3 {
        insert(repository, &new_comment("/a"));
        let news = all(repository);
        assert_eq!(news.len(), 1);
        assert!(news[0].number > last);
        last = news[0].number;
        repository.forget_news(&[last]).expect("forget");
    }
}

pub fn a_removed_comment_is_no_news(repository: &impl CommentRepository) {
    let root = insert(repository, &with_status(Status::Pending));
    set_status(repository, root, Status::Approved);
    let answer = insert(repository, &reply("/a", root));
    assert_eq!(told(repository).len(), 3);
    let touched = repository.remove(root).expect("remove").expect("comment");
    assert!(!touched.news);
    assert_eq!(told(repository), [(answer, Change::PostedAndApproved)]);
}

pub fn of_concurrent_approvals_one_is_news(repository: &impl CommentRepository) {
    for _ in 0..5 {
        let id = insert(repository, &with_status(Status::Pending));
        forget_all(repository);
        let news = thread::scope(|scope| {
            let workers: Vec<_> = [WAYS, WAYS]
                .concat()
                .into_iter()
                .map(|way| scope.spawn(move || approve(repository, id, way)))
                .collect();
            let answers = workers.into_iter().map(|worker| worker.join().expect("worker"));
            answers.filter(|&news| news).count()
        });
        assert_eq!(news, 1);
        assert_eq!(told(repository), [(id, Change::Approved)]);
    }
}

pub fn concurrent_comments_are_all_news(repository: &impl CommentRepository) {
    let stored: BTreeSet<CommentId> = thread::scope(|scope| {
        let workers: Vec<_> = ["one", "two", "three", "four"]
            .into_iter()
            .map(|client| {
                let mut new = new_comment("/a");
                new.submission.client.key = visitor(client);
                scope.spawn(move || (0..10).map(|_| insert(repository, &new)).collect::<Vec<_>>())
            })
            .collect();
        workers.into_iter().flat_map(|worker| worker.join().expect("worker")).collect()
    });
    let news = all(repository);
    assert_eq!(news.len(), 40);
    assert_eq!(news.iter().map(|news| news.comment).collect::<BTreeSet<_>>(), stored);
    assert!(news.is_sorted_by(|first, second| first.number < second.number));
}

/// How a comment is approved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Way {
    SetStatus,
    Edit,
    /// Only when it waits.
    Approve,
}

const WAYS: [Way; 3] = [Way::SetStatus, Way::Edit, Way::Approve];

/// Approves a comment; whether that was news.
fn approve(repository: &impl CommentRepository, id: CommentId, way: Way) -> bool {
    let touched = match way {
        Way::SetStatus => repository.set_status(id, Status::Approved).expect("status"),
        Way::Edit => {
            let edit = Edit { status: Some(Status::Approved), ..unchanged() };
            repository.edit(id, &edit).expect("edit")
        }
        Way::Approve => repository.approve(id).expect("approve"),
    };
    touched.is_some_and(|touched| touched.news)
}

fn with_status(status: Status) -> NewComment {
    NewComment { status, ..new_comment("/a") }
}

fn told(repository: &impl CommentRepository) -> Vec<Told> {
    let change = |news: &News| match (news.posted, news.approved) {
        (true, false) => Change::Posted,
        (true, true) => Change::PostedAndApproved,
        (false, true) => Change::Approved,
        (false, false) => panic!("says nothing: {news:?}"),
    };
    all(repository).iter().map(|news| (news.comment, change(news))).collect()
}

fn all(repository: &impl CommentRepository) -> Vec<News> {
    repository.news(1_000).expect("news")
}

fn forget_all(repository: &impl CommentRepository) {
    let numbers: Vec<i64> = all(repository).iter().map(|news| news.number).collect();
    repository.forget_news(&numbers).expect("forget");
}
