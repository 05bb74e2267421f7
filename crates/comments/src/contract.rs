//! The laws of [`CommentRepository`]: one function each, for any implementation.
//!
//! [`comment_repository_contract!`](crate::comment_repository_contract) turns them into tests.

use std::thread;

use inkstone_vocab::{
    EmailAddress, PageLookup, PageRequest, PageSlug, SiteId, Timestamp, VisitorId, WebUrl,
};

use crate::{
    Author, AuthorName, Client, Comment, CommentBody, CommentId, CommentRepository, Edit, Inserted,
    Liked, Listing, NewComment, Status, Submission, Thread, UserAgent,
};

/// Makes a test of every law; takes an expression that gives a fresh repository, or something
/// that dereferences to one, and attributes for each test.
#[macro_export]
macro_rules! comment_repository_contract {
    ($repository:expr $(, [$(#[$attribute:meta])*])?) => {
        $crate::comment_repository_contract! {
            @laws $repository, [$($(#[$attribute])*)?];
            a_stored_comment_is_found_as_it_was_given
            roots_come_by_priority_then_newest_first
            replies_of_any_depth_lie_flat_under_their_root_oldest_first
            spellings_of_one_page_find_the_same_comments
            sites_are_apart_and_no_site_means_all
            only_approved_comments_below_approved_comments_are_shown
            a_flat_list_holds_approved_replies_too
            totals_agree_with_the_lists
            a_page_past_the_end_is_empty
            a_client_waits_between_two_comments
            a_refused_comment_does_not_restart_the_interval
            a_reply_needs_a_shown_parent_on_its_page_and_site
            a_reply_joins_the_page_and_site_of_its_parent
            a_visitor_likes_a_comment_once
            only_approved_comments_are_liked
            edits_change_what_they_name
            a_comment_moves_to_another_page_with_its_replies
            what_answered_a_removed_comment_becomes_a_root
            the_latest_come_first_whatever_their_status
            changes_name_the_topic_of_their_page
            absent_comments_are_answered_with_none
            concurrent_likes_are_not_lost
            concurrent_comments_of_one_client_store_one
            concurrent_changes_keep_the_totals
        }
    };
    (@laws $repository:expr, $attributes:tt; $($law:ident)*) => {
        $($crate::comment_repository_contract! { @law $repository, $attributes, $law })*
    };
    (@law $repository:expr, [$(#[$attribute:meta])*], $law:ident) => {
        #[test]
        $(#[$attribute])*
        fn $law() {
            $crate::contract::$law(&*$repository);
        }
    };
}

/// An approved comment on the page `slug` of the unnamed site.
pub fn new_comment(slug: &str) -> NewComment {
    let author = Author {
        name: AuthorName::parse("Ada").expect("name"),
        email: EmailAddress::parse("ada@x.io").expect("address"),
        website: None,
    };
    let client = Client {
        address: Some("192.0.2.1".to_owned()),
        key: visitor("client"),
        agent: UserAgent::default(),
    };
    let submission = Submission {
        site: None,
        slug: PageSlug::parse(slug).expect("slug"),
        url: None,
        title: None,
        author,
        body: CommentBody::parse("hello").expect("body"),
        parent: None,
        client,
    };
    NewComment { submission, status: Status::Approved, verified: false }
}

/// The whole page `slug`, on `site` or on all.
pub fn lookup(slug: &str, site: Option<&str>) -> PageLookup {
    PageLookup { site: site.map(self::site), slug: PageSlug::parse(slug).expect("slug") }
}

#[expect(missing_docs, reason = "the name of a law says it all")]
mod laws {
    use super::*;

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

    pub fn a_client_waits_between_two_comments(repository: &impl CommentRepository) {
        let mut post = |key: &str, millis: i64| {
            let mut new = new_comment("/a");
            new.submission.client.key = visitor(key);
            repository.insert(&new, 10_000, at(millis)).expect("insert")
        };
        assert!(matches!(post("one", 50_000), Inserted::Stored(_)));
        assert_eq!(post("one", 50_000), Inserted::TooSoon);
        assert_eq!(post("one", 59_999), Inserted::TooSoon);
        assert!(matches!(post("two", 59_999), Inserted::Stored(_)));
        assert!(matches!(post("one", 60_000), Inserted::Stored(_)));
        assert!(
            matches!(post("one", 40_000), Inserted::Stored(_)),
            "a clock set back blocks nobody"
        );
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

    pub fn a_visitor_likes_a_comment_once(repository: &impl CommentRepository) {
        let id = insert(repository, &new_comment("https://h.io/a"));
        let topic = Some("/a".to_owned());
        let (ada, bob) = (visitor("ada"), visitor("bob"));
        let like = |visitor| repository.like(id, visitor).expect("like");
        let unlike = |visitor| repository.unlike(id, visitor).expect("unlike");
        assert_eq!(unlike(&ada), Some(Liked { likes: 0, changed: None }));
        assert_eq!(like(&ada), Some(Liked { likes: 1, changed: topic.clone() }));
        assert_eq!(like(&ada), Some(Liked { likes: 1, changed: None }));
        assert_eq!(like(&bob), Some(Liked { likes: 2, changed: topic.clone() }));
        assert_eq!(unlike(&ada), Some(Liked { likes: 1, changed: topic.clone() }));
        assert_eq!(unlike(&ada), Some(Liked { likes: 1, changed: None }));
        assert_eq!(like(&ada), Some(Liked { likes: 2, changed: topic }));
        assert_eq!(find(repository, id).likes, 2);
        assert_eq!(threads(repository, "/a").items[0].root.likes, 2);
    }

    pub fn only_approved_comments_are_liked(repository: &impl CommentRepository) {
        let id = insert(repository, &new_comment("/a"));
        let ada = visitor("ada");
        repository.like(id, &ada).expect("like");
        for status in [Status::Pending, Status::Rejected] {
            set_status(repository, id, status);
            assert_eq!(repository.like(id, &visitor("bob")).expect("like"), None);
            assert_eq!(repository.unlike(id, &ada).expect("unlike"), None);
        }
        assert_eq!(find(repository, id).likes, 1);
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
            assert_eq!(repository.remove(id).expect("remove"), None);
        }
    }

    pub fn concurrent_likes_are_not_lost(repository: &impl CommentRepository) {
        let id = insert(repository, &new_comment("/a"));
        thread::scope(|scope| {
            for worker in 0..4 {
                scope.spawn(move || {
                    for number in 0..25 {
                        let own = visitor(&format!("{worker}-{number}"));
                        repository.like(id, &own).expect("like");
                        repository.like(id, &visitor("everybody")).expect("like");
                    }
                });
            }
        });
        assert_eq!(find(repository, id).likes, 101);
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
}

pub use laws::*;

fn assert_totals(repository: &impl CommentRepository) {
    for slug in ["/a", "https://h.io/a", "/b", "/c"] {
        let page = lookup(slug, None);
        let listing = repository.threads(&page, all()).expect("list");
        let replies: usize = listing.items.iter().map(|thread| thread.replies.len()).sum();
        assert_eq!(listing.total, listing.items.len() as u64, "roots of {slug}");
        assert_eq!(listing.comments, (listing.items.len() + replies) as u64, "shown on {slug}");
        let flat = repository.approved(&page, all()).expect("list");
        assert_eq!(flat.total, flat.items.len() as u64, "approved on {slug}");
        assert!(flat.total >= listing.comments, "what is shown on {slug} is approved");
    }
}

/// Numbers below a bound, the same for the same seed.
fn draws(seed: u64) -> impl FnMut(usize) -> usize {
    let mut state = seed;
    move |bound| {
        state =
            state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(state >> 33).expect("31 bits") % bound
    }
}

/// An edit that leaves everything but the author's link as [`new_comment`] made it.
fn unchanged() -> Edit {
    let new = new_comment("/a").submission;
    Edit {
        name: new.author.name,
        email: new.author.email.as_str().to_owned(),
        website: None,
        body: new.body,
        status: None,
        priority: None,
        slug: None,
        url: None,
    }
}

fn reply(slug: &str, parent: CommentId) -> NewComment {
    let mut new = new_comment(slug);
    new.submission.parent = Some(parent.get());
    new
}

fn insert(repository: &impl CommentRepository, new: &NewComment) -> CommentId {
    insert_at(repository, new, 0)
}

#[track_caller]
fn insert_at(repository: &impl CommentRepository, new: &NewComment, millis: i64) -> CommentId {
    match repository.insert(new, 0, at(millis)).expect("insert") {
        Inserted::Stored(id) => id,
        refused => panic!("not stored: {refused:?}"),
    }
}

#[track_caller]
fn edit(repository: &impl CommentRepository, id: CommentId, change: impl FnOnce(&mut Edit)) {
    let mut edit = unchanged();
    change(&mut edit);
    repository.edit(id, &edit).expect("edit").expect("comment");
}

#[track_caller]
fn set_status(repository: &impl CommentRepository, id: CommentId, status: Status) {
    repository.set_status(id, status).expect("status").expect("comment");
}

#[track_caller]
fn find(repository: &impl CommentRepository, id: CommentId) -> Comment {
    repository.find(id).expect("find").expect("comment")
}

#[track_caller]
fn threads(repository: &impl CommentRepository, slug: &str) -> Listing<Thread> {
    repository.threads(&lookup(slug, None), all()).expect("list")
}

fn roots(listing: &Listing<Thread>) -> Vec<CommentId> {
    listing.items.iter().map(|thread| thread.root.id).collect()
}

fn ids(comments: &[Comment]) -> Vec<CommentId> {
    comments.iter().map(|comment| comment.id).collect()
}

fn all() -> PageRequest {
    PageRequest::new(1, 1_000)
}

fn at(millis: i64) -> Timestamp {
    Timestamp::from_millis(millis)
}

fn site(name: &str) -> SiteId {
    SiteId::parse(name).expect("site")
}

fn visitor(name: &str) -> VisitorId {
    VisitorId::parse(name).expect("visitor")
}
