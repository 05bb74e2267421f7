//! Servers that save posts of one blog, each through a clone of its own.

use std::{
    path::Path,
    process::Command,
    sync::atomic::{AtomicUsize, Ordering},
};

use anyhow::{Context as _, ensure};
use serde_json::json;

use super::{
    agreement::{at_once, wait_until},
    checks::Checks,
    client::Client,
    cluster::Cluster,
};
use crate::process::Workplace;

/// Saves `posts` at each server, all at the same moment.
pub(crate) fn check(
    cluster: &Cluster<'_>,
    place: &Workplace,
    posts: u32,
    checks: &mut Checks,
) -> anyhow::Result<()> {
    let repository = place.path("blog.git");
    make(&repository, &place.path("draft"))?;
    let servers: Vec<Client> = cluster.urls().iter().map(|url| Client::new(url)).collect();
    let first = servers.first().context("a server")?;
    let session = first.log_in()?;
    let bearer = format!("Bearer {session}");
    let headers = [("authorization", &*bearer)];
    let params = json!({ "url": repository, "branch": "main", "config": "Hexo" });
    let provider = json!({ "provider": "git", "params": params }).to_string();
    let set = first.post("/api/set_hexo", &headers, &json!({ "provider": provider }))?;
    ensure!(set.body["status"] == true, "the blog's source is refused: {}", set.body);
    for server in &servers {
        let known = || Ok(server.get("/api/inkstone/content", &headers)?.body["provider"] == "git");
        wait_until(known)?;
    }

    let numbers = AtomicUsize::new(0);
    let saved = at_once(&servers, posts as usize, |server| {
        let number = numbers.fetch_add(1, Ordering::Relaxed);
        let post = json!({ "path": format!("source/_posts/{number}.md"), "content": "text" });
        Ok(server.put("/api/inkstone/content/file", &session, &post).is_ok())
    })?;
    let (all, saved) = (saved.len(), saved.into_iter().filter(|saved| *saved).count());
    let stored = git(&repository, &["ls-tree", "--name-only", "main:source/_posts"])?;
    let stored = stored.lines().count();
    let commits = git(&repository, &["log", "--format=%h", "--no-merges", "main"])?;
    // One made the repository.
    let commits = commits.lines().count() - 1;
    checks.note(
        "posts saved at all servers at once are all in the repository",
        format!("{saved} of {all} saved, {stored} in the repository, in {commits} commits"),
        [saved, stored, commits] == [all; 3],
    );
    Ok(())
}

/// Makes a repository with what a blog needs.
fn make(repository: &Path, draft: &Path) -> anyhow::Result<()> {
    let shown = repository.to_string_lossy();
    let parent = repository.parent().context("a directory")?;
    git(parent, &["init", "--quiet", "--bare", "--initial-branch=main", &shown])?;
    git(parent, &["clone", "--quiet", &shown, &draft.to_string_lossy()])?;
    std::fs::write(draft.join("_config.yml"), "title: Blog\n")?;
    git(draft, &["add", "."])?;
    let author = ["-c", "user.name=Owner", "-c", "user.email=owner@blog.example"];
    git(draft, &[&author[..], &["commit", "--quiet", "--message=First"]].concat())?;
    git(draft, &["push", "--quiet", "origin", "HEAD:main"]).map(drop)
}

fn git(directory: &Path, arguments: &[&str]) -> anyhow::Result<String> {
    let output = Command::new("git").current_dir(directory).args(arguments).output()?;
    let errors = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.success(), "git {}: {errors}", arguments.join(" "));
    Ok(String::from_utf8(output.stdout)?)
}
