//! `User-Agent` headers.

#![no_main]

use libfuzzer_sys::fuzz_target;

#[path = "../../bins/server/src/user_agent.rs"]
mod user_agent;

fuzz_target!(|header: &str| {
    let agent = user_agent::parse(header);
    for text in [&agent.header, &agent.os, &agent.browser, &agent.device] {
        assert!(!text.contains(char::is_control), "{agent:?}");
        assert!(text.chars().count() <= 1_100, "{agent:?}");
    }
    assert!(!agent.device.is_empty());
    user_agent::is_robot(header);
});
