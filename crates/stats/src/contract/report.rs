//! The laws of [`StatsReport`], for a repository that also keeps visits and likes.

use inkstone_vocab::{PageRequest, PageSlug, Timestamp};

use super::{at, report, site, visitor};
use crate::{GivenLikes, LikeFilter, PageOrder, PageReport, StatsReport, StatsRepository, Totals};

/// Makes a test of every law; takes what
/// [`stats_repository_contract!`](crate::stats_repository_contract) takes.
#[macro_export]
macro_rules! stats_report_contract {
    ($repository:expr $(, [$(#[$attribute:meta])*])?) => {
        $crate::stats_report_contract! {
            @laws $repository, [$($(#[$attribute])*)?];
            an_empty_store_reports_nothing
            sites_are_those_of_pages_and_visits
            totals_count_visited_pages
            pages_come_by_views_or_by_their_last_visit
            a_liked_page_comes_after_visited_ones
            what_was_learnt_of_a_page_is_told
            likes_come_newest_first
            likes_are_filtered
            the_most_liked_page_comes_first
            spellings_of_a_liked_page_are_one
        }
    };
    (@laws $repository:expr, $attributes:tt; $($law:ident)*) => {
        $($crate::stats_report_contract! { @law $repository, $attributes, $law })*
    };
    (@law $repository:expr, [$(#[$attribute:meta])*], $law:ident) => {
        #[test]
        $(#[$attribute])*
        fn $law() {
            $crate::contract::report::$law(&*$repository);
        }
    };
}

pub fn an_empty_store_reports_nothing(repository: &(impl StatsRepository + StatsReport)) {
    assert_eq!(repository.sites().expect("sites"), []);
    let nothing = Totals { views: 0, pages: 0, dated: false };
    assert_eq!(repository.totals(None).expect("totals"), nothing);
    assert_eq!(slugs(repository, None, PageOrder::Views), [""; 0]);
    let likes = given(repository, &LikeFilter::default());
    assert_eq!(likes, GivenLikes { items: Vec::new(), total: 0 });
    assert_eq!(liked(repository, None), []);
}

pub fn sites_are_those_of_pages_and_visits(repository: &(impl StatsRepository + StatsReport)) {
    repository.record_visit(&on("b", "/a"), at(0)).expect("visit");
    repository.record_visit(&on("", "/a"), at(0)).expect("visit");
    repository.record_visit(&on("B", "/a"), at(0)).expect("visit");
    repository.like(&on("a", "/a"), &visitor("ada"), at(0)).expect("like");
    let sites = repository.sites().expect("sites");
    assert_eq!(sites, ["", "B", "a", "b"].map(site));
}

pub fn totals_count_visited_pages(repository: &(impl StatsRepository + StatsReport)) {
    for page in [on("", "/a"), on("", "/a/"), on("", "/b"), on("blog", "/a")] {
        repository.record_visit(&page, at(0)).expect("visit");
    }
    repository.like(&on("liked", "/a"), &visitor("ada"), at(0)).expect("like");
    let totals = |name: Option<&str>| repository.totals(name.map(site).as_ref()).expect("totals");
    assert_eq!(totals(None), Totals { views: 4, pages: 3, dated: true });
    assert_eq!(totals(Some("")), Totals { views: 3, pages: 2, dated: true });
    assert_eq!(totals(Some("blog")), Totals { views: 1, pages: 1, dated: true });
    assert_eq!(totals(Some("liked")), Totals { views: 0, pages: 0, dated: false });
}

pub fn pages_come_by_views_or_by_their_last_visit(
    repository: &(impl StatsRepository + StatsReport),
) {
    for (name, slug, millis) in [
        ("", "/twice", 10),
        ("", "/twice", 20),
        ("", "/early", 5),
        ("", "/late", 30),
        ("blog", "/late", 30),
        ("blog", "/late", 30),
    ] {
        repository.record_visit(&on(name, slug), at(millis)).expect("visit");
    }
    let unnamed = Some("");
    assert_eq!(slugs(repository, unnamed, PageOrder::Views), ["/twice", "/late", "/early"]);
    assert_eq!(slugs(repository, unnamed, PageOrder::Latest), ["/late", "/twice", "/early"]);
    let pages = repository.top_pages(None, PageOrder::Latest, 2).expect("pages");
    assert_eq!(pages.iter().map(|page| page.views).collect::<Vec<_>>(), [2, 1]);
    assert_eq!(pages[0].last_visit, Some(at(30)));
    let pages = repository.top_pages(None, PageOrder::Views, 3).expect("pages");
    let last = pages.iter().map(|page| page.last_visit.map(Timestamp::millis)).collect::<Vec<_>>();
    assert_eq!(last, [Some(30), Some(20), Some(30)]);
}

pub fn a_liked_page_comes_after_visited_ones(repository: &(impl StatsRepository + StatsReport)) {
    repository.like(&on("", "/liked"), &visitor("ada"), at(90)).expect("like");
    repository.record_visit(&on("", "/visited"), at(0)).expect("visit");
    for order in [PageOrder::Views, PageOrder::Latest] {
        assert_eq!(slugs(repository, None, order), ["/visited", "/liked"]);
    }
    let pages = repository.top_pages(None, PageOrder::Views, 9).expect("pages");
    assert_eq!((pages[1].views, pages[1].last_visit), (0, None));
}

pub fn what_was_learnt_of_a_page_is_told(repository: &(impl StatsRepository + StatsReport)) {
    repository.record_visit(&report("/a/", None), at(0)).expect("visit");
    let told = PageReport { title: Some("A".to_owned()), ..report("/a", Some("https://h.io/a")) };
    repository.like(&told, &visitor("ada"), at(0)).expect("like");
    repository.record_visit(&report("/a?q", None), at(7)).expect("visit");
    let pages = repository.top_pages(None, PageOrder::Views, 9).expect("pages");
    assert_eq!(pages.len(), 1);
    let page = &pages[0];
    assert_eq!((page.slug.as_str(), page.views, page.last_visit), ("/a/", 2, Some(at(7))));
    assert_eq!((page.title.as_deref(), page.url.as_deref()), (Some("A"), Some("https://h.io/a")));
    let liked = repository.most_liked(None, 9).expect("liked");
    let (title, url) = (liked[0].title.as_deref(), liked[0].url.as_deref());
    assert_eq!((title, url), (Some("A"), Some("https://h.io/a")));
}

pub fn likes_come_newest_first(repository: &(impl StatsRepository + StatsReport)) {
    for (name, millis) in [("ada", 5), ("bob", 9), ("eve", 5), ("joe", 1)] {
        repository.like(&report("/a", None), &visitor(name), at(millis)).expect("like");
    }
    let page = |number| {
        let slice = PageRequest::new(number, 3);
        repository.given_likes(&LikeFilter::default(), slice).expect("likes")
    };
    assert_eq!(names(&page(1)), ["bob", "eve", "ada"]);
    assert_eq!(names(&page(2)), ["joe"]);
    assert_eq!((names(&page(3)), page(3).total), (vec![], 4));
    let first = page(1);
    assert_eq!((first.items[0].slug.as_str(), first.items[0].at), ("/a", at(9)));
    assert!(first.items[1].id > first.items[2].id && first.items[2].id > 0);
}

pub fn likes_are_filtered(repository: &(impl StatsRepository + StatsReport)) {
    for (page, name, millis) in [
        (on("", "/a/"), "ada", 1),
        (on("", "https://h.io/a"), "bob", 2),
        (on("blog", "/a"), "ada", 3),
        (on("", "/b"), "ada", 4),
    ] {
        repository.like(&page, &visitor(name), at(millis)).expect("like");
    }
    let all = LikeFilter::default;
    let times = |filter: &LikeFilter| {
        let likes = given(repository, filter);
        assert_eq!(likes.total, likes.items.len() as u64);
        likes.items.iter().map(|like| like.at.millis()).collect::<Vec<_>>()
    };
    assert_eq!(times(&all()), [4, 3, 2, 1]);
    assert_eq!(times(&LikeFilter { site: Some(site("")), ..all() }), [4, 2, 1]);
    assert_eq!(times(&LikeFilter { page: PageSlug::parse("/a?q"), ..all() }), [3, 1]);
    assert_eq!(times(&LikeFilter { visitor: Some(visitor("ada")), ..all() }), [4, 3, 1]);
    assert_eq!(times(&LikeFilter { from: Some(at(2)), ..all() }), [4, 3, 2]);
    assert_eq!(times(&LikeFilter { until: Some(at(2)), ..all() }), [2, 1]);
    let one = LikeFilter {
        site: Some(site("blog")),
        page: PageSlug::parse("/a"),
        visitor: Some(visitor("ada")),
        from: Some(at(3)),
        until: Some(at(3)),
    };
    assert_eq!(times(&one), [3]);
    assert_eq!(times(&LikeFilter { visitor: Some(visitor("bob")), ..one }), [0; 0]);
}

pub fn the_most_liked_page_comes_first(repository: &(impl StatsRepository + StatsReport)) {
    for (name, slug, visitors) in
        [("", "/one", 1), ("", "/three", 3), ("blog", "/three", 2), ("", "/last", 1)]
    {
        for number in 0..visitors {
            let own = visitor(&number.to_string());
            repository.like(&on(name, slug), &own, at(0)).expect("like");
        }
    }
    assert_eq!(liked(repository, Some("")), likes(&[("/three", 3), ("/one", 1), ("/last", 1)]));
    assert_eq!(liked(repository, Some("blog")), likes(&[("/three", 2)]));
    let all = likes(&[("/three", 3), ("/three", 2), ("/one", 1), ("/last", 1)]);
    assert_eq!(liked(repository, None), all);
    assert_eq!(repository.most_liked(None, 2).expect("liked").len(), 2);
}

pub fn spellings_of_a_liked_page_are_one(repository: &(impl StatsRepository + StatsReport)) {
    for (slug, name) in [("/a/", "ada"), ("/a", "bob"), ("/a?q", "eve"), ("/a", "ada")] {
        repository.like(&report(slug, None), &visitor(name), at(0)).expect("like");
    }
    repository.like(&report("https://h.io/a", None), &visitor("joe"), at(0)).expect("like");
    assert_eq!(liked(repository, None), likes(&[("/a/", 3), ("https://h.io/a", 1)]));
}

fn on(name: &str, slug: &str) -> PageReport {
    PageReport { site: site(name), ..report(slug, None) }
}

#[track_caller]
fn slugs(repository: &impl StatsReport, on: Option<&str>, order: PageOrder) -> Vec<String> {
    let pages = repository.top_pages(on.map(site).as_ref(), order, 99).expect("pages");
    pages.into_iter().map(|page| page.slug).collect()
}

#[track_caller]
fn given(repository: &impl StatsReport, filter: &LikeFilter) -> GivenLikes {
    repository.given_likes(filter, PageRequest::new(1, 99)).expect("likes")
}

#[track_caller]
fn liked(repository: &impl StatsReport, on: Option<&str>) -> Vec<(String, u64)> {
    let pages = repository.most_liked(on.map(site).as_ref(), 99).expect("liked");
    pages.into_iter().map(|page| (page.slug, page.likes)).collect()
}

fn likes(expected: &[(&str, u64)]) -> Vec<(String, u64)> {
    expected.iter().map(|&(slug, likes)| (slug.to_owned(), likes)).collect()
}

fn names(likes: &GivenLikes) -> Vec<&str> {
    likes.items.iter().map(|like| like.visitor.as_str()).collect()
}
