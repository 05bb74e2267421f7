//! Any import, in any order: what the databases make of it is what the reference makes of it, and
//! what they hand over comes back the same.

use inkstone_comments::{
    CommentId, CommentRepository, CommentTransfer, ImportedComment, ImportedParent, MemoryComments,
    Status, UserAgent,
    contract::transfer::{export, exported, imported},
};
use inkstone_stats::{
    CountRecord, DayRecord, LikeRecord, MemoryStats, PageRecord, Records, StatsTransfer,
};
use inkstone_vocab::{PageLookup, PageRequest, PageSlug, SiteId, Timestamp, VisitorId, WebUrl};
use proptest::{prelude::*, sample::select, test_runner::TestRunner};

use crate::support::{Fixture, postgres, sqlite};

const SLUGS: [&str; 5] = ["/a", "/a/", "https://h.io/a", "/b", "post:1"];
const URLS: [Option<&str>; 3] = [None, Some("https://h.io/a"), Some("https://other.io/b")];
const SITES: [&str; 2] = ["", "blog"];

fn slug(text: &str) -> PageSlug {
    PageSlug::parse(text).unwrap()
}

fn site(name: &str) -> SiteId {
    SiteId::parse(name).unwrap()
}

fn url(text: Option<&str>) -> Option<WebUrl> {
    text.and_then(WebUrl::parse)
}

fn at(millis: i64) -> Timestamp {
    Timestamp::from_millis(millis)
}

fn comment() -> impl Strategy<Value = ImportedComment> {
    let statuses =
        select(vec![Status::Approved, Status::Approved, Status::Pending, Status::Rejected]);
    let parent = prop_oneof![
        Just(None),
        (0..16_usize).prop_map(|at| Some(ImportedParent::Item(at))),
        (1..12_i64).prop_map(|id| CommentId::new(id).map(ImportedParent::Stored)),
    ];
    let place = (select(&SLUGS[..]), select(&URLS[..]), select(&SITES[..]));
    let numbers = (prop::option::of(1..12_i64), 0..4_i64, any::<bool>(), 0..3_u64, 1..4_u32);
    (numbers, parent, place, statuses, "[ab]").prop_map(
        |((id, created, dated, likes, priority), parent, (page, address, on), status, text)| {
            ImportedComment {
                id: id.and_then(CommentId::new),
                parent,
                dated,
                site: site(on),
                slug: slug(page),
                url: url(address),
                likes,
                priority,
                status,
                title: Some(text.clone()).filter(|_| dated),
                website: url(address),
                agent: UserAgent { header: text.clone(), ..UserAgent::default() },
                ..imported(&text, created)
            }
        },
    )
}

fn comments() -> impl Strategy<Value = Vec<ImportedComment>> {
    prop::collection::vec(comment(), 0..16)
}

fn records() -> impl Strategy<Value = Records> {
    let place = || (select(&SLUGS[..]), select(&SITES[..]));
    let page = (place(), select(&URLS[..]), 0..5_u64, 0..4_i64).prop_map(
        |((page, on), address, views, millis)| PageRecord {
            site: site(on),
            slug: slug(page),
            title: address.map(str::to_owned),
            url: url(address),
            views,
            last_visit: Some(at(millis)).filter(|_| views > 0),
            created: at(millis),
            updated: at(millis + 1),
        },
    );
    let day = (0..3_i64, select(&SITES[..]), prop::option::of("[xy]"), 0..5_u64).prop_map(
        |(day, on, domain, visits)| DayRecord {
            day: at(day * 86_400_000).day(),
            site: site(on),
            domain,
            visits,
            created: at(day),
            updated: at(day + 1),
        },
    );
    let like = (place(), "[uvw]", 0..4_i64).prop_map(|((page, on), name, millis)| LikeRecord {
        site: site(on),
        slug: slug(page),
        visitor: VisitorId::parse(&name).unwrap(),
        created: at(millis),
    });
    let count = (place(), 0..5_u64).prop_map(|((page, on), views)| CountRecord {
        site: site(on),
        slug: slug(page),
        views,
        at: at(9),
    });
    (
        prop::collection::vec(page, 0..8),
        prop::collection::vec(day, 0..8),
        prop::collection::vec(like, 0..12),
        prop::collection::vec(count, 0..4),
    )
        .prop_map(|(pages, days, likes, counts)| Records { pages, days, likes, counts })
}

