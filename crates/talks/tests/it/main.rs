//! Memory obeys the laws; the service's rules.

use std::{cell::Cell, sync::Arc};

use inkstone_talks::{
    Content, Edit, ListedTalk, MemoryTalks, NewTalk, RecordId, Tags, TalkId, TalkObserver,
    TalkRecord, TalkRepository, TalkTime, Talks, Values,
    contract::{id, talk},
    identify, slice,
};
use inkstone_vocab::{Fault, FaultKind, ImportMode, Timestamp, VisitorId};

mod memory {
    inkstone_talks::talk_repository_contract!(Box::new(inkstone_talks::MemoryTalks::default()));
}

mod memory_transfer {
    inkstone_talks::talk_transfer_contract!(Box::new(inkstone_talks::MemoryTalks::default()));
}

const NOW: Timestamp = Timestamp::from_millis(1_704_599_400_999);

/// Counts what it is told.
#[derive(Default)]
struct Told(Cell<u32>);

impl TalkObserver for &Told {
    fn talks_changed(&self) {
        self.0.set(self.0.get() + 1);
    }
}

#[test]
fn every_change_is_told_once_it_happened() {
    let told = Told::default();
    let talks = Talks::new(MemoryTalks::default(), &told);
    let visitor = VisitorId::parse("ada").unwrap();
    let made = talks.create(&talk("a"), [1; 16], NOW).unwrap();
    talks.edit(made, &Edit::default()).unwrap();
    talks.toggle_like(made, &visitor).unwrap();
    talks.import(Vec::new(), ImportMode::Merge).unwrap();
    talks.remove(made).unwrap();
    assert_eq!(told.0.get(), 5);

    talks.remove(made).unwrap_err();
    talks.edit(made, &Edit::default()).unwrap_err();
    talks.toggle_like(made, &visitor).unwrap_err();
    talks.page(slice(None, None)).unwrap();
    assert_eq!(told.0.get(), 5);
}

#[test]
fn a_new_talk_is_made_now_under_a_random_name() {
    let talks = Talks::new(MemoryTalks::default(), ());
    let made = talks.create(&talk("a"), [1; 16], NOW).unwrap();
    assert_eq!(made, TalkId::from_random([1; 16]));
    let found = talks.find(made).unwrap();
    assert_eq!((found.time.to_string().as_str(), found.likes), ("1704599400", 0));
    let failure = talks.create(&talk("b"), [1; 16], NOW).unwrap_err();
    assert_eq!((failure.kind(), failure.code()), (FaultKind::Conflict, "talk_exists"));
}

#[test]
fn absent_talks_are_not_found() {
    let talks = Talks::new(MemoryTalks::default(), ());
    let visitor = VisitorId::parse("ada").unwrap();
    for failure in [
        talks.find(id(1)).unwrap_err(),
        talks.edit(id(1), &Edit::default()).unwrap_err(),
        talks.remove(id(1)).unwrap_err(),
        talks.toggle_like(id(1), &visitor).unwrap_err(),
    ] {
        assert_eq!((failure.kind(), failure.code()), (FaultKind::NotFound, "talk_not_found"));
    }
}

#[test]
fn talks_are_found_by_content_tags_and_values_in_any_case() {
    let talks = Talks::new(MemoryTalks::default(), ());
    for (number, content, tags, values) in [
        (1, "<p>First SNOW</p>", "[]", "{}"),
        (2, "second", r#"["\u4e2d\u6587", "Winter"]"#, "{}"),
        (3, "third", "", r#"{"city":"\u5317\u4eac","Song":"SNOW"}"#),
    ] {
        let new = NewTalk {
            content: Content::parse(content).unwrap(),
            tags: Tags::parse(tags).unwrap(),
            values: Values::parse(values).unwrap(),
        };
        talks.create(&new, [number; 16], Timestamp::from_millis(i64::from(number))).unwrap();
    }
    let found = |keyword: Option<&str>| {
        let found = talks.search(keyword).unwrap();
        found.into_iter().map(|summary| summary.excerpt).collect::<Vec<_>>()
    };
    assert_eq!(found(None), ["third", "second", "First SNOW"]);
    assert_eq!(found(Some("snow")), ["third", "First SNOW"]);
    assert_eq!(found(Some("中文")), ["second"]);
    assert_eq!(found(Some("WINTER")), ["second"]);
    assert_eq!(found(Some("北京")), ["third"]);
    assert_eq!(found(Some("song")), ["third"]);
    assert_eq!(found(Some("%")).len(), 0);
}

#[test]
fn records_learn_their_names_from_a_list() {
    let content = |text: &str| Content::parse(text).unwrap();
    let time = |text: &str| TalkTime::parse(text).unwrap();
    let record = |number: u128, text: &str, at: &str| TalkRecord {
        id: RecordId::Fresh(id(number)),
        content: content(text),
        tags: Tags::default(),
        values: None,
        time: time(at),
        likes: [].into(),
    };
    let listed = |number: u128, text: &str, at: &str| ListedTalk {
        id: id(number),
        time: time(at),
        content: content(text),
        values: Values::parse(r#"{"a":1}"#).unwrap(),
    };
    let mut records = [
        record(1, "a", "5.25"),
        record(2, "same", "6"),
        record(3, "same", "6"),
        record(4, "unlisted", "6"),
        TalkRecord { id: RecordId::Kept(id(5)), ..record(5, "a", "5") },
    ];
    let list = [
        listed(100, "a", "5"),
        listed(200, "same", "6"),
        listed(200, "same", "6"),
        listed(300, "same", "6"),
        listed(400, "unknown", "6"),
    ];
    assert_eq!(identify(&mut records, list.to_vec()), 3);
    let names = records.each_ref().map(|record| record.id);
    let [first, second, third] = [100, 200, 300].map(|number| RecordId::Kept(id(number)));
    assert_eq!(names, [first, second, third, RecordId::Fresh(id(4)), RecordId::Kept(id(5))]);
    assert_eq!(records[0].values.as_ref().map(Values::json), Some(r#"{"a":1}"#));
    assert_eq!((&records[3].values, &records[4].values), (&None, &None));
}

#[test]
fn content_is_kept_unless_no_store_can() {
    let hostile = "<script>alert(1)</script>\u{202e}\u{1b}";
    assert_eq!(Content::parse(hostile).unwrap().as_str(), hostile);
    assert_eq!(Content::parse("a\0b"), None);
    assert!(Content::parse(&"a".repeat(Content::MAX_BYTES)).is_some());
    assert!(Content::parse(&"a".repeat(Content::MAX_BYTES + 1)).is_none());
}

#[test]
fn repositories_may_be_shared() {
    let repository: Arc<dyn TalkRepository> = Arc::new(MemoryTalks::default());
    let talks = Talks::new(repository.clone(), ());
    talks.create(&talk("a"), [1; 16], NOW).unwrap();
    assert_eq!(repository.page(slice(None, None)).unwrap().total, 1);
}
