//! A plain directory: links, other editors, and builds.

use std::{
    fs::{self, FileTimes},
    os::unix::fs::{MetadataExt as _, PermissionsExt, symlink},
    path::Path,
    time::{Duration, SystemTime},
};

use inkstone_content::{Base, ContentSource, Delivery, Edit, SourceError};
use inkstone_gitstore::{BuildConfig, BuildState, DirectoryConfig, DirectorySource};
use tempfile::TempDir;

use crate::support::{change, names, path, save, text, version, write};

const SOON: Duration = Duration::from_mins(1);

fn home() -> TempDir {
    tempfile::tempdir().unwrap()
}

fn source(home: &TempDir) -> DirectorySource {
    opened(home.path(), None)
}

fn building(home: &TempDir, build: BuildConfig) -> DirectorySource {
    opened(home.path(), Some(build))
}

fn opened(root: &Path, build: Option<BuildConfig>) -> DirectorySource {
    DirectorySource::open(DirectoryConfig { root: root.to_owned(), build, patience: SOON }).unwrap()
}

fn put(home: &TempDir, name: &str, bytes: &str) {
    let file = home.path().join(name);
    fs::create_dir_all(file.parent().unwrap()).unwrap();
    fs::write(file, bytes).unwrap();
}

fn remove(name: &str) -> Edit {
    Edit::Remove { path: path(name), base: Base::Current }
}

#[test]
fn a_root_that_is_no_directory_is_refused() {
    let home = home();
    put(&home, "file", "file");
    for root in ["missing", "file"] {
        let root = home.path().join(root);
        let config = DirectoryConfig { root, build: None, patience: SOON };
        let error = DirectorySource::open(config).unwrap_err();
        assert!(!error.to_string().contains("tmp"), "{error}");
    }
}

#[test]
fn whoever_waits_too_long_for_another_process_is_told() {
    let home = home();
    let root = home.path().to_owned();
    let config = DirectoryConfig { root, build: None, patience: Duration::from_millis(50) };
    let source = DirectorySource::open(config).unwrap();
    let held = fs::File::open(home.path()).unwrap();
    held.lock().unwrap();
    assert!(matches!(save(&source, "a.md", "one"), Err(SourceError::Busy)));
    assert!(matches!(source.changes(None), Err(SourceError::Busy)));
    drop(held);
    save(&source, "a.md", "one").unwrap();
}

#[test]
fn links_are_followed_inside_only() {
    let (home, outside) = (home(), home());
    put(&home, "real/a.md", "inside");
    put(&outside, "secret.md", "outside");
    let link = |target: &Path, name: &str| symlink(target, home.path().join(name)).unwrap();
    link(Path::new("real"), "posts");
    link(&home.path().join("real/a.md"), "absolute.md");
    link(outside.path(), "out");
    link(&outside.path().join("secret.md"), "out.md");
    link(Path::new("../../../../../../etc"), "etc");
    link(Path::new("nowhere"), "broken.md");
    link(Path::new("circle"), "circle");
    link(Path::new(".."), "real/up");
    link(home.path(), "real/self");

    let source = source(&home);
    let found = names(&source);
    for name in ["real/a.md", "posts/a.md", "absolute.md"] {
        assert!(found.contains(&name.to_owned()), "{name}: {found:?}");
        assert_eq!(text(&source, name).as_deref(), Some("inside"));
    }
    assert!(found.len() < 10, "no circles: {found:?}");
    for name in ["out/secret.md", "out.md", "etc/passwd", "broken.md", "circle", "circle/a.md"] {
        assert!(!found.contains(&name.to_owned()), "{name}");
        assert_eq!(source.read(&path(name)).unwrap(), None, "{name}");
        for edit in [write(name, "overwritten", Base::Current), remove(name)] {
            let error = source.change(&change(vec![edit])).unwrap_err();
            assert!(matches!(error, SourceError::NotAFile(_)), "{name}: {error:?}");
        }
    }
    let error = save(&source, "out/new.md", "escaped").unwrap_err();
    assert!(matches!(error, SourceError::NotAFile(_)), "{error:?}");
    assert_eq!(fs::read_dir(outside.path()).unwrap().count(), 1);
    assert_eq!(fs::read_to_string(outside.path().join("secret.md")).unwrap(), "outside");
}

#[test]
fn a_link_stays_a_link_when_its_file_is_written() {
    let home = home();
    put(&home, "real/a.md", "one");
    symlink("real/a.md", home.path().join("link.md")).unwrap();
    let source = source(&home);
    save(&source, "link.md", "two").unwrap();
    assert_eq!(text(&source, "real/a.md").as_deref(), Some("two"));
    assert!(home.path().join("link.md").is_symlink());
    source.change(&change(vec![remove("link.md")])).unwrap();
    assert_eq!(names(&source), ["real/a.md"]);
}

