//! Captchas: each is good once, for its blog, for its time.

use std::{collections::BTreeSet, thread};

use inkstone_vocab::Timestamp;

use super::{LIFE, NOW, at, blog, draws, follower, issue, wanted, wanted_by};
use crate::{
    Code, CodeLength, Crowd, Draw, Issue, NewToken, Redeemed, Resubscribe, TokenName, Turned,
    UnlockRepository, Wanted,
};

pub fn a_code_is_good_once(repository: &impl UnlockRepository) {
    let captcha = issue(repository, &wanted("ada"), 1, 0);
    assert_eq!(captcha.expires, at(LIFE));
    assert_eq!(captcha.code.as_str().len(), 6);
    assert_eq!(redeem(repository, &captcha.code, LIFE - 1), Redeemed::Good(None));
    assert_eq!(redeem(repository, &captcha.code, LIFE - 1), Redeemed::Unknown);
}

pub fn a_code_belongs_to_its_blog(repository: &impl UnlockRepository) {
    let other = Wanted { blog: blog("other"), ..wanted("ada") };
    let [one, two] = [&wanted("ada"), &other].map(|wanted| issue(repository, wanted, 7, 0));
    assert_eq!(one.code, two.code, "two blogs may have one code");
    assert_eq!(redeem(repository, &one.code, 0), Redeemed::Good(None));
    assert_eq!(redeem(repository, &one.code, 0), Redeemed::Unknown);
    let of_other = repository.redeem(&blog("other"), &two.code, &token(2), Resubscribe::Block, NOW);
    assert_eq!(of_other.expect("redeem"), Redeemed::Good(None));
}

pub fn an_expired_code_is_used_up_for_nothing(repository: &impl UnlockRepository) {
    let captcha = issue(repository, &wanted("ada"), 1, 0);
    assert_eq!(redeem(repository, &captcha.code, LIFE), Redeemed::Expired);
    assert_eq!(redeem(repository, &captcha.code, 0), Redeemed::Unknown);
}

pub fn of_fifty_at_once_one_succeeds(repository: &impl UnlockRepository) {
    for round in 0..4 {
        let code = &issue(repository, &wanted("ada"), round * 100, 0).code;
        let results = thread::scope(|scope| {
            let workers: Vec<_> =
                (0..50).map(|_| scope.spawn(move || redeem(repository, code, 0))).collect();
            let results = workers.into_iter().map(|worker| worker.join().expect("worker"));
            results.collect::<Vec<_>>()
        });
        let good = results.iter().filter(|result| **result == Redeemed::Good(None)).count();
        let unknown = results.iter().filter(|result| **result == Redeemed::Unknown).count();
        assert_eq!((good, unknown), (1, 49));
    }
}

pub fn no_two_captchas_of_a_blog_have_one_code(repository: &impl UnlockRepository) {
    let one = issue(repository, &wanted("ada"), 7, 0);
    let two = issue(repository, &wanted("bob"), 7, 0);
    assert_ne!(one.code, two.code);
    let same = [Draw::new(42); Draw::COUNT];
    let make = || repository.issue(&wanted("eve"), &same, NOW).expect("issue");
    let lengths = [make(), make()].map(|issue| match issue {
        Issue::New(captcha) => captcha.code.as_str().len(),
        other => panic!("{other:?}"),
    });
    assert_eq!(lengths, [6, 7], "where all codes are taken, a longer one is made");
    assert_eq!(make(), Issue::Crowded);
}

pub fn codes_given_at_once_differ(repository: &impl UnlockRepository) {
    let codes = thread::scope(|scope| {
        let make = |worker: u64| {
            let wanted = wanted(&worker.to_string());
            (0..5).map(|_| issue(repository, &wanted, 0, 0).code).collect::<Vec<_>>()
        };
        let workers: Vec<_> = (0..4).map(|worker| scope.spawn(move || make(worker))).collect();
        let codes = workers.into_iter().flat_map(|worker| worker.join().expect("worker"));
        codes.collect::<BTreeSet<Code>>()
    });
    assert_eq!(codes.len(), 20);
}

