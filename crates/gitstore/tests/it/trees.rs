//! Trees with things in them that are no files of a blog.

use std::os::unix::fs::{PermissionsExt, symlink};

use inkstone_content::{Base, Change, ContentSource, Delivery, Edit, SourceError, Version};
use inkstone_gitstore::testing::{TestRemote, WorkTree};

use crate::support::{NOON, change, names, path, save, text, write};

/// A tree with a link to a file, one to a directory, one that leads out, a submodule, a program,
/// and what other programs keep.
fn odd_tree(remote: &TestRemote) -> WorkTree {
    let hand = remote.check_out();
    hand.write("real/a.md", "real");
    hand.write("run.sh", "#!/bin/sh");
    hand.write("node_modules/pkg/README.md", "of a dependency");
    hand.write(".hg/hgrc", "of Mercurial");
    hand.write("with:colon.md", "no path of ours");
    let program = hand.path().join("run.sh");
    std::fs::set_permissions(program, PermissionsExt::from_mode(0o755)).unwrap();
    symlink("real/a.md", hand.path().join("link.md")).unwrap();
    symlink("real", hand.path().join("linked")).unwrap();
    symlink("/etc/passwd", hand.path().join("passwd")).unwrap();
    hand.git(["add", "--all"]);
    let commit = "160000,1234567890123456789012345678901234567890,theme";
    hand.git(["update-index", "--add", "--cacheinfo", commit]);
    hand.git(["commit", "--quiet", "--message", "Odd things"]);
    hand.git(["push", "--quiet", "origin", "HEAD:main"]);
    hand
}

#[test]
fn only_regular_files_exist() {
    let remote = TestRemote::new();
    odd_tree(&remote);
    let source = remote.source("clone");
    assert_eq!(names(&source), ["real/a.md", "run.sh"]);
    for name in [
        "link.md",
        "linked",
        "linked/a.md",
        "passwd",
        "theme",
        "theme/a.md",
        "real",
        "node_modules/pkg/README.md",
        ".hg/hgrc",
    ] {
        assert_eq!(source.read(&path(name)).unwrap(), None, "{name}");
        let error = save(&source, name, "overwritten").unwrap_err();
        assert!(
            matches!(&error, SourceError::NotAFile(found) if *found == path(name)),
            "{error:?}"
        );
        let removal = Edit::Remove { path: path(name), base: Base::Current };
        let error = source.change(&change(vec![removal])).unwrap_err();
        assert!(matches!(error, SourceError::NotAFile(_)), "{name}: {error:?}");
    }
}

#[test]
fn odd_things_survive_changes_beside_them() {
    let remote = TestRemote::new();
    odd_tree(&remote);
    let before = remote.git(["ls-tree", "-r", "main"]);
    let source = remote.source("clone");
    save(&source, "run.sh", "#!/bin/sh\nexit").unwrap();
    save(&source, "new/deep/a.md", "new").unwrap();
    let removal = Edit::Remove { path: path("new/deep/a.md"), base: Base::Current };
    source.change(&change(vec![removal])).unwrap();
    let after = remote.git(["ls-tree", "-r", "main"]);
    let without = |tree: &str| -> Vec<String> {
        tree.lines().filter(|line| !line.ends_with("run.sh")).map(str::to_owned).collect()
    };
    assert_eq!(without(&before), without(&after));
    assert!(after.lines().any(|line| line.starts_with("100755") && line.ends_with("run.sh")));
    remote.git(["fsck", "--full", "--strict"]);
}

#[test]
fn no_empty_directory_is_left_behind() {
    let remote = TestRemote::new();
    let source = remote.source("clone");
    save(&source, "a/b/c.md", "one").unwrap();
    save(&source, "z.md", "two").unwrap();
    let removal = Edit::Remove { path: path("a/b/c.md"), base: Base::Current };
    source.change(&change(vec![removal])).unwrap();
    assert_eq!(remote.git(["ls-tree", "-r", "-t", "--name-only", "main"]), "z.md\n");
    let removal = Edit::Remove { path: path("z.md"), base: Base::Current };
    assert_eq!(source.change(&change(vec![removal])).unwrap().delivery, Delivery::Done);
    assert_eq!(remote.git(["ls-tree", "-r", "-t", "main"]), "");
    save(&source, "a", "now a file").unwrap();
    assert_eq!(names(&source), ["a"]);
}

