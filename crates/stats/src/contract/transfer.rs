//! Moving statistics in and out. These laws need a [`StatsRepository`] as well.

use inkstone_vocab::{ImportTally, PageLookup, PageSlug, SiteId, Timestamp, VisitorId};

use super::report;
use crate::{
    CountRecord, DayRecord, ImportedRecords, LikeRecord, PageRecord, Records, StatsRepository,
    StatsTransfer,
};

/// Makes a test of every law; takes what
/// [`stats_repository_contract!`](crate::stats_repository_contract) takes.
#[macro_export]
macro_rules! stats_transfer_contract {
    ($repository:expr $(, [$(#[$attribute:meta])*])?) => {
        $crate::stats_transfer_contract! {
            @laws $repository, [$($(#[$attribute])*)?];
            what_is_imported_is_exported
            an_import_replaces_and_never_adds_up
            imported_pages_and_likes_count_on
            one_site_is_exported_alone
            exports_do_not_depend_on_the_order_of_imports
            what_was_counted_is_exported
            a_preview_tells_what_an_import_does
            imported_likes_of_paths_count_at_every_origin
            imported_likes_of_custom_ids_count_at_their_address
            counts_of_other_systems_never_lower
        }
    };
    (@laws $repository:expr, $attributes:tt; $($law:ident)*) => {
        $($crate::stats_transfer_contract! { @law $repository, $attributes, $law })*
    };
    (@law $repository:expr, [$(#[$attribute:meta])*], $law:ident) => {
        #[test]
        $(#[$attribute])*
        fn $law() {
            $crate::contract::transfer::$law(&*$repository);
        }
    };
}

fn records() -> Records {
    let page = report("/a", Some("https://h.io/a"));
    let blog = SiteId::parse("blog").expect("site");
    let day = DayRecord {
        day: at(0).day(),
        site: page.site.clone(),
        domain: None,
        visits: 3,
        created: at(1),
        updated: at(2),
    };
    let visitor = |name| VisitorId::parse(name).expect("visitor");
    let like = |name| LikeRecord {
        site: page.site.clone(),
        slug: page.slug.clone(),
        visitor: visitor(name),
        created: at(5),
    };
    Records {
        pages: vec![
            PageRecord {
                site: page.site.clone(),
                slug: page.slug.clone(),
                title: Some("A".to_owned()),
                url: page.url.clone(),
                views: 7,
                last_visit: Some(at(4)),
                created: at(3),
                updated: at(4),
            },
            PageRecord {
                site: blog,
                slug: PageSlug::parse("post:1").expect("slug"),
                title: None,
                url: None,
                views: 1,
                last_visit: None,
                created: at(3),
                updated: at(3),
            },
        ],
        days: vec![day.clone(), DayRecord { domain: Some("h.io".to_owned()), ..day }],
        likes: vec![like("ip:192.0.2.1"), like("somebody")],
        counts: Vec::new(),
    }
}

fn at(millis: i64) -> Timestamp {
    Timestamp::from_millis(millis)
}

fn tally(inserted: u64, updated: u64, known: u64) -> ImportTally {
    ImportTally { inserted, updated, known }
}

pub fn what_is_imported_is_exported(repository: &impl StatsTransfer) {
    repository.import(records()).expect("import");
    assert_eq!(repository.export(None).expect("export"), records());
}

pub fn an_import_replaces_and_never_adds_up(repository: &impl StatsTransfer) {
    repository.import(records()).expect("import");
    repository.import(records()).expect("import");
    assert_eq!(repository.export(None).expect("export"), records());
    let mut changed = records();
    changed.pages[0].views = 2;
    changed.pages[0].title = None;
    changed.days[1].visits = 1;
    repository.import(changed.clone()).expect("import");
    assert_eq!(repository.export(None).expect("export"), changed);
}

pub fn imported_pages_and_likes_count_on<R>(repository: &R)
where
    R: StatsRepository + StatsTransfer,
{
    repository.import(records()).expect("import");
    let (page, now) = (report("/a", None), Timestamp::from_millis(9));
    repository.record_visit(&page, now).expect("visit");
    let lookup = PageLookup { site: None, slug: page.slug.clone() };
    assert_eq!(repository.views(&lookup).expect("views"), 8);
    let somebody = VisitorId::parse("somebody").expect("visitor");
    let again = repository.like(&page, &somebody, now).expect("like");
    assert_eq!((again.total, again.already), (2, true));
    let other = VisitorId::parse("other").expect("visitor");
    assert_eq!(repository.like(&page, &other, now).expect("like").total, 3);
    let slug = PageSlug::parse("https://h.io/a").expect("slug");
    let likes = repository.likes(&page.site, &slug, &other).expect("likes");
    assert_eq!((likes.total, likes.liked), (3, true));
}

pub fn one_site_is_exported_alone(repository: &impl StatsTransfer) {
    repository.import(records()).expect("import");
    let blog = SiteId::parse("blog").expect("site");
    let exported = repository.export(Some(&blog)).expect("export");
    assert_eq!(exported, Records { pages: records().pages.split_off(1), ..Records::default() });
}

pub fn what_was_counted_is_exported<R>(repository: &R)
where
    R: StatsRepository + StatsTransfer,
{
    let mut page = report("/a", Some("https://h.io/a"));
    page.title = Some("A".to_owned());
    repository.record_visit(&page, at(1)).expect("visit");
    repository.record_visit(&report("/a/", None), at(3)).expect("visit");
    let somebody = VisitorId::parse("somebody").expect("visitor");
    repository.like(&report("/b", None), &somebody, at(5)).expect("like");
    let exported = repository.export(None).expect("export");
    let [a, b] = &exported.pages[..] else { panic!("{exported:?}") };
    assert_eq!((a.slug.as_str(), a.title.as_deref(), a.views), ("/a", Some("A"), 2));
    assert_eq!((a.last_visit, a.created, a.updated), (Some(at(3)), at(1), at(3)));
    assert_eq!((b.views, b.last_visit, b.created), (0, None, at(5)));
    let days: Vec<_> =
        exported.days.iter().map(|day| (day.domain.as_deref(), day.visits)).collect();
    assert_eq!(days, [(None, 1), (Some("h.io"), 1)]);
    assert_eq!((exported.likes.len(), exported.likes[0].created), (1, at(5)));
    repository.import(exported.clone()).expect("import");
    assert_eq!(repository.export(None).expect("export"), exported);
}

pub fn a_preview_tells_what_an_import_does(repository: &impl StatsTransfer) {
    let import = |records: Records| {
        let before = repository.export(None).expect("export");
        let foretold = repository.preview(&records).expect("preview");
        assert_eq!(repository.export(None).expect("export"), before, "nothing is changed");
        assert_eq!(repository.import(records).expect("import"), foretold);
        foretold
    };
    let first = import(records());
    assert_eq!(
        (first.pages, first.days, first.likes),
        (tally(2, 0, 0), tally(2, 0, 0), tally(2, 0, 0))
    );
    let mut more = records();
    // Another spelling of a page, and things twice.
    more.pages
        .push(PageRecord { slug: PageSlug::parse("/a/").expect("slug"), ..more.pages[0].clone() });
    more.pages
        .push(PageRecord { slug: PageSlug::parse("/new").expect("slug"), ..more.pages[0].clone() });
    more.days.push(DayRecord { day: at(86_400_000).day(), ..more.days[0].clone() });
    let new = VisitorId::parse("new").expect("visitor");
    more.likes.push(LikeRecord { visitor: new, ..more.likes[0].clone() });
    more.likes.push(more.likes[2].clone());
    let again = import(more);
    assert_eq!(
        (again.pages, again.days, again.likes),
        (tally(1, 3, 0), tally(1, 2, 0), tally(1, 0, 3))
    );
    assert_eq!(import(Records::default()), ImportedRecords::default());
}

/// An export does not say where they were given (contract cwd, 2.7).
pub fn imported_likes_of_paths_count_at_every_origin<R>(repository: &R)
where
    R: StatsRepository + StatsTransfer,
{
    repository.import(records()).expect("import");
    let somebody = VisitorId::parse("somebody").expect("visitor");
    for address in ["https://h.io/a", "https://www.h.io/a"] {
        let slug = PageSlug::parse(address).expect("slug");
        let likes = repository.likes(&SiteId::unnamed(), &slug, &somebody).expect("likes");
        assert_eq!((likes.total, likes.liked), (2, true), "{address}");
    }
}

pub fn imported_likes_of_custom_ids_count_at_their_address<R>(repository: &R)
where
    R: StatsRepository + StatsTransfer,
{
    let mut given = records();
    let custom = PageSlug::parse("post:1").expect("slug");
    given.pages[0].slug.clone_from(&custom);
    given.likes.iter_mut().for_each(|like| like.slug.clone_from(&custom));
    repository.import(given).expect("import");
    let somebody = VisitorId::parse("somebody").expect("visitor");
    let slug = PageSlug::parse("https://h.io/a").expect("slug");
    let likes = repository.likes(&SiteId::unnamed(), &slug, &somebody).expect("likes");
    assert_eq!((likes.total, likes.liked), (2, true));
}

pub fn counts_of_other_systems_never_lower<R>(repository: &R)
where
    R: StatsRepository + StatsTransfer,
{
    repository.import(records()).expect("import");
    let count = |slug: &str, views| CountRecord {
        site: SiteId::unnamed(),
        slug: PageSlug::parse(slug).expect("slug"),
        views,
        at: at(9),
    };
    let counts = |list: Vec<CountRecord>| {
        let records = Records { counts: list, ..Records::default() };
        let foretold = repository.preview(&records).expect("preview");
        assert_eq!(repository.import(records).expect("import"), foretold);
        foretold.counts
    };
    assert_eq!(counts(vec![count("/a/", 5), count("/new", 3)]), tally(1, 0, 1));
    assert_eq!(counts(vec![count("/a", 20), count("/new", 3)]), tally(0, 1, 1));
    let exported = repository.export(None).expect("export");
    let mut expected = records();
    expected.pages[0].views = 20;
    let new = PageSlug::parse("/new").expect("slug");
    expected.pages.push(PageRecord {
        site: SiteId::unnamed(),
        slug: new,
        title: None,
        url: None,
        views: 3,
        last_visit: None,
        created: at(9),
        updated: at(9),
    });
    assert_eq!(exported, expected);
}

pub fn exports_do_not_depend_on_the_order_of_imports(repository: &impl StatsTransfer) {
    let mut turned = records();
    turned.pages.reverse();
    turned.days.reverse();
    turned.likes.reverse();
    repository.import(turned).expect("import");
    assert_eq!(repository.export(None).expect("export"), records());
}
