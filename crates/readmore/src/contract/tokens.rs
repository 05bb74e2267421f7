//! Tokens: written down when they are given, revoked when the owner says so.

use super::{NOW, at, blog, follower, issue, wanted};
use crate::{Claims, KnownToken, NewToken, Redeemed, Resubscribe, TokenName, UnlockRepository};

pub fn a_redeemed_code_lists_its_token(repository: &impl UnlockRepository) {
    let ada = follower("ada");
    assert_eq!(known(repository, 1), KnownToken::default());
    redeem(repository, 1, 1000);
    assert_eq!(known(repository, 1), KnownToken { listed: true, ..KnownToken::default() });
    assert_eq!(known(repository, 2), KnownToken::default());
    repository.follow(&ada, NOW).expect("follow");
    let with = repository.token(&name(1), Some(&ada)).expect("token");
    let subscriber = repository.subscriber(&ada).expect("subscriber");
    assert!(subscriber.is_some());
    assert_eq!(with, KnownToken { listed: true, revoked: false, subscriber });
}

pub fn tokens_are_revoked_listed_or_not(repository: &impl UnlockRepository) {
    redeem(repository, 1, 1000);
    for number in [1, 2] {
        repository.revoke(&claims(number, 1000), NOW).expect("revoke");
        repository.revoke(&claims(number, 1000), NOW).expect("revoke");
        assert!(known(repository, number).revoked);
    }
    assert!(!known(repository, 3).revoked);
}

pub fn expired_tokens_are_forgotten(repository: &impl UnlockRepository) {
    redeem(repository, 1, 1000);
    redeem(repository, 2, 2000);
    repository.revoke(&claims(3, 1000), NOW).expect("revoke");
    assert_eq!(repository.forget_expired(at(999)).expect("forget"), 0);
    assert_eq!(repository.forget_expired(at(1000)).expect("forget"), 2);
    assert_eq!([1, 2, 3].map(|number| known(repository, number).listed), [false, true, false]);
}

fn name(number: u8) -> TokenName {
    TokenName::from_random([number; 16])
}

fn claims(number: u8, millis: i64) -> Claims {
    Claims {
        name: name(number),
        blog: blog("blog"),
        follower: None,
        issued: NOW,
        expires: at(millis),
    }
}

fn known(repository: &impl UnlockRepository, number: u8) -> KnownToken {
    repository.token(&name(number), None).expect("token")
}

#[track_caller]
fn redeem(repository: &impl UnlockRepository, number: u8, millis: i64) {
    let captcha = issue(repository, &wanted("ada"), u64::from(number) * 100, 0);
    let token = NewToken { name: name(number), expires: at(millis) };
    let redeemed = repository.redeem(&blog("blog"), &captcha.code, &token, Resubscribe::Block, NOW);
    assert_eq!(redeemed.expect("redeem"), Redeemed::Good(None));
}
