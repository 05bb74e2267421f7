//! Finding and listing comments.

#![expect(missing_docs, reason = "the name of a law says it all")]

use inkstone_vocab::{PageRequest, WebUrl};

use super::{
    all, at, edit, find, ids, insert, insert_at, lookup, new_comment, reply, roots, set_status,
    site, threads,
};
use crate::{Comment, CommentRepository, Listing, Status, UserAgent};

pub fn a_stored_comment_is_found_as_it_was_given(repository: &impl CommentRepository) {
    let mut new = new_comment("https://h.io/a%20b/?q");
    let submission = &mut new.submission;
    submission.site = Some(site("blog"));
    submission.url = WebUrl::parse("https://h.io/a%20b/?q");
    submission.title = Some("A 'title' 你好".to_owned());
    submission.author.website = WebUrl::parse("https://ada.example");
    submission.client.agent = UserAgent {
        header: "Agent/1".to_owned(),
        os: "Os 2".to_owned(),
        browser: "Browser 3".to_owned(),
        device: "Desktop".to_owned(),
    };
    new.status = Status::Pending;
    new.verified = true;
    let id = insert_at(repository, &new, 1_700_000_000_123);
    let expected = Comment {
        id,
        created: at(1_700_000_000_123),
        site: site("blog"),
        slug: "https://h.io/a b/?q".to_owned(),
        url: Some("https://h.io/a%20b/?q".to_owned()),
        title: Some("A 'title' 你好".to_owned()),
        name: "Ada".to_owned(),
        email: "ada@x.io".to_owned(),
        website: Some("https://ada.example".to_owned()),
        text: new.submission.body.text().to_owned(),
        html: new.submission.body.html().to_owned(),
        parent: None,
        likes: 0,
        priority: 1,
        status: Status::Pending,
        verified: true,
        address: Some("192.0.2.1".to_owned()),
        agent: new.submission.client.agent.clone(),
    };
    assert_eq!(find(repository, id), expected);
}

pub fn roots_come_by_priority_then_newest_first(repository: &impl CommentRepository) {
    let old = insert_at(repository, &new_comment("/a"), 1_000);
    let twin = insert_at(repository, &new_comment("/a"), 2_000);
    let later_twin = insert_at(repository, &new_comment("/a"), 2_000);
    let pinned = insert_at(repository, &new_comment("/a"), 500);
    edit(repository, pinned, |edit| edit.priority = Some(2));
    assert_eq!(roots(&threads(repository, "/a")), [pinned, later_twin, twin, old]);
    let slice = repository.threads(&lookup("/a", None), PageRequest::new(2, 3)).expect("slice");
    assert_eq!(roots(&slice), [old]);
    assert_eq!((slice.total, slice.comments), (4, 4));
}

pub fn replies_of_any_depth_lie_flat_under_their_root_oldest_first(
    repository: &impl CommentRepository,
) {
    let root = insert_at(repository, &new_comment("/a"), 1_000);
    let first = insert_at(repository, &reply("/a", root), 2_000);
    let second = insert_at(repository, &reply("/a", root), 3_000);
    let below = insert_at(repository, &reply("/a", first), 4_000);
    let twin = insert_at(repository, &reply("/a", below), 4_000);
    let other = insert_at(repository, &new_comment("/a"), 5_000);
    edit(repository, twin, |edit| edit.priority = Some(9));
    let listing = threads(repository, "/a");
    assert_eq!(roots(&listing), [other, root]);
    assert_eq!(ids(&listing.items[1].replies), [first, second, below, twin]);
    assert_eq!(listing.items[1].replies[3].parent, Some(below));
    assert!(listing.items[0].replies.is_empty());
    assert_eq!((listing.total, listing.comments), (2, 6));
}

