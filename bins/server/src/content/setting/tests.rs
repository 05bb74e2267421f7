//! Settings of the owner, and what becomes of them.

use secrecy::ExposeSecret as _;
use serde_json::json;

use super::*;
use crate::config::{Config, Directories, Loaded};

fn config() -> config::Content {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("empty.toml");
    fs::write(&file, "").unwrap();
    let Config { content, .. } = Loaded::load(Some(&file), []).unwrap().config;
    content
}

fn read(config: &config::Content, setting: &Value) -> Result<ProviderSetting, SettingProblem> {
    let service = OutsideService::read("provider", &setting.to_string()).unwrap();
    ProviderSetting::read(&service, config, &inkstone_content::layouts())
}

#[track_caller]
fn repository(setting: &Value) -> Repository {
    let Place::Repository(repository) = read(&config(), setting).unwrap().place else {
        panic!("{setting} is no repository");
    };
    repository
}

#[test]
fn hosts_have_addresses() {
    for (name, url, git, api) in [
        ("github", "", "https://github.com/me/blog.git", "https://api.github.com/"),
        ("gitlab", "", "https://gitlab.com/me/blog.git", "https://gitlab.com/"),
        ("gitea", "", "https://gitea.com/me/blog.git", "https://gitea.com/"),
        (
            "gitea",
            "http://127.0.0.1:3000/git/",
            "http://127.0.0.1:3000/git/me/blog.git",
            "http://127.0.0.1:3000/git/",
        ),
    ] {
        let params = json!({
            "url": url, "token": "hunter2", "repo": "/me/blog.git", "branch": "blog",
            "path": "/site/", "config": "Hexo",
        });
        let found = repository(&json!({ "provider": name, "params": params }));
        assert_eq!((found.url.as_str(), found.directory.as_str()), (git, "site"));
        assert_eq!(found.host.as_ref().unwrap().base.as_str(), api);
        assert_eq!(found.host.as_ref().unwrap().repository, "me/blog");
        assert_eq!(found.branch, "blog");
        assert_eq!(found.token.as_ref().unwrap().expose_secret(), "hunter2");
        assert!(!format!("{found:?}").contains("hunter2"));
    }
}

#[test]
fn any_repository_has_an_address() {
    for (url, expected) in [
        ("https://git.example.org/me/blog", "https://git.example.org/me/blog"),
        ("ssh://git@example.org:2222/me/blog.git", "ssh://git@example.org:2222/me/blog.git"),
        ("git@example.org:me/blog.git", "git@example.org:me/blog.git"),
    ] {
        let found = repository(&json!({
            "provider": "git", "params": { "url": url, "config": "Hugo" },
        }));
        assert_eq!((found.url.as_str(), found.branch.as_str()), (expected, "main"));
        assert!(found.host.is_none());
    }
}

#[test]
fn odd_parameters_are_named() {
    let check = |provider: &str, name: &str, value: Value, problem: &SettingProblem| {
        let mut params = json!({ "repo": "me/blog", "config": "Hexo", "url": "https://x.org/y" });
        params[name] = value;
        let found = read(&config(), &json!({ "provider": provider, "params": params }));
        assert_eq!(found.map(|found| found.name).as_ref(), Err(problem), "{name} of {provider}");
    };
    for repo in ["", "blog", "me/", "me/../x", "me/-x", "me/b log", "me/b\nlog", "../../x", "a/b?c"]
    {
        check("github", "repo", json!(repo), &SettingProblem::Parameter("repo"));
    }
    check("github", "repo", json!(["me/blog"]), &SettingProblem::Parameter("repo"));
    for branch in ["-x", "a..b", "a b", "refs/../x", "a~1", "a:b", "a//b", "x.lock", "@{1}", "a\0"]
    {
        check("github", "branch", json!(branch), &SettingProblem::Parameter("branch"));
    }
    for path in ["../x", "a/../..", ".git", "a\\b", "a//b"] {
        check("gitlab", "path", json!(path), &SettingProblem::Parameter("path"));
    }
    for url in
        ["ftp://x", "javascript:1", "x", "https://me:pw@x.org", "file:///etc", "https://x?y=1"]
    {
        check("gitea", "url", json!(url), &SettingProblem::Parameter("url"));
    }
    for url in [
        "",
        "ext::sh -c whoami",
        "--upload-pack=x",
        "-oProxyCommand=x",
        "ssh://",
        "git://x.org/y",
        "https://me:pw@x.org/y",
        "-x@host:path",
        "me@-oProxyCommand=x:y",
        "me@host:-x",
        "relative/path",
    ] {
        check("git", "url", json!(url), &SettingProblem::Parameter("url"));
    }
    check("svn", "repo", json!("me/blog"), &SettingProblem::UnknownProvider);
    let layouts = "Hexo, Hugo, Valaxy, Vitepress, Vuepress, Nuxt, Astro".to_owned();
    check("github", "config", json!("hexo"), &SettingProblem::UnknownLayout(layouts));
}

#[test]
fn this_machine_is_the_operators() {
    let (root, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let blog = root.path().join("blog");
    fs::create_dir(&blog).unwrap();
    std::os::unix::fs::symlink(other.path(), root.path().join("out")).unwrap();
    let local = |path: &Path, auto: &str| json!({ "provider": "本地", "params": { "path": path, "auto": auto, "config": "Hexo" } });
    let mut config = config();
    let outside = |config: &config::Content, setting: &Value| {
        assert_eq!(read(config, setting).unwrap_err(), SettingProblem::OutsideRoots, "{setting}");
    };
    outside(&config, &local(&blog, ""));
    config.local_roots = Directories::parse([root.path().to_str().unwrap()]).unwrap();
    let found = read(&config, &local(&blog, "")).unwrap();
    assert!(matches!(found.place, Place::Directory { build: None, .. }));
    for path in ["out", "../", "missing", "blog/../.."] {
        outside(&config, &local(&root.path().join(path), ""));
    }
    outside(&config, &local(Path::new("blog"), ""));
    for scheme in ["", "file://"] {
        let git = |path: &Path| {
            let url = format!("{scheme}{}", path.display());
            json!({ "provider": "git", "params": { "url": url, "config": "Hexo" } })
        };
        outside(&config, &git(other.path()));
        assert!(read(&config, &git(&blog)).is_ok());
    }
    assert_eq!(read(&config, &local(&blog, "make")).unwrap_err(), SettingProblem::CommandsOff);
    config.build_commands = true;
    let found = read(&config, &local(&blog, "make")).unwrap();
    assert!(matches!(found.place, Place::Directory { build: Some(_), .. }));
}
