//! A remote that cannot be reached, for a while.

use std::{fs::File, time::Duration};

use inkstone_content::{ContentSource, Delivery, SourceError};
use inkstone_gitstore::{
    GitConfig, GitLimits, GitSource,
    testing::{HttpRemote, TestRemote},
};
use inkstone_vocab::{Fault as _, FaultKind};

use crate::support::{names, path, save, save_on, text, version};

#[track_caller]
fn assert_waits(delivery: &Delivery) {
    let Delivery::Waiting(reason) = delivery else { panic!("waiting, not {delivery:?}") };
    assert!(!reason.is_empty());
}

#[test]
fn a_change_waits_for_the_remote() {
    let remote = HttpRemote::new();
    let source = remote.source("clone");
    save(&source, "a.md", "one").unwrap();
    remote.set_down(true);
    let changed = save(&source, "a.md", "two").unwrap();
    assert!(changed.committed);
    assert_waits(&changed.delivery);
    assert_waits(&save(&source, "b.md", "new").unwrap().delivery);
    assert_eq!(text(&source, "a.md").as_deref(), Some("two"));
    assert_waits(&source.deliver().unwrap().unwrap());
    assert!(matches!(source.refresh(), Err(SourceError::Remote { .. })));

    remote.set_down(false);
    assert_eq!(source.deliver().unwrap(), Some(Delivery::Done));
    assert_eq!(source.deliver().unwrap(), None);
    assert_eq!(remote.remote().git(["show", "main:a.md"]), "two");
    assert_eq!(remote.remote().git(["rev-list", "--count", "main"]).trim(), "3");
}

#[test]
fn what_waits_survives_a_restart() {
    let remote = HttpRemote::new();
    let source = remote.source("clone");
    remote.set_down(true);
    save(&source, "a.md", "one").unwrap();
    drop(source);
    let source = GitSource::open(remote.config("clone")).unwrap();
    assert_eq!(names(&source), ["a.md"]);
    remote.set_down(false);
    assert_eq!(source.deliver().unwrap(), Some(Delivery::Done));
    assert_eq!(remote.remote().git(["show", "main:a.md"]), "one");
}

#[test]
fn the_next_change_takes_along_what_waits() {
    let remote = HttpRemote::new();
    let source = remote.source("clone");
    save(&source, "a.md", "one").unwrap();
    let base = version(&source, "a.md");
    remote.set_down(true);
    save(&source, "b.md", "two").unwrap();
    remote.set_down(false);
    assert_eq!(save_on(&source, "a.md", "three", &base).unwrap().delivery, Delivery::Done);
    assert_eq!(remote.remote().git(["rev-list", "--count", "main"]).trim(), "3");
}

/// Of three commits that wait, the one in the middle conflicts: the others are delivered.
#[test]
fn each_waiting_commit_is_carried_out_again_by_itself() {
    let remote = HttpRemote::new();
    let hand = remote.remote().check_out();
    hand.push("b.md", "base");
    let source = remote.source("clone");
    remote.set_down(true);
    for name in ["a.md", "b.md", "c.md"] {
        save(&source, name, "ours").unwrap();
    }
    hand.push("b.md", "theirs");
    hand.push("d.md", "theirs");
    remote.set_down(false);

    let error = source.deliver().unwrap_err();
    let SourceError::Conflict { path: found, kept: Some(kept), .. } = &error else {
        panic!("a conflict, not {error:?}");
    };
    assert_eq!(*found, path("b.md"));
    assert_eq!(source.deliver().unwrap(), None);
    let show = |what: &str| remote.remote().git(["show", what]);
    assert_eq!(show("main:a.md"), "ours");
    assert_eq!(show("main:b.md"), "theirs");
    assert_eq!(show("main:c.md"), "ours");
    assert_eq!(show("main:d.md"), "theirs");
    assert_eq!(show(&format!("{kept}:b.md")), "ours");
    assert_eq!(names(&source), ["a.md", "b.md", "c.md", "d.md"]);
}

/// That somebody's earlier commit conflicts is not the failure of this one.
#[test]
fn an_older_conflict_is_told_at_the_next_delivery() {
    let remote = HttpRemote::new();
    let hand = remote.remote().check_out();
    hand.push("a.md", "base");
    let source = remote.source("clone");
    remote.set_down(true);
    save(&source, "a.md", "ours").unwrap();
    hand.push("a.md", "theirs");
    remote.set_down(false);
    assert_eq!(save(&source, "b.md", "new").unwrap().delivery, Delivery::Done);
    assert!(matches!(source.deliver(), Err(SourceError::Conflict { kept: Some(_), .. })));
    assert_eq!(source.deliver().unwrap(), None);
}

