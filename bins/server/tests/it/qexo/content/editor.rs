//! The editor's steps (contract qexo, section 10), with and without versions.

use serde_json::{Value, json};

use super::super::support::{AUTH_FAILED, TOKEN, refusal};
use super::support::{Hosted, Local};
use crate::cwd::support::{Blog, Database, on_both_databases};

on_both_databases!(a_post_goes_its_way, a_stale_version_is_a_conflict);

#[track_caller]
fn step(blog: &Blog, path: &str, fields: &[(&str, &str)]) -> Value {
    let answer = blog.owner_form(path, fields);
    let json = answer.json();
    assert_eq!((answer.status, &json["status"]), (200, &json!(true)), "{answer:?}");
    json
}

fn a_post_goes_its_way(database: Database) {
    let site = Hosted::on(database);
    let blog = &site.blog;
    let draft = step(
        blog,
        "/api/save_draft",
        &[("filename", "2026/new"), ("content", "---\ndraft: true\n---\n")],
    );
    assert_eq!(
        (&draft["path"], &draft["msg"]),
        (&json!("source/_drafts/2026/new.md"), &json!("保存成功!"))
    );
    let path = draft["path"].as_str().unwrap();
    let post = step(blog, "/api/publish/", &[("file", path), ("commitchange", "Out")]);
    assert_eq!(
        (&post["path"], &post["msg"]),
        (&json!("source/_posts/2026/new.md"), &json!("发布成功!"))
    );
    assert_eq!(site.text("source/_posts/2026/new.md"), "---\ndraft: false\n---\n");
    assert_eq!(site.subjects()[0], "Out");
    let version = post["version"].as_str().unwrap();
    let edited = [("file", "source/_posts/2026/new.md"), ("content", "text"), ("version", version)];
    let saved = step(blog, "/api/save_post", &edited);
    assert_ne!(saved["version"], post["version"]);
    let renamed = [("file", "source/_posts/2026/new.md"), ("new", "source/_posts/2026/newer.md")];
    assert_eq!(step(blog, "/api/rename", &renamed)["path"], "source/_posts/2026/newer.md");
    step(blog, "/api/unpublish", &[("file", "source/_posts/2026/newer.md")]);
    assert_eq!(site.text("source/_drafts/2026/newer.md"), "text");
    assert_eq!(blog.names("get_posts", "posts", "2026"), ["2026/newer"]);
    // The moves are one commit each.
    let log = site.remote.remote().git(["log", "-1", "--format=%s", "--name-status", "main"]);
    assert!(
        log.contains("Unpublish") && log.contains("_drafts") && log.contains("_posts"),
        "{log}"
    );
}

