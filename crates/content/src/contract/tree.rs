//! Reading: files, listings, versions, times.

use super::{applied, apply, at, files, path, put, remove, revision, text_of, write};
use crate::{Base, ContentSource, Revision, Version};

pub fn an_empty_tree_has_no_files(source: &impl ContentSource) {
    assert!(files(source).is_empty());
    assert_eq!(source.read(&path("a.md")).expect("read"), None);
    assert!(source.history(&path("a.md"), 10).expect("history").is_empty());
}

pub fn a_written_file_is_read_as_it_was_given(source: &impl ContentSource) {
    let text = "\u{feff}---\r\ntitle: 你好\r\n---\r\n\n\0 body without an end";
    let version = put(source, "source/_posts/深/你好 world.md", text);
    let path = path("source/_posts/深/你好 world.md");
    let file = source.read(&path).expect("read").expect("file");
    assert_eq!((file.bytes.as_slice(), &file.version), (text.as_bytes(), &version));
    let entry = &files(source)[&path];
    assert_eq!((&entry.version, entry.size), (&version, text.len() as u64));
}

pub fn an_empty_file_is_a_file(source: &impl ContentSource) {
    put(source, "empty.md", "");
    assert_eq!(text_of(source, "empty.md").as_deref(), Some(""));
    assert_eq!(files(source)[&path("empty.md")].size, 0);
}

pub fn equal_bytes_have_equal_versions(source: &impl ContentSource) {
    let first = put(source, "a.md", "same");
    assert_eq!(put(source, "b/c.md", "same"), first);
    let other = put(source, "a.md", "other");
    assert_ne!(other, first);
    assert_eq!(put(source, "a.md", "same"), first);
    assert_eq!(Version::parse(first.as_str()), Some(first));
}

pub fn a_directory_is_no_file(source: &impl ContentSource) {
    put(source, "a/b/c.md", "deep");
    assert_eq!(source.read(&path("a")).expect("read"), None);
    assert_eq!(source.read(&path("a/b")).expect("read"), None);
    assert_eq!(source.read(&path("a/b/c.md/d.md")).expect("read"), None);
}

pub fn a_listing_names_every_file_once(source: &impl ContentSource) {
    let names = ["a.md", "a/b.md", "a-b.md", "z/y/x.md", "Z.md"];
    for name in names {
        put(source, name, name);
    }
    let changes = source.changes(None).expect("changes");
    let mut found: Vec<_> = changes.changed.iter().map(|entry| entry.path.as_str()).collect();
    found.sort_unstable();
    let mut expected = names.to_vec();
    expected.sort_unstable();
    assert_eq!(found, expected);
}

pub fn changes_lead_from_any_revision_to_the_tree(source: &impl ContentSource) {
    let mut seen = vec![(revision(source), files(source))];
    let steps = [
        write("a/1.md", "one", Base::Current),
        write("a/2.md", "two", Base::Current),
        write("a/1.md", "one, changed", Base::Current),
        remove("a/2.md", Base::Current),
        write("b.md", "two", Base::Current),
        remove("a/1.md", Base::Current),
    ];
    for step in steps {
        let changed = apply(source, step);
        assert_eq!(changed.revision, revision(source));
        seen.push((changed.revision, files(source)));
    }
    let now = files(source);
    for (since, known) in seen {
        let changes = source.changes(Some(&since)).expect("changes");
        assert_eq!(changes.revision, revision(source));
        assert_eq!(applied(known, changes), now);
    }
}

pub fn nothing_has_changed_since_the_present(source: &impl ContentSource) {
    put(source, "a.md", "a");
    let present = revision(source);
    let changes = source.changes(Some(&present)).expect("changes");
    assert_eq!(changes.revision, present);
    assert!(changes.complete || (changes.changed.is_empty() && changes.removed.is_empty()));
}

pub fn an_unknown_revision_gives_the_whole_tree(source: &impl ContentSource) {
    put(source, "a.md", "a");
    for unknown in ["", "no such revision", "0000000000000000000000000000000000000000"] {
        let changes = source.changes(Some(&Revision(unknown.to_owned()))).expect("changes");
        assert!(changes.complete, "{unknown:?}");
        assert_eq!(changes.changed.len(), 1);
    }
}

pub fn names_keep_their_spelling(source: &impl ContentSource) {
    // As files made on macOS have it: a letter and a combining mark.
    put(source, "cafe\u{301}.md", "decomposed");
    let found: Vec<_> = files(source).into_keys().collect();
    assert_eq!(found, [path("cafe\u{301}.md")]);
    assert_eq!(text_of(source, "cafe\u{301}.md").as_deref(), Some("decomposed"));
}

pub fn a_present_version_is_read_by_its_name(source: &impl ContentSource) {
    let version = put(source, "a.md", "present");
    let bytes = source.read_version(&path("a.md"), &version).expect("read");
    assert_eq!(bytes.as_deref(), Some(b"present".as_slice()));
    let unknown = Version::parse("0123456789012345678901234567890123456789").expect("version");
    assert_eq!(source.read_version(&path("a.md"), &unknown).expect("read"), None);
    let odd = Version::parse("no-such:version").expect("version");
    assert_eq!(source.read_version(&path("a.md"), &odd).expect("read"), None);
}

pub fn times_are_those_of_files_that_were_asked_for(source: &impl ContentSource) {
    put(source, "a.md", "a");
    put(source, "b.md", "b");
    let times = source.modified(&[path("a.md"), path("missing.md")]).expect("times");
    assert!(times.keys().all(|found| *found == path("a.md")));
    assert!(source.modified(&[]).expect("times").is_empty());
    // A plain directory knows the time of the machine, a repository that of the change.
    assert!(times.values().all(|time| *time >= at(0)));
}

pub fn there_is_nothing_to_take_over_or_deliver(source: &impl ContentSource) {
    assert!(!source.refresh().expect("refresh"));
    assert_eq!(source.deliver().expect("deliver"), None);
    put(source, "a.md", "a");
    assert_eq!(source.deliver().expect("deliver"), None);
    assert_eq!(text_of(source, "a.md").as_deref(), Some("a"));
}
