//! A remote that others write to as well.

use std::{sync::Barrier, thread};

use inkstone_content::{Base, ContentSource, Delivery, Edit, SourceError};
use inkstone_gitstore::{
    GitConfig, GitSource,
    testing::{HttpRemote, TestRemote},
};

use crate::support::{change, names, path, save, save_on, text, version, write};

#[test]
fn the_first_save_makes_the_branch_of_an_empty_remote() {
    let remote = TestRemote::new();
    let source = remote.source("clone");
    let changed = save(&source, "source/_posts/a.md", "Hello").unwrap();
    assert_eq!((changed.committed, &changed.delivery), (true, &Delivery::Done));
    assert_eq!(remote.git(["show", "main:source/_posts/a.md"]), "Hello");
    let told = remote.git(["log", "--format=%H %an <%ae> %at %s", "main"]);
    let expected = "Ink <ink@blog.example> 1795780800 Save by Inkstone";
    assert_eq!(told.trim(), format!("{} {expected}", changed.revision.0));
}

#[test]
fn what_others_push_is_taken_over() {
    let remote = TestRemote::new();
    let hand = remote.check_out();
    hand.push("a.md", "one");
    let source = remote.source("clone");
    assert_eq!(names(&source), ["a.md"]);
    let before = source.changes(None).unwrap().revision;
    assert!(!source.refresh().unwrap());

    hand.push("b/c.md", "two");
    hand.git(["rm", "--quiet", "a.md"]);
    assert!(hand.try_push());
    assert_eq!(names(&source), ["a.md"], "nothing is read from the remote in between");
    assert!(source.refresh().unwrap());
    let changes = source.changes(Some(&before)).unwrap();
    assert!(!changes.complete);
    assert_eq!(changes.removed, [path("a.md")]);
    let new: Vec<_> = changes.changed.iter().map(|entry| (&entry.path, entry.size)).collect();
    assert_eq!(new, [(&path("b/c.md"), 3)]);
}

#[test]
fn a_change_is_carried_out_again_on_what_others_pushed() {
    let remote = TestRemote::new();
    let hand = remote.check_out();
    hand.push("a.md", "one");
    let source = remote.source("clone");
    let base = version(&source, "a.md");
    hand.push("b.md", "by hand");

    let changed = save_on(&source, "a.md", "two", &base).unwrap();
    assert_eq!(changed.delivery, Delivery::Done);
    assert_eq!(names(&source), ["a.md", "b.md"]);
    assert_eq!(remote.git(["show", "main:a.md"]), "two");
    assert_eq!(remote.git(["show", "main:b.md"]), "by hand");
    assert_eq!(remote.git(["rev-parse", "main"]).trim(), changed.revision.0);
    assert_eq!(remote.git(["rev-list", "--count", "main"]).trim(), "3");
    assert_eq!(remote.git(["branch", "--format=%(refname:short)"]).trim(), "main");
}

#[test]
fn both_sides_of_a_conflict_are_kept() {
    let remote = TestRemote::new();
    let hand = remote.check_out();
    hand.push("sub/a.md", "one");
    let source = remote.source("clone");
    let base = version(&source, "sub/a.md");
    hand.push("sub/a.md", "theirs");

    let error = save_on(&source, "sub/a.md", "ours", &base).unwrap_err();
    let SourceError::Conflict { path: found, current, kept: Some(kept) } = error else {
        panic!("a conflict, not {error:?}");
    };
    assert_eq!(found, path("sub/a.md"));
    assert_eq!(text(&source, "sub/a.md").as_deref(), Some("theirs"));
    assert_eq!(current, Some(version(&source, "sub/a.md")));
    assert!(kept.starts_with("inkstone/conflict-"), "{kept}");
    assert_eq!(remote.git(["show", "main:sub/a.md"]), "theirs");
    assert_eq!(remote.git(["show", &format!("{kept}:sub/a.md")]), "ours");
    assert_eq!(source.deliver().unwrap(), None, "told once, delivered");
    save_on(&source, "sub/a.md", "both", &version(&source, "sub/a.md")).unwrap();
}

