//! The laws of [`CommentReport`], for a repository that also keeps the comments.

#![expect(missing_docs, reason = "the name of a law says it all")]

use inkstone_vocab::Day;

use super::{at, insert_at, new_comment, reply, set_status, site};
use crate::{CommentId, CommentReport, CommentRepository, DailyComments, SiteTally, Status, Tally};

const DAY: i64 = 86_400_000;

/// Makes a test of every law; takes what
/// [`comment_repository_contract!`](crate::comment_repository_contract) takes.
#[macro_export]
macro_rules! comment_report_contract {
    ($repository:expr $(, [$(#[$attribute:meta])*])?) => {
        $crate::comment_repository_contract! {
            @laws $repository, [$($(#[$attribute])*)?];
            report::an_empty_store_reports_nothing
            report::comments_are_tallied_by_site_and_status
            report::comments_are_counted_on_the_day_they_were_posted
            report::a_site_counts_its_own_days
            report::removed_comments_are_not_counted
        }
    };
}

pub fn an_empty_store_reports_nothing(repository: &(impl CommentRepository + CommentReport)) {
    assert_eq!(repository.sites().expect("sites"), []);
    assert_eq!(repository.tallies().expect("tallies"), []);
    assert_eq!(by_day(repository, None, 0..=9), []);
}

pub fn comments_are_tallied_by_site_and_status(
    repository: &(impl CommentRepository + CommentReport),
) {
    post(repository, "blog", 0);
    let pending = post(repository, "", 0);
    set_status(repository, pending, Status::Pending);
    for _ in 0..2 {
        let rejected = post(repository, "", 0);
        set_status(repository, rejected, Status::Rejected);
    }
    let root = post(repository, "", 0);
    insert_at(repository, &reply("/a", root), 0);
    post(repository, "Blog", 0);
    let tally = |name, [approved, pending, rejected]: [u64; 3]| SiteTally {
        site: site(name),
        tally: Tally { approved, pending, rejected },
    };
    let expected = [tally("", [2, 1, 2]), tally("Blog", [1, 0, 0]), tally("blog", [1, 0, 0])];
    assert_eq!(repository.tallies().expect("tallies"), expected);
    let sites = repository.sites().expect("sites");
    assert_eq!(sites, [site(""), site("Blog"), site("blog")]);
}

pub fn comments_are_counted_on_the_day_they_were_posted(
    repository: &(impl CommentRepository + CommentReport),
) {
    for millis in [-1, 0, DAY - 1, DAY, 3 * DAY, 4 * DAY] {
        post(repository, "", millis);
    }
    let hidden = post(repository, "blog", 3 * DAY);
    set_status(repository, hidden, Status::Rejected);
    assert_eq!(by_day(repository, None, 0..=3), [daily(0, 2), daily(1, 1), daily(3, 2)]);
    assert_eq!(by_day(repository, None, -9..=0), [daily(-1, 1), daily(0, 2)]);
}

pub fn a_site_counts_its_own_days(repository: &(impl CommentRepository + CommentReport)) {
    post(repository, "", 0);
    post(repository, "blog", 0);
    post(repository, "blog", DAY);
    assert_eq!(by_day(repository, Some("blog"), 0..=1), [daily(0, 1), daily(1, 1)]);
    assert_eq!(by_day(repository, Some(""), 0..=1), [daily(0, 1)]);
    assert_eq!(by_day(repository, Some("other"), 0..=1), []);
}

pub fn removed_comments_are_not_counted(repository: &(impl CommentRepository + CommentReport)) {
    let id = post(repository, "blog", 0);
    repository.remove(id).expect("remove");
    an_empty_store_reports_nothing(repository);
}

fn post(repository: &impl CommentRepository, on: &str, millis: i64) -> CommentId {
    let mut new = new_comment("/a");
    new.submission.site = Some(site(on));
    insert_at(repository, &new, millis)
}

fn by_day(
    repository: &impl CommentReport,
    on: Option<&str>,
    days: std::ops::RangeInclusive<i64>,
) -> Vec<DailyComments> {
    let days = day(*days.start())..=day(*days.end());
    repository.posted_by_day(on.map(site).as_ref(), days).expect("days")
}

fn daily(number: i64, comments: u64) -> DailyComments {
    DailyComments { day: day(number), comments }
}

fn day(number: i64) -> Day {
    at(0).day().plus(number)
}
