//! Files of other systems: what is read is clean, and the same whoever is asked.

#![no_main]

use inkstone_comments::{Format, ImportOptions, UserAgent, read_document, sanitize_html};
use inkstone_vocab::Timestamp;
use libfuzzer_sys::fuzz_target;

fn agent(header: &str) -> UserAgent {
    UserAgent {
        header: header.to_owned(),
        os: String::new(),
        browser: String::new(),
        device: String::new(),
    }
}

fuzz_target!(|document: &[u8]| {
    for format in Format::ALL.map(Some).into_iter().chain([None]) {
        let now = Timestamp::from_millis(1_700_000_000_000);
        let options = ImportOptions { format, site: None, now, agent };
        let mut rows = 0;
        let mut count = |_: &'static str, row: &str| {
            serde_json::from_str::<serde_json::Value>(row).unwrap();
            rows += 1;
        };
        let Ok(batch) = read_document(document, &options, &mut count) else { continue };
        let skipped: u64 = batch.skipped.values().map(|skipped| skipped.count).sum();
        assert_eq!(batch.comments.len() as u64 + skipped, batch.items);
        for comment in &batch.comments {
            let html = comment.body.html();
            assert_eq!(sanitize_html(html), html);
            assert!(comment.created <= now && comment.priority >= 1, "{comment:?}");
            assert!(!comment.name.contains(char::is_control), "{comment:?}");
        }
    }
});