#[test]
fn a_removal_and_an_edit_conflict_either_way() {
    let remote = TestRemote::new();
    let hand = remote.check_out();
    hand.push("a.md", "one");
    hand.push("b.md", "one");
    let source = remote.source("clone");
    let [a, b] = ["a.md", "b.md"].map(|name| version(&source, name));
    hand.git(["rm", "--quiet", "a.md"]);
    hand.push("b.md", "theirs");

    let error = save_on(&source, "a.md", "ours", &a).unwrap_err();
    assert!(matches!(error, SourceError::Conflict { current: None, kept: Some(_), .. }));
    // By now the source has taken over what was pushed: the removal is refused before it begins.
    let removal = Edit::Remove { path: path("b.md"), base: Base::Version(b) };
    let error = source.change(&change(vec![removal])).unwrap_err();
    assert!(matches!(error, SourceError::Conflict { current: Some(_), kept: None, .. }));
    assert_eq!(names(&source), ["b.md"]);
}

#[test]
fn a_directory_that_appears_at_the_path_is_a_conflict() {
    let remote = TestRemote::new();
    let hand = remote.check_out();
    hand.push("other.md", "other");
    let source = remote.source("clone");
    hand.push("a/b.md", "theirs");
    let error = source.change(&change(vec![write("a", "ours", Base::Absent)])).unwrap_err();
    assert!(matches!(error, SourceError::Conflict { kept: Some(_), .. }), "{error:?}");
    assert_eq!(names(&source), ["a/b.md", "other.md"]);
}

#[test]
fn the_same_change_by_two_is_no_conflict() {
    let remote = TestRemote::new();
    let hand = remote.check_out();
    hand.push("a.md", "one");
    let source = remote.source("clone");
    let base = version(&source, "a.md");
    hand.push("a.md", "two");
    let changed = save_on(&source, "a.md", "two", &base).unwrap();
    assert_eq!(changed.delivery, Delivery::Done);
    assert_eq!(remote.git(["rev-parse", "main"]).trim(), changed.revision.0);
}

/// Without a base, what is there when the request arrives is meant, not what we saw an hour ago.
#[test]
fn an_edit_without_a_base_begins_with_what_the_remote_has() {
    let remote = TestRemote::new();
    let hand = remote.check_out();
    hand.push("a.md", "one");
    let source = remote.source("clone");
    hand.push("a.md", "theirs");
    assert_eq!(save(&source, "a.md", "ours").unwrap().delivery, Delivery::Done);
    assert_eq!(remote.git(["log", "--format=%s", "main", "--", "a.md"]).lines().count(), 3);
}

#[test]
fn a_history_that_was_rewritten_is_followed() {
    let remote = TestRemote::new();
    let hand = remote.check_out();
    hand.push("a.md", "one");
    hand.push("b.md", "two");
    let source = remote.source("clone");
    let before = source.changes(None).unwrap().revision;
    hand.git(["commit", "--quiet", "--amend", "--message", "Another"]);
    hand.git(["rm", "--quiet", "b.md"]);
    hand.write("c.md", "three");
    hand.git(["add", "--all"]);
    hand.git(["commit", "--quiet", "--amend", "--message", "Another"]);
    hand.git(["push", "--quiet", "--force", "origin", "HEAD:main"]);
    assert!(source.refresh().unwrap());
    assert_eq!(names(&source), ["a.md", "c.md"]);
    let changes = source.changes(Some(&before)).unwrap();
    assert_eq!((changes.removed, changes.changed.len()), (vec![path("b.md")], 1));
    assert_eq!(source.modified(&[path("b.md")]).unwrap().len(), 0);
    assert_eq!(source.deliver().unwrap(), None);
    save(&source, "d.md", "four").unwrap();
    assert_eq!(remote.git(["rev-list", "--count", "main"]).trim(), "3");
}

#[test]
fn a_remote_that_lost_everything_gets_it_back() {
    let remote = TestRemote::new();
    let source = remote.source("clone");
    save(&source, "a.md", "one").unwrap();
    remote.git(["update-ref", "-d", "refs/heads/main"]);
    assert!(source.refresh().unwrap());
    assert_eq!(text(&source, "a.md").as_deref(), Some("one"));
    assert_eq!(source.deliver().unwrap(), Some(Delivery::Done));
    assert_eq!(remote.git(["show", "main:a.md"]), "one");
}

