//! A process that is killed while it saves.

use std::{
    env,
    io::{BufRead as _, BufReader, Write as _},
    path::PathBuf,
    process::{Command, Stdio},
};

use inkstone_content::{ContentSource, Delivery};
use inkstone_gitstore::{GitSource, testing::TestRemote};

use crate::support::{names, save};

/// Tells the child where the remote is.
const REMOTE: &str = "INKSTONE_TEST_REMOTE";

const KILLS: usize = 20;

/// What was answered is in the history, and both repositories are whole.
#[test]
fn a_killed_process_loses_nothing_and_breaks_nothing() {
    let remote = TestRemote::new();
    let mut acknowledged = Vec::new();
    for round in 0..KILLS {
        let mut child = Command::new(env::current_exe().unwrap())
            .args(["--exact", "crash::saves_until_it_is_killed", "--ignored", "--nocapture"])
            .env(REMOTE, remote.path())
            .env("INKSTONE_TEST_ROUND", round.to_string())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines().map_while(Result::ok);
        // One save more each time, so that the blow meets other moments.
        let mut saved = lines.filter_map(|line| line.strip_prefix("saved ").map(str::to_owned));
        acknowledged.extend(saved.by_ref().take(1 + round % 7));
        child.kill().unwrap();
        acknowledged.extend(saved);
        child.wait().unwrap();
    }
    assert!(acknowledged.len() >= KILLS);
    let source = GitSource::open(remote.config("clone")).unwrap();
    source.refresh().unwrap();
    while let Some(delivery) = source.deliver().unwrap() {
        assert_eq!(delivery, Delivery::Done);
    }
    let found = names(&source);
    for name in acknowledged {
        assert!(found.contains(&name), "{name}");
    }
    let delivered = remote.git(["ls-tree", "-r", "--name-only", "main"]);
    assert_eq!(delivered.lines().map(str::to_owned).collect::<Vec<_>>(), found);
    remote.git(["fsck", "--full", "--strict"]);
    let clones = remote.path().with_file_name("clone");
    let mut clones = clones.read_dir().unwrap().map(|entry| entry.unwrap().path());
    let clone = clones.find(|path| path.extension().is_some_and(|e| e == "git")).unwrap();
    remote.git(["-C", clone.to_str().unwrap(), "fsck", "--full", "--strict"]);
    source.maintain().unwrap();
}

#[test]
#[ignore = "is run, and killed, by another test"]
#[expect(clippy::disallowed_methods, reason = "how one process tells another what to do")]
#[expect(clippy::print_stdout, reason = "how it answers")]
fn saves_until_it_is_killed() {
    let Ok(remote) = env::var(REMOTE) else { return };
    let round = env::var("INKSTONE_TEST_ROUND").unwrap();
    let path = PathBuf::from(remote);
    let address = inkstone_gitstore::RemoteAddress::parse(path.to_str().unwrap()).unwrap();
    let mut config = TestRemote::new().config_at("clone", address);
    config.directory = path.with_file_name("clone");
    let source = GitSource::open(config).unwrap();
    source.refresh().unwrap();
    for number in 0.. {
        let name = format!("{round}/{number}.md");
        save(&source, &name, "text").unwrap();
        println!("saved {name}");
        std::io::stdout().flush().unwrap();
    }
}