pub fn spellings_of_one_page_find_the_same_comments(repository: &impl CommentRepository) {
    let by_path = insert(repository, &new_comment("/a/?q"));
    let by_address = insert(repository, &new_comment("https://h.io/a#f"));
    let mut elsewhere = new_comment("/a");
    elsewhere.submission.url = WebUrl::parse("https://other.io/a");
    let elsewhere = insert(repository, &elsewhere);
    let mut here = new_comment("/a");
    here.submission.url = WebUrl::parse("https://h.io/a?x");
    let here = insert(repository, &here);
    let custom = insert(repository, &new_comment("post:1"));
    for (slug, expected) in [
        ("/a", vec![by_path, by_address, elsewhere, here]),
        ("https://H.io/a/", vec![by_path, by_address, here]),
        ("https://other.io/a", vec![by_path, elsewhere]),
        ("post:1/", vec![custom]),
        ("a", vec![]),
    ] {
        let listing = threads(repository, slug);
        let mut found = roots(&listing);
        found.sort_unstable();
        assert_eq!(found, expected, "{slug}");
        assert_eq!(listing.total, expected.len() as u64, "{slug}");
    }
}

pub fn sites_are_apart_and_no_site_means_all(repository: &impl CommentRepository) {
    let unnamed = insert(repository, &new_comment("/a"));
    let mut named = new_comment("/a");
    named.submission.site = Some(site("blog"));
    let named = insert(repository, &named);
    for (asked, expected) in
        [(Some("default"), vec![unnamed]), (Some("blog"), vec![named]), (Some("no"), vec![])]
    {
        let listing = repository.threads(&lookup("/a", asked), all()).expect("list");
        assert_eq!(roots(&listing), expected, "{asked:?}");
        assert_eq!(listing.comments, expected.len() as u64, "{asked:?}");
        let listing = repository.latest(asked.map(site).as_ref(), all()).expect("list");
        assert_eq!(ids(&listing.items), expected, "{asked:?}");
    }
    assert_eq!(threads(repository, "/a").total, 2);
    assert_eq!(repository.latest(None, all()).expect("list").total, 2);
}

pub fn a_flat_list_holds_approved_replies_too(repository: &impl CommentRepository) {
    let root = insert_at(repository, &new_comment("/a"), 1_000);
    let first = insert_at(repository, &reply("/a", root), 2_000);
    let below = insert_at(repository, &reply("/a", first), 3_000);
    set_status(repository, first, Status::Pending);
    let listing = repository.approved(&lookup("/a", None), all()).expect("list");
    assert_eq!(ids(&listing.items), [below, root]);
    assert_eq!((listing.total, listing.comments), (2, 2));
    let slice = repository.approved(&lookup("/a", None), PageRequest::new(2, 1)).expect("list");
    assert_eq!((ids(&slice.items), slice.total), (vec![root], 2));
}

pub fn a_page_past_the_end_is_empty(repository: &impl CommentRepository) {
    insert(repository, &new_comment("/a"));
    for number in [2, u32::MAX] {
        let slice = PageRequest::new(number, 50);
        let listing = repository.threads(&lookup("/a", None), slice).expect("list");
        assert_eq!((listing.items.len(), listing.total, listing.comments), (0, 1, 1));
        let listing = repository.approved(&lookup("/a", None), slice).expect("list");
        assert_eq!((listing.items.len(), listing.total), (0, 1));
        let listing = repository.latest(None, slice).expect("list");
        assert_eq!((listing.items.len(), listing.total), (0, 1));
    }
    assert_eq!(threads(repository, "/none"), Listing { items: vec![], total: 0, comments: 0 });
}

pub fn the_latest_come_first_whatever_their_status(repository: &impl CommentRepository) {
    let old = insert_at(repository, &new_comment("/a"), 1_000);
    let answer = insert_at(repository, &reply("/a", old), 2_000);
    let newest = insert_at(repository, &new_comment("/b"), 2_000);
    set_status(repository, newest, Status::Rejected);
    edit(repository, old, |edit| edit.priority = Some(9));
    let listing = repository.latest(None, PageRequest::new(1, 2)).expect("list");
    assert_eq!((ids(&listing.items), listing.total), (vec![newest, answer], 3));
    let listing = repository.latest(None, PageRequest::new(2, 2)).expect("list");
    assert_eq!(ids(&listing.items), [old]);
}
