//! A signed envelope, with any text for its cipher text, or around any bytes.

#![no_main]

use std::sync::LazyLock;

use inkstone_vocab::Timestamp;
use inkstone_wechat::testing::Platform;
use inkstone_wechat::{Account, AccountConfig, EncryptionConfig, Query};
use libfuzzer_sys::fuzz_target;

const TOKEN: &str = "wxtoken123";
const APP_ID: &str = "wx0123456789abcdef";
const KEY: &str = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG";
const NOW: Timestamp = Timestamp::from_millis(1_700_000_000_000);

static ACCOUNT: LazyLock<Account> = LazyLock::new(|| {
    let encryption = EncryptionConfig {
        app_id: APP_ID.to_owned(),
        encoding_aes_key: KEY.into(),
        required: true,
    };
    Account::new(AccountConfig {
        token: TOKEN.into(),
        encryption: Some(encryption),
        max_clock_skew_seconds: 600,
    })
    .unwrap()
});

fuzz_target!(|input: &[u8]| {
    let platform = Platform::encrypted(TOKEN, APP_ID, KEY).unwrap();
    let encrypt = match (input, str::from_utf8(input)) {
        ([b'=', ..], Ok(text)) => text[1..].to_owned(),
        _ => platform.envelope_of(input),
    };
    let request = platform.enveloped(&encrypt, NOW);
    let query = Query::parse(&request.query);
    let Ok(Some(delivery)) = ACCOUNT.receive(&query, request.body.as_bytes(), NOW) else { return };
    let reply = ACCOUNT.reply(&delivery, "text", NOW, &[7; 32]);
    assert_eq!(platform.read_reply(&reply).as_deref(), Some("text"));
    // Whoever does not know the key's account gets nothing in.
    assert!(
        input.windows(APP_ID.len()).any(|bytes| bytes == APP_ID.as_bytes()) || input[0] == b'='
    );
});
