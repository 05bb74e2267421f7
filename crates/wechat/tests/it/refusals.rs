//! Everything that is not from WeChat, or cannot be read.

use inkstone_vocab::{Fault, FaultKind, Timestamp};
use inkstone_wechat::testing::{self, Platform, Request};
use inkstone_wechat::{
    Account, AccountConfig, ConfigError, EncryptionConfig, MAX_BODY_BYTES, Query, Refusal,
};

use crate::support::{
    ACCOUNT, APP_ID, FOLLOWER, KEY, SECONDS, TOKEN, account, account_that_demands_encryption,
    config, encrypting, now, receive,
};

fn message() -> String {
    testing::text(FOLLOWER, ACCOUNT, "hi", 1)
}

fn without(query: &str, name: &str) -> String {
    let rest: Vec<&str> =
        query.split('&').filter(|pair| !pair.starts_with(&format!("{name}="))).collect();
    rest.join("&")
}

#[track_caller]
fn check(query: &str, body: &str, expected: Refusal) {
    assert_eq!(receive(query, body), Err(expected), "{query}");
}

#[test]
fn a_plain_message_needs_its_signature() {
    let Request { query, body } = Platform::plain(TOKEN).delivery(&message(), now());
    assert!(receive(&query, &body).is_ok());
    for name in ["signature", "timestamp", "nonce"] {
        let rest = without(&query, name);
        check(&rest, &body, Refusal::Missing(name));
        check(&format!("{name}=&{query}"), &body, Refusal::Missing(name));
        check(&format!("{name}=1&{query}"), &body, Refusal::Signature);
    }
    let stranger = Platform::plain("another").delivery(&message(), now());
    check(&stranger.query, &body, Refusal::Signature);
}

#[test]
fn an_encrypted_message_needs_its_own_signature() {
    let Request { query, body } = encrypting().delivery(&message(), now());
    for name in ["msg_signature", "timestamp", "nonce"] {
        check(&without(&query, name), &body, Refusal::Missing(name));
    }
    check(&query.replace("timestamp=17", "timestamp=18"), &body, Refusal::Signature);
    check(&query, &body.replace("CDATA[", "CDATA[A"), Refusal::Signature);
    check(&query, "<xml></xml>", Refusal::Malformed("it has no encrypted content"));
    check(&query, &message(), Refusal::Malformed("it has no encrypted content"));
    // The outer signature is not enough, and is not needed either.
    let outer = query.replace("msg_signature", "x").replace("signature", "msg_signature");
    check(&outer, &body, Refusal::Signature);
    assert!(receive(&without(&query, "signature"), &body).is_ok());
}

#[test]
fn an_envelope_for_somebody_else_is_refused() {
    let other_app = Platform::encrypted(TOKEN, "wx_other", KEY).unwrap();
    let Request { query, body } = other_app.delivery(&message(), now());
    check(&query, &body, Refusal::AppId);
    let prefix = Platform::encrypted(TOKEN, &APP_ID[1..], KEY).unwrap();
    let Request { query, body } = prefix.delivery(&message(), now());
    check(&query, &body, Refusal::AppId);
    let reversed: String = KEY.chars().rev().collect();
    let other_key = Platform::encrypted(TOKEN, APP_ID, &reversed).unwrap();
    let Request { query, body } = other_key.delivery(&message(), now());
    let refusal = receive(&query, &body).unwrap_err();
    assert!(matches!(refusal, Refusal::Envelope | Refusal::AppId), "{refusal}");
}

#[test]
fn the_kind_of_encryption_must_fit() {
    let Request { query, body } = Platform::plain(TOKEN).delivery(&message(), now());
    for same in ["encrypt_type=raw", "encrypt_type="] {
        assert!(receive(&format!("{query}&{same}"), &body).is_ok(), "{same}");
    }
    check(&format!("{query}&encrypt_type=AES"), &body, Refusal::EncryptType);
    check(&format!("{query}&encrypt_type=aes"), &body, Refusal::Missing("msg_signature"));

    let plain_only = Account::new(AccountConfig { encryption: None, ..config() }).unwrap();
    let sealed = encrypting().delivery(&message(), now());
    let refused = plain_only.receive(&Query::parse(&sealed.query), sealed.body.as_bytes(), now());
    assert_eq!(refused, Err(Refusal::NoKey));
}

#[test]
fn encryption_can_be_demanded() {
    let strict = account_that_demands_encryption(true);
    let receive = |request: &Request| {
        strict.receive(&Query::parse(&request.query), request.body.as_bytes(), now())
    };
    let sealed = encrypting().delivery(&message(), now());
    assert!(receive(&sealed).is_ok());
    // The outer signature of a captured request would sign any plain body.
    let query = without(&sealed.query, "encrypt_type");
    assert_eq!(receive(&Request { query, body: message() }), Err(Refusal::Plain));
    let plain = Platform::plain(TOKEN).delivery(&message(), now());
    assert_eq!(receive(&plain), Err(Refusal::Plain));
    // The address is verified without encryption all the same.
    let query = Platform::plain(TOKEN).verification("1", now());
    assert_eq!(strict.echo(&Query::parse(&query)), Ok("1"));
}

