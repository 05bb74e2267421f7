//! `save` and `delete` (contract qexo, 3.1 and 3.2).

use std::path::Path;

use serde_json::json;

use super::super::support::{AUTH_FAILED, SAVED, TOKEN, blog, refusal};
use super::support::{Hosted, Local, until};
use crate::cwd::support::{Database, on_both_databases};

on_both_databases!(
    a_saved_file_is_a_commit_at_the_remote,
    a_deleted_file_is_gone,
    hostile_paths_are_refused,
    a_missing_parameter_is_named
);

const NO_FILE: &str = "文件不存在";
const BAD_PATH: &str = "文件路径不合法";
const DELETED: &str = r#"{"msg":"删除成功!","status":true}"#;

fn a_saved_file_is_a_commit_at_the_remote(database: Database) {
    let site = Hosted::on(database);
    let save = |path: &str, fields: &[(&str, &str)]| {
        site.blog.owner_form(path, fields).expect(200, SAVED);
    };
    let file = "source/_posts/新/文章.md";
    save("/pub/save", &[("file", file), ("content", "e\u{301}one\ntwo\r\n")]);
    assert_eq!(site.text(file), "éone\ntwo\r\n");
    assert_eq!(site.subjects()[0], format!("Update {file} by Qexo"));
    save("/pub/save/", &[("file", file), ("content", ""), ("commitchange", "清空\n\n全部")]);
    assert_eq!((site.text(file).as_str(), site.subjects()[0].as_str()), ("", "清空"));
    save("/api/save", &[("file", "new.md"), ("content", "x"), ("commitchange", "")]);
    assert_eq!(site.subjects()[0], "Update new.md by Qexo");
    // The same once more is no commit.
    let commits = site.subjects().len();
    save("/api/save/", &[("file", "new.md"), ("content", "x")]);
    assert_eq!(site.subjects().len(), commits);
    let author = site.remote.remote().git(["log", "-1", "--format=%an <%ae>", "main"]);
    assert_eq!(author.trim(), "Inkstone <inkstone@localhost>");
    assert_eq!(site.blog.names("get_posts", "posts", "文章"), ["新/文章"]);
}

fn a_deleted_file_is_gone(database: Database) {
    let site = Hosted::on(database);
    let delete = |path: &str, fields: &[(&str, &str)]| site.blog.owner_form(path, fields);
    delete("/pub/delete", &[("file", "source/_posts/hello.md")]).expect(200, DELETED);
    assert_eq!(site.subjects()[0], "Delete source/_posts/hello.md by Qexo");
    for _ in 0..2 {
        delete("/pub/delete/", &[("file", "source/_posts/hello.md")])
            .expect(200, &refusal(NO_FILE));
    }
    for directory in ["source/_posts", "source", "source/_posts/sub"] {
        delete("/api/delete", &[("file", directory)]).expect(200, &refusal(BAD_PATH));
    }
    delete("/api/delete/", &[("file", "source/_posts/sub/undated.md"), ("commitchange", "Weg")])
        .expect(200, DELETED);
    assert_eq!(site.subjects()[0], "Weg");
    assert_eq!(site.blog.names("get_posts", "posts", ""), ["idea"]);
}

fn hostile_paths_are_refused(database: Database) {
    let local = Local::on(database);
    let long = format!("{}.md", "x".repeat(1024));
    let segment = format!("{}/a.md", "y".repeat(256));
    for path in [
        "../x",
        "/x",
        "/etc/passwd",
        "a/../../x",
        "..",
        ".",
        "./a",
        "a//b",
        "a/",
        "a\\b",
        "C:/x",
        "c:x",
        ".git/config",
        ".GIT/hooks/post-commit",
        "a/.git/config",
        ".git./config",
        "git~1/config",
        ".g\u{200c}it/config",
        "a\u{202e}b",
        "a\0b",
        "a\nb",
        ".gitmodules",
        &long,
        &segment,
    ] {
        for endpoint in ["/pub/save", "/pub/delete"] {
            let answer = local.blog.owner_form(endpoint, &[("file", path), ("content", "x")]);
            answer.expect(200, &refusal(BAD_PATH));
        }
    }
    // Not over a directory, nor below a file.
    for path in ["source", "source/_posts", "_config.yml/x.md"] {
        let answer = local.blog.owner_form("/pub/save", &[("file", path), ("content", "x")]);
        answer.expect(200, &refusal(BAD_PATH));
    }
    for path in ["/x", "/tmp/x"] {
        assert!(!Path::new(path).exists(), "{path}");
    }
    assert!(!local.path("../x").exists() && !local.path(".git").exists());
    assert_eq!(local.blog.names("get_posts", "posts", "").len(), 3);
}