pub fn expired_codes_are_free_again(repository: &impl UnlockRepository) {
    let one = issue(repository, &wanted("ada"), 7, 0);
    let two = issue(repository, &wanted("bob"), 7, LIFE);
    assert_eq!(one.code, two.code);
    assert_eq!(redeem(repository, &two.code, LIFE), Redeemed::Good(None));
}

pub fn codes_grow_with_their_number(repository: &impl UnlockRepository) {
    let length = |number: u64| {
        let wanted = wanted(&format!("client {}", number % 20));
        issue(repository, &wanted, number * 24, 0).code.as_str().len()
    };
    let lengths: Vec<usize> = (0..102).map(length).collect();
    assert_eq!(&lengths[98..], [6, 6, 8, 8]);
    // Those of another blog do not count.
    let other = Wanted { blog: blog("other"), ..wanted("ada") };
    assert_eq!(issue(repository, &other, 0, 0).code.as_str().len(), 6);
    // Neither do those that have expired.
    assert_eq!(issue(repository, &wanted("ada"), 0, LIFE).code.as_str().len(), 6);
    let ten = Wanted { length: CodeLength::MAX, ..wanted("ada") };
    assert_eq!(issue(repository, &ten, 50, LIFE).code.as_str().len(), 10);
}

pub fn too_many_for_one_client_are_refused(repository: &impl UnlockRepository) {
    let crowd = Crowd { per_client: 2, ..Crowd::default() };
    let ada = Wanted { crowd, ..wanted("ada") };
    let first = issue(repository, &ada, 0, 0);
    issue(repository, &ada, 100, 0);
    assert_eq!(repository.issue(&ada, &draws(200), NOW).expect("issue"), Issue::Crowded);
    issue(repository, &Wanted { crowd, ..wanted("bob") }, 300, 0);
    redeem(repository, &first.code, 0);
    issue(repository, &ada, 400, 0);
    issue(repository, &ada, 500, LIFE);
}

pub fn too_many_for_one_blog_are_refused(repository: &impl UnlockRepository) {
    let crowd = Crowd { per_blog: 2, ..Crowd::default() };
    for (number, name) in [(0, "ada"), (100, "bob")] {
        issue(repository, &Wanted { crowd, ..wanted(name) }, number, 0);
    }
    let eve = Wanted { crowd, ..wanted("eve") };
    assert_eq!(repository.issue(&eve, &draws(200), NOW).expect("issue"), Issue::Crowded);
    issue(repository, &Wanted { blog: blog("other"), ..eve.clone() }, 200, 0);
    issue(repository, &eve, 200, LIFE);
}

pub fn a_follower_gets_the_newest_again(repository: &impl UnlockRepository) {
    let ada = follower("ada");
    repository.follow(&ada, NOW).expect("follow");
    let wanted = wanted_by(&ada);
    let codes = [0, 1, 2].map(|number| issue(repository, &wanted, number * 100, 0).code);
    let again = repository.issue(&wanted, &draws(900), at(LIFE - 60_000)).expect("issue");
    let Issue::Again(captcha) = again else { panic!("{again:?}") };
    assert_eq!((&captcha.code, captcha.expires), (&codes[2], at(LIFE)));
    // None of them has been lost by that.
    for code in &codes {
        assert_eq!(redeem(repository, code, 0), Redeemed::Good(Some(ada.clone())));
    }
}

pub fn a_short_lived_newest_gives_way_to_another(repository: &impl UnlockRepository) {
    let ada = follower("ada");
    repository.follow(&ada, NOW).expect("follow");
    let wanted = wanted_by(&ada);
    let codes = [0, 1, 2].map(|number| issue(repository, &wanted, number * 100, 0).code);
    let later = LIFE - 59_999;
    let fourth = issue(repository, &wanted, 900, later);
    assert_eq!(fourth.expires, at(later + LIFE));
    assert_eq!(redeem(repository, &codes[0], later), Redeemed::Unknown);
    for code in [&codes[1], &codes[2], &fourth.code] {
        assert_eq!(redeem(repository, code, later), Redeemed::Good(Some(ada.clone())));
    }
}

