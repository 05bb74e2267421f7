//! Moving statistics in and out. These laws need a [`StatsRepository`] as well.

use inkstone_vocab::{PageLookup, PageSlug, SiteId, Timestamp, VisitorId};

use super::report;
use crate::{DayRecord, LikeRecord, PageRecord, Records, StatsRepository, StatsTransfer};

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
    let at = Timestamp::from_millis;
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
    }
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