#[test]
fn a_file_and_what_is_below_it_are_no_single_change() {
    let remote = TestRemote::new();
    let source = remote.source("clone");
    save(&source, "first.md", "first").unwrap();
    for edits in [
        vec![write("a", "file", Base::Current), write("a/b", "below", Base::Current)],
        vec![write("a/b", "below", Base::Current), write("a", "file", Base::Current)],
    ] {
        let error = source.change(&change(edits)).unwrap_err();
        assert!(matches!(error, SourceError::NotAFile(_)), "{error:?}");
    }
    assert_eq!(names(&source), ["first.md"]);
}

/// A tree of ten directories, each the same directory ten times: ten thousand million files.
#[test]
fn a_tree_that_multiplies_is_refused() {
    let remote = TestRemote::new();
    let hand = remote.check_out();
    hand.push("keep.md", "keep");
    let blob = hand.git(["hash-object", "-w", "keep.md"]);
    let (mut kind, mut id) = ("100644 blob", blob.trim().to_owned());
    for _ in 0..10 {
        let lines: String =
            (0..10).flat_map(|n| [format!("{kind} {id}\td{n}"), "\n".to_owned()]).collect();
        hand.write("lines", &lines);
        let tree = std::process::Command::new("git")
            .arg("-C")
            .arg(hand.path())
            .arg("mktree")
            .stdin(std::fs::File::open(hand.path().join("lines")).unwrap())
            .output()
            .unwrap();
        id = String::from_utf8(tree.stdout).unwrap().trim().to_owned();
        kind = "040000 tree";
    }
    let commit = hand.git(["commit-tree", &id, "-p", "HEAD", "-m", "Bomb"]);
    hand.git(["push", "--quiet", "origin", &format!("{}:main", commit.trim())]);
    let source = remote.source("clone");
    assert!(matches!(source.changes(None), Err(SourceError::Backend(_))));
    assert_eq!(text(&source, "d0/d1/d2/d3/d4/d5/d6/d7/d8/d9").as_deref(), Some("keep"));
}

#[test]
fn a_message_and_an_author_are_kept_as_they_are() {
    let remote = TestRemote::new();
    let source = remote.source("clone");
    let message = "写一篇 \0 title\n\nwith a body\n".to_owned();
    let edits = vec![write("a.md", "text", Base::Current)];
    source.change(&Change { edits, message, at: NOON }).unwrap();
    let told = remote.git(["log", "-1", "--format=%B", "main"]);
    assert_eq!(told.trim(), "写一篇   title\n\nwith a body");
    let commit = &source.history(&path("a.md"), 1).unwrap()[0];
    assert_eq!((commit.summary.as_str(), commit.at), ("写一篇   title", NOON));
    assert_eq!(commit.author, "Ink <ink@blog.example>");
}

#[test]
fn histories_with_merges_tell_who_changed_what() {
    let remote = TestRemote::new();
    let hand = remote.check_out();
    let at = |seconds: &str| format!("{seconds} +0000");
    let commit = |seconds: &str, message: &str| {
        hand.git(["add", "--all"]);
        let date = at(seconds);
        hand.git(["-c", "user.name=Hand", "commit", "--quiet", "--date", &date, "-m", message]);
    };
    hand.write("a.md", "one");
    hand.write("b.md", "one");
    commit("1700000000", "First");
    hand.git(["checkout", "--quiet", "-b", "side"]);
    hand.write("b.md", "side");
    commit("1700000100", "Side");
    hand.git(["checkout", "--quiet", "-"]);
    hand.write("a.md", "main");
    commit("1700000200", "Main");
    hand.git(["merge", "--quiet", "--no-ff", "-m", "Merge", "side"]);
    hand.git(["push", "--quiet", "origin", "HEAD:main"]);

    let source = remote.source("clone");
    let told = |name: &str| -> Vec<String> {
        source.history(&path(name), 9).unwrap().into_iter().map(|commit| commit.summary).collect()
    };
    assert_eq!(told("a.md"), ["Main", "First"]);
    assert_eq!(told("b.md"), ["Side", "First"]);
    let times = source.modified(&[path("a.md"), path("b.md")]).unwrap();
    assert!(times.len() == 2);
    let old = Version::parse(remote.git(["rev-parse", "main~1:b.md"]).trim()).unwrap();
    assert_eq!(source.read_version(&path("b.md"), &old).unwrap().as_deref(), Some(&b"one"[..]));
}
