//! Followers: leaving is never forgotten, and nothing else is taken for it.

use std::thread;

use inkstone_vocab::PageRequest;

use super::{NOW, at, follower};
use crate::{Followed, Follower, OpenId, Subscriber, UnlockRepository};

pub fn following_twice_is_following_once(repository: &impl UnlockRepository) {
    let ada = follower("ada");
    assert_eq!(repository.subscriber(&ada).expect("subscriber"), None);
    assert_eq!(repository.follow(&ada, NOW).expect("follow"), Followed::New);
    let first = known(repository, &ada);
    assert_eq!((first.follows, first.since, first.left), (true, NOW, None));
    assert_eq!(repository.follow(&ada, at(5000)).expect("follow"), Followed::Known);
    assert_eq!(known(repository, &ada), first);
}

pub fn leaving_is_never_forgotten(repository: &impl UnlockRepository) {
    let ada = follower("ada");
    repository.follow(&ada, NOW).expect("follow");
    repository.leave(&ada, at(1)).expect("leave");
    let left = known(repository, &ada);
    assert_eq!((left.follows, left.since, left.left), (false, NOW, Some(at(1))));
    repository.leave(&ada, at(2)).expect("leave");
    assert_eq!(known(repository, &ada), left, "a second time changes nothing");
    assert_eq!(repository.follow(&ada, at(3)).expect("follow"), Followed::Known);
    assert_eq!(known(repository, &ada), Subscriber { follows: true, ..left });
    repository.leave(&ada, at(4)).expect("leave");
    assert_eq!(known(repository, &ada).left, Some(at(4)));
}

pub fn a_stranger_who_leaves_is_remembered(repository: &impl UnlockRepository) {
    let ada = follower("ada");
    repository.leave(&ada, at(1)).expect("leave");
    let left = known(repository, &ada);
    assert_eq!((left.follows, left.since, left.left), (false, at(1), Some(at(1))));
    assert_eq!(repository.follow(&ada, at(2)).expect("follow"), Followed::Known);
    assert_eq!(known(repository, &ada).left, Some(at(1)));
}

pub fn one_follower_has_several_accounts(repository: &impl UnlockRepository) {
    let one = follower("ada");
    let other = Follower { account: OpenId::parse("gh_2").expect("openid"), ..one.clone() };
    repository.follow(&one, NOW).expect("follow");
    repository.follow(&other, NOW).expect("follow");
    repository.leave(&one, at(1)).expect("leave");
    assert!(!known(repository, &one).follows);
    assert!(known(repository, &other).follows);
}

pub fn of_many_at_once_one_is_new(repository: &impl UnlockRepository) {
    let ada = &follower("ada");
    let new = thread::scope(|scope| {
        let workers: Vec<_> = (0..20)
            .map(|_| scope.spawn(move || repository.follow(ada, NOW).expect("follow")))
            .collect();
        let followed = workers.into_iter().map(|worker| worker.join().expect("worker"));
        followed.filter(|followed| *followed == Followed::New).count()
    });
    assert_eq!(new, 1);
}

pub fn pages_list_those_known_last_first(repository: &impl UnlockRepository) {
    let page = |number| repository.subscribers(PageRequest::new(number, 2)).expect("page");
    assert_eq!((page(1).items.len(), page(1).total, page(1).following), (0, 0, 0));
    for (number, name) in (0..).zip(["ada", "bob", "eve"]) {
        repository.follow(&follower(name), at(number)).expect("follow");
    }
    repository.leave(&follower("ada"), at(9)).expect("leave");
    let names = |number| {
        let items = page(number).items.into_iter();
        items.map(|known| known.follower.person.as_str().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!((names(1), names(2)), (vec!["eve".into(), "bob".into()], vec!["ada".into()]));
    assert_eq!(names(3), Vec::<String>::new());
    assert_eq!((page(1).total, page(1).following), (3, 2));
}

#[track_caller]
fn known(repository: &impl UnlockRepository, follower: &Follower) -> Subscriber {
    repository.subscriber(follower).expect("subscriber").expect("known")
}
