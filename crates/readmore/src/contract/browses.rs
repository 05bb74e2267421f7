//! What was read: listed, counted, and forgotten in time.

use std::thread;

use inkstone_vocab::{Day, PageRequest};

use super::{NOW, at, blog};
use crate::{
    Browse, BrowseOrder, BrowsePage, BrowseQuery, BrowseRepository, NewBrowse, Probability, Unlock,
};

pub fn what_was_read_is_listed_as_it_was_given(repository: &impl BrowseRepository) {
    let full = NewBrowse {
        probability: Probability::new(0.1),
        address: "2001:db8::1".parse().expect("address"),
        agent: "Probe/1.0".into(),
        title: "标题 \" ' % _ \\ <b>".into(),
        ..read("https://blog.example/a")
    };
    let bare = NewBrowse {
        probability: None,
        unlock: None,
        agent: String::new(),
        url: String::new(),
        title: String::new(),
        ..read("")
    };
    assert!(repository.record(&full, NOW).expect("record"));
    assert!(repository.record(&bare, at(1)).expect("record"));
    let page = list(repository, BrowseOrder::Time, false);
    let found: Vec<_> = page.items.iter().map(|item| (&item.read, item.at)).collect();
    assert_eq!(found, [(&bare, at(1)), (&full, NOW)]);
    assert_eq!(page.total, 2);
    assert!(page.items[0].id > page.items[1].id);
}

pub fn repetitions_are_stored_once(repository: &impl BrowseRepository) {
    let one = read("/a");
    let record = |read: &NewBrowse, millis| repository.record(read, at(millis)).expect("record");
    assert!(record(&one, 0));
    assert!(!record(&one, 0));
    assert!(!record(&NewBrowse { agent: "other".into(), title: "other".into(), ..one.clone() }, 1));
    assert!(!record(&one, NewBrowse::REPEAT_MILLIS - 1));
    assert!(record(&NewBrowse { unlock: Some(Unlock::Random), ..one.clone() }, 1));
    assert!(record(&NewBrowse { unlock: None, ..one.clone() }, 1));
    assert!(record(&NewBrowse { blog: blog("other"), ..one.clone() }, 1));
    assert!(record(&NewBrowse { address: [192, 0, 2, 9].into(), ..one.clone() }, 1));
    assert!(record(&read("/b"), 1));
    assert!(record(&one, NewBrowse::REPEAT_MILLIS));
}

pub fn repetitions_at_once_are_stored_once(repository: &impl BrowseRepository) {
    let one = &read("/a");
    let stored = thread::scope(|scope| {
        let workers: Vec<_> = (0..20)
            .map(|_| scope.spawn(move || repository.record(one, NOW).expect("record")))
            .collect();
        let stored = workers.into_iter().map(|worker| worker.join().expect("worker"));
        stored.filter(|stored| *stored).count()
    });
    assert_eq!((stored, list(repository, BrowseOrder::Id, true).total), (1, 1));
}

pub fn lists_have_any_order(repository: &impl BrowseRepository) {
    for (millis, url, title, unlock, probability) in [
        (3, "/c", "x", Unlock::Captcha, 0.5),
        (1, "/a", "z", Unlock::Token, 1.0),
        (2, "/b", "y", Unlock::Random, 0.1),
        (0, "/d", "z", Unlock::Captcha, 0.5),
    ] {
        let one = NewBrowse {
            title: title.into(),
            unlock: Some(unlock),
            probability: Probability::new(probability),
            ..read(url)
        };
        assert!(repository.record(&one, at(millis)).expect("record"));
    }
    let urls = |order, ascending| {
        let items = list(repository, order, ascending).items;
        items.iter().map(|item| &item.read.url[1..]).collect::<String>()
    };
    for (order, ascending, expected) in [
        (BrowseOrder::Id, true, "cabd"),
        (BrowseOrder::Id, false, "dbac"),
        (BrowseOrder::Time, true, "dabc"),
        (BrowseOrder::Time, false, "cbad"),
        (BrowseOrder::Unlock, true, "abcd"),
        (BrowseOrder::Probability, false, "adcb"),
        (BrowseOrder::Url, true, "abcd"),
        (BrowseOrder::Title, true, "cbad"),
        (BrowseOrder::Title, false, "dabc"),
    ] {
        assert_eq!(urls(order, ascending), expected, "{order:?} {ascending}");
    }
}

pub fn lists_belong_to_their_blog(repository: &impl BrowseRepository) {
    for url in ["/a", "/b", "/c"] {
        assert!(repository.record(&read(url), NOW).expect("record"));
    }
    let other = NewBrowse { blog: blog("other"), ..read("/d") };
    assert!(repository.record(&other, NOW).expect("record"));
    let page = |name, number| {
        let query = BrowseQuery { blog: blog(name), ..query(BrowseOrder::Id, true, number, 2) };
        let page = repository.browses(&query).expect("browses");
        (urls(&page), page.total)
    };
    assert_eq!(page("blog", 1), (vec!["/a".into(), "/b".into()], 3));
    assert_eq!(page("blog", 2), (vec!["/c".into()], 3));
    assert_eq!(page("blog", 3), (vec![], 3));
    assert_eq!(page("other", 1), (vec!["/d".into()], 1));
    assert_eq!(page("none", 1), (vec![], 0));
}

