//! What a source remembers.

use super::{at, path, put, write};
use crate::{Base, Change, ContentSource, Edit};

fn edit_at(source: &impl ContentSource, number: i64, edit: Edit) {
    let message = format!("Step {number}\n\nWith more words.");
    source.change(&Change { edits: vec![edit], message, at: at(number) }).expect("change");
}

pub fn commits_of_a_file_come_newest_first(source: &impl ContentSource) {
    edit_at(source, 1, write("a.md", "one", Base::Current));
    edit_at(source, 2, write("other.md", "other", Base::Current));
    edit_at(source, 3, write("a.md", "three", Base::Current));
    let history = source.history(&path("a.md"), 10).expect("history");
    let told: Vec<_> = history.iter().map(|c| (c.summary.as_str(), c.at)).collect();
    assert_eq!(told, [("Step 3", at(3)), ("Step 1", at(1))]);
    assert!(history.iter().all(|commit| !commit.author.is_empty()));
    assert_ne!(history[0].revision, history[1].revision);
    let present = source.read(&path("a.md")).expect("read").expect("file").version;
    assert_eq!(history[0].version.as_ref(), Some(&present));

    let latest = source.history(&path("a.md"), 1).expect("history");
    assert_eq!(latest, history[..1]);
}

pub fn a_removal_is_part_of_the_history(source: &impl ContentSource) {
    edit_at(source, 1, write("a.md", "one", Base::Current));
    edit_at(source, 2, Edit::Remove { path: path("a.md"), base: Base::Current });
    let history = source.history(&path("a.md"), 10).expect("history");
    let told: Vec<_> = history.iter().map(|c| (c.summary.as_str(), c.version.is_some())).collect();
    assert_eq!(told, [("Step 2", false), ("Step 1", true)]);
}

pub fn a_change_of_nothing_leaves_no_commit(source: &impl ContentSource) {
    edit_at(source, 1, write("a.md", "one", Base::Current));
    edit_at(source, 2, write("a.md", "one", Base::Current));
    assert_eq!(source.history(&path("a.md"), 10).expect("history").len(), 1);
}

pub fn old_versions_can_be_read(source: &impl ContentSource) {
    let old = put(source, "a.md", "old");
    put(source, "a.md", "new");
    let bytes = source.read_version(&path("a.md"), &old).expect("read");
    assert_eq!(bytes.as_deref(), Some(b"old".as_slice()));
}

/// Whoever may read one file by a version does not thereby read what others once held.
pub fn a_version_belongs_to_its_file(source: &impl ContentSource) {
    put(source, "a.md", "a");
    let foreign = put(source, "secret.yml", "password");
    assert_eq!(source.read_version(&path("a.md"), &foreign).expect("read"), None);
}

pub fn times_are_those_of_the_last_change(source: &impl ContentSource) {
    edit_at(source, 1, write("a.md", "one", Base::Current));
    edit_at(source, 2, write("b.md", "two", Base::Current));
    edit_at(source, 3, write("a.md", "three", Base::Current));
    let times = source.modified(&[path("a.md"), path("b.md")]).expect("times");
    assert_eq!(times.get(&path("a.md")), Some(&at(3)));
    assert_eq!(times.get(&path("b.md")), Some(&at(2)));
}
