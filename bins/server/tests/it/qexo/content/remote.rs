//! A remote that fails, and one that others use.

use serde_json::{Value, json};

use super::super::support::{SAVED, TOKEN};
use super::support::{Hosted, until};
use crate::cwd::support::{Blog, Database, on_both_databases};

on_both_databases!(
    what_cannot_be_delivered_waits_and_is_delivered,
    a_late_conflict_is_a_notice,
    two_servers_edit_one_blog
);

fn state(blog: &Blog) -> Value {
    let answer = blog.own("GET", "", &json!({}));
    assert_eq!(answer.status, 200, "{answer:?}");
    answer.json()
}

fn save(blog: &Blog, file: &str, content: &str) {
    blog.owner_form("/pub/save", &[("file", file), ("content", content)]).expect(200, SAVED);
}

fn what_cannot_be_delivered_waits_and_is_delivered(database: Database) {
    let site = Hosted::on(database);
    assert_eq!(state(&site.blog)["waiting"], Value::Null);
    site.remote.set_down(true);
    save(&site.blog, "source/_posts/a.md", "kept");
    save(&site.blog, "source/_posts/b.md", "kept, too");
    let waiting = state(&site.blog)["waiting"].clone();
    let reason = waiting["reason"].as_str().unwrap();
    assert!(!reason.is_empty() && !reason.contains("s3cr3t"), "{reason}");
    // It is listed all the same, and so it is when a refresh fails.
    assert_eq!(site.blog.names("get_posts", "posts", "/a.md"), ["a"]);
    site.blog.owner_form("/api/purge", &[]);
    assert_eq!(site.blog.names("get_posts", "posts", "").len(), 5);
    until("another try", || state(&site.blog)["waiting"]["attempts"].as_u64() > Some(0));
    site.work.push("source/_posts/theirs.md", "theirs");
    site.remote.set_down(false);
    until("a delivery", || state(&site.blog)["waiting"] == Value::Null);
    assert_eq!(site.text("source/_posts/a.md"), "kept");
    assert_eq!(site.text("source/_posts/b.md"), "kept, too");
    assert_eq!(site.text("source/_posts/theirs.md"), "theirs");
}

fn a_late_conflict_is_a_notice(database: Database) {
    let site = Hosted::on(database);
    let path = "source/_posts/hello.md";
    assert_eq!(site.blog.names("get_posts", "posts", "").len(), 3);
    site.remote.set_down(true);
    save(&site.blog, path, "ours\n");
    site.work.push(path, "theirs\n");
    site.remote.set_down(false);
    until("a notice", || !site.blog.notices().is_empty());
    let notice = site.blog.notices()[0].clone();
    let text = notice["content"].as_str().unwrap();
    assert_eq!(notice["label"], "文章冲突");
    assert!(text.starts_with(path), "{text}");
    assert_eq!(site.text(path), "theirs\n");
    let conflict = state(&site.blog)["conflict"].clone();
    assert_eq!(conflict["path"], path);
    let kept = conflict["kept"].as_str().unwrap();
    assert!(text.contains(kept), "{text}");
    until("the kept version at the remote", || {
        let branches = site.remote.remote().git(["branch", "--format=%(refname:short)"]);
        branches.lines().any(|branch| branch == kept)
    });
    assert_eq!(site.remote.remote().git(["show", &format!("{kept}:{path}")]), "ours\n");
    // Told once.
    site.blog.owner_form("/api/purge", &[]);
    save(&site.blog, "source/_posts/next.md", "x");
    assert_eq!(site.blog.notices().len(), 1);
}

/// Servers that share no machine, at one remote.
fn two_servers_edit_one_blog(database: Database) {
    let one = Hosted::on(database);
    let other = super::super::support::blog_on(database, |_| {});
    other.set_provider(&super::support::setting(&one.remote));
    std::thread::scope(|scope| {
        for (name, blog) in [("one", &one.blog), ("other", &other)] {
            scope.spawn(move || {
                for number in 0..5 {
                    save(blog, &format!("source/_posts/{name}-{number}.md"), name);
                }
            });
        }
    });
    let tree = one.remote.remote().git(["ls-tree", "-r", "--name-only", "main"]);
    for number in 0..5 {
        for name in ["one", "other"] {
            assert!(tree.contains(&format!("source/_posts/{name}-{number}.md")), "{tree}");
        }
    }
}

#[test]
fn a_hundred_edits_between_pushes_are_all_there() {
    let site = Hosted::on(Database::Sqlite);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            for number in 0..50 {
                save(&site.blog, &format!("source/_posts/api-{number}.md"), "through the api");
            }
        });
        scope.spawn(|| {
            for number in 0..50 {
                let path = format!("source/_posts/git-{number}.md");
                site.work.write(&path, "through git");
                // The server may have been faster.
                while !site.work.try_push() {
                    site.work.pull();
                }
            }
        });
    });
    until("all deliveries", || state(&site.blog)["waiting"] == Value::Null);
    let tree = site.remote.remote().git(["ls-tree", "-r", "--name-only", "main"]);
    let count = |prefix: &str| tree.lines().filter(|line| line.contains(prefix)).count();
    assert_eq!((count("/api-"), count("/git-")), (50, 50));
    site.blog.owner_form("/api/purge", &[]);
    assert_eq!(site.blog.names("get_posts", "posts", "git-").len(), 50);
    site.remote.remote().git(["fsck", "--full", "--strict"]);
    assert!(site.blog.get(&format!("/pub/get_posts?token={TOKEN}")).status == 200);
}

#[test]
fn a_refresh_tells_how_it_went() {
    let site = Hosted::on(Database::Sqlite);
    site.work.push("source/_posts/pushed.md", "x");
    let answer = site.blog.own("POST", "/refresh", &json!({}));
    assert_eq!((answer.status, &answer.json()["posts"]), (200, &json!(4)), "{answer:?}");
    assert!(answer.json()["refreshed"].is_i64());
    site.remote.set_down(true);
    let answer = site.blog.own("POST", "/refresh", &json!({}));
    assert_eq!((answer.status, &answer.json()["code"]), (503, &json!("content_remote_failed")));
    assert_eq!(answer.header("retry-after"), "10");
    assert!(state(&site.blog)["failure"]["reason"].is_string());
}
