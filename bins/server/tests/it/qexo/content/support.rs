//! Blogs whose source is a directory or a repository.

use std::{
    fs,
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use inkstone_gitstore::testing::{HttpRemote, TOKEN as GIT_TOKEN, WorkTree};
use inkstone_server::config::{Config, Directories};
use serde_json::{Value, json};
use tempfile::TempDir;

use super::super::support::{SAVED, TOKEN, blog_on};
use crate::cwd::support::{Blog, Database, encoded};

/// A blog in a directory of the machine, in the layout of Hexo.
pub(super) struct Local {
    pub(super) blog: Blog,
    pub(super) root: TempDir,
}

/// A blog in a repository that is served over HTTP.
pub(super) struct Hosted {
    pub(super) blog: Blog,
    pub(super) remote: HttpRemote,
    pub(super) work: WorkTree,
}

pub(super) const POST: &str = "---\ntitle: Hello\ndate: 2026-01-07 10:30:00\n---\nFirst.\n";

/// What each of them has at first.
pub(super) const FILES: [(&str, &str); 6] = [
    ("_config.yml", "title: Blog\n"),
    (".yml", "odd: true\n"),
    ("source/_posts/hello.md", POST),
    ("source/_posts/sub/undated.md", "No front matter.\n"),
    ("source/_drafts/idea.md", "---\ntitle: An Idea\n---\n"),
    ("source/about/index.md", "---\ntitle: About\ndate: 2026-01-08\n---\n"),
];

impl Local {
    pub(super) fn on(database: Database) -> Self {
        Self::with(database, "Hexo", "", |_| {})
    }

    pub(super) fn with(
        database: Database,
        layout: &str,
        build: &str,
        configure: impl FnOnce(&mut Config),
    ) -> Self {
        let root = tempfile::tempdir().unwrap();
        for (path, text) in FILES {
            write(root.path(), path, text);
        }
        let blog = blog_on(database, |config| {
            let allowed = [root.path().to_str().unwrap()];
            config.content.local_roots = Directories::parse(allowed).unwrap();
            config.content.build_commands = true;
            configure(config);
        });
        let params = json!({ "path": root.path(), "config": layout, "auto": build });
        blog.set_provider(&json!({ "provider": "本地", "params": params }));
        Self { blog, root }
    }

    pub(super) fn path(&self, path: &str) -> PathBuf {
        self.root.path().join(path)
    }

    pub(super) fn text(&self, path: &str) -> Option<String> {
        fs::read_to_string(self.path(path)).ok()
    }
}

impl Hosted {
    pub(super) fn on(database: Database) -> Self {
        Self::with(database, |_| {})
    }

    pub(super) fn with(database: Database, configure: impl FnOnce(&mut Config)) -> Self {
        let remote = HttpRemote::new();
        let work = remote.remote().check_out();
        for (path, text) in FILES {
            work.write(path, text);
        }
        assert!(work.try_push());
        let blog = blog_on(database, |config| {
            config.content.retry_s = 1.try_into().unwrap();
            configure(config);
        });
        blog.set_provider(&setting(&remote));
        Self { blog, remote, work }
    }

    /// What the branch has at `path`.
    pub(super) fn text(&self, path: &str) -> String {
        self.remote.remote().git(["show", &format!("main:{path}")])
    }

    /// The first lines of the newest commits.
    pub(super) fn subjects(&self) -> Vec<String> {
        let log = self.remote.remote().git(["log", "--format=%s", "main"]);
        log.lines().map(str::to_owned).collect()
    }
}

/// The setting for a remote.
pub(super) fn setting(remote: &HttpRemote) -> Value {
    let params = json!({
        "url": remote.url(), "token": GIT_TOKEN, "branch": "main", "path": "", "config": "Hexo",
    });
    json!({ "provider": "git", "params": params })
}

pub(super) fn write(root: &Path, path: &str, text: &str) {
    let path = root.join(path);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
}

/// Waits until something is so; a minute at most.
#[track_caller]
pub(super) fn until(what: &str, is_so: impl Fn() -> bool) {
    let deadline = Instant::now() + Duration::from_mins(1);
    while !is_so() {
        assert!(Instant::now() < deadline, "{what} does not happen");
        std::thread::yield_now();
        std::thread::park_timeout(Duration::from_millis(20));
    }
}

impl Blog {
    #[track_caller]
    pub(super) fn set_provider(&self, setting: &Value) {
        let fields = [("provider", setting.to_string())];
        let fields = fields.each_ref().map(|(name, text)| (*name, text.as_str()));
        self.owner_form("/api/set_hexo", &fields).expect(200, SAVED);
    }

    /// An answer of an endpoint that only reads, with the token.
    pub(super) fn read(&self, name: &str, query: &str) -> Value {
        let answer = self.get(&format!("/pub/{name}/?token={TOKEN}{query}"));
        assert_eq!(answer.status, 200, "{answer:?}");
        answer.json()
    }

    /// The names that a list has under `key`.
    #[track_caller]
    pub(super) fn names(&self, list: &str, key: &str, keyword: &str) -> Vec<String> {
        let answer = self.read(list, &format!("&s={}", encoded(keyword)));
        assert_eq!(answer["status"], json!(true), "{answer}");
        let items = answer[key].as_array().unwrap();
        items.iter().map(|item| item["name"].as_str().unwrap().to_owned()).collect()
    }

    /// A request to our own API.
    pub(super) fn own(&self, method: &str, path: &str, body: &Value) -> crate::support::Answer {
        self.admin(method, &format!("/api/inkstone/content{path}"), body)
    }

    pub(super) fn counted(&self) -> Value {
        self.get("/pub/status").json()["data"]["posts"].clone()
    }
}
