//! A message that WeChat signed, with any body: it is refused, or can be answered.

#![no_main]

use std::sync::LazyLock;

use inkstone_vocab::Timestamp;
use inkstone_wechat::testing::Platform;
use inkstone_wechat::{Account, AccountConfig, Message, Query};
use libfuzzer_sys::fuzz_target;

const TOKEN: &str = "wxtoken123";
const NOW: Timestamp = Timestamp::from_millis(1_700_000_000_000);

static ACCOUNT: LazyLock<Account> = LazyLock::new(|| {
    Account::new(AccountConfig {
        token: TOKEN.into(),
        encryption: None,
        max_clock_skew_seconds: 600,
    })
    .unwrap()
});

fuzz_target!(|body: &[u8]| {
    let platform = Platform::plain(TOKEN);
    let query = platform.delivery("", NOW).query;
    let Ok(Some(delivery)) = ACCOUNT.receive(&Query::parse(&query), body, NOW) else { return };
    let text = match &delivery.message {
        Message::Text(text) => text,
        _ => "",
    };
    let reply = ACCOUNT.reply(&delivery, text, NOW, &[7; 32]);
    let read = platform.read_reply(&reply).unwrap();
    // Only what XML does not know is lost, and line ends become one of theirs.
    assert!(read.chars().count() <= text.chars().count(), "{reply}");
});