#[test]
fn new_documents_come_from_the_scaffold() {
    let local = Local::on(Database::Sqlite);
    let scaffold = "---\ntitle: {{ title }}\ndate: {{ date }}\n---\n";
    super::support::write(local.root.path(), "scaffolds/post.md", scaffold);
    let post = step(&local.blog, "/api/new_post", &[("filename", "a/b"), ("title", "A: \"B\"")]);
    assert_eq!(
        (&post["path"], &post["msg"]),
        (&json!("source/_posts/a/b.md"), &json!("添加成功!"))
    );
    let text = local.text("source/_posts/a/b.md").unwrap();
    assert!(text.starts_with("---\ntitle: \"A: \\\"B\\\"\"\ndate: 20"), "{text}");
    step(&local.blog, "/api/new_page/", &[("file", "links/index"), ("content", "own text")]);
    assert_eq!(local.text("source/links/index.md").as_deref(), Some("own text"));
    step(&local.blog, "/api/save_page", &[("file", "source/links/index.md"), ("content", "more")]);
    let post = local.blog.read("get_posts", "&s=a/b")["posts"][0].clone();
    assert_eq!(post["title"], "A: \"B\"");

    for (path, fields, message) in [
        ("/api/new_post", &[("filename", "a/b")][..], "文件已存在"),
        ("/api/new_post", &[("filename", "../../x")], "文件路径不合法"),
        ("/api/new_post", &[("title", "x")], "缺少参数: filename"),
        ("/api/publish", &[("file", "source/_posts/hello.md")], "该文件不支持此操作"),
        ("/api/unpublish", &[("file", "source/_posts/none.md")], "文件不存在"),
        ("/api/rename", &[("file", "_config.yml")], "缺少参数: new"),
        ("/api/rename", &[("file", "_config.yml"), ("new", "source/about/index.md")], "文件已存在"),
        ("/api/rename", &[("file", "_config.yml"), ("new", "../x")], "文件路径不合法"),
        ("/api/save_draft", &[("content", "x")], "缺少参数: file"),
        ("/api/save_post", &[("file", "a.md")], "缺少参数: content"),
        (
            "/api/save_post",
            &[("file", "a.md"), ("content", ""), ("version", "a b")],
            "参数错误: version",
        ),
    ] {
        local.blog.owner_form(path, fields).expect(200, &refusal(message));
        local.blog.form(path, fields).expect(403, AUTH_FAILED);
    }
    let none = Local::with(Database::Sqlite, "Vuepress", "", |_| {});
    let fields = [("filename", "a"), ("content", "x")];
    none.blog.owner_form("/api/save_draft", &fields).expect(200, &refusal("该文件不支持此操作"));
}

fn a_stale_version_is_a_conflict(database: Database) {
    let site = Hosted::on(database);
    let path = "source/_posts/hello.md";
    let file = site.blog.own("GET", &format!("/file?path={path}"), &json!({})).json();
    let base = file["version"].as_str().unwrap();
    assert_eq!(file["content"], super::support::POST);
    // Somebody pushes, and our editor does not know.
    site.work.push(path, "theirs\n");
    let edit = json!({ "path": path, "content": "ours\n", "base": base });
    let answer = site.blog.own("PUT", "/file", &edit);
    assert_eq!(answer.status, 409, "{answer:?}");
    let told = answer.json();
    assert_eq!((&told["code"], &told["path"]), (&json!("content_conflict"), &json!(path)));
    assert_eq!(told["base"], json!({ "version": base, "content": super::support::POST }));
    assert_eq!(told["current"]["content"], "theirs\n");
    assert_eq!(site.text(path), "theirs\n");
    // Neither side is lost.
    if let Some(kept) = told["kept"].as_str() {
        let kept = site.remote.remote().git(["show", &format!("{kept}:{path}")]);
        assert_eq!(kept, "ours\n");
    }
    let fields = [("file", path), ("content", "ours\n"), ("version", base), ("token", TOKEN)];
    let refused = site.blog.form("/pub/save", &fields);
    let said = refused.json();
    assert_eq!((refused.status, &said["status"]), (200, &json!(false)));
    assert!(said["msg"].as_str().unwrap().starts_with("文件已被他人修改"), "{said}");
    // With what is there now it goes.
    let current = told["current"]["version"].clone();
    let saved = site.blog.own(
        "PUT",
        "/file",
        &json!({ "path": path, "content": "both\n", "base": current }),
    );
    assert_eq!((saved.status, &saved.json()["delivery"]), (200, &json!("done")), "{saved:?}");
    assert_eq!(site.text(path), "both\n");
    let history = site.blog.own("GET", &format!("/history?path={path}&limit=2"), &json!({})).json();
    let commits = history["commits"].as_array().unwrap();
    assert_eq!(commits.len(), 2);
    assert_eq!(
        (&commits[0]["version"], &commits[0]["summary"]),
        (&saved.json()["version"], &json!("Update source/_posts/hello.md"))
    );
    let old = site.blog.own("GET", &format!("/file?path={path}&version={base}"), &json!({})).json();
    assert_eq!(old["content"], super::support::POST);
}