#[test]
fn what_waits_survives_a_rewritten_history() {
    let remote = HttpRemote::new();
    let hand = remote.remote().check_out();
    hand.push("a.md", "one");
    hand.push("b.md", "two");
    let source = remote.source("clone");
    remote.set_down(true);
    save(&source, "c.md", "ours").unwrap();
    hand.git(["reset", "--quiet", "--hard", "HEAD~1"]);
    hand.write("d.md", "four");
    hand.git(["add", "--all"]);
    hand.git(["commit", "--quiet", "--message", "Instead"]);
    hand.git(["push", "--quiet", "--force", "origin", "HEAD:main"]);
    remote.set_down(false);
    assert!(source.refresh().unwrap());
    assert_eq!(names(&source), ["a.md", "c.md", "d.md"]);
    assert_eq!(source.deliver().unwrap(), Some(Delivery::Done));
    let found = remote.remote().git(["ls-tree", "-r", "--name-only", "main"]);
    assert_eq!(found, "a.md\nc.md\nd.md\n");
}

#[test]
fn what_waits_for_an_empty_remote_survives_its_first_commits() {
    let remote = HttpRemote::new();
    let source = remote.source("clone");
    remote.set_down(true);
    save(&source, "a.md", "ours").unwrap();
    save(&source, "b.md", "ours").unwrap();
    remote.remote().check_out().push("b.md", "theirs");
    remote.set_down(false);
    let error = source.deliver().unwrap_err();
    assert!(matches!(&error, SourceError::Conflict { path: found, .. } if *found == path("b.md")));
    assert_eq!(remote.remote().git(["show", "main:a.md"]), "ours");
    assert_eq!(remote.remote().git(["show", "main:b.md"]), "theirs");
}

#[test]
fn a_remote_that_was_never_read_is_not_an_empty_blog() {
    let remote = HttpRemote::new();
    remote.remote().check_out().push("a.md", "one");
    let source = GitSource::open(remote.config("clone")).unwrap();
    remote.set_down(true);
    for error in [
        source.changes(None).unwrap_err(),
        source.read(&path("a.md")).unwrap_err(),
        source.history(&path("a.md"), 1).unwrap_err(),
        source.modified(&[path("a.md")]).unwrap_err(),
        save(&source, "a.md", "two").unwrap_err(),
    ] {
        assert_eq!(error.kind(), FaultKind::Unavailable, "{error:?}");
    }
    assert_eq!(source.deliver().unwrap(), None);
    remote.set_down(false);
    assert_eq!(save(&source, "b.md", "two").unwrap().delivery, Delivery::Done);
    assert_eq!(names(&source), ["a.md", "b.md"]);
}

#[test]
fn a_refusal_of_the_remote_is_told_in_its_words() {
    let remote = HttpRemote::new();
    let source = remote.source("clone");
    save(&source, "a.md", "one").unwrap();
    let hook = remote.remote().path().join("hooks/update");
    std::fs::write(&hook, "#!/bin/sh\nexit 1\n").unwrap();
    let executable = std::os::unix::fs::PermissionsExt::from_mode(0o755);
    std::fs::set_permissions(&hook, executable).unwrap();
    let changed = save(&source, "a.md", "two").unwrap();
    let Delivery::Waiting(reason) = changed.delivery else { panic!("waiting") };
    assert_eq!(reason, "the remote refuses: hook declined");
    std::fs::remove_file(hook).unwrap();
    assert_eq!(source.deliver().unwrap(), Some(Delivery::Done));
}

#[test]
fn a_branch_that_is_checked_out_is_not_moved() {
    let remote = TestRemote::new();
    let hand = remote.check_out();
    hand.push("a.md", "one");
    let address = inkstone_gitstore::RemoteAddress::parse(hand.path().to_str().unwrap()).unwrap();
    let source = GitSource::open(remote.config_at("clone", address)).unwrap();
    source.refresh().unwrap();
    let Delivery::Waiting(reason) = save(&source, "a.md", "two").unwrap().delivery else {
        panic!("waiting")
    };
    assert!(reason.contains("checked out"), "{reason}");
    assert_eq!(hand.git(["status", "--porcelain"]), "");
    assert_eq!(hand.git(["show", "HEAD:a.md"]), "one");
}

#[test]
fn whoever_waits_too_long_for_another_writer_is_told() {
    let remote = TestRemote::new();
    let limits = GitLimits { patience: Duration::from_millis(50), ..GitLimits::default() };
    let source = GitSource::open(GitConfig { limits, ..remote.config("clone") }).unwrap();
    source.refresh().unwrap();
    let files = remote.path().with_file_name("clone").read_dir().unwrap();
    let lock =
        files.map(|file| file.unwrap().path()).find(|path| path.extension().unwrap() == "lock");
    let held = File::open(lock.unwrap()).unwrap();
    held.lock().unwrap();
    assert!(matches!(save(&source, "a.md", "one"), Err(SourceError::Busy)));
    assert!(matches!(source.refresh(), Err(SourceError::Busy)));
    assert_eq!(names(&source), [""; 0], "readers do not wait");
    drop(held);
    save(&source, "a.md", "one").unwrap();
}