fn a_missing_parameter_is_named(database: Database) {
    let local = Local::on(database);
    for (path, fields, name) in [
        ("/pub/save", &[("content", "x")][..], "file"),
        ("/pub/save", &[("file", ""), ("content", "x")], "file"),
        ("/pub/save/", &[("file", "a.md")], "content"),
        ("/pub/delete", &[], "file"),
        ("/api/delete/", &[("file", "")], "file"),
    ] {
        let answer = local.blog.owner_form(path, fields);
        answer.expect(200, &refusal(&format!("缺少参数: {name}")));
    }
    for body in [json!({"file": ["a"], "content": "x"}), json!({"file": "a.md", "content": {}})] {
        let mut body = body;
        body["token"] = json!(TOKEN);
        let answer = local.blog.post("/pub/save", &body);
        assert!(answer.json()["msg"].as_str().unwrap().starts_with("参数错误: "), "{answer:?}");
    }
}

#[test]
fn only_the_owner_saves() {
    let local = Local::on(Database::Sqlite);
    for path in ["/pub/save", "/pub/delete/", "/api/save", "/api/delete"] {
        let fields = [("file", "a.md"), ("content", "x")];
        local.blog.form(path, &fields).expect(403, AUTH_FAILED);
        let wrong = [&fields[..], &[("token", "wrong-token-here")]].concat();
        local.blog.form(path, &wrong).expect(403, AUTH_FAILED);
    }
    assert_eq!(local.text("a.md"), None);
    local
        .blog
        .get(&format!("/pub/save?token={TOKEN}&file=a.md&content=x"))
        .expect(405, &refusal("Error!"));
}

#[test]
fn files_of_forms_have_their_line_ends() {
    let local = Local::on(Database::Sqlite);
    let part = |name: &str, text: &str| {
        format!("--XX\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{text}\r\n")
    };
    // As FormData sends it.
    let body = [part("file", "a.md"), part("content", "one\r\ntwo\r\n"), part("token", TOKEN)];
    let body = body.concat() + "--XX--\r\n";
    let headers = [("content-type", "multipart/form-data; boundary=XX")];
    local.blog.server.send("POST", "/pub/save/", &headers, Some(&body)).expect(200, SAVED);
    assert_eq!(local.text("a.md").as_deref(), Some("one\ntwo\n"));
    let body = json!({ "token": TOKEN, "file": "b/c.md", "content": "one\r\ntwo" });
    local.blog.post("/pub/save", &body).expect(200, SAVED);
    assert_eq!(local.text("b/c.md").as_deref(), Some("one\r\ntwo"));
}

#[test]
fn a_file_keeps_the_spelling_it_has() {
    let local = Local::on(Database::Sqlite);
    // As macOS writes it.
    super::support::write(local.root.path(), "source/_posts/cafe\u{301}.md", "old");
    let save = [("file", "source/_posts/cafe\u{301}.md"), ("content", "new")];
    local.blog.owner_form("/pub/save", &save).expect(200, SAVED);
    assert_eq!(local.text("source/_posts/cafe\u{301}.md").as_deref(), Some("new"));
    assert_eq!(local.text("source/_posts/café.md"), None);
    local.blog.owner_form("/pub/delete", &save[..1]).expect(200, DELETED);
    local.blog.owner_form("/pub/save", &save).expect(200, SAVED);
    assert_eq!(local.text("source/_posts/café.md").as_deref(), Some("new"));
    local.blog.owner_form("/pub/delete", &save[..1]).expect(200, DELETED);
    assert_eq!(local.text("source/_posts/café.md"), None);
}

#[test]
fn a_build_follows_a_change() {
    let build = "cat source/_posts/built.md > public.txt; echo said; echo done >> builds";
    let local = Local::with(Database::Sqlite, "Hexo", build, |_| {});
    let file = [("file", "source/_posts/built.md"), ("content", "one")];
    local.blog.owner_form("/pub/save", &file).expect(200, SAVED);
    until("a build", || local.text("public.txt").as_deref() == Some("one"));
    until("its end", || {
        local.blog.own("GET", "", &json!({})).json()["build"]["state"] == "succeeded"
    });
    let state = local.blog.own("GET", "", &json!({})).json();
    assert_eq!(state["build"]["output"], "said\n");
    let deleted = local.blog.owner_form("/pub/delete", &file[..1]);
    deleted.expect(200, r#"{"msg":"删除成功并提交部署!","status":true}"#);
}

#[test]
fn an_article_may_be_large_and_not_larger() {
    let local = Local::on(Database::Sqlite);
    let large = "x".repeat(3_000_000);
    let saved = local.blog.owner_form("/pub/save", &[("file", "a.md"), ("content", &large)]);
    saved.expect(200, SAVED);
    assert_eq!(local.text("a.md").map(|text| text.len()), Some(3_000_000));
    let larger = "x".repeat(10_600_000);
    let refused = local.blog.owner_form("/pub/save", &[("file", "a.md"), ("content", &larger)]);
    assert_eq!((refused.status, &refused.json()["status"]), (413, &json!(false)));
}

#[test]
fn without_a_provider_nothing_is_saved() {
    let blog = blog();
    for path in ["/pub/save", "/pub/delete"] {
        let answer = blog.owner_form(path, &[("file", "a.md"), ("content", "x")]);
        answer.expect(200, &refusal("未配置博客平台"));
    }
}
