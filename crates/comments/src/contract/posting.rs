//! Storing new comments.

#![expect(missing_docs, reason = "the name of a law says it all")]

use std::thread;

use super::{
    all, at, find, ids, insert, insert_at, lookup, new_comment, reply, roots, set_status, site,
    threads, visitor,
};
use crate::{CommentId, CommentRepository, Inserted, Status};

pub fn a_client_waits_between_two_comments(repository: &impl CommentRepository) {
    let post = |key: &str, millis: i64| {
        let mut new = new_comment("/a");
        new.submission.client.key = visitor(key);
        repository.insert(&new, 10_000, at(millis)).expect("insert")
    };
    assert!(matches!(post("one", 50_000), Inserted::Stored(_)));
    assert_eq!(post("one", 50_000), Inserted::TooSoon);
    assert_eq!(post("one", 59_999), Inserted::TooSoon);
    assert!(matches!(post("two", 59_999), Inserted::Stored(_)));
    assert!(matches!(post("one", 60_000), Inserted::Stored(_)));
    assert_eq!(post("one", 59_998), Inserted::TooSoon, "it looked at the clock first");
    assert!(matches!(post("one", 40_000), Inserted::Stored(_)), "a clock set back blocks nobody");
}

pub fn a_refused_comment_does_not_restart_the_interval(repository: &impl CommentRepository) {
    let new = new_comment("/a");
    insert_at(repository, &new, 0);
    assert_eq!(repository.insert(&new, 10_000, at(9_000)).expect("insert"), Inserted::TooSoon);
    let orphan = reply("/a", CommentId(999));
    let refused = repository.insert(&orphan, 10_000, at(9_500)).expect("insert");
    assert_eq!(refused, Inserted::TooSoon, "said before the parent is looked for");
    let refused = repository.insert(&orphan, 10_000, at(10_000)).expect("insert");
    assert_eq!(refused, Inserted::NoSuchParent);
    let stored = repository.insert(&new, 10_000, at(10_001)).expect("insert");
    assert!(matches!(stored, Inserted::Stored(_)));
}

pub fn only_clients_that_posted_long_ago_are_forgotten(repository: &impl CommentRepository) {
    let post = |key: &str, millis: i64| {
        let mut new = new_comment("/a");
        new.submission.client.key = visitor(key);
        repository.insert(&new, 10_000, at(millis)).expect("insert")
    };
    post("old", 1_000);
    post("new", 9_000);
    assert_eq!(repository.forget_clients(at(9_000)).expect("forget"), 1);
    assert_eq!(repository.forget_clients(at(9_000)).expect("forget"), 0);
    assert!(matches!(post("old", 10_000), Inserted::Stored(_)));
    assert_eq!(post("new", 10_000), Inserted::TooSoon);
}

pub fn a_reply_needs_a_shown_parent_on_its_page_and_site(repository: &impl CommentRepository) {
    let root = insert(repository, &new_comment("/a"));
    let middle = insert(repository, &reply("/a", root));
    let below = insert(repository, &reply("/a", middle));
    set_status(repository, middle, Status::Pending);
    let mut at_site = new_comment("/a");
    at_site.submission.site = Some(site("blog"));
    let at_site = insert(repository, &at_site);
    let answer = |page: &str, on: Option<&str>, parent: i64| {
        let mut new = new_comment(page);
        new.submission.parent = Some(parent);
        new.submission.site = on.map(site);
        repository.insert(&new, 0, at(0)).expect("insert")
    };
    for (page, on, parent) in [
        ("/b", None, root.get()),
        ("/a", Some("blog"), root.get()),
        ("/a", Some(""), at_site.get()),
        ("/a", None, middle.get()),
        ("/a", None, below.get()),
        ("/a", None, 0),
        ("/a", None, -1),
        ("/a", None, i64::MAX),
        ("/a", None, i64::MIN),
    ] {
        assert_eq!(answer(page, on, parent), Inserted::NoSuchParent, "{page} {on:?} {parent}");
    }
    assert!(matches!(answer("https://h.io/a", Some(""), root.get()), Inserted::Stored(_)));
    assert!(matches!(answer("/a", Some("blog"), at_site.get()), Inserted::Stored(_)));
    assert!(matches!(answer("/a", None, at_site.get()), Inserted::Stored(_)));
}

pub fn a_reply_joins_the_page_and_site_of_its_parent(repository: &impl CommentRepository) {
    let mut root = new_comment("/a");
    root.submission.site = Some(site("blog"));
    let root = insert(repository, &root);
    let answer = insert(repository, &reply("https://h.io/a", root));
    assert_eq!(find(repository, answer).site, site("blog"));
    assert_eq!(find(repository, answer).slug, "https://h.io/a");
    for slug in ["/a", "https://h.io/a", "https://other.io/a"] {
        let listing = repository.threads(&lookup(slug, Some("blog")), all()).expect("list");
        assert_eq!(roots(&listing), [root], "{slug}");
        assert_eq!(ids(&listing.items[0].replies), [answer], "{slug}");
    }
}

pub fn concurrent_comments_of_one_client_store_one(repository: &impl CommentRepository) {
    let stored = thread::scope(|scope| {
        let workers: Vec<_> = (0..20)
            .map(|_| {
                scope.spawn(|| {
                    repository.insert(&new_comment("/a"), 10_000, at(1_000)).expect("insert")
                })
            })
            .collect();
        let answers = workers.into_iter().map(|worker| worker.join().expect("worker"));
        answers.filter(|answer| matches!(answer, Inserted::Stored(_))).count()
    });
    assert_eq!(stored, 1);
    assert_eq!(threads(repository, "/a").total, 1);
}
