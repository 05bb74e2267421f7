//! Judging, changing and removing comments.

#![expect(missing_docs, reason = "the name of a law says it all")]

use std::thread;

use inkstone_vocab::{PageSlug, WebUrl};

use super::{
    all, assert_totals, at, draws, find, ids, insert, insert_at, lookup, new_comment, reply, roots,
    set_status, threads, unchanged, visitor,
};
use crate::{
    AuthorName, Comment, CommentBody, CommentId, CommentRepository, Edit, Inserted, Status,
};

pub fn only_approved_comments_below_approved_comments_are_shown(
    repository: &impl CommentRepository,
) {
    let root = insert_at(repository, &new_comment("/a"), 1_000);
    let middle = insert_at(repository, &reply("/a", root), 2_000);
    let below = insert_at(repository, &reply("/a", middle), 3_000);
    let mut waiting = reply("/a", root);
    waiting.status = Status::Pending;
    insert_at(repository, &waiting, 4_000);
    let shown = |expected_roots: &[CommentId], expected_replies: &[CommentId]| {
        let listing = threads(repository, "/a");
        assert_eq!(roots(&listing), expected_roots);
        let replies: Vec<_> =
            listing.items.iter().flat_map(|thread| ids(&thread.replies)).collect();
        assert_eq!(replies, expected_replies);
        assert_eq!(listing.total, expected_roots.len() as u64);
        assert_eq!(listing.comments, (expected_roots.len() + expected_replies.len()) as u64);
    };
    shown(&[root], &[middle, below]);
    set_status(repository, middle, Status::Rejected);
    shown(&[root], &[]);
    set_status(repository, middle, Status::Approved);
    shown(&[root], &[middle, below]);
    set_status(repository, root, Status::Pending);
    shown(&[], &[]);
    set_status(repository, below, Status::Pending);
    set_status(repository, root, Status::Approved);
    shown(&[root], &[middle]);
}

pub fn edits_change_what_they_name(repository: &impl CommentRepository) {
    let mut new = new_comment("/a");
    new.submission.url = WebUrl::parse("https://h.io/a");
    new.submission.author.website = WebUrl::parse("https://ada.example");
    let id = insert(repository, &new);
    let before = find(repository, id);
    let touched = repository.edit(id, &unchanged()).expect("edit").expect("comment");
    assert_eq!(touched.topics, ["/a"]);
    let kept = Comment { website: None, ..before };
    assert_eq!(find(repository, id), kept);
    let change = Edit {
        name: AuthorName::parse("Bob").expect("name"),
        email: "no shape".to_owned(),
        website: WebUrl::parse("https://bob.example"),
        body: CommentBody::parse("other").expect("body"),
        status: Some(Status::Rejected),
        priority: Some(5),
        slug: None,
        url: Some(None),
    };
    repository.edit(id, &change).expect("edit");
    let expected = Comment {
        name: "Bob".to_owned(),
        email: "no shape".to_owned(),
        website: Some("https://bob.example".to_owned()),
        text: change.body.text().to_owned(),
        html: change.body.html().to_owned(),
        status: Status::Rejected,
        priority: 5,
        url: None,
        ..kept
    };
    assert_eq!(find(repository, id), expected);
    assert_eq!(threads(repository, "/a").total, 0);
}

pub fn a_comment_moves_to_another_page_with_its_replies(repository: &impl CommentRepository) {
    let root = insert_at(repository, &new_comment("/a"), 1_000);
    let answer = insert_at(repository, &reply("/a", root), 2_000);
    let below = insert_at(repository, &reply("/a", answer), 3_000);
    let stays = insert_at(repository, &new_comment("/a"), 4_000);
    let slug = PageSlug::parse("https://h.io/b/");
    let moved = Edit { slug, ..unchanged() };
    let touched = repository.edit(root, &moved).expect("edit").expect("comment");
    assert_eq!(touched.topics, ["/a", "/b"]);
    let there = threads(repository, "/b");
    assert_eq!(roots(&there), [root]);
    assert_eq!(ids(&there.items[0].replies), [answer, below]);
    assert_eq!((there.total, there.comments), (1, 3));
    assert_eq!(roots(&threads(repository, "/a")), [stays]);
    let alone = Edit { slug: PageSlug::parse("/c"), ..unchanged() };
    repository.edit(answer, &alone).expect("edit");
    assert_eq!(threads(repository, "/b").comments, 1);
    assert_eq!(threads(repository, "/c").comments, 0, "its parent is on another page");
    let flat = repository.approved(&lookup("/c", None), all()).expect("list");
    assert_eq!(ids(&flat.items), [below, answer]);
    assert_totals(repository);
}