pub fn days_are_counted_by_what_let_readers_in(repository: &impl BrowseRepository) {
    let day = |text| Day::parse(text).expect("day");
    for (url, on, unlock) in [
        ("/a", "2026-01-01", Some(Unlock::Captcha)),
        ("/b", "2026-01-01", Some(Unlock::Captcha)),
        ("/c", "2026-01-01", Some(Unlock::Token)),
        ("/d", "2026-01-03", Some(Unlock::Threshold)),
        ("/e", "2026-01-03", None),
        ("/f", "2026-01-04", Some(Unlock::Captcha)),
        ("/g", "2025-12-31", Some(Unlock::Captcha)),
    ] {
        let one = NewBrowse { day: day(on), unlock, ..read(url) };
        assert!(repository.record(&one, NOW).expect("record"));
    }
    let days = day("2026-01-01")..=day("2026-01-03");
    let counted = repository.by_day(&blog("blog"), days.clone()).expect("by day");
    let rows: Vec<_> = counted
        .iter()
        .map(|of| (of.day.to_string(), Unlock::ALL.map(|by| of.unlocks.by(by)), of.unlocks.total()))
        .collect();
    assert_eq!(
        rows,
        [
            ("2026-01-01".into(), [1, 0, 2, 0], 3),
            ("2026-01-02".into(), [0; 4], 0),
            ("2026-01-03".into(), [0, 0, 0, 1], 2),
        ]
    );
    let other = repository.by_day(&blog("other"), days).expect("by day");
    assert_eq!(other.iter().map(|of| of.unlocks.total()).sum::<u64>(), 0);
}

pub fn articles_are_counted_most_read_first(repository: &impl BrowseRepository) {
    let day = |text| Day::parse(text).expect("day");
    for (number, url, title, unlock) in [
        (1, "/a", "A", Unlock::Captcha),
        (2, "/b", "B", Unlock::Captcha),
        (3, "/b", "B", Unlock::Token),
        (4, "/b", "B2", Unlock::Captcha),
        (5, "/c", "C", Unlock::Random),
        (6, "/c", "C", Unlock::Random),
    ] {
        let title = title.into();
        let address = [192, 0, 2, number].into();
        let one = NewBrowse { title, address, unlock: Some(unlock), ..read(url) };
        assert!(repository.record(&one, NOW).expect("record"));
    }
    let late = NewBrowse { day: day("2026-01-05"), ..read("/late") };
    assert!(repository.record(&late, NOW).expect("record"));
    let days = day("2026-01-01")..=day("2026-01-03");
    let top = |limit| repository.by_article(&blog("blog"), days.clone(), limit).expect("articles");
    let rows: Vec<_> = top(10)
        .into_iter()
        .map(|of| (of.url, of.title, of.unlocks.by(Unlock::Captcha), of.unlocks.total()))
        .collect();
    assert_eq!(
        rows,
        [
            ("/b".into(), "B2".into(), 2, 3),
            ("/c".into(), "C".into(), 0, 2),
            ("/a".into(), "A".into(), 1, 1),
        ]
    );
    assert_eq!(top(1).len(), 1);
}

pub fn what_is_old_is_forgotten(repository: &impl BrowseRepository) {
    for (url, millis) in [("/a", 0), ("/b", 1), ("/c", 2)] {
        assert!(repository.record(&read(url), at(millis)).expect("record"));
    }
    assert_eq!(repository.forget_before(at(1)).expect("forget"), 1);
    assert_eq!(urls(&list(repository, BrowseOrder::Id, true)), ["/b", "/c"]);
    assert_eq!(repository.forget_before(at(1)).expect("forget"), 0);
}

fn read(url: &str) -> NewBrowse {
    NewBrowse {
        blog: blog("blog"),
        probability: Probability::new(1.0),
        unlock: Some(Unlock::Captcha),
        address: [192, 0, 2, 1].into(),
        agent: "Probe".into(),
        url: url.into(),
        title: "Title".into(),
        day: Day::parse("2026-01-02").expect("day"),
    }
}

fn query(order: BrowseOrder, ascending: bool, number: u32, size: u32) -> BrowseQuery {
    BrowseQuery { blog: blog("blog"), order, ascending, slice: PageRequest::new(number, size) }
}

fn list(repository: &impl BrowseRepository, order: BrowseOrder, ascending: bool) -> BrowsePage {
    repository.browses(&query(order, ascending, 1, 100)).expect("browses")
}

fn urls(page: &BrowsePage) -> Vec<String> {
    page.items.iter().map(|Browse { read, .. }| read.url.clone()).collect()
}
