//! The laws of [`ContentSource`]: one function each, for any implementation.
//!
//! [`content_source_contract!`](crate::content_source_contract) turns them into tests;
//! [`content_history_contract!`](crate::content_history_contract) those of sources that remember.

#![expect(missing_docs, reason = "the name of a law says it all")]
#![expect(clippy::expect_used, reason = "a law panics when it is broken")]

pub mod edits;
pub mod history;
pub mod threads;
pub mod tree;

use std::collections::BTreeMap;

use inkstone_vocab::Timestamp;

use crate::{
    Base, Change, Changed, Changes, ContentPath, ContentSource, Edit, Entry, Revision, SourceError,
    Version,
};

/// Makes a test of every law; takes an expression that gives a fresh, empty source, or something
/// that dereferences to one, and attributes for each test.
#[macro_export]
macro_rules! content_source_contract {
    ($source:expr $(, [$(#[$attribute:meta])*])?) => {
        $crate::content_source_contract! {
            @laws $source, [$($(#[$attribute])*)?];
            tree::an_empty_tree_has_no_files
            tree::a_written_file_is_read_as_it_was_given
            tree::an_empty_file_is_a_file
            tree::equal_bytes_have_equal_versions
            tree::a_directory_is_no_file
            tree::a_listing_names_every_file_once
            tree::changes_lead_from_any_revision_to_the_tree
            tree::nothing_has_changed_since_the_present
            tree::an_unknown_revision_gives_the_whole_tree
            tree::names_keep_their_spelling
            tree::a_present_version_is_read_by_its_name
            tree::times_are_those_of_files_that_were_asked_for
            tree::there_is_nothing_to_take_over_or_deliver
            edits::a_write_replaces_all_bytes
            edits::writing_what_is_there_changes_nothing
            edits::a_repeated_edit_is_no_conflict
            edits::an_edit_that_expects_nothing_meets_a_file
            edits::an_edit_of_a_stale_version_is_a_conflict
            edits::an_edit_of_a_removed_file_is_a_conflict
            edits::a_removed_file_is_gone
            edits::what_is_not_there_cannot_be_removed
            edits::a_stale_removal_is_a_conflict
            edits::edits_happen_together
            edits::one_refused_edit_refuses_all
            edits::a_file_is_renamed_in_one_change
            edits::a_file_cannot_take_the_place_of_a_directory
            edits::a_directory_cannot_be_removed
            edits::nothing_lies_below_a_file
            threads::writers_of_different_files_lose_nothing
            threads::of_many_editors_of_a_version_one_wins
            threads::of_many_creators_one_wins
            threads::nobody_sees_half_of_a_change
        }
    };
    (@laws $source:expr, $attributes:tt; $($subject:ident::$law:ident)*) => {
        $($crate::content_source_contract! { @law $source, $attributes, $subject, $law })*
    };
    (@law $source:expr, [$(#[$attribute:meta])*], $subject:ident, $law:ident) => {
        #[test]
        $(#[$attribute])*
        fn $law() {
            $crate::contract::$subject::$law(&*$source);
        }
    };
}

/// Makes a test of every law of a source that keeps a history; takes what
/// [`content_source_contract!`](crate::content_source_contract) takes.
#[macro_export]
macro_rules! content_history_contract {
    ($source:expr $(, [$(#[$attribute:meta])*])?) => {
        $crate::content_source_contract! {
            @laws $source, [$($(#[$attribute])*)?];
            history::commits_of_a_file_come_newest_first
            history::a_removal_is_part_of_the_history
            history::a_change_of_nothing_leaves_no_commit
            history::old_versions_can_be_read
            history::a_version_belongs_to_its_file
            history::times_are_those_of_the_last_change
        }
    };
}

/// When the change number `number` of a law happens: whole seconds, as Git has them.
pub fn at(number: i64) -> Timestamp {
    Timestamp::from_millis(1_704_599_400_000 + number * 1_000)
}

#[track_caller]
fn path(text: &str) -> ContentPath {
    ContentPath::parse(text).expect("path")
}

fn write(text: &str, bytes: &str, base: Base) -> Edit {
    Edit::Write { path: path(text), bytes: bytes.into(), base }
}

fn remove(text: &str, base: Base) -> Edit {
    Edit::Remove { path: path(text), base }
}

fn change(edits: Vec<Edit>) -> Change {
    Change { edits, message: "Change something".to_owned(), at: at(0) }
}

/// Carries out one edit that must succeed.
#[track_caller]
fn apply(source: &impl ContentSource, edit: Edit) -> Changed {
    source.change(&change(vec![edit])).expect("change")
}

/// Writes a file, whatever is there; its version.
#[track_caller]
fn put(source: &impl ContentSource, text: &str, bytes: &str) -> Version {
    let changed = apply(source, write(text, bytes, Base::Current));
    changed.versions.get(&path(text)).expect("version of what was written").clone()
}

/// Carries out edits that must be refused, and leave everything as it was.
#[track_caller]
fn refused(source: &impl ContentSource, edits: Vec<Edit>) -> SourceError {
    let before = files(source);
    let error = source.change(&change(edits)).expect_err("refused");
    assert_eq!(files(source), before, "a refused change changes nothing");
    error
}

#[track_caller]
fn assert_conflict(error: &SourceError, text: &str, expected: Option<&Version>) {
    let SourceError::Conflict { path: found, current, .. } = error else {
        panic!("a conflict, not {error:?}");
    };
    assert_eq!((found, current.as_ref()), (&path(text), expected));
}

fn text_of(source: &impl ContentSource, text: &str) -> Option<String> {
    let file = source.read(&path(text)).expect("read")?;
    Some(String::from_utf8(file.bytes).expect("text"))
}

/// The whole tree.
fn files(source: &impl ContentSource) -> BTreeMap<ContentPath, Entry> {
    let changes = source.changes(None).expect("changes");
    assert!(changes.complete, "without a revision the whole tree is told");
    applied(BTreeMap::new(), changes)
}

fn revision(source: &impl ContentSource) -> Revision {
    source.changes(None).expect("changes").revision
}

/// What an index does with changes.
fn applied(
    mut known: BTreeMap<ContentPath, Entry>,
    changes: Changes,
) -> BTreeMap<ContentPath, Entry> {
    if changes.complete {
        assert!(changes.removed.is_empty(), "a whole tree tells no removals");
        known.clear();
    }
    for path in &changes.removed {
        known.remove(path);
    }
    known.extend(changes.changed.into_iter().map(|entry| (entry.path.clone(), entry)));
    known
}
