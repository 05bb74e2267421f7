//! What holds for all inputs.

use inkstone_wechat::testing::{self, Platform, Request};
use inkstone_wechat::{Message, Query};
use proptest::prelude::*;
use proptest::sample::Index;

use crate::support::{
    ACCOUNT, FOLLOWER, TOKEN, account, account_that_demands_encryption, encrypting, now, receive,
};

/// `text` with the byte at `index` replaced, as far as that leaves UTF-8.
fn mutated(text: &str, index: Index, byte: u8) -> Vec<u8> {
    let mut bytes = text.as_bytes().to_vec();
    let place = index.index(bytes.len());
    bytes[place] = byte;
    bytes
}

proptest! {
    #[test]
    fn what_is_written_arrives(content in "[^\\]\\p{C}]{0,200}", id: u64) {
        let xml = testing::text(FOLLOWER, ACCOUNT, &content, id);
        for platform in [Platform::plain(TOKEN), encrypting()] {
            let Request { query, body } = platform.delivery(&xml, now());
            let delivery = receive(&query, &body).unwrap().unwrap();
            prop_assert_eq!(&delivery.message, &Message::Text(content.clone()));
        }
    }

    #[test]
    fn replies_arrive(text in "[^\\p{C}]{0,200}", random: [u8; 32]) {
        for platform in [Platform::plain(TOKEN), encrypting()] {
            let xml = testing::event(FOLLOWER, ACCOUNT, "subscribe", 1);
            let Request { query, body } = platform.delivery(&xml, now());
            let delivery = receive(&query, &body).unwrap().unwrap();
            let reply = account().reply(&delivery, &text, now(), &random);
            prop_assert_eq!(platform.read_reply(&reply), Some(text.clone()));
        }
    }

    #[test]
    fn a_changed_envelope_is_refused_or_says_the_same(index: Index, byte: u8) {
        let xml = testing::text(FOLLOWER, ACCOUNT, "hi", 1);
        let Request { query, body } = encrypting().delivery(&xml, now());
        let original = receive(&query, &body).unwrap();
        let changed = mutated(&body, index, byte);
        if let Ok(delivery) = account().receive(&Query::parse(&query), &changed, now()) {
            prop_assert_eq!(delivery, original);
        }
    }

    #[test]
    fn a_changed_query_is_refused_or_means_the_same(index: Index, byte in 0x21_u8..0x7f) {
        let xml = testing::text(FOLLOWER, ACCOUNT, "hi", 1);
        // An account that also takes plain messages could be told that this is one.
        for (platform, required) in [(Platform::plain(TOKEN), false), (encrypting(), true)] {
            let account = account_that_demands_encryption(required);
            let Request { query, body } = platform.delivery(&xml, now());
            let receive =
                |query: &str| account.receive(&Query::parse(query), body.as_bytes(), now());
            let original = receive(&query).unwrap();
            let changed = String::from_utf8(mutated(&query, index, byte)).unwrap();
            if let Ok(delivery) = receive(&changed) {
                prop_assert_eq!(delivery, original);
            }
        }
    }

    #[test]
    fn nothing_panics_and_nothing_foreign_is_accepted(query: String, body: Vec<u8>) {
        let query = Query::parse(&query);
        prop_assert!(account().receive(&query, &body, now()).is_err());
        prop_assert!(account().echo(&query).is_err());
    }

    #[test]
    fn signed_nonsense_does_not_panic(body: Vec<u8>, text: String) {
        let query = Platform::plain(TOKEN).delivery("", now()).query;
        let _ = account().receive(&Query::parse(&query), &body, now());
        for platform in [Platform::plain(TOKEN), encrypting()] {
            let Request { query, body } = platform.delivery(&text, now());
            let _ = receive(&query, &body);
        }
    }
}