pub fn strangers_and_those_who_left_get_none(repository: &impl UnlockRepository) {
    let ada = follower("ada");
    let wanted = |resubscribe| Wanted { resubscribe, ..wanted_by(&ada) };
    let turned = |resubscribe| match repository
        .issue(&wanted(resubscribe), &draws(0), NOW)
        .expect("issue")
    {
        Issue::Turned(turned) => Some(turned),
        Issue::New(_) | Issue::Again(_) => None,
        Issue::Crowded => panic!("crowded"),
    };
    let both = || [Resubscribe::Block, Resubscribe::Allow].map(turned);
    assert_eq!(both(), [Some(Turned::NotFollowing); 2]);
    repository.follow(&ada, NOW).expect("follow");
    assert_eq!(both(), [None; 2]);
    repository.leave(&ada, NOW).expect("leave");
    assert_eq!(both(), [Some(Turned::Left); 2]);
    repository.follow(&ada, NOW).expect("follow");
    assert_eq!(both(), [Some(Turned::Left), None]);
}

pub fn leaving_takes_captchas_along(repository: &impl UnlockRepository) {
    let (ada, bob) = (follower("ada"), follower("bob"));
    for follower in [&ada, &bob] {
        repository.follow(follower, NOW).expect("follow");
    }
    let lost = issue(repository, &wanted_by(&ada), 0, 0);
    let kept = issue(repository, &wanted_by(&bob), 100, 0);
    repository.leave(&ada, NOW).expect("leave");
    assert_eq!(redeem(repository, &lost.code, 0), Redeemed::Unknown);
    assert_eq!(redeem(repository, &kept.code, 0), Redeemed::Good(Some(bob)));
}

pub fn whoever_left_meanwhile_has_lost_the_code(repository: &impl UnlockRepository) {
    let ada = follower("ada");
    repository.follow(&ada, NOW).expect("follow");
    repository.leave(&ada, NOW).expect("leave");
    repository.follow(&ada, NOW).expect("follow");
    let allowed = Wanted { resubscribe: Resubscribe::Allow, ..wanted_by(&ada) };
    let [one, two] = [0, 100].map(|number| issue(repository, &allowed, number, 0).code);
    // The owner has become stricter since.
    assert_eq!(redeem(repository, &one, 0), Redeemed::Lost);
    assert_eq!(redeem(repository, &one, 0), Redeemed::Unknown, "it is used up");
    let result = repository.redeem(&blog("blog"), &two, &token(9), Resubscribe::Allow, NOW);
    assert_eq!(result.expect("redeem"), Redeemed::Good(Some(ada)));
}

pub fn expired_captchas_are_forgotten(repository: &impl UnlockRepository) {
    let one = issue(repository, &wanted("ada"), 0, 0);
    let other = Wanted { blog: blog("other"), ..wanted("ada") };
    issue(repository, &other, 0, 0);
    let kept = issue(repository, &wanted("ada"), 100, 1);
    assert_eq!(repository.forget_expired(at(LIFE - 1)).expect("forget"), 0);
    assert_eq!(repository.forget_expired(at(LIFE)).expect("forget"), 2);
    assert_eq!(redeem(repository, &one.code, 0), Redeemed::Unknown);
    assert_eq!(redeem(repository, &kept.code, LIFE), Redeemed::Good(None));
}

fn token(number: u8) -> NewToken {
    NewToken { name: TokenName::from_random([number; 16]), expires: NOW.plus_millis(1_000_000) }
}

#[track_caller]
fn redeem(repository: &impl UnlockRepository, code: &Code, millis: i64) -> Redeemed {
    // Each has a token of its own.
    static NUMBER: std::sync::atomic::AtomicU64 = std::sync::atomic::AtomicU64::new(0);
    let number = NUMBER.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
    let name = TokenName::from_random(u128::from(number).to_be_bytes());
    let token = NewToken { name, ..token(0) };
    let now: Timestamp = at(millis);
    repository.redeem(&blog("blog"), code, &token, Resubscribe::Block, now).expect("redeem")
}
