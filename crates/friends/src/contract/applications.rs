//! Strangers ask to be linked.

use std::{collections::HashSet, thread};

use super::{application, at, friend, id, ids};
use crate::{Application, Applied, Edit, FriendId, FriendRepository, MAX_PENDING, Status};

pub fn an_application_waits_hidden(repository: &impl FriendRepository) {
    let wish = application("ada");
    let Applied::New(waiting) = apply(repository, &wish, 5_000) else { panic!("nobody waited") };
    assert_eq!((&waiting.id, waiting.status), (&id("5"), Status::Pending));
    assert_eq!(&waiting.profile, wish.profile());
    assert_eq!(repository.shown().expect("shown"), []);
    assert_eq!(repository.all().expect("all"), [waiting]);
}

pub fn who_applies_again_changes_what_waits(repository: &impl FriendRepository) {
    let first = apply(repository, &application("ada"), 0);
    apply(repository, &application("bob"), 0);
    let url = "https://ada.example";
    let again = Application::parse("Ada L.", url, "https://ada.example/2", "").expect("parse");
    let Applied::Renewed(renewed) = apply(repository, &again, 9_000) else { panic!("ada waited") };
    assert_eq!((&renewed.id, renewed.status), (&first.friend().id, Status::Pending));
    assert_eq!(&renewed.profile, again.profile());
    let all = repository.all().expect("all");
    assert_eq!((all.len(), &all[0]), (2, &renewed));
}

pub fn what_the_owner_touched_is_not_changed_by_strangers(repository: &impl FriendRepository) {
    let edits = [
        Edit { shown: Some(true), ..Edit::default() },
        Edit { shown: Some(false), ..Edit::default() },
        Edit { name: Some(friend("corrected").profile.name), ..Edit::default() },
    ];
    for (edit, status) in edits.iter().zip([Status::Shown, Status::Hidden, Status::Hidden]) {
        let Applied::New(first) = apply(repository, &application("ada"), 0) else {
            panic!("nobody waited")
        };
        assert!(repository.edit(&first.id, edit).expect("edit"));
        let again = apply(repository, &application("ada"), 0);
        assert!(matches!(again, Applied::New(_)), "{again:?}");
        let all = repository.all().expect("all");
        let touched = all.iter().find(|friend| friend.id == first.id).expect("friend");
        assert_eq!(touched.status, status);
        assert!(repository.remove(&again.friend().id).expect("remove"));
    }
    let own = repository.add(&friend("bob"), at(0)).expect("add");
    apply(repository, &application("bob"), 0);
    assert!(repository.shown().expect("shown").contains(&own));
}

pub fn applications_are_limited(repository: &impl FriendRepository) {
    let wish = |number: u32| application(&number.to_string());
    for number in 0..MAX_PENDING {
        apply(repository, &wish(number), 0);
    }
    assert_eq!(repository.apply(&wish(MAX_PENDING), at(0)).expect("apply"), None);
    let again = apply(repository, &wish(0), 0);
    assert!(matches!(again, Applied::Renewed(_)), "{again:?}");
    assert!(repository.remove(&again.friend().id).expect("remove"));
    apply(repository, &wish(MAX_PENDING), 0);
    assert_eq!(ids(repository).len(), MAX_PENDING as usize);
}

pub fn concurrent_applications_for_one_address_are_one(repository: &impl FriendRepository) {
    let new = thread::scope(|scope| {
        let workers: Vec<_> =
            (0..50).map(|_| scope.spawn(|| apply(repository, &application("ada"), 0))).collect();
        let applied = workers.into_iter().map(|worker| worker.join().expect("worker"));
        applied.filter(|applied| matches!(applied, Applied::New(_))).count()
    });
    assert_eq!((new, ids(repository)), (1, vec![id("0")]));
}

pub fn concurrent_applications_get_names_of_their_own(repository: &impl FriendRepository) {
    let given: HashSet<FriendId> = thread::scope(|scope| {
        let workers: Vec<_> = (0..100)
            .map(|number| {
                let wish = application(&number.to_string());
                scope.spawn(move || apply(repository, &wish, 0).friend().id.clone())
            })
            .collect();
        workers.into_iter().map(|worker| worker.join().expect("worker")).collect()
    });
    assert_eq!(given.len(), 100);
    assert_eq!(given, ids(repository).into_iter().collect());
}

#[track_caller]
fn apply(repository: &impl FriendRepository, application: &Application, millis: i64) -> Applied {
    repository.apply(application, at(millis)).expect("apply").expect("room")
}
