//! Paths of a blog's files: none leaves the tree, on any system.

#![no_main]

use std::path::{Component, Path};

use inkstone_content::ContentPath;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let Ok(path) = ContentPath::parse(text) else { return };
    assert!(Path::new(path.as_str()).components().all(|part| matches!(part, Component::Normal(_))));
    for segment in path.segments() {
        let plain = segment.trim_end_matches(['.', ' ']).to_lowercase();
        assert!(!matches!(&*plain, "" | ".git" | "git~1"), "{path}");
        assert!(!segment.contains(['\\', ':', '\0']), "{path}");
    }
    assert_eq!(ContentPath::parse(path.as_str()), Ok(path));
});
