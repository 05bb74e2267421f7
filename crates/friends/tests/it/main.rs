//! Memory obeys the laws; the service's rules.

use std::{
    cell::Cell,
    sync::{Arc, Mutex},
};

use inkstone_friends::{
    Applied, Edit, FriendError, FriendId, FriendObserver, FriendRepository, FriendTransfer,
    Friends, MAX_PENDING, MemoryFriends, NewFriend, Text,
    contract::{application, friend},
};
use inkstone_vocab::{Fault, FaultKind, ImportMode, Timestamp};

mod memory {
    inkstone_friends::friend_repository_contract!(Box::new(
        inkstone_friends::MemoryFriends::default()
    ));
}

mod memory_transfer {
    inkstone_friends::friend_transfer_contract!(Box::new(
        inkstone_friends::MemoryFriends::default()
    ));
}

const NOW: Timestamp = Timestamp::from_millis(1_704_599_400_000);

/// Counts what it is told.
#[derive(Default)]
struct Told(Cell<u32>);

impl FriendObserver for &Told {
    fn shown_friends_changed(&self) {
        self.0.set(self.0.get() + 1);
    }
}

#[test]
fn only_what_everybody_sees_is_told() {
    let told = Told::default();
    let friends = Friends::new(MemoryFriends::default(), &told);
    let steps = |expected: u32, step: &str| assert_eq!(told.0.get(), expected, "{step}");

    friends.add(&NewFriend { shown: false, ..friend("ada") }, NOW).unwrap();
    let waiting = friends.apply(&application("bob"), NOW).unwrap().friend().id.clone();
    steps(0, "hidden friends");
    friends.add(&friend("eve"), NOW).unwrap();
    steps(1, "a shown friend");
    friends.edit(&waiting, &Edit { shown: Some(true), ..Edit::default() }).unwrap();
    steps(2, "an edit");
    friends.remove(&waiting).unwrap();
    steps(3, "a removal");
    assert!(friends.remove(&waiting).is_err());
    steps(3, "what did not happen");
    friends.remove_hidden().unwrap();
    steps(3, "hidden friends removed");
    friends.import(Vec::new(), ImportMode::Replace).unwrap();
    steps(4, "an import");
}

#[test]
fn friends_are_found_by_what_they_say_in_any_case() {
    let friends = Friends::new(MemoryFriends::default(), ());
    for name in ["Ada", "bob", "ÉVE"] {
        let mut new = friend(&name.to_lowercase());
        new.profile.name = Text::parse(name).unwrap();
        new.profile.description = Text::parse(&format!("Die Seite von {name}")).unwrap();
        friends.add(&new, NOW).unwrap();
    }
    let found = |keyword: &str| {
        let found = friends.search(keyword).unwrap();
        found.iter().map(|friend| friend.profile.name.to_string()).collect::<Vec<_>>()
    };
    assert_eq!(found("ADA.EXAMPLE"), ["Ada"]);
    assert_eq!(found("éve"), ["ÉVE"]);
    assert_eq!(found("SEITE VON B"), ["bob"]);
    assert_eq!(found("").len(), 3);
    assert_eq!(found("image.png").len(), 0, "pictures are not searched");
    assert_eq!(found("%").len(), 0);
}

#[test]
fn failures_have_kinds_and_codes() {
    let friends = Friends::new(MemoryFriends::default(), ());
    let absent = FriendId::parse("1").unwrap();
    let failures = [friends.edit(&absent, &Edit::default()), friends.remove(&absent)];
    for failure in failures.map(Result::unwrap_err) {
        assert_eq!((failure.kind(), failure.code()), (FaultKind::NotFound, "friend_not_found"));
    }
    for number in 0..MAX_PENDING {
        friends.apply(&application(&number.to_string()), NOW).unwrap();
    }
    let failure = friends.apply(&application("ada"), NOW).unwrap_err();
    let expected = (FaultKind::RateLimited, "too_many_friend_applications");
    assert_eq!((failure.kind(), failure.code()), expected);
    assert!(matches!(failure, FriendError::TooManyApplications));
    assert!(matches!(friends.apply(&application("0"), NOW), Ok(Applied::Renewed(_))));
}

#[test]
fn repositories_and_observers_may_be_shared() {
    struct Shared(Mutex<u32>);
    impl FriendObserver for Shared {
        fn shown_friends_changed(&self) {
            *self.0.lock().unwrap() += 1;
        }
    }
    let repository = Arc::new(MemoryFriends::default());
    let observer = Arc::new(Shared(Mutex::new(0)));
    let as_object: Arc<dyn FriendRepository> = repository.clone();
    let friends = Friends::new(as_object, observer.clone());
    let added = friends.add(&friend("ada"), NOW).unwrap();
    let transfer: Arc<dyn FriendTransfer> = repository.clone();
    transfer.import(vec![added], ImportMode::Merge).unwrap();
    assert_eq!((repository.all().unwrap().len(), *observer.0.lock().unwrap()), (1, 1));
}
