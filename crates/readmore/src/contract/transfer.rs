//! Followers of another server: what is known here stays, and nobody comes in twice.

use inkstone_vocab::{ImportTally, PageRequest, Timestamp};

use super::{NOW, at, follower};
use crate::{Resubscribe, Subscriber, SubscriberTransfer, Turned, UnlockRepository};

pub fn imported_followers_are_known_as_they_were(
    repository: &(impl UnlockRepository + SubscriberTransfer),
) {
    let given = vec![
        subscriber("ada", true, None),
        subscriber("bob", true, Some(at(-5))),
        subscriber("eve", false, Some(at(-5))),
    ];
    let tally = repository.preview(&given).expect("preview");
    assert_eq!(tally, counts(3, 0));
    let page = || repository.subscribers(PageRequest::new(1, 10)).expect("page");
    assert_eq!(page().total, 0, "a preview changes nothing");
    assert_eq!(repository.import(given.clone()).expect("import"), counts(3, 0));
    let mut items = page().items;
    items.reverse();
    assert_eq!((items, page().total, page().following), (given.clone(), 3, 2));
    let admitted = given.iter().map(|given| {
        let known = repository.subscriber(&given.follower).expect("subscriber");
        Resubscribe::Block.admit(known.as_ref())
    });
    let left = Err(Turned::Left);
    assert_eq!(admitted.collect::<Vec<_>>(), [Ok(()), left, left]);
}

pub fn an_import_changes_nobody_who_is_known(
    repository: &(impl UnlockRepository + SubscriberTransfer),
) {
    let known = |name| repository.subscriber(&follower(name)).expect("subscriber");
    repository.follow(&follower("ada"), NOW).expect("follow");
    repository.leave(&follower("bob"), at(1)).expect("leave");
    let before = ["ada", "bob"].map(known);
    let given = vec![
        subscriber("ada", false, Some(at(-5))),
        subscriber("bob", true, None),
        subscriber("eve", true, None),
        subscriber("eve", false, Some(at(-5))),
    ];
    assert_eq!(repository.preview(&given).expect("preview"), counts(1, 3));
    assert_eq!(repository.import(given.clone()).expect("import"), counts(1, 3));
    assert_eq!(["ada", "bob"].map(known), before);
    assert_eq!(known("eve"), Some(given[2].clone()), "the first of two counts");
    assert_eq!(repository.preview(&given).expect("preview"), counts(0, 4));
    assert_eq!(repository.import(given.clone()).expect("import"), counts(0, 4));
    assert_eq!(known("eve"), Some(given[2].clone()));
}

/// More than a statement can bind.
pub fn thousands_come_in_at_once(repository: &(impl UnlockRepository + SubscriberTransfer)) {
    let given: Vec<Subscriber> =
        (0..2001).map(|number| subscriber(&format!("o{number}"), true, None)).collect();
    repository.import(given[..700].to_vec()).expect("import");
    assert_eq!(repository.preview(&given).expect("preview"), counts(1301, 700));
    assert_eq!(repository.import(given.clone()).expect("import"), counts(1301, 700));
    let page = repository.subscribers(PageRequest::new(1, 1)).expect("page");
    assert_eq!((page.total, page.following), (2001, 2001));
    assert_eq!(page.items, given[2000..]);
}

fn subscriber(name: &str, follows: bool, left: Option<Timestamp>) -> Subscriber {
    Subscriber { follower: follower(name), follows, since: at(-10), left }
}

const fn counts(inserted: u64, known: u64) -> ImportTally {
    ImportTally { inserted, updated: 0, known }
}
