//! Likes: a set of visitors for each talk.

use std::thread;

use super::{edit, find, id, insert, tags, talk, time, visitor};
use crate::{Edit, TalkId, TalkRepository, Toggled};

pub fn a_visitor_likes_and_takes_it_back(repository: &impl TalkRepository) {
    let talk = insert(repository, 1, 0);
    insert(repository, 2, 0);
    let toggle = |name| toggle(repository, talk, name);
    assert_eq!(toggle("ada"), Toggled { liked: true, likes: 1 });
    assert_eq!(toggle("bob"), Toggled { liked: true, likes: 2 });
    assert_eq!(toggle("ada"), Toggled { liked: false, likes: 1 });
    assert_eq!(find(repository, talk).likes, 1);
    assert_eq!(toggle("ada"), Toggled { liked: true, likes: 2 });
    assert_eq!(find(repository, id(2)).likes, 0);
}

pub fn visitors_see_what_they_like(repository: &impl TalkRepository) {
    let talks = [1, 2, 3].map(|number| insert(repository, number, 0));
    toggle(repository, talks[0], "ada");
    toggle(repository, talks[2], "ada");
    toggle(repository, talks[1], "bob");
    let liked = |asked: &[TalkId], name| {
        let mut liked: Vec<TalkId> =
            repository.liked(asked, &visitor(name)).expect("liked").into_iter().collect();
        liked.sort_unstable();
        liked
    };
    assert_eq!(liked(&talks, "ada"), [talks[0], talks[2]]);
    assert_eq!(liked(&talks[1..], "ada"), [talks[2]]);
    assert_eq!(liked(&talks, "bob"), [talks[1]]);
    assert_eq!(liked(&talks, "eve"), []);
}

pub fn an_edit_leaves_likes(repository: &impl TalkRepository) {
    let talk = insert(repository, 1, 0);
    toggle(repository, talk, "ada");
    edit(repository, talk, &Edit { tags: Some(tags("new")), ..Edit::default() });
    assert_eq!(find(repository, talk).likes, 1);
    assert_eq!(toggle(repository, talk, "ada"), Toggled { liked: false, likes: 0 });
}

pub fn likes_go_with_their_talk(repository: &impl TalkRepository) {
    insert(repository, 1, 0);
    toggle(repository, id(1), "ada");
    assert!(repository.remove(id(1)).expect("remove"));
    assert!(repository.liked(&[id(1)], &visitor("ada")).expect("liked").is_empty());
    insert(repository, 1, 0);
    assert_eq!(find(repository, id(1)).likes, 0);
    assert_eq!(toggle(repository, id(1), "ada"), Toggled { liked: true, likes: 1 });
}

pub fn two_hundred_visitors_at_once_give_two_hundred_likes(repository: &impl TalkRepository) {
    let talk = insert(repository, 1, 0);
    thread::scope(|scope| {
        for number in 0..200 {
            scope.spawn(move || {
                let toggled = toggle(repository, talk, &format!("visitor {number}"));
                assert!(toggled.liked);
            });
        }
    });
    assert_eq!(find(repository, talk).likes, 200);
    assert_eq!(toggle(repository, talk, "visitor 7"), Toggled { liked: false, likes: 199 });
}

pub fn one_visitor_at_once_counts_once(repository: &impl TalkRepository) {
    let talk = insert(repository, 1, 0);
    let liked = thread::scope(|scope| {
        let workers: Vec<_> =
            (0..101).map(|_| scope.spawn(|| toggle(repository, talk, "ada"))).collect();
        let toggled = workers.into_iter().map(|worker| worker.join().expect("worker"));
        toggled
            .inspect(|now| assert_eq!(now.likes, u64::from(now.liked)))
            .filter(|now| now.liked)
            .count()
    });
    assert_eq!(liked, 51, "every second of 101 takes back what the one before gave");
    assert_eq!(find(repository, talk).likes, 1);
    assert_eq!(toggle(repository, talk, "ada"), Toggled { liked: false, likes: 0 });
}

pub fn an_edit_at_once_loses_no_likes(repository: &impl TalkRepository) {
    let liked = insert(repository, 1, 0);
    thread::scope(|scope| {
        scope.spawn(move || {
            for number in 0..50 {
                let content = Some(talk(&number.to_string()).content);
                edit(repository, liked, &Edit { content, ..Edit::default() });
            }
        });
        for worker in 0..2 {
            scope.spawn(move || {
                for number in 0..25 {
                    toggle(repository, liked, &format!("{worker} {number}"));
                }
            });
        }
    });
    let found = find(repository, liked);
    assert_eq!((found.likes, found.content.as_str()), (50, "49"));
}

pub fn a_removal_at_once_leaves_no_likes(repository: &impl TalkRepository) {
    for round in 0..10 {
        insert(repository, round, 0);
        thread::scope(|scope| {
            for worker in 0..3 {
                scope.spawn(move || {
                    let name = visitor(&worker.to_string());
                    repository.toggle_like(id(round), &name).expect("toggle")
                });
            }
            scope.spawn(move || assert!(repository.remove(id(round)).expect("remove")));
        });
        assert!(repository.insert(id(round), &talk("again"), time(0)).expect("insert"));
        assert_eq!(find(repository, id(round)).likes, 0);
        let likes = toggle(repository, id(round), "0");
        assert_eq!(likes, Toggled { liked: true, likes: 1 });
    }
}

#[track_caller]
fn toggle(repository: &impl TalkRepository, id: TalkId, name: &str) -> Toggled {
    repository.toggle_like(id, &visitor(name)).expect("toggle").expect("talk")
}
