//! Thousands of saves leave a repository that is small, quick and whole.

use std::{
    path::{Path, PathBuf},
    thread,
    time::Duration,
};

use inkstone_content::ContentSource;
use inkstone_gitstore::{
    GitSource,
    testing::{HttpRemote, TestRemote},
};

use crate::support::{names, path, save, text};

/// The clone of a source.
fn clone_of(remote: &TestRemote) -> PathBuf {
    let clones = remote.path().with_file_name("clone").read_dir().unwrap();
    let clones = clones.map(|entry| entry.unwrap().path());
    clones.into_iter().find(|path| path.extension().is_some_and(|e| e == "git")).unwrap()
}

fn count(remote: &TestRemote, clone: &Path, what: &str) -> usize {
    let told = remote.git(["-C", clone.to_str().unwrap(), "count-objects", "-v"]);
    let line = told.lines().find_map(|line| line.strip_prefix(&format!("{what}: "))).unwrap();
    line.parse().unwrap()
}

/// Readers never notice that objects move.
#[test]
fn loose_objects_are_packed_while_others_read() {
    let remote = TestRemote::new();
    let source = remote.source("clone");
    save(&source, "first.md", "first").unwrap();
    let first = source.changes(None).unwrap().revision;
    thread::scope(|scope| {
        let writer = scope.spawn(|| {
            // A blob, four trees and a commit each.
            for number in 0..450 {
                let name = format!("{}/b/c/{number}.md", number % 7);
                save(&source, &name, &number.to_string()).unwrap();
                if number % 50 == 0 {
                    source.refresh().unwrap();
                }
            }
            source.maintain().unwrap();
        });
        let other = GitSource::open(remote.config("clone")).unwrap();
        while !writer.is_finished() {
            for reader in [&source, &other] {
                assert_eq!(text(reader, "first.md").as_deref(), Some("first"));
                let changes = reader.changes(Some(&first)).unwrap();
                assert!(!changes.complete);
                assert!(changes.changed.iter().all(|entry| entry.size < 4));
            }
            // The writer needs the processor as well.
            thread::sleep(Duration::from_millis(20));
        }
    });
    let clone = clone_of(&remote);
    let (loose, packed) = (count(&remote, &clone, "count"), count(&remote, &clone, "in-pack"));
    assert!(loose + packed >= 2_700, "{loose} loose, {packed} packed");
    assert!(packed >= 1_500, "{packed} of {} objects are packed", loose + packed);
    assert_eq!(names(&source).len(), 451);
    remote.git(["-C", clone.to_str().unwrap(), "fsck", "--full", "--strict"]);
    assert_eq!(source.history(&path("6/b/c/6.md"), 9).unwrap().len(), 1);
    // The remote in the other directory did not get a pack for every save.
    assert!(count(&remote, &remote.path(), "packs") < 5);
}

/// Every fetch over a network brings a pack.
#[test]
fn many_packs_become_few() {
    let served = HttpRemote::new();
    let remote = served.remote();
    let hand = remote.check_out();
    hand.push("0.md", "0");
    let source = served.source("clone");
    let clone = clone_of(remote);
    for number in 0..40 {
        hand.push(&format!("{number}.md"), &format!("by hand {number}"));
        source.refresh().unwrap();
        assert!(count(remote, &clone, "packs") <= 24);
    }
    save(&source, "mine.md", "mine").unwrap();
    assert_eq!(names(&source).len(), 41);
    remote.git(["-C", clone.to_str().unwrap(), "fsck", "--full", "--strict"]);
    assert_eq!(source.history(&path("0.md"), 9).unwrap().len(), 2);
}

/// What a process left behind that was killed while it wrote.
#[test]
fn leftovers_are_swept_and_dead_locks_opened() {
    let remote = TestRemote::new();
    let source = remote.source("clone");
    save(&source, "a.md", "one").unwrap();
    let clone = clone_of(&remote);
    let lock = clone.join("refs/heads/main.lock");
    std::fs::write(&lock, "").unwrap();
    save(&source, "b.md", "two").unwrap();
    assert!(!lock.exists());
    assert_eq!(names(&source), ["a.md", "b.md"]);
    remote.git(["fsck", "--full", "--strict"]);
}
