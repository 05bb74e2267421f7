//! What the service decides by itself.

use std::sync::{
    Mutex,
    atomic::{AtomicUsize, Ordering},
};

use inkstone_comments::{
    Admission, Author, AuthorName, CommentError, CommentId, CommentObserver, Comments,
    MemoryComments, Owner, Policy, Posted, Status, Submission,
    contract::{lookup, new_comment},
};
use inkstone_vocab::{EmailAddress, Fault, FaultKind, PageRequest, Timestamp, VisitorId};

#[derive(Default)]
struct Topics(Mutex<Vec<String>>);

impl CommentObserver for &Topics {
    fn page_changed(&self, topic: &str) {
        self.0.lock().expect("topics").push(topic.to_owned());
    }
}

fn submission(email: &str) -> Submission {
    let mut submission = new_comment("/a").submission;
    submission.author = Author {
        name: AuthorName::parse("Ada").expect("name"),
        email: EmailAddress::parse(email).expect("address"),
        website: None,
    };
    submission
}

fn owned(has_key: bool) -> Policy {
    let owner = Owner { email: "Boss@x.io".to_owned(), badge: true, has_key };
    Policy { owner: Some(owner), ..Policy::default() }
}

fn post(
    comments: &Comments<MemoryComments, &Topics>,
    policy: &Policy,
    email: &str,
) -> Result<Posted, CommentError> {
    let admitted = match policy.admit(submission(email))? {
        Admission::Open(admitted) => admitted,
        Admission::NeedsKey(unproven) => unproven.proven(),
    };
    comments.post(admitted, policy, Timestamp::from_millis(0))
}

#[test]
fn block_lists_refuse_the_client_first_and_ignore_case_in_addresses() {
    let policy = Policy {
        blocked_addresses: vec!["192.0.2.1".to_owned()],
        blocked_emails: vec!["Spam@X.io".to_owned()],
        ..Policy::default()
    };
    let refused = policy.admit(submission("spam@x.io")).expect_err("refused");
    assert!(matches!(refused, CommentError::BlockedAddress), "{refused}");
    let policy = Policy { blocked_addresses: vec![], ..policy };
    let refused = policy.admit(submission("spam@x.io")).expect_err("refused");
    assert!(matches!(refused, CommentError::BlockedEmail), "{refused}");
    assert_eq!(refused.kind(), FaultKind::Forbidden);
    assert!(policy.admit(submission("ham@x.io")).is_ok());
}

#[test]
fn the_owner_needs_the_key_in_any_spelling_of_the_address() {
    let asks = |policy: &Policy, email: &str| {
        matches!(policy.admit(submission(email)).expect("admitted"), Admission::NeedsKey(_))
    };
    assert!(asks(&owned(true), "boss@X.IO"));
    assert!(!asks(&owned(true), "other@x.io"));
    assert!(!asks(&owned(false), "boss@x.io"));
}

#[test]
fn review_holds_back_everybody_but_the_verified_owner() {
    let (topics, policy) = (Topics::default(), Policy { require_review: true, ..owned(true) });
    let comments = Comments::new(MemoryComments::default(), &topics);
    assert_eq!(post(&comments, &policy, "ada@x.io").expect("posted").status, Status::Pending);
    assert_eq!(post(&comments, &policy, "boss@x.io").expect("posted").status, Status::Approved);
    let unkeyed = Policy { require_review: true, ..owned(false) };
    assert_eq!(post(&comments, &unkeyed, "boss@x.io").expect("posted").status, Status::Pending);
}

#[test]
fn the_badge_takes_the_address_and_proof() {
    let topics = Topics::default();
    let comments = Comments::new(MemoryComments::default(), &topics);
    let claimed = post(&comments, &owned(false), "boss@x.io").expect("posted").id;
    let proven = post(&comments, &owned(true), "boss@x.io").expect("posted").id;
    let other = post(&comments, &owned(true), "ada@x.io").expect("posted").id;
    let badges = |policy: &Policy| {
        [claimed, proven, other].map(|id| policy.shows_badge(&comments.find(id).expect("found")))
    };
    assert_eq!(badges(&owned(true)), [false, true, false]);
    assert_eq!(badges(&owned(false)), [true, true, false], "without a key the address is enough");
    let mut silent = owned(true);
    silent.owner.as_mut().expect("owner").badge = false;
    assert_eq!(badges(&silent), [false, false, false]);
    assert_eq!(badges(&Policy::default()), [false, false, false]);
}

