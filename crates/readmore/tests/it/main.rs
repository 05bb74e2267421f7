//! Memory obeys the laws; the service's rules.

#![expect(clippy::unwrap_used, reason = "fixtures")]

use std::sync::Arc;

use inkstone_readmore::{
    ArticleContent, ArticlePath, BlogId, Claims, Draw, Follower, MemoryReadmore, Readmore,
    ReadmoreError, Resubscribe, SignKey, Terms, TokenName, UnlockRepository, Wanted,
    contract::{LIFE, NOW, blog, draws, follower, wanted, wanted_by},
};
use inkstone_vocab::{Fault as _, FaultKind, Timestamp};

mod memory {
    inkstone_readmore::readmore_contract!(Box::new(inkstone_readmore::MemoryReadmore::default()));
}

const DAY: i64 = 86_400_000;

fn terms(resubscribe: Resubscribe) -> Terms {
    Terms {
        key: SignKey::new(&[7; 64]).unwrap(),
        life_millis: 365 * DAY,
        resubscribe,
        accept_unlisted: true,
    }
}

fn readmore() -> Readmore<MemoryReadmore> {
    Readmore::new(MemoryReadmore::default())
}

fn at(millis: i64) -> Timestamp {
    NOW.plus_millis(millis)
}

/// A token for whoever holds the captcha.
fn unlock(readmore: &Readmore<MemoryReadmore>, follower: Option<&Follower>, now: i64) -> String {
    let wanted = follower.map_or_else(|| wanted("ada"), wanted_by);
    let wanted = Wanted { resubscribe: Resubscribe::Allow, ..wanted };
    let code = readmore.issue(&wanted, &draws(7), at(now)).unwrap().captcha.code;
    let terms = terms(Resubscribe::Allow);
    readmore.unlock(&blog("blog"), code.as_str(), [1; 16], &terms, at(now)).unwrap().token
}

fn is_good(readmore: &Readmore<MemoryReadmore>, token: &str, terms: &Terms, now: i64) -> bool {
    match readmore.check(&blog("blog"), token, terms, at(now)) {
        Ok(()) => true,
        Err(ReadmoreError::InvalidToken) => false,
        Err(other) => panic!("{other}"),
    }
}

#[test]
fn a_code_gives_a_token_that_is_good_for_its_time() {
    let (readmore, terms) = (readmore(), terms(Resubscribe::Block));
    let code = readmore.issue(&wanted("ada"), &draws(0), at(999)).unwrap().captcha.code;
    assert_eq!(code.as_str(), "000000", "zeros are digits, too");
    let typed = format!(" \u{3000}{}\n", code.as_str());
    let unlocked = readmore.unlock(&blog("blog"), &typed, [1; 16], &terms, at(999)).unwrap();
    assert_eq!(unlocked.expires, at(365 * DAY), "whole seconds");
    assert!(is_good(&readmore, &unlocked.token, &terms, 365 * DAY - 1));
    assert!(!is_good(&readmore, &unlocked.token, &terms, 365 * DAY));
    let again = readmore.unlock(&blog("blog"), code.as_str(), [2; 16], &terms, at(999));
    assert!(matches!(again, Err(ReadmoreError::WrongCode)));
}

#[test]
fn a_token_opens_its_blog_alone() {
    let (readmore, terms) = (readmore(), terms(Resubscribe::Block));
    let token = unlock(&readmore, None, 0);
    for name in ["other", "Blog", "blog2"] {
        let other = BlogId::parse(name).unwrap();
        let refused = readmore.check(&other, &token, &terms, NOW).unwrap_err();
        assert_eq!(refused.code(), "unlock_token_invalid", "{name}");
    }
}

#[test]
fn a_code_has_to_be_typed_in_time() {
    let (readmore, terms) = (readmore(), terms(Resubscribe::Block));
    let code = readmore.issue(&wanted("ada"), &draws(7), NOW).unwrap().captcha.code;
    for typed in ["", "abc", "000001", &"1".repeat(21)] {
        let refused = readmore.unlock(&blog("blog"), typed, [1; 16], &terms, NOW);
        assert!(matches!(refused, Err(ReadmoreError::WrongCode)), "{typed}");
    }
    let late = readmore.unlock(&blog("blog"), code.as_str(), [1; 16], &terms, at(LIFE));
    assert_eq!(late.err().unwrap().kind(), FaultKind::Invalid);
}

