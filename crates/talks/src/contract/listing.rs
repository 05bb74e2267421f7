//! Storing, changing and listing talks.

use std::thread;

use inkstone_vocab::PageRequest;

use super::{all, content, edit, find, id, insert, tags, talk, time, values, visitor};
use crate::{Edit, NewTalk, Talk, TalkId, TalkPage, TalkRepository};

pub fn a_stored_talk_is_found_as_it_was_given(repository: &impl TalkRepository) {
    let new = NewTalk {
        content: content("<p>你好 \"x\" 'y' \\ %_</p>\r\n\t"),
        tags: tags(r#"["中文", "a,b", "<i>"]"#),
        values: values(r#"{ "b": 1.10, "a": {"\u4e2d": [1, null]} }"#),
    };
    assert!(repository.insert(id(1), &new, time(1_704_599_400)).expect("insert"));
    let NewTalk { content, tags, values } = new;
    let expected = Talk { id: id(1), content, tags, values, time: time(1_704_599_400), likes: 0 };
    assert_eq!(find(repository, id(1)), expected);
    assert_eq!(all(repository), [expected]);
}

pub fn talks_come_newest_first_and_the_last_stored_before_others(repository: &impl TalkRepository) {
    // As text, 999999999 comes before 1704599400.
    for (number, seconds) in [(1, 999_999_999), (2, 1_704_599_400), (3, 5), (4, 1_704_599_400)] {
        insert(repository, number, seconds);
    }
    assert_eq!(ids(repository), [4, 2, 1, 3].map(id));
    edit(repository, id(3), &Edit { time: Some(time(1_704_599_400)), ..Edit::default() });
    assert_eq!(ids(repository), [4, 3, 2, 1].map(id));
}

pub fn pages_follow_each_other(repository: &impl TalkRepository) {
    for number in 0..12 {
        insert(repository, number, i64::try_from(number / 2).expect("small"));
    }
    let mut seen = Vec::new();
    for number in 1..=3 {
        let page = page(repository, number, 5);
        assert_eq!(page.total, 12);
        assert_eq!(page.items.len(), if number == 3 { 2 } else { 5 });
        seen.extend(page.items.into_iter().map(|talk| talk.id));
    }
    assert_eq!(seen, (0..12).rev().map(id).collect::<Vec<_>>());
}

pub fn a_page_past_the_end_is_empty(repository: &impl TalkRepository) {
    assert_eq!(page(repository, 1, 5), TalkPage::default());
    insert(repository, 1, 0);
    for (number, size) in [(2, 1), (2, 1_000), (u32::MAX, u32::MAX)] {
        assert_eq!(page(repository, number, size), TalkPage { items: Vec::new(), total: 1 });
    }
}

pub fn all_talks_are_handed_over_in_the_order_of_lists(repository: &impl TalkRepository) {
    for number in 0..250 {
        insert(repository, number, i64::try_from(number % 7).expect("small"));
    }
    let talks = all(repository);
    let mut sorted = talks.clone();
    sorted.sort_by_key(|talk| std::cmp::Reverse(talk.time));
    assert_eq!((talks.len(), &talks), (250, &sorted));
}

pub fn an_edit_changes_what_it_names(repository: &impl TalkRepository) {
    let new = NewTalk { tags: tags("a"), values: values(r#"{"a":1}"#), ..talk("first") };
    assert!(repository.insert(id(1), &new, time(5)).expect("insert"));
    insert(repository, 2, 4);
    let other = find(repository, id(2));
    let mut expected = find(repository, id(1));
    let mut changes = |change: Edit, changed: &dyn Fn(&mut Talk)| {
        edit(repository, id(1), &change);
        changed(&mut expected);
        assert_eq!(find(repository, id(1)), expected);
    };
    changes(Edit::default(), &|_| {});
    changes(Edit { tags: Some(tags("b,c")), ..Edit::default() }, &|talk| talk.tags = tags("b,c"));
    changes(Edit { content: Some(content("")), ..Edit::default() }, &|talk| {
        talk.content = content("");
    });
    changes(Edit { values: Some(values("{}")), ..Edit::default() }, &|talk| {
        talk.values = values("");
    });
    changes(Edit { time: Some(time(-6)), ..Edit::default() }, &|talk| talk.time = time(-6));
    assert_eq!(find(repository, id(2)), other);
}

pub fn a_repair_leaves_what_can_be_read(repository: &impl TalkRepository) {
    let new = NewTalk { tags: tags("a"), values: values(r#"{ "a": 1.10 }"#), ..talk("first") };
    assert!(repository.insert(id(1), &new, time(5)).expect("insert"));
    insert(repository, 2, 4);
    let before = all(repository);
    assert_eq!(repository.repair().expect("repair"), 0);
    assert_eq!(all(repository), before);
}

pub fn names_are_unique(repository: &impl TalkRepository) {
    insert(repository, 1, 5);
    assert!(!repository.insert(id(1), &talk("other"), time(6)).expect("insert"));
    assert_eq!(all(repository)[0].content, content("1"));
}

pub fn absent_talks_are_answered_with_none(repository: &impl TalkRepository) {
    insert(repository, 1, 5);
    assert_eq!(repository.find(id(2)).expect("find"), None);
    assert!(!repository.edit(id(2), &Edit::default()).expect("edit"));
    let moved = Edit { time: Some(time(0)), ..Edit::default() };
    assert!(!repository.edit(id(2), &moved).expect("edit"));
    assert!(!repository.remove(id(2)).expect("remove"));
    assert_eq!(repository.toggle_like(id(2), &visitor("ada")).expect("toggle"), None);
    let liked = repository.liked(&[id(2)], &visitor("ada")).expect("liked");
    assert!(liked.is_empty());
    assert!(repository.liked(&[], &visitor("ada")).expect("liked").is_empty());
    assert_eq!(ids(repository), [id(1)]);
}

pub fn totals_follow_parallel_changes(repository: &impl TalkRepository) {
    thread::scope(|scope| {
        for worker in 0..4 {
            scope.spawn(move || {
                for number in 0..20 {
                    let id = insert(repository, worker * 100 + number, 0);
                    if number % 2 == 0 {
                        assert!(repository.remove(id).expect("remove"));
                        assert!(!repository.remove(id).expect("remove"));
                    }
                }
            });
        }
    });
    assert_eq!(all(repository).len(), 40);
}

fn page(repository: &impl TalkRepository, number: u32, size: u32) -> TalkPage {
    repository.page(PageRequest::new(number, size)).expect("page")
}

fn ids(repository: &impl TalkRepository) -> Vec<TalkId> {
    all(repository).into_iter().map(|talk| talk.id).collect()
}