#[test]
fn a_message_is_fresh_for_ten_minutes() {
    for platform in [Platform::plain(TOKEN), encrypting()] {
        let Request { query, body } = platform.delivery(&message(), now());
        let at = |seconds: i64| {
            let then = Timestamp::from_millis((SECONDS + seconds) * 1000);
            account().receive(&Query::parse(&query), body.as_bytes(), then).map(drop)
        };
        for fresh in [-600, 0, 600] {
            assert_eq!(at(fresh), Ok(()), "{fresh}");
        }
        for stale in [-601, 601, 1_000_000] {
            assert_eq!(at(stale), Err(Refusal::Stale), "{stale}");
        }
    }
}

#[test]
fn freshness_can_be_switched_off_but_not_fooled() {
    let timeless = Account::new(AccountConfig { max_clock_skew_seconds: 0, ..config() }).unwrap();
    let Request { query, body } = Platform::plain(TOKEN).delivery(&message(), now());
    let late = Timestamp::from_millis(i64::MAX);
    assert!(timeless.receive(&Query::parse(&query), body.as_bytes(), late).is_ok());
    let ancient = Platform::plain(TOKEN).delivery(&message(), Timestamp::from_millis(i64::MIN));
    check(&ancient.query, &body, Refusal::Stale);
    let refused = account().receive(&Query::parse(&query), body.as_bytes(), late);
    assert_eq!(refused, Err(Refusal::Stale));
    let signature = "67c54f819b7f61f931a4198131316bc3c6d314c4";
    let no_number = format!("signature={signature}&timestamp=soon&nonce=987654321");
    check(&no_number, &body, Refusal::Stale);
}

#[test]
fn what_cannot_be_read_is_refused() {
    let bad_xml = |xml: &str| {
        for platform in [Platform::plain(TOKEN), encrypting()] {
            let Request { query, body } = platform.delivery(xml, now());
            let refusal = receive(&query, &body).unwrap_err();
            assert!(matches!(refusal, Refusal::Malformed(_)), "{xml}: {refusal}");
        }
    };
    for xml in ["", "{}", "<xml>", "<!DOCTYPE a><xml></xml>", "<xml>&x;</xml>"] {
        bad_xml(xml);
    }
    let Request { query, .. } = Platform::plain(TOKEN).delivery(&message(), now());
    let not_utf8 = account().receive(&Query::parse(&query), b"<xml>\xff</xml>", now());
    assert_eq!(not_utf8, Err(Refusal::Malformed("it is not UTF-8")));
}

#[test]
fn bodies_are_bounded() {
    let Request { query, body } = Platform::plain(TOKEN).delivery(&message(), now());
    let padded = |length: usize| format!("{body}{}", " ".repeat(length - body.len()));
    assert!(receive(&query, &padded(MAX_BODY_BYTES)).is_ok());
    check(&query, &padded(MAX_BODY_BYTES + 1), Refusal::TooLarge);
}

#[test]
fn accounts_need_sound_secrets() {
    let error = |change: fn(&mut AccountConfig)| {
        let mut config = config();
        change(&mut config);
        Account::new(config).map(drop).unwrap_err()
    };
    assert_eq!(error(|config| config.token = " ".into()), ConfigError::Token);
    let encryption = |app_id: &str, key: &str| {
        Some(EncryptionConfig {
            app_id: app_id.to_owned(),
            encoding_aes_key: key.into(),
            required: false,
        })
    };
    for (app_id, key, expected) in [
        ("", KEY, ConfigError::AppId),
        ("wx", &KEY[1..], ConfigError::EncodingAesKey),
        ("wx", "", ConfigError::EncodingAesKey),
    ] {
        let config = AccountConfig { encryption: encryption(app_id, key), ..config() };
        assert_eq!(Account::new(config).map(drop), Err(expected), "{app_id} {key}");
    }
}

#[test]
fn refusals_tell_no_secret() {
    let Request { query, body } = encrypting().delivery(&message(), now());
    let refusals = [
        receive(&query.replace("msg_signature=", "msg_signature=0"), &body),
        receive("", &body),
        receive(&query, "<xml><Encrypt>AAAA</Encrypt></xml>"),
    ];
    for refusal in refusals.map(Result::unwrap_err) {
        let shown = format!("{refusal} {refusal:?} {}", refusal.code());
        for secret in [TOKEN, KEY, FOLLOWER, "msg_signature=0"] {
            assert!(!shown.contains(secret), "{shown}");
        }
        assert_eq!(refusal.kind(), FaultKind::Forbidden);
    }
    assert_eq!(Refusal::TooLarge.kind(), FaultKind::Invalid);
}
