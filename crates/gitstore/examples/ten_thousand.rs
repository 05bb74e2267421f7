//! How long a repository with ten thousand posts keeps one waiting.
//!
//! `cargo run --release --package inkstone-gitstore --example ten_thousand --features testing`;
//! another number of posts may follow.

use std::{
    env,
    error::Error,
    fmt::Write as _,
    hint::black_box,
    process::{Command, Stdio},
    time::{Duration, Instant},
};

use inkstone_content::{Base, Change, ContentPath, ContentSource, Edit};
use inkstone_gitstore::{GitSource, testing::TestRemote};
use inkstone_vocab::Timestamp;

const COMMITS: usize = 1_000;
const SAVES: usize = 200;

#[expect(clippy::print_stdout, reason = "a measurement is printed")]
fn main() -> Result<(), Box<dyn Error>> {
    let posts = env::args().nth(1).map_or(Ok(10_000), |text| text.parse())?;
    let remote = TestRemote::new();
    fill(&remote, posts)?;
    let source = GitSource::open(remote.config("clone"))?;
    let clone = timed(|| source.refresh())?;
    println!("{posts} posts, {COMMITS} commits");
    println!("first fetch                    {clone:>10.1?}");

    let all = source.changes(None)?;
    let listing = timed(|| source.changes(None))?;
    println!("listing of everything          {listing:>10.1?}");
    let paths: Vec<_> = all.changed.iter().map(|entry| entry.path.clone()).collect();
    println!("times of everything, first     {:>10.1?}", timed(|| source.modified(&paths))?);
    println!("times of everything, again     {:>10.1?}", timed(|| source.modified(&paths))?);
    let path = ContentPath::parse("source/_posts/post-7.md")?;
    println!("history of one post            {:>10.1?}", timed(|| source.history(&path, 20))?);

    let mut saves = Vec::new();
    let (mut since, mut listings, mut times) = (all.revision, Vec::new(), Vec::new());
    for number in 0..SAVES {
        saves.push(timed(|| source.change(&edit(&path, number)))?);
        let begun = now();
        let changes = source.changes(Some(&since))?;
        listings.push(begun.elapsed());
        assert_eq!(black_box(&changes).changed.len(), 1);
        since = changes.revision;
        times.push(timed(|| source.modified(&paths[..1]))?);
    }
    for (what, mut measured) in [
        ("save and push", saves),
        ("listing after one change", listings),
        ("times after one change", times),
    ] {
        measured.sort();
        let (median, worst) = (measured[SAVES / 2], measured[SAVES - 1]);
        println!("{what:<30} {median:>10.1?}, at worst {worst:.1?}");
    }
    Ok(())
}

#[expect(clippy::disallowed_methods, reason = "a measurement")]
fn now() -> Instant {
    Instant::now()
}

fn timed<T, E>(work: impl FnOnce() -> Result<T, E>) -> Result<Duration, E> {
    let begun = now();
    black_box(work()?);
    Ok(begun.elapsed())
}

fn edit(path: &ContentPath, number: usize) -> Change {
    let bytes = format!("---\ntitle: Edited\n---\nVersion {number}\n").into_bytes();
    Change {
        edits: vec![Edit::Write { path: path.clone(), bytes, base: Base::Current }],
        message: format!("Edit {number}"),
        at: Timestamp::from_millis(1_795_780_800_000),
    }
}

/// One commit with all posts, then some with one change each.
fn fill(remote: &TestRemote, posts: usize) -> Result<(), Box<dyn Error>> {
    let mut stream = String::new();
    let mut post = |commit: usize, range: std::ops::Range<usize>| -> Result<(), std::fmt::Error> {
        let time = 1_700_000_000 + commit * 600;
        writeln!(stream, "commit refs/heads/main\ncommitter Hand <h@b> {time} +0000\ndata 2\nx\n")?;
        for number in range {
            let text = format!("---\ntitle: Post {number}\n---\nWritten in commit {commit}.\n");
            writeln!(stream, "M 100644 inline source/_posts/post-{number}.md")?;
            writeln!(stream, "data {}\n{text}", text.len())?;
        }
        Ok(())
    };
    post(0, 0..posts)?;
    for commit in 1..COMMITS {
        let number = commit * 7 % posts;
        post(commit, number..number + 1)?;
    }
    let mut import = Command::new("git");
    import.arg("-C").arg(remote.path()).args(["fast-import", "--quiet"]).stdin(Stdio::piped());
    let mut child = import.spawn()?;
    std::io::Write::write_all(&mut child.stdin.take().ok_or("no pipe")?, stream.as_bytes())?;
    if !child.wait()?.success() {
        return Err("git fast-import failed".into());
    }
    Ok(())
}
