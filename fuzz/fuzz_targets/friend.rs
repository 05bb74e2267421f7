//! What strangers write about themselves when they apply for a link.

#![no_main]

use inkstone_friends::{Address, FriendId, Text};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    if let Some(address) = Address::parse(text) {
        check_address(&address);
        assert_eq!(Address::parse(address.as_str()), Some(address));
    }
    if let Some(parsed) = Text::parse(text) {
        assert_eq!(Text::parse(parsed.as_str()), Some(parsed));
    }
    if let Some(id) = FriendId::parse(text) {
        assert_eq!(FriendId::parse(id.as_str()), Some(id));
    }
});

/// Judges by where a browser would go.
fn check_address(address: &Address) {
    let base = url::Url::parse("https://blog.example/friends/").unwrap();
    let Ok(url) = base.join(address.as_str()) else { return };
    match url.scheme() {
        "javascript" | "vbscript" => panic!("{address:?} runs code"),
        "data" => assert!(url.path().to_lowercase().starts_with("image/"), "{address:?}"),
        _ => {}
    }
}
