//! `get_posts`, `get_pages`, `get_configs` and `status` (contract qexo, 3.4 to 3.6 and 3.25).

use inkstone_server::config::PostName;
use serde_json::{Value, json};

use super::super::support::{AUTH_FAILED, TOKEN, blog, refusal_twice};
use super::support::{FILES, Hosted, Local, POST, until, write};
use crate::cwd::support::{Database, encoded, on_both_databases};

on_both_databases!(
    lists_have_the_fields_of_the_contract,
    a_search_finds_names_titles_and_paths,
    a_count_of_posts_is_a_text
);

fn item(name: &str, title: &str, path: &str, size: usize, date: &str, status: bool) -> Value {
    json!({
        "name": name, "title": title, "path": path, "fullname": path, "size": size, "date": date,
        "status": status,
    })
}

/// The items of a list, whose dates that are times of files are checked and left out.
#[track_caller]
fn undated(mut items: Value, undated: &[&str]) -> Value {
    for item in items.as_array_mut().unwrap() {
        let date = item["date"].as_str().unwrap().to_owned();
        if undated.contains(&item["name"].as_str().unwrap()) {
            assert_eq!((date.len(), &date[4..5], &date[10..11]), (19, "-", " "), "{date}");
            item["date"] = json!("");
        }
    }
    items
}

fn lists_have_the_fields_of_the_contract(database: Database) {
    let local = Local::on(database);
    let posts = json!([
        item("hello", "Hello", "source/_posts/hello.md", POST.len(), "2026-01-07 10:30:00", true),
        item("sub/undated", "sub/undated", "source/_posts/sub/undated.md", 17, "", true),
        item("idea", "An Idea", "source/_drafts/idea.md", 23, "", false),
    ]);
    let pages = json!([item(
        "about/index",
        "About",
        "source/about/index.md",
        FILES[5].1.len(),
        "2026-01-08 00:00:00",
        true,
    )]);
    let configs = json!([item("_config", "_config", "_config.yml", 12, "", true)]);
    for end in ["", "/"] {
        for (name, key, expected) in [
            ("get_posts", "posts", &posts),
            ("get_pages", "pages", &pages),
            ("get_configs", "configs", &configs),
        ] {
            let path = format!("/pub/{name}{end}?token={TOKEN}");
            // One client sends a form without fields.
            let post = [("content-type", super::super::support::FORM)];
            for answer in
                [local.blog.get(&path), local.blog.server.send("POST", &path, &post, Some(""))]
            {
                assert_eq!(answer.header("access-control-allow-origin"), "*");
                assert_eq!(answer.header("cache-control"), "no-store");
                let json = answer.json();
                assert_eq!((answer.status, &json["status"]), (200, &json!(true)), "{answer:?}");
                let found = undated(json[key].clone(), &["sub/undated", "idea", "_config"]);
                assert_eq!(found, *expected);
                assert_eq!(json["posts"], json[key]);
                let members = if key == "posts" { 2 } else { 3 };
                assert_eq!(json.as_object().unwrap().len(), members);
            }
            local.blog.get(&format!("/pub/{name}{end}")).expect(403, AUTH_FAILED);
        }
    }
}

fn a_search_finds_names_titles_and_paths(database: Database) {
    let Local { blog, root } = Local::on(database);
    write(root.path(), "source/_posts/cafe\u{301}.md", "x");
    for (keyword, found) in [
        ("HELLO", &["hello"][..]),
        ("an idea", &["idea"]),
        ("_drafts/", &["idea"]),
        ("sub/", &["sub/undated"]),
        ("nothing", &[]),
        ("%", &[]),
    ] {
        assert_eq!(blog.names("get_posts", "posts", keyword), found, "{keyword}");
    }
    assert_eq!(blog.names("get_posts", "posts", "").len(), 4);
    let form = blog.owner_form("/pub/get_posts", &[("s", "hello")]).json();
    assert_eq!(form["posts"].as_array().unwrap().len(), 1);
    assert_eq!(blog.names("get_pages", "pages", "ABOUT"), ["about/index"]);
    assert_eq!(blog.names("get_configs", "configs", "idea"), [""; 0]);
}

fn a_count_of_posts_is_a_text(database: Database) {
    let Local { blog, root: _root } = Local::on(database);
    assert_eq!(blog.counted(), json!("3"));
    blog.owner_form("/pub/save", &[("file", "source/_posts/new.md"), ("content", "")]);
    assert_eq!(blog.counted(), json!("4"));
    blog.owner_form("/pub/delete", &[("file", "source/_posts/new.md")]);
    assert_eq!(blog.counted(), json!("3"));
}

#[test]
fn posts_are_called_by_their_titles_where_that_is_configured() {
    let Local { blog, root: _root } = Local::with(Database::Sqlite, "Hexo", "", |config| {
        config.qexo.post_name = PostName::Title;
    });
    assert_eq!(blog.names("get_posts", "posts", ""), ["Hello", "sub/undated", "An Idea"]);
    assert_eq!(blog.names("get_pages", "pages", ""), ["about/index"]);
}

