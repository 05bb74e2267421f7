//! Whatever is saved, the `git` program sees the same tree.

use std::collections::BTreeMap;

use inkstone_content::{Base, ContentPath, ContentSource, Edit};
use inkstone_gitstore::testing::TestRemote;
use proptest::prelude::*;

use crate::support::{change, path};

/// Few names, so that edits meet: files and directories of the same name among them.
fn name() -> impl Strategy<Value = String> {
    let segment = prop::sample::select(vec!["a", "b", "a.md", "a-b", "ü", "with space"]);
    prop::collection::vec(segment, 1..4).prop_map(|segments| segments.join("/"))
}

fn edit() -> impl Strategy<Value = Edit> {
    let bytes = prop::sample::select(vec!["", "one", "two\n", "\0\u{ff}"]);
    (name(), prop::option::weighted(0.7, bytes)).prop_map(|(name, bytes)| match bytes {
        Some(bytes) => Edit::Write { path: path(&name), bytes: bytes.into(), base: Base::Current },
        None => Edit::Remove { path: path(&name), base: Base::Current },
    })
}

fn edits() -> impl Strategy<Value = Vec<Vec<Edit>>> {
    let together = prop::collection::vec(edit(), 1..4).prop_map(|edits| {
        let mut by_path: BTreeMap<ContentPath, Edit> = BTreeMap::new();
        for edit in edits {
            by_path.insert(edit.path().clone(), edit);
        }
        by_path.into_values().collect()
    });
    prop::collection::vec(together, 1..12)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn git_sees_what_was_saved(changes in edits()) {
        let remote = TestRemote::new();
        let source = remote.source("clone");
        let mut expected: BTreeMap<String, Vec<u8>> = BTreeMap::new();
        let mut seen = vec![source.changes(None).unwrap().revision];
        let mut committed = 0;
        for edits in changes {
            let Ok(changed) = source.change(&change(edits.clone())) else { continue };
            for edit in edits {
                match edit {
                    Edit::Write { path, bytes, .. } => expected.insert(path.to_string(), bytes),
                    Edit::Remove { path, .. } => expected.remove(path.as_str()),
                };
            }
            committed += usize::from(changed.committed);
            seen.push(changed.revision);
        }
        if committed == 0 {
            return Ok(());
        }
        let told = remote.git(["-c", "core.quotePath=false", "ls-tree", "-r", "-t", "main"]);
        let mut files = BTreeMap::new();
        for line in told.lines() {
            let (object, name) = line.split_once('\t').unwrap();
            let [mode, kind, id] = object.split(' ').collect::<Vec<_>>().try_into().unwrap();
            if kind == "tree" {
                let below = format!("{name}/");
                let is_needed = expected.keys().any(|file| file.starts_with(&below));
                prop_assert!(is_needed, "{}", name);
                continue;
            }
            prop_assert_eq!((mode, kind), ("100644", "blob"));
            files.insert(name.to_owned(), remote.git(["cat-file", "blob", id]).into_bytes());
        }
        prop_assert_eq!(&files, &expected);
        let commits = remote.git(["rev-list", "--count", "main"]);
        prop_assert_eq!(commits.trim(), committed.to_string());
        remote.git(["fsck", "--full", "--strict"]);
        for since in seen {
            let changes = source.changes(Some(&since)).unwrap();
            prop_assert!(!changes.complete);
            for entry in changes.changed {
                prop_assert_eq!(entry.size, expected[entry.path.as_str()].len() as u64);
            }
            for gone in changes.removed {
                prop_assert!(!expected.contains_key(gone.as_str()));
            }
        }
    }
}
