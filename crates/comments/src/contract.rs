//! The laws of [`CommentRepository`]: one function each, for any implementation.
//!
//! [`comment_repository_contract!`](crate::comment_repository_contract) turns them into tests.

#![expect(clippy::expect_used, reason = "a law panics when it is broken")]

pub mod likes;
pub mod listing;
pub mod moderation;
pub mod news;
pub mod posting;
pub mod report;
pub mod transfer;

use inkstone_vocab::{
    EmailAddress, PageLookup, PageRequest, PageSlug, SiteId, Timestamp, VisitorId,
};

use crate::{
    Author, AuthorName, Client, Comment, CommentBody, CommentId, CommentRepository, Edit, Inserted,
    Listing, NewComment, Status, Submission, Thread, UserAgent,
};

/// Makes a test of every law; takes an expression that gives a fresh repository, or something
/// that dereferences to one, and attributes for each test.
#[macro_export]
macro_rules! comment_repository_contract {
    ($repository:expr $(, [$(#[$attribute:meta])*])?) => {
        $crate::comment_repository_contract! {
            @laws $repository, [$($(#[$attribute])*)?];
            listing::a_stored_comment_is_found_as_it_was_given
            listing::roots_come_by_priority_then_newest_first
            listing::replies_of_any_depth_lie_flat_under_their_root_oldest_first
            listing::spellings_of_one_page_find_the_same_comments
            listing::sites_are_apart_and_no_site_means_all
            moderation::only_approved_comments_below_approved_comments_are_shown
            listing::a_flat_list_holds_approved_replies_too
            moderation::totals_agree_with_the_lists
            listing::a_page_past_the_end_is_empty
            posting::a_client_waits_between_two_comments
            posting::a_refused_comment_does_not_restart_the_interval
            posting::only_clients_that_posted_long_ago_are_forgotten
            posting::a_reply_needs_a_shown_parent_on_its_page_and_site
            posting::a_reply_joins_the_page_and_site_of_its_parent
            likes::a_visitor_likes_a_comment_once
            likes::only_approved_comments_are_liked
            moderation::edits_change_what_they_name
            moderation::a_comment_moves_to_another_page_with_its_replies
            moderation::what_answered_a_removed_comment_becomes_a_root
            listing::the_latest_come_first_whatever_their_status
            moderation::changes_name_the_topic_of_their_page
            moderation::absent_comments_are_answered_with_none
            likes::concurrent_likes_are_not_lost
            posting::concurrent_comments_of_one_client_store_one
            moderation::concurrent_changes_keep_the_totals
            moderation::only_what_waits_is_approved
            news::what_is_posted_is_news_and_whether_it_is_approved
            news::a_refused_comment_is_no_news
            news::a_first_approval_is_news_by_whatever_way
            news::a_comment_is_approved_for_the_first_time_once
            news::other_changes_are_no_news
            news::news_is_kept_until_it_is_forgotten
            news::numbers_of_news_are_never_used_again
            news::a_removed_comment_is_no_news
            news::of_concurrent_approvals_one_is_news
            news::concurrent_comments_are_all_news
        }
    };
    (@laws $repository:expr, $attributes:tt; $($subject:ident::$law:ident)*) => {
        $($crate::comment_repository_contract! { @law $repository, $attributes, $subject, $law })*
    };
    (@law $repository:expr, [$(#[$attribute:meta])*], $subject:ident, $law:ident) => {
        #[test]
        $(#[$attribute])*
        fn $law() {
            $crate::contract::$subject::$law(&*$repository);
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