#[test]
fn the_observer_hears_of_what_readers_see() {
    let topics = Topics::default();
    let comments = Comments::new(MemoryComments::default(), &topics);
    let heard = || topics.0.lock().expect("topics").drain(..).collect::<Vec<_>>();
    let review = Policy { require_review: true, ..Policy::default() };
    post(&comments, &review, "ada@x.io").expect("posted");
    assert!(heard().is_empty(), "nobody sees what waits");
    let id = post(&comments, &Policy::default(), "ada@x.io").expect("posted").id;
    assert_eq!(heard(), ["/a"]);
    let visitor = VisitorId::parse("bob").expect("visitor");
    assert_eq!(comments.like(id, &visitor).expect("liked"), 1);
    assert_eq!(comments.like(id, &visitor).expect("liked"), 1);
    assert_eq!(heard(), ["/a"], "a repeated like changes nothing");
    assert_eq!(comments.unlike(id, &visitor).expect("unliked"), 0);
    comments.set_status(id, Status::Pending).expect("held");
    comments.remove(id).expect("removed");
    assert_eq!(heard(), ["/a", "/a", "/a"]);
}

/// Counts how often it was told of news.
#[derive(Default)]
struct Bell(AtomicUsize);

impl CommentObserver for &Bell {
    fn page_changed(&self, _topic: &str) {}

    fn news_recorded(&self) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }
}

#[test]
fn the_observer_hears_of_news_and_of_nothing_else() {
    let bell = Bell::default();
    let comments = Comments::new(MemoryComments::default(), &bell);
    let rung = || bell.0.swap(0, Ordering::Relaxed);
    let policy = Policy { require_review: true, interval_ms: 10_000, ..Policy::default() };
    let post = || {
        let Admission::Open(admitted) = policy.admit(submission("ada@x.io")).expect("admitted")
        else {
            panic!("no owner, no key")
        };
        comments.post(admitted, &policy, Timestamp::from_millis(0))
    };
    let id = post().expect("posted").id;
    assert_eq!(rung(), 1);
    post().expect_err("too soon");
    assert_eq!(rung(), 0);
    assert!(comments.approve(id).expect("approved"));
    assert_eq!(rung(), 1);
    assert!(!comments.approve(id).expect("it waits no longer"));
    comments.set_status(id, Status::Rejected).expect("rejected");
    comments.set_status(id, Status::Approved).expect("approved again");
    assert_eq!(rung(), 0);
    let news = comments.news(10).expect("news");
    let told: Vec<_> = news.iter().map(|n| (n.comment, n.posted, n.approved)).collect();
    assert_eq!(told, [(id, true, false), (id, false, true)]);
    comments.forget_news(&[news[0].number]).expect("forgotten");
    assert_eq!(comments.news(10).expect("news"), news[1..]);
    comments.remove(id).expect("removed");
    assert_eq!(rung(), 0);
}

#[test]
fn refusals_have_kinds_and_codes() {
    let topics = Topics::default();
    let comments = Comments::new(MemoryComments::default(), &topics);
    let policy = Policy { interval_ms: 10_000, ..Policy::default() };
    post(&comments, &policy, "ada@x.io").expect("posted");
    let refused = post(&comments, &policy, "ada@x.io").expect_err("refused");
    assert_eq!((refused.kind(), refused.code()), (FaultKind::RateLimited, "comment_too_frequent"));
    let absent = CommentId::new(99).expect("id");
    let refused = comments.remove(absent).expect_err("refused");
    assert_eq!((refused.kind(), refused.code()), (FaultKind::NotFound, "comment_not_found"));
    let page = lookup("/a", None);
    assert_eq!(comments.threads(&page, PageRequest::new(1, 20)).expect("list").total, 1);
    assert_eq!(comments.approved(&page, PageRequest::new(1, 20)).expect("list").total, 1);
    assert_eq!(comments.latest(None, PageRequest::new(1, 20)).expect("list").total, 1);
}
