//! What a talk consists of.

#![no_main]

use inkstone_talks::{Tags, TalkTime, Values, excerpt, slice};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    if let Some(tags) = Tags::parse(text) {
        assert!(tags.list().len() <= Tags::MAX_COUNT);
        assert_eq!(Tags::read(&tags.json()), Some(tags));
    }
    if let Some(values) = Values::parse(text) {
        assert_eq!(Values::parse(values.json()), Some(values));
    }
    if let Some(time) = TalkTime::parse(text) {
        assert_eq!(TalkTime::parse(&time.to_string()), Some(time));
    }
    let short = excerpt(text);
    assert!(short.chars().count() <= 20 + "...".len(), "{short}");
    let page = slice(Some(text), Some(text));
    assert!((1..=1000).contains(&page.size()));
});