#[test]
fn without_a_provider_lists_say_so_and_there_are_no_posts() {
    let blog = blog();
    for name in ["get_posts", "get_pages", "get_configs"] {
        let answer = blog.get(&format!("/pub/{name}?token={TOKEN}"));
        answer.expect(200, &refusal_twice("未配置博客平台"));
    }
    assert_eq!(blog.counted(), json!("0"));
    blog.set_value("LANGUAGE", "en_US");
    let answer = blog.get(&format!("/pub/get_posts?token={TOKEN}"));
    answer.expect(200, &refusal_twice("No content provider configured"));
}

#[test]
fn a_provider_that_never_answered_is_told_readably() {
    let blog = blog();
    let setting = json!({
        "provider": "gitea",
        "params": {
            "url": "http://127.0.0.1:9", "repo": "me/blog", "token": "hunter2", "config": "Hexo",
        },
    });
    blog.set_value("PROVIDER", &setting.to_string());
    for _ in 0..2 {
        let answer = blog.read("get_posts", "");
        assert_eq!(answer["status"], json!(false));
        let said = answer["msg"].as_str().unwrap();
        assert!(said.starts_with("平台请求失败: ") && !said.contains("hunter2"), "{said}");
        assert_eq!(answer["error"], answer["msg"]);
    }
    assert_eq!(blog.counted(), json!("0"));
    // The setting changes, and with it the answer.
    blog.set_value("PROVIDER", r#"{"provider":"svn","params":{}}"#);
    let said = blog.read("get_posts", "")["msg"].clone();
    assert!(said.as_str().unwrap().contains("github"), "{said}");
}

#[test]
fn every_layout_is_listed_as_it_is() {
    for (layout, path, list, name) in [
        ("Hugo", "content/posts/a/index.md", "posts", "a/index"),
        ("Valaxy", "pages/posts/a.md", "posts", "a"),
        ("Vitepress", "blogs/a.md", "posts", "a"),
        ("Vuepress", "guide/a.md", "pages", "guide/a"),
        ("Nuxt", "content/posts/a.md", "posts", "a"),
        ("Astro", "src/pages/blog/a.md", "posts", "blog/a"),
    ] {
        let local = Local::with(Database::Sqlite, layout, "", |_| {});
        write(local.root.path(), path, "x");
        write(local.root.path(), &format!("node_modules/{path}"), "x");
        let names = local.blog.names(&format!("get_{list}"), list, path);
        assert_eq!(names, [name], "{layout}");
    }
}

#[test]
fn links_are_followed_inside_the_root_only() {
    let local = Local::on(Database::Sqlite);
    let outside = tempfile::tempdir().unwrap();
    write(outside.path(), "secret.md", "secret");
    let link = |to: &std::path::Path, at: &str| {
        std::os::unix::fs::symlink(to, local.path(at)).unwrap();
    };
    link(outside.path(), "source/_posts/out");
    link(&outside.path().join("secret.md"), "source/_posts/file.md");
    link(&local.path("source/_posts"), "source/_posts/sub/loop");
    link(&local.path("source/_drafts"), "source/_posts/in");
    let names = local.blog.names("get_posts", "posts", "");
    assert_eq!(names, ["hello", "in/idea", "sub/undated", "idea"]);
    let saved = local
        .blog
        .owner_form("/pub/save", &[("file", "source/_posts/out/new.md"), ("content", "x")]);
    assert_eq!(saved.json()["status"], json!(false), "{saved:?}");
    assert!(!outside.path().join("new.md").exists());
    let own = local.blog.own("GET", "/file?path=source/_posts/file.md", &json!({}));
    assert_eq!(own.status, 404, "{own:?}");
}

#[test]
fn what_others_push_is_listed_when_it_is_old_enough() {
    let Hosted { blog, work, remote: _remote } = Hosted::with(Database::Sqlite, |config| {
        config.content.refresh_s = 1.try_into().unwrap();
    });
    assert_eq!(blog.names("get_posts", "posts", "").len(), 3);
    work.push("source/_posts/pushed.md", "x");
    until("a refresh", || blog.names("get_posts", "posts", "pushed") == ["pushed"]);
}

#[test]
fn dates_of_undated_posts_are_those_of_their_commits() {
    let Hosted { blog, work, remote: _remote } = Hosted::on(Database::Sqlite);
    let seconds: i64 = work.git(["log", "-1", "--format=%ct"]).trim().parse().unwrap();
    let zone = inkstone_server::config::TimeZone::parse("Asia/Shanghai").unwrap();
    let expected = zone.format(inkstone_vocab::Timestamp::from_millis(seconds * 1000));
    let posts = blog.read("get_posts", &format!("&s={}", encoded("sub/undated")));
    assert_eq!(posts["posts"][0]["date"], json!(expected));
}
