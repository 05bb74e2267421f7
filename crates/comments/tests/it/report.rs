//! What the owner is told in numbers.

use inkstone_comments::{
    CommentRepository as _, Comments, MemoryComments, Status, Tally, contract::new_comment,
};
use inkstone_vocab::{SiteId, Timestamp};

const DAY: i64 = 86_400_000;

fn site(name: &str) -> SiteId {
    SiteId::parse(name).expect("site")
}

fn comments(posted: &[(&str, i64, Status)]) -> Comments<MemoryComments> {
    let repository = MemoryComments::default();
    for &(name, millis, status) in posted {
        let mut new = new_comment("/a");
        new.submission.site = Some(site(name));
        new.status = status;
        repository.insert(&new, 0, Timestamp::from_millis(millis)).expect("insert");
    }
    Comments::new(repository, ())
}

#[test]
fn the_latest_thirty_days_are_counted() {
    let comments = comments(&[
        ("", 10 * DAY, Status::Approved),
        ("", 11 * DAY, Status::Rejected),
        ("blog", 40 * DAY, Status::Pending),
        ("", 41 * DAY, Status::Approved),
    ]);
    let now = Timestamp::from_millis(40 * DAY + 5);
    let days = comments.overview(None, now).expect("overview").days;
    assert_eq!(days.len(), 30);
    assert_eq!(days.iter().map(|daily| daily.comments).sum::<u64>(), 2);
    assert_eq!((days[0].day.to_string().as_str(), days[0].comments), ("1970-01-12", 1));
    assert_eq!((days[29].day, days[29].comments), (now.day(), 1));
    let named = comments.overview(Some(&site("blog")), now).expect("overview").days;
    assert_eq!((named[0].comments, named[29].comments), (0, 1));
}

#[test]
fn the_site_with_the_most_comments_comes_first() {
    let comments = comments(&[
        ("b", 0, Status::Approved),
        ("a", 0, Status::Approved),
        ("", 0, Status::Approved),
        ("b", 0, Status::Rejected),
    ]);
    let now = Timestamp::from_millis(0);
    let overview = comments.overview(Some(&site("b")), now).expect("overview");
    assert_eq!(overview.summary, Tally { approved: 1, pending: 0, rejected: 1 });
    let sites: Vec<&str> = overview.sites.iter().map(|tally| tally.site.as_str()).collect();
    assert_eq!(sites, ["b", "", "a"], "of all sites, whichever was asked for");
    let all = comments.overview(None, now).expect("overview").summary;
    assert_eq!((all.total(), all.approved), (4, 3));
    let other = comments.overview(Some(&site("other")), now).expect("overview");
    assert_eq!((other.summary, other.sites.len()), (Tally::default(), 3));
}