#[test]
fn what_other_programs_keep_does_not_exist() {
    let home = home();
    for name in [".git/config", "node_modules/a/README.md", "sub/.svn/x", "a/.hg/hgrc", "b.md"] {
        put(&home, name, "text");
    }
    symlink(".git", home.path().join("door")).unwrap();
    let source = source(&home);
    assert_eq!(names(&source), ["b.md"]);
    for name in
        ["node_modules/a/README.md", "sub/.svn/x", "a/.hg/hgrc", "door/config", "door/hooks/x"]
    {
        assert_eq!(source.read(&path(name)).unwrap(), None, "{name}");
        let error = save(&source, name, "overwritten").unwrap_err();
        assert!(matches!(error, SourceError::NotAFile(_)), "{name}: {error:?}");
    }
}

#[test]
fn devices_are_not_opened() {
    let home = home();
    let pipe = home.path().join("pipe.md");
    assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    let source = source(&home);
    assert_eq!(names(&source), [""; 0]);
    assert_eq!(source.read(&path("pipe.md")).unwrap(), None);
    assert!(matches!(save(&source, "pipe.md", "text"), Err(SourceError::NotAFile(_))));
}

#[test]
fn changes_by_other_editors_are_seen() {
    let home = home();
    put(&home, "a.md", "one");
    put(&home, "b.md", "one");
    let source = source(&home);
    let first = source.changes(None).unwrap();
    put(&home, "a.md", "two");
    fs::remove_file(home.path().join("b.md")).unwrap();
    put(&home, "c.md", "new");
    let changes = source.changes(Some(&first.revision)).unwrap();
    assert!(!changes.complete);
    let mut names: Vec<_> = changes.changed.iter().map(|entry| entry.path.as_str()).collect();
    names.sort_unstable();
    assert_eq!((names, changes.removed), (vec!["a.md", "c.md"], vec![path("b.md")]));
    // A source that was just started knows the same revisions by the same names.
    let again = opened(home.path(), None).changes(None).unwrap();
    assert_eq!(again.revision, changes.revision);
}

/// An old file of the same size and time is not the same file.
#[test]
fn a_file_that_is_swapped_for_its_like_is_read_again() {
    let home = home();
    let old = FileTimes::new().set_modified(SystemTime::UNIX_EPOCH + Duration::from_hours(500_000));
    put(&home, "a.md", "one");
    let file = home.path().join("a.md");
    fs::File::options().write(true).open(&file).unwrap().set_times(old).unwrap();
    let source = source(&home);
    let first = source.changes(None).unwrap();
    source.changes(None).unwrap();
    put(&home, "new.md", "two");
    let new = home.path().join("new.md");
    fs::File::options().write(true).open(&new).unwrap().set_times(old).unwrap();
    fs::rename(new, file).unwrap();
    let changes = source.changes(Some(&first.revision)).unwrap();
    assert_eq!(changes.changed.len(), 1);
    assert_eq!(changes.changed[0].version, version(&source, "a.md"));
}

#[test]
fn a_file_keeps_its_permissions_and_has_no_leftovers_beside_it() {
    let home = home();
    put(&home, "run.sh", "one");
    let file = home.path().join("run.sh");
    fs::set_permissions(&file, PermissionsExt::from_mode(0o750)).unwrap();
    let before = fs::metadata(&file).unwrap();
    let source = source(&home);
    save(&source, "run.sh", "two").unwrap();
    let after = fs::metadata(&file).unwrap();
    assert_eq!(after.permissions().mode(), before.permissions().mode());
    assert_ne!(after.ino(), before.ino(), "replaced as a whole");
    assert_eq!(fs::read_dir(home.path()).unwrap().count(), 1);
    put(&home, ".inkstone-tmp-dead", "left behind by a process that was killed");
    assert_eq!(names(&source), ["run.sh"]);
}

#[test]
fn empty_directories_go_along_with_their_last_file() {
    let home = home();
    put(&home, "a/b/c.md", "one");
    put(&home, "a/d.md", "two");
    let source = source(&home);
    source.change(&change(vec![remove("a/b/c.md")])).unwrap();
    assert!(!home.path().join("a/b").exists());
    source.change(&change(vec![remove("a/d.md")])).unwrap();
    assert_eq!(fs::read_dir(home.path()).unwrap().count(), 0);
    save(&source, "a.md", "still there").unwrap();
}

#[test]
fn a_change_starts_a_build() {
    let home = home();
    let build = BuildConfig::new("echo built by $$; cat a.md; echo complaint >&2");
    let source = building(&home, build);
    assert_eq!(source.last_build(), None);
    assert_eq!(save(&source, "a.md", "text\n").unwrap().delivery, Delivery::Building);
    assert!(source.wait_for_build(SOON));
    let report = source.last_build().unwrap();
    assert_eq!(report.state, BuildState::Succeeded);
    assert!(report.output.starts_with("built by "), "{report:?}");
    assert!(report.output.ends_with("text\ncomplaint\n"), "{report:?}");
    assert_eq!(save(&source, "a.md", "text\n").unwrap().delivery, Delivery::Done, "same bytes");
}

