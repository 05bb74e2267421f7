//! Changing files, one after the other.

use super::{
    apply, assert_conflict, change, files, path, put, refused, remove, revision, text_of, write,
};
use crate::{Base, ContentSource, SourceError};

pub fn a_write_replaces_all_bytes(source: &impl ContentSource) {
    put(source, "a.md", "a long text");
    let changed = apply(source, write("a.md", "short", Base::Current));
    assert!(changed.committed);
    assert_eq!(text_of(source, "a.md").as_deref(), Some("short"));
    assert_eq!(changed.versions[&path("a.md")], files(source)[&path("a.md")].version);
}

pub fn writing_what_is_there_changes_nothing(source: &impl ContentSource) {
    let version = put(source, "a.md", "same");
    let before = revision(source);
    let changed = apply(source, write("a.md", "same", Base::Current));
    assert!(!changed.committed);
    assert_eq!((&changed.revision, revision(source)), (&before, before.clone()));
    assert_eq!(changed.versions[&path("a.md")], version);
}

/// An editor whose answer was lost sends its edit again, with the base it knew.
pub fn a_repeated_edit_is_no_conflict(source: &impl ContentSource) {
    let base = put(source, "a.md", "first");
    apply(source, write("a.md", "second", Base::Version(base.clone())));
    let again = apply(source, write("a.md", "second", Base::Version(base)));
    assert!(!again.committed);
}

pub fn an_edit_that_expects_nothing_meets_a_file(source: &impl ContentSource) {
    apply(source, write("a.md", "first", Base::Absent));
    let version = files(source)[&path("a.md")].version.clone();
    let error = refused(source, vec![write("a.md", "second", Base::Absent)]);
    assert_conflict(&error, "a.md", Some(&version));
}

pub fn an_edit_of_a_stale_version_is_a_conflict(source: &impl ContentSource) {
    let base = put(source, "a.md", "first");
    let present = apply(source, write("a.md", "second", Base::Version(base.clone()))).versions
        [&path("a.md")]
        .clone();
    let error = refused(source, vec![write("a.md", "third", Base::Version(base))]);
    assert_conflict(&error, "a.md", Some(&present));
    apply(source, write("a.md", "third", Base::Version(present)));
    assert_eq!(text_of(source, "a.md").as_deref(), Some("third"));
}

pub fn an_edit_of_a_removed_file_is_a_conflict(source: &impl ContentSource) {
    let base = put(source, "a.md", "first");
    apply(source, remove("a.md", Base::Current));
    let error = refused(source, vec![write("a.md", "second", Base::Version(base))]);
    assert_conflict(&error, "a.md", None);
}

pub fn a_removed_file_is_gone(source: &impl ContentSource) {
    let version = put(source, "a/b.md", "here");
    put(source, "a/c.md", "stays");
    let changed = apply(source, remove("a/b.md", Base::Version(version)));
    assert!(changed.committed);
    assert!(changed.versions.is_empty());
    assert_eq!(text_of(source, "a/b.md"), None);
    assert_eq!(files(source).into_keys().collect::<Vec<_>>(), [path("a/c.md")]);
}

pub fn what_is_not_there_cannot_be_removed(source: &impl ContentSource) {
    for name in ["a.md", "no/such/directory.md"] {
        let error = refused(source, vec![remove(name, Base::Current)]);
        assert!(
            matches!(&error, SourceError::NotFound(found) if *found == path(name)),
            "{error:?}"
        );
    }
}

pub fn a_stale_removal_is_a_conflict(source: &impl ContentSource) {
    let base = put(source, "a.md", "first");
    let present = put(source, "a.md", "second");
    let error = refused(source, vec![remove("a.md", Base::Version(base))]);
    assert_conflict(&error, "a.md", Some(&present));
}

pub fn edits_happen_together(source: &impl ContentSource) {
    put(source, "old.md", "old");
    let edits = vec![
        write("a/new.md", "new", Base::Absent),
        remove("old.md", Base::Current),
        write("b.md", "b", Base::Current),
    ];
    let changed = source.change(&change(edits)).expect("change");
    let written: Vec<_> = changed.versions.keys().map(ToString::to_string).collect();
    assert_eq!(written, ["a/new.md", "b.md"]);
    let found: Vec<_> = files(source).into_keys().collect();
    assert_eq!(found, [path("a/new.md"), path("b.md")]);
}

pub fn one_refused_edit_refuses_all(source: &impl ContentSource) {
    put(source, "a.md", "a");
    let error = refused(
        source,
        vec![
            write("a.md", "changed", Base::Current),
            write("b.md", "new", Base::Absent),
            remove("missing.md", Base::Current),
        ],
    );
    assert!(matches!(error, SourceError::NotFound(_)), "{error:?}");
}

pub fn a_file_is_renamed_in_one_change(source: &impl ContentSource) {
    let version = put(source, "drafts/a.md", "text");
    let edits = vec![
        remove("drafts/a.md", Base::Version(version.clone())),
        write("posts/a.md", "text", Base::Absent),
    ];
    let changed = source.change(&change(edits)).expect("change");
    assert_eq!(changed.versions[&path("posts/a.md")], version);
    assert_eq!(files(source).into_keys().collect::<Vec<_>>(), [path("posts/a.md")]);
}

pub fn a_file_cannot_take_the_place_of_a_directory(source: &impl ContentSource) {
    put(source, "a/b/c.md", "deep");
    for name in ["a", "a/b"] {
        let error = refused(source, vec![write(name, "file", Base::Current)]);
        assert!(matches!(error, SourceError::NotAFile(_)), "{name}: {error:?}");
    }
}

pub fn a_directory_cannot_be_removed(source: &impl ContentSource) {
    put(source, "a/b/c.md", "deep");
    for name in ["a", "a/b"] {
        let error = refused(source, vec![remove(name, Base::Current)]);
        assert!(matches!(error, SourceError::NotAFile(_)), "{name}: {error:?}");
    }
}

pub fn nothing_lies_below_a_file(source: &impl ContentSource) {
    put(source, "a.md", "file");
    for name in ["a.md/b.md", "a.md/b/c.md"] {
        let error = refused(source, vec![write(name, "below", Base::Current)]);
        assert!(matches!(error, SourceError::NotAFile(_)), "{name}: {error:?}");
    }
}