#[test]
fn our_own_api_says_what_is_wrong() {
    let local = Local::on(Database::Sqlite);
    let own = |method: &str, path: &str, body: Value| local.blog.own(method, path, &body);
    for (method, path, body, status, code) in [
        ("GET", "/file?path=missing.md", json!({}), 404, "content_not_found"),
        ("GET", "/file?path=../x", json!({}), 400, "content_path_invalid"),
        ("GET", "/file", json!({}), 400, "content_path_invalid"),
        ("GET", "/file?path=_config.yml&version=a%20b", json!({}), 400, "content_request_invalid"),
        ("GET", "/file?path=_config.yml&version=0000", json!({}), 404, "content_not_found"),
        ("GET", "/list?kind=talk", json!({}), 400, "content_request_invalid"),
        ("PUT", "/file", json!({ "path": "a.md" }), 400, "content_request_invalid"),
        ("PUT", "/file", json!([1]), 400, "content_request_invalid"),
        ("PUT", "/file", json!({ "path": "a", "content": 7 }), 400, "content_request_invalid"),
        (
            "PUT",
            "/file",
            json!({ "path": "a", "content": "", "wrong": 1 }),
            400,
            "content_request_invalid",
        ),
        ("PUT", "/file", json!({ "path": "source", "content": "" }), 400, "content_not_a_file"),
        (
            "PUT",
            "/file",
            json!({ "path": "_config.yml", "content": "", "base": "" }),
            409,
            "content_conflict",
        ),
        ("DELETE", "/file", json!({ "path": "none.md" }), 404, "content_not_found"),
        ("POST", "/rename", json!({ "path": "_config.yml" }), 400, "content_request_invalid"),
        ("POST", "/rename", json!({ "path": "_config.yml", "to": ".yml" }), 409, "content_exists"),
        ("PATCH", "/file", json!({}), 404, "route_unknown"),
    ] {
        let answer = own(method, path, body);
        assert_eq!((answer.status, &answer.json()["code"]), (status, &json!(code)), "{answer:?}");
        assert!(answer.json()["message"].is_string());
    }
    for path in ["", "/list", "/file", "/history"] {
        let answer = local.blog.get(&format!("/api/inkstone/content{path}"));
        assert_eq!(answer.status, 401, "{path}: {answer:?}");
    }
    local.blog.set_value("PROVIDER", "");
    let answer = own("GET", "", json!({}));
    assert_eq!((answer.status, &answer.json()["code"]), (404, &json!("content_provider_not_set")));
}

#[test]
fn our_own_api_edits() {
    let local = Local::on(Database::Sqlite);
    let own = |method: &str, path: &str, body: Value| {
        let answer = local.blog.own(method, path, &body);
        assert_eq!(answer.status, 200, "{answer:?}");
        answer.json()
    };
    let made =
        own("PUT", "/file", json!({ "path": "source/_posts/a.md", "content": "é\n", "base": "" }));
    assert_eq!((&made["changed"], &made["delivery"]), (&json!(true), &json!("done")));
    let again = own("PUT", "/file", json!({ "path": "source/_posts/a.md", "content": "é\n" }));
    assert_eq!((&again["changed"], &again["version"]), (&json!(false), &made["version"]));
    let moved =
        own("POST", "/rename", json!({ "path": "source/_posts/a.md", "to": "source/_posts/b.md" }));
    assert_eq!(moved["version"], made["version"]);
    let list = own("GET", "/list?kind=post&s=b", json!({}));
    assert_eq!(list["documents"][0]["path"], "source/_posts/b.md");
    let all = own("GET", "/list", json!({}));
    assert_eq!(all["documents"].as_array().unwrap().len(), 6);
    let gone =
        own("DELETE", "/file", json!({ "path": "source/_posts/b.md", "base": made["version"] }));
    assert_eq!(gone["version"], Value::Null);
    let state = own("GET", "", json!({}));
    assert_eq!(
        (&state["provider"], &state["layout"], &state["posts"]),
        (&json!("本地"), &json!("Hexo"), &json!(3))
    );
}
