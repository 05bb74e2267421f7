//! Which source it is (contract qexo, 5.1 and section 10), and what the operator does not allow.

use inkstone_server::config::Directories;
use serde_json::{Value, json};

use super::super::support::{TOKEN, blog, blog_with, refusal};
use super::support::{Hosted, Local, setting, write};
use crate::cwd::support::{Blog, Database, on_both_databases};

on_both_databases!(a_provider_is_looked_at_before_it_is_set, another_provider_takes_over);

fn set(blog: &Blog, setting: &str, force: Option<&str>) -> Value {
    let mut fields = vec![("provider", setting)];
    fields.extend(force.map(|force| ("force", force)));
    let answer = blog.owner_form("/api/set_hexo/", &fields);
    assert_eq!(answer.status, 200, "{answer:?}");
    answer.json()
}

fn said(answer: &Value) -> &str {
    assert_eq!(answer["status"], json!(false), "{answer}");
    answer["msg"].as_str().unwrap()
}

fn a_provider_is_looked_at_before_it_is_set(database: Database) {
    let site = Hosted::on(database);
    let good = setting(&site.remote);
    let mut wrong = good.clone();
    wrong["params"]["token"] = json!("hunter2");
    let told = set(&site.blog, &wrong.to_string(), None);
    assert!(
        said(&told).starts_with("平台请求失败: ") && !said(&told).contains("hunter2"),
        "{told}"
    );
    let mut branch = good.clone();
    branch["params"]["branch"] = json!("missing");
    let told = set(&site.blog, &branch.to_string(), Some("false"));
    assert!(said(&told).contains("missing"), "{told}");
    let mut empty = good.clone();
    empty["params"]["path"] = json!("source");
    let told = set(&site.blog, &empty.to_string(), None);
    assert!(said(&told).contains("_config.yml"), "{told}");
    // Nothing of that was kept.
    assert_eq!(site.blog.names("get_posts", "posts", "").len(), 3);
    assert_eq!(
        set(&site.blog, &empty.to_string(), Some("true")),
        json!({"msg": "保存成功!", "status": true})
    );
    assert_eq!(site.blog.names("get_posts", "posts", "").len(), 0);
    // Other layouts are not looked into.
    let mut hugo = good;
    hugo["params"]["config"] = json!("Hugo");
    assert_eq!(set(&site.blog, &hugo.to_string(), None)["status"], json!(true));
    // And none at all.
    assert_eq!(set(&site.blog, "", None)["status"], json!(true));
    assert_eq!(site.blog.counted(), json!("0"));
}

fn another_provider_takes_over(database: Database) {
    let site = Hosted::on(database);
    assert_eq!(site.blog.names("get_posts", "posts", "").len(), 3);
    let other = inkstone_gitstore::testing::HttpRemote::new();
    let work = other.remote().check_out();
    work.write("_config.yml", "");
    work.push("source/_posts/other.md", "x");
    site.blog.set_provider(&setting(&other));
    assert_eq!(site.blog.names("get_posts", "posts", ""), ["other"]);
    assert_eq!(site.blog.counted(), json!("1"));
    // And back, with the clone that is still there.
    site.blog.set_provider(&setting(&site.remote));
    assert_eq!(site.blog.names("get_posts", "posts", "").len(), 3);
}

#[test]
fn settings_that_make_no_sense_are_refused() {
    let blog = blog();
    for bad in ["{", "[]", "1", "null", "{\"provider\":7}", "x"] {
        assert_eq!(said(&set(&blog, bad, Some("true"))), "参数错误: provider", "{bad}");
    }
    blog.owner_form("/api/set_hexo", &[]).expect(200, &refusal("缺少参数: provider"));
    for (name, params, part) in [
        ("svn", json!({}), "github"),
        ("github", json!({ "repo": "blog", "config": "Hexo" }), "repo"),
        ("github", json!({ "repo": "me/blog", "config": "hexo" }), "Hexo"),
        ("git", json!({ "url": "ext::sh -c id", "config": "Hexo" }), "url"),
        ("git", json!({ "url": "-oProxyCommand=id", "config": "Hexo" }), "url"),
        ("gitea", json!({ "url": "file:///etc", "repo": "me/blog", "config": "Hexo" }), "url"),
    ] {
        let setting = json!({ "provider": name, "params": params }).to_string();
        let told = set(&blog, &setting, Some("true"));
        assert!(said(&told).contains(part), "{told}");
    }
}