#[test]
fn a_blog_below_the_root_leaves_the_rest_alone() {
    let remote = TestRemote::new();
    let hand = remote.check_out();
    hand.push("README.md", "not of the blog");
    hand.push("blog/a.md", "one");
    let config = GitConfig { path: Some(path("blog")), ..remote.config("clone") };
    let source = GitSource::open(config).unwrap();
    source.refresh().unwrap();
    assert_eq!(names(&source), ["a.md"]);
    assert_eq!(source.read(&path("README.md")).unwrap(), None);
    let foreign = remote.git(["rev-parse", "main:README.md"]);
    let foreign = inkstone_content::Version::parse(foreign.trim()).unwrap();
    assert_eq!(source.read_version(&path("a.md"), &foreign).unwrap(), None);
    save(&source, "b.md", "two").unwrap();
    assert_eq!(source.history(&path("a.md"), 9).unwrap().len(), 1);
    assert_eq!(source.modified(&[path("a.md"), path("b.md")]).unwrap().len(), 2);
    assert_eq!(
        remote.git(["ls-tree", "-r", "--name-only", "main"]),
        "README.md\nblog/a.md\nblog/b.md\n"
    );
    let seen = source.changes(None).unwrap().revision;
    hand.pull();
    hand.push("README.md", "changed");
    source.refresh().unwrap();
    assert!(source.changes(Some(&seen)).unwrap().changed.is_empty());
}

const EDITS: usize = 100;

/// One pushes with the `git` program, one saves, all the time.
#[test]
fn edits_of_different_files_by_many_are_never_lost() {
    let remote = HttpRemote::new();
    let hand = remote.remote().check_out();
    hand.push("first.md", "first");
    let source = remote.source("clone");
    // Neither may run ahead: they are to meet.
    let together = Barrier::new(2);
    thread::scope(|scope| {
        scope.spawn(|| {
            for number in 0..EDITS {
                if number % 4 == 0 {
                    together.wait();
                }
                hand.write(&format!("hand/{number}.md"), "by hand");
                let mut pushed = hand.try_push();
                while !pushed {
                    hand.pull();
                    pushed = hand.try_push();
                }
            }
        });
        for number in 0..EDITS {
            if number % 4 == 0 {
                together.wait();
            }
            assert!(save(&source, &format!("ink/{number}.md"), "by Inkstone").unwrap().committed);
        }
    });
    while let Some(delivery) = source.deliver().unwrap() {
        assert_eq!(delivery, Delivery::Done);
    }
    let found = remote.remote().git(["ls-tree", "-r", "--name-only", "main"]);
    for directory in ["hand", "ink"] {
        let count = found.lines().filter(|name| name.starts_with(directory)).count();
        assert_eq!(count, EDITS, "{directory}");
    }
    source.refresh().unwrap();
    assert_eq!(names(&source).len(), 2 * EDITS + 1);
    remote.remote().git(["fsck", "--full", "--strict"]);
}

/// Several sources, as in several processes: two share a clone, the third has its own.
#[test]
fn sources_of_one_remote_lose_nothing() {
    let remote = TestRemote::new();
    let sources = [remote.source("shared"), remote.source("shared"), remote.source("own")];
    thread::scope(|scope| {
        for (writer, source) in sources.iter().enumerate() {
            for thread in 0..2 {
                scope.spawn(move || {
                    for number in 0..10 {
                        save(source, &format!("{writer}/{thread}/{number}.md"), "text").unwrap();
                    }
                });
            }
        }
    });
    for source in &sources {
        while let Some(delivery) = source.deliver().unwrap() {
            assert_eq!(delivery, Delivery::Done);
        }
        source.refresh().unwrap();
        assert_eq!(names(source).len(), 60);
    }
    assert_eq!(remote.git(["ls-tree", "-r", "--name-only", "main"]).lines().count(), 60);
    remote.git(["fsck", "--full", "--strict"]);
}

/// Of editors of one version at several clones one wins, and every other's text is on a branch.
#[test]
fn editors_of_one_file_at_several_clones_lose_no_text() {
    let remote = TestRemote::new();
    remote.check_out().push("a.md", "base");
    let sources = ["one", "two", "three", "four"].map(|name| remote.source(name));
    let base = version(&sources[0], "a.md");
    let outcomes: Vec<_> = thread::scope(|scope| {
        let editors: Vec<_> = (0..sources.len())
            .map(|number| {
                let (source, base) = (&sources[number], &base);
                scope.spawn(move || save_on(source, "a.md", &format!("by {number}"), base))
            })
            .collect();
        editors.into_iter().map(|editor| editor.join().unwrap()).collect()
    });
    let winners = outcomes.iter().filter(|outcome| outcome.is_ok()).count();
    assert_eq!(winners, 1);
    for (number, outcome) in outcomes.iter().enumerate() {
        let branch = match outcome {
            Ok(_) => "main",
            Err(SourceError::Conflict { kept: Some(kept), .. }) => kept,
            Err(error) => panic!("{error:?}"),
        };
        assert_eq!(remote.git(["show", &format!("{branch}:a.md")]), format!("by {number}"));
    }
}