/// All that readers see.
fn shown(repository: &impl CommentRepository) -> String {
    let slice = PageRequest::new(1, 100);
    let pages = SLUGS.iter().map(|page| {
        let lookup = PageLookup { site: None, slug: slug(page) };
        (repository.threads(&lookup, slice).unwrap(), repository.approved(&lookup, slice).unwrap())
    });
    format!("{:#?}", pages.collect::<Vec<_>>())
}

fn run<S: Strategy>(cases: u32, inputs: &S, check: impl Fn(S::Value)) {
    let config = ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(cases) };
    let result = TestRunner::new(config).run(inputs, |input| {
        check(input);
        Ok(())
    });
    if let Err(error) = result {
        panic!("{error}");
    }
}

fn comments_are_moved_as_the_reference_moves_them(store: fn() -> Fixture, cases: u32) {
    run(cases, &(comments(), comments()), |(first, second)| {
        let (reference, store) = (MemoryComments::default(), store());
        for file in [first, second] {
            let foretold = CommentTransfer::preview(&*store, &file).unwrap();
            let expected = reference.import(file.clone()).unwrap();
            let done = CommentTransfer::import(&*store, file).unwrap();
            assert_eq!((done.tally(), foretold), (expected.tally(), expected.tally()));
            // Of the rest more may be told, since whole pages are.
            assert!(done.topics.is_superset(&expected.topics), "{done:?} {expected:?}");
            assert_eq!(export(&*store), export(&reference));
            assert_eq!(shown(&*store), shown(&reference));
        }
    });
}

fn comments_come_back_the_same_in_any_order(store: fn() -> Fixture, cases: u32) {
    run(cases, &(comments(), any::<u64>()), |(file, seed)| {
        let (one, other) = (store(), store());
        CommentTransfer::import(&*one, file).unwrap();
        let (before, seen) = (export(&*one), shown(&*one));
        let mut rows: Vec<ImportedComment> = before.iter().map(exported).collect();
        rows.sort_by_key(|row| {
            row.id.map_or(0, |id| id.get().unsigned_abs().wrapping_mul(seed | 1))
        });
        for store in [&one, &other] {
            CommentTransfer::import(&**store, rows.clone()).unwrap();
            assert_eq!((export(&**store), shown(&**store)), (before.clone(), seen.clone()));
        }
    });
}

fn statistics_are_moved_as_the_reference_moves_them(store: fn() -> Fixture, cases: u32) {
    run(cases, &(records(), records()), |(first, second)| {
        let (reference, store, empty) = (MemoryStats::default(), store(), store());
        for file in [first, second] {
            let foretold = StatsTransfer::preview(&*store, &file).unwrap();
            let expected = reference.import(file.clone()).unwrap();
            let done = StatsTransfer::import(&*store, file).unwrap();
            assert_eq!((done, foretold), (expected, expected));
            let exported = StatsTransfer::export(&*store, None).unwrap();
            assert_eq!(exported, reference.export(None).unwrap());
        }
        let exported = StatsTransfer::export(&*store, None).unwrap();
        let mut turned = exported.clone();
        turned.pages.reverse();
        turned.days.reverse();
        turned.likes.reverse();
        for store in [&store, &empty] {
            StatsTransfer::import(&**store, turned.clone()).unwrap();
            assert_eq!(StatsTransfer::export(&**store, None).unwrap(), exported);
        }
    });
}

macro_rules! on_both_databases {
    ($($property:ident),+ $(,)?) => {
        mod on_sqlite {
            $(#[test]
            fn $property() {
                super::$property(super::sqlite, 32);
            })+
        }
        mod on_postgres {
            $(#[test]
            #[ignore = "needs TEST_POSTGRES_URL"]
            fn $property() {
                super::$property(super::postgres, 12);
            })+
        }
    };
}

on_both_databases! {
    comments_are_moved_as_the_reference_moves_them,
    comments_come_back_the_same_in_any_order,
    statistics_are_moved_as_the_reference_moves_them,
}