pub fn what_answered_a_removed_comment_becomes_a_root(repository: &impl CommentRepository) {
    let root = insert_at(repository, &new_comment("/a"), 1_000);
    let first = insert_at(repository, &reply("/a", root), 2_000);
    let below = insert_at(repository, &reply("/a", first), 3_000);
    let second = insert_at(repository, &reply("/a", root), 4_000);
    repository.like(root, &visitor("ada")).expect("like");
    assert!(repository.remove(root).expect("remove").is_some());
    assert_eq!(repository.find(root).expect("find"), None);
    let listing = threads(repository, "/a");
    assert_eq!(roots(&listing), [second, first]);
    assert_eq!(ids(&listing.items[1].replies), [below]);
    assert_eq!((listing.total, listing.comments), (2, 3));
    assert_eq!(find(repository, first).parent, None);
    assert_eq!(find(repository, below).parent, Some(first));
}

pub fn changes_name_the_topic_of_their_page(repository: &impl CommentRepository) {
    let root = insert(repository, &new_comment("https://h.io/a"));
    let answer = insert(repository, &reply("/a", root));
    let status = repository.set_status(answer, Status::Pending).expect("status");
    assert_eq!(status.expect("comment").topics, ["/a"]);
    let removed = repository.remove(answer).expect("remove");
    assert_eq!(removed.expect("comment").topics, ["/a"]);
    let custom = insert(repository, &new_comment("post:1"));
    let removed = repository.remove(custom).expect("remove");
    assert_eq!(removed.expect("comment").topics, ["post:1"]);
}

pub fn absent_comments_are_answered_with_none(repository: &impl CommentRepository) {
    let id = insert(repository, &new_comment("/a"));
    repository.remove(id).expect("remove");
    for id in [id, CommentId(i64::MAX)] {
        assert_eq!(repository.find(id).expect("find"), None);
        assert_eq!(repository.like(id, &visitor("ada")).expect("like"), None);
        assert_eq!(repository.unlike(id, &visitor("ada")).expect("unlike"), None);
        assert_eq!(repository.edit(id, &unchanged()).expect("edit"), None);
        assert_eq!(repository.set_status(id, Status::Pending).expect("status"), None);
        assert_eq!(repository.approve(id).expect("approve"), None);
        assert_eq!(repository.remove(id).expect("remove"), None);
    }
}

pub fn only_what_waits_is_approved(repository: &impl CommentRepository) {
    let root = insert(repository, &new_comment("/a"));
    let mut waiting = reply("/a", root);
    waiting.status = Status::Pending;
    let answer = insert(repository, &waiting);
    let topics = |id| repository.approve(id).expect("approve").map(|touched| touched.topics);
    assert_eq!(topics(root), None);
    assert_eq!(topics(answer), Some(vec!["/a".to_owned()]));
    assert_eq!(topics(answer), None, "it waits no longer");
    assert_eq!(ids(&threads(repository, "/a").items[0].replies), [answer]);
    set_status(repository, answer, Status::Rejected);
    assert_eq!(topics(answer), None);
    assert_eq!(find(repository, answer).status, Status::Rejected);
    set_status(repository, answer, Status::Pending);
    assert_eq!(topics(answer), Some(vec!["/a".to_owned()]));
    assert_eq!(find(repository, answer).status, Status::Approved);
    assert_totals(repository);
}

pub fn totals_agree_with_the_lists(repository: &impl CommentRepository) {
    let mut ids: Vec<CommentId> = Vec::new();
    let mut draw = draws(7);
    for step in 0..160 {
        let page = ["/a", "https://h.io/a", "/b"][draw(3)];
        match (draw(8), ids.is_empty()) {
            (0, false) => drop(repository.remove(ids[draw(ids.len())]).expect("remove")),
            (1 | 2, false) => {
                let status = [Status::Approved, Status::Pending, Status::Rejected][draw(3)];
                drop(repository.set_status(ids[draw(ids.len())], status).expect("status"));
            }
            (3, false) => {
                let id = ids[draw(ids.len())];
                let slug = PageSlug::parse(page);
                drop(repository.edit(id, &Edit { slug, ..unchanged() }).expect("edit"));
            }
            (4 | 5, false) => {
                let parent = ids[draw(ids.len())];
                if let Inserted::Stored(id) =
                    repository.insert(&reply(page, parent), 0, at(step)).expect("insert")
                {
                    ids.push(id);
                }
            }
            _ => ids.push(insert_at(repository, &new_comment(page), step)),
        }
        assert_totals(repository);
    }
}

pub fn concurrent_changes_keep_the_totals(repository: &impl CommentRepository) {
    let root = insert(repository, &new_comment("/a"));
    thread::scope(|scope| {
        for worker in 0..4 {
            scope.spawn(move || {
                for number in 0..10 {
                    let answer = insert(repository, &reply("/a", root));
                    match (worker + number) % 3 {
                        0 => set_status(repository, answer, Status::Pending),
                        1 => drop(repository.remove(answer).expect("remove")),
                        _ => {}
                    }
                }
            });
        }
    });
    assert_totals(repository);
    assert_eq!(threads(repository, "/a").comments, 14);
}
