//! An account and the platform that knows it.

#![expect(clippy::expect_used, reason = "fixtures")]

use inkstone_vocab::Timestamp;
use inkstone_wechat::testing::{Platform, Request};
use inkstone_wechat::{Account, AccountConfig, Delivery, EncryptionConfig, Query, Refusal};

pub(crate) const TOKEN: &str = "wxtoken123";
pub(crate) const KEY: &str = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG";
pub(crate) const APP_ID: &str = "wx0123456789abcdef";
pub(crate) const FOLLOWER: &str = "oFROM_1234567890abcdefghijkl";
pub(crate) const ACCOUNT: &str = "gh_0123456789ab";
pub(crate) const SECONDS: i64 = 1_700_000_000;

pub(crate) fn now() -> Timestamp {
    Timestamp::from_millis(SECONDS * 1000)
}

pub(crate) fn config() -> AccountConfig {
    AccountConfig {
        token: TOKEN.into(),
        encryption: Some(EncryptionConfig {
            app_id: APP_ID.to_owned(),
            encoding_aes_key: KEY.into(),
            required: false,
        }),
        max_clock_skew_seconds: 600,
    }
}

pub(crate) fn account() -> Account {
    Account::new(config()).expect("a good configuration")
}

pub(crate) fn account_that_demands_encryption(required: bool) -> Account {
    let mut config = config();
    config.encryption.as_mut().expect("it has a key").required = required;
    Account::new(config).expect("a good configuration")
}

pub(crate) fn encrypting() -> Platform {
    Platform::encrypted(TOKEN, APP_ID, KEY).expect("a good key")
}

pub(crate) fn receive(query: &str, body: &str) -> Result<Option<Delivery>, Refusal> {
    account().receive(&Query::parse(query), body.as_bytes(), now())
}

/// What the account makes of `xml`, which must be the same in both modes.
#[track_caller]
pub(crate) fn delivered(xml: &str) -> Option<Delivery> {
    let received = [Platform::plain(TOKEN), encrypting()].map(|platform| {
        let Request { query, body } = platform.delivery(xml, now());
        receive(&query, &body).expect("a signed message")
    });
    let [plain, encrypted] = received;
    let contents = |delivery: &Option<Delivery>| {
        let Delivery { follower, account, message, key, .. } = delivery.clone()?;
        Some((follower, account, message, key))
    };
    assert_eq!(contents(&plain), contents(&encrypted));
    plain
}