#[test]
fn who_leaves_loses_the_token() {
    let readmore = readmore();
    let [block, allow] = [Resubscribe::Block, Resubscribe::Allow].map(terms);
    let ada = follower("ada");
    readmore.follow(&ada, NOW).unwrap();
    let old = unlock(&readmore, Some(&ada), 5000);
    assert!(is_good(&readmore, &old, &block, 6000));
    readmore.leave(&ada, at(7000)).unwrap();
    assert!(!is_good(&readmore, &old, &block, 7000) && !is_good(&readmore, &old, &allow, 7000));
    readmore.follow(&ada, at(8000)).unwrap();
    assert!(!is_good(&readmore, &old, &block, 9000), "for ever");
    assert!(!is_good(&readmore, &old, &allow, 9000), "it is older than the leaving");
    let new = unlock(&readmore, Some(&ada), 9000);
    assert!(is_good(&readmore, &new, &allow, 9000));
    assert!(!is_good(&readmore, &new, &block, 9000));
}

#[test]
fn tokens_of_strangers_are_refused_unless_they_name_nobody() {
    let (readmore, terms) = (readmore(), terms(Resubscribe::Block));
    let claims = |follower| Claims {
        name: TokenName::from_random([9; 16]),
        blog: blog("blog"),
        follower,
        issued: NOW,
        expires: at(DAY),
    };
    let named = claims(Some(follower("eve"))).sign(&terms.key).unwrap();
    assert!(!is_good(&readmore, &named, &terms, 0));
    let anonymous = claims(None).sign(&terms.key).unwrap();
    assert!(is_good(&readmore, &anonymous, &terms, 0), "another server made it");
    let strict = Terms { accept_unlisted: false, ..terms.clone() };
    assert!(!is_good(&readmore, &anonymous, &strict, 0));
    assert!(is_good(&readmore, &unlock(&readmore, None, 0), &strict, 0));
    readmore.revoke(&anonymous, &terms, NOW).unwrap();
    assert!(!is_good(&readmore, &anonymous, &terms, 0));
    let forged = claims(None).sign(&SignKey::new(&[8; 64]).unwrap()).unwrap();
    assert!(matches!(readmore.revoke(&forged, &terms, NOW), Err(ReadmoreError::InvalidToken)));
}

#[test]
fn a_message_makes_strangers_known_but_forgives_nobody() {
    let readmore = readmore();
    let (ada, block) = (follower("ada"), Resubscribe::Block);
    let issue = || readmore.issue(&wanted_by(&ada), &draws(0), NOW);
    readmore.wrote(&ada, block, false, NOW).unwrap();
    assert!(matches!(issue(), Err(ReadmoreError::NotFollowing)));
    readmore.wrote(&ada, block, true, NOW).unwrap();
    assert!(issue().unwrap().is_new);
    readmore.leave(&ada, NOW).unwrap();
    for register in [true, false] {
        let refused = readmore.wrote(&ada, block, register, NOW);
        assert!(matches!(refused, Err(ReadmoreError::Left)));
    }
    assert!(matches!(issue(), Err(ReadmoreError::Left)));
    readmore.follow(&ada, NOW).unwrap();
    readmore.wrote(&ada, Resubscribe::Allow, true, NOW).unwrap();
}

#[test]
fn an_article_is_read_with_a_good_token_alone() {
    let (readmore, terms) = (readmore(), terms(Resubscribe::Block));
    let token = unlock(&readmore, None, 0);
    let path = ArticlePath::parse("https://blog.example/a/").unwrap();
    let read = |token: &str| readmore.read(&blog("blog"), &path, token, &terms, NOW);
    assert!(matches!(read("x"), Err(ReadmoreError::InvalidToken)), "before anything else");
    assert!(matches!(read(&token), Err(ReadmoreError::NoArticle)));
    let content = ArticleContent::parse("<p>rest</p>").unwrap();
    readmore.put(&blog("blog"), &path, &content, NOW).unwrap();
    assert_eq!(read(&token).unwrap(), content);
    assert!(matches!(read("x"), Err(ReadmoreError::InvalidToken)));
    readmore.remove(&blog("blog"), &path).unwrap();
    assert_eq!(readmore.remove(&blog("blog"), &path).unwrap_err().kind(), FaultKind::NotFound);
}

#[test]
fn embedders_may_pass_trait_objects() {
    let repository: Arc<dyn UnlockRepository> = Arc::new(MemoryReadmore::default());
    let readmore = Readmore::new(repository);
    let issued = readmore.issue(&wanted("ada"), &[Draw::new(1)], NOW).unwrap();
    assert_eq!(issued.captcha.expires, at(LIFE));
    assert_eq!(readmore.forget_expired(at(LIFE)).unwrap(), 1);
}