#[test]
fn a_build_that_fails_says_so() {
    let home = home();
    let source = building(&home, BuildConfig::new("echo no theme; exit 3"));
    save(&source, "a.md", "text").unwrap();
    assert!(source.wait_for_build(SOON));
    let report = source.last_build().unwrap();
    assert_eq!((report.state, report.output.as_str()), (BuildState::Failed(Some(3)), "no theme\n"));
}

/// Many changes during a build make one more build, which sees the last of them.
#[test]
fn requests_during_a_build_become_one() {
    let home = home();
    let command =
        "echo x >> .git/builds; cat a.md > .git/seen; while [ ! -e .git/go ]; do sleep 0.01; done";
    fs::create_dir(home.path().join(".git")).unwrap();
    let source = building(&home, BuildConfig::new(command));
    save(&source, "a.md", "0").unwrap();
    while !home.path().join(".git/seen").exists() {
        std::thread::yield_now();
    }
    for number in 1..=5 {
        save(&source, "a.md", &number.to_string()).unwrap();
    }
    assert_eq!(source.last_build().unwrap().state, BuildState::Running);
    put(&home, ".git/go", "");
    assert!(source.wait_for_build(SOON));
    assert_eq!(fs::read_to_string(home.path().join(".git/seen")).unwrap(), "5");
    assert_eq!(fs::read_to_string(home.path().join(".git/builds")).unwrap(), "x\nx\n");
}

#[test]
fn a_build_that_takes_too_long_is_killed_with_all_it_started() {
    let home = home();
    let command = "sleep 1000 & echo $! > .git/child; echo begun; wait";
    fs::create_dir(home.path().join(".git")).unwrap();
    let limit = Duration::from_secs(1);
    let source = building(&home, BuildConfig { limit, ..BuildConfig::new(command) });
    save(&source, "a.md", "text").unwrap();
    assert!(source.wait_for_build(SOON));
    let report = source.last_build().unwrap();
    assert_eq!((report.state, report.output.as_str()), (BuildState::TimedOut, "begun\n"));
    assert_gone(&home);
}

#[test]
fn a_build_ends_with_its_source() {
    let home = home();
    fs::create_dir(home.path().join(".git")).unwrap();
    let command = "sleep 1000 & echo $! > .git/new; mv .git/new .git/child; wait";
    let source = building(&home, BuildConfig::new(command));
    save(&source, "a.md", "text").unwrap();
    while !home.path().join(".git/child").exists() {
        std::thread::yield_now();
    }
    drop(source);
    assert_gone(&home);
}

/// Waits until the process whose number is in `.git/child` is gone, or only a zombie of it is left.
fn assert_gone(home: &TempDir) {
    let child = fs::read_to_string(home.path().join(".git/child")).unwrap();
    let status = format!("/proc/{}/status", child.trim());
    while fs::read_to_string(&status).is_ok_and(|text| !text.contains("State:\tZ")) {
        std::thread::yield_now();
    }
}

/// A daemon that a build leaves behind holds its output open for ever.
#[test]
fn a_daemon_does_not_keep_a_build_running() {
    let home = home();
    let command = "setsid sh -c 'echo $$ > .git/new; mv .git/new .git/child; exec sleep 1000' & while [ ! -e .git/child ]; do sleep 0.01; done; echo done";
    fs::create_dir(home.path().join(".git")).unwrap();
    let source = building(&home, BuildConfig::new(command));
    save(&source, "a.md", "text").unwrap();
    assert!(source.wait_for_build(SOON));
    let report = source.last_build().unwrap();
    assert_eq!((report.state, report.output.as_str()), (BuildState::Succeeded, "done\n"));
    let child = fs::read_to_string(home.path().join(".git/child")).unwrap();
    assert!(std::process::Command::new("kill").arg(child.trim()).status().unwrap().success());
}

#[test]
fn the_output_of_a_build_is_bounded() {
    let home = home();
    let command = "i=0; while [ $i -lt 2000 ]; do echo line $i; i=$((i+1)); done";
    let source = building(&home, BuildConfig { log_bytes: 100, ..BuildConfig::new(command) });
    save(&source, "a.md", "text").unwrap();
    assert!(source.wait_for_build(SOON));
    let report = source.last_build().unwrap();
    assert_eq!(report.output.len(), 100);
    assert!(report.output.ends_with("line 1999\n"));
    assert_eq!(
        report.dropped_bytes,
        (0..2000).map(|n: u64| 6 + n.to_string().len() as u64).sum::<u64>() - 100
    );
}