#[test]
fn places_of_this_machine_need_the_operator() {
    let root = tempfile::tempdir().unwrap();
    write(root.path(), "_config.yml", "");
    let local = json!({ "provider": "本地", "params": { "path": root.path(), "config": "Hexo" } });
    let with_build = json!({
        "provider": "本地",
        "params": { "path": root.path(), "config": "Hexo", "auto": "touch pwned" },
    });
    let file = json!({
        "provider": "git",
        "params": { "url": format!("file://{}", root.path().display()), "config": "Hexo" },
    });
    let check = |blog: &Blog, setting: &Value, part: &str| {
        let told = set(blog, &setting.to_string(), Some("true"));
        assert!(said(&told).contains(part), "{told}");
        assert!(!said(&told).contains(root.path().to_str().unwrap()), "{told}");
        // However it got into the settings.
        blog.set_value("PROVIDER", &setting.to_string());
        let told = blog.read("get_posts", "");
        assert!(said(&told).contains(part), "{told}");
        blog.owner_form("/pub/save", &[("file", "a.md"), ("content", "x")]);
        assert!(!root.path().join("a.md").exists() && !root.path().join("pwned").exists());
    };
    let strict = blog();
    check(&strict, &local, "content.local_roots");
    check(&strict, &file, "content.local_roots");
    let roots = Directories::parse([root.path().to_str().unwrap()]).unwrap();
    let opened = blog_with(|config| config.content.local_roots = roots);
    assert_eq!(set(&opened, &local.to_string(), None), json!({"msg": "保存成功!", "status": true}));
    check(&opened, &with_build, "content.build_commands");
}

#[test]
fn layouts_of_ones_own_come_first() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("layouts.toml");
    std::fs::write(
        &file,
        "[[layout]]\nname = 'Notes'\n[layout.posts]\ndirectories = [{ path = 'source', depth = 2 }]\n\
         extensions = ['.md']\nsave_path = 'source/${filename}.md'\n",
    )
    .unwrap();
    let local = Local::with(Database::Sqlite, "Notes", "", |config| {
        config.content.layouts_file = Some(file).into();
    });
    let names = local.blog.names("get_posts", "posts", "");
    assert_eq!(names, ["_drafts/idea", "_posts/hello", "about/index"]);
}

#[test]
fn a_purge_looks_at_everything_again() {
    let Hosted { blog, work, remote: _remote } = Hosted::on(Database::Sqlite);
    assert_eq!(blog.names("get_posts", "posts", "").len(), 3);
    work.push("source/_posts/pushed.md", "x");
    assert_eq!(blog.names("get_posts", "posts", "pushed"), [""; 0]);
    let purged = r#"{"msg":"清除全部缓存成功","status":true}"#;
    blog.owner_form("/api/purge", &[]).expect(200, purged);
    assert_eq!(blog.names("get_posts", "posts", "pushed"), ["pushed"]);
    blog.form("/api/purge/", &[]).expect(403, super::super::support::AUTH_FAILED);
}

#[test]
fn a_token_is_not_told() {
    let site = Hosted::on(Database::Sqlite);
    for path in ["/api/inkstone/content", "/api/inkstone/content/list"] {
        let answer = site.blog.admin("GET", path, &json!({}));
        assert_eq!(answer.status, 200, "{answer:?}");
        let token = inkstone_gitstore::testing::TOKEN;
        assert!(!answer.text().contains(token) && !answer.text().contains(TOKEN), "{answer:?}");
    }
}
