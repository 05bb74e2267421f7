//! A remote repository, and people who use it with the `git` program.

use std::{
    ffi::OsStr,
    fs,
    path::{Path, PathBuf},
    process::{Command, Output},
};

use tempfile::TempDir;

use crate::{Author, GitConfig, GitLimits, GitSource, HostKeys, RemoteAddress};

/// A bare repository that a test has for itself, empty at first, with `main` as its branch.
#[derive(Debug)]
pub struct TestRemote {
    directory: TempDir,
}

/// A checkout of a [`TestRemote`].
#[derive(Debug)]
pub struct WorkTree {
    path: PathBuf,
}

impl Default for TestRemote {
    fn default() -> Self {
        Self::new()
    }
}

impl TestRemote {
    /// An empty repository.
    pub fn new() -> Self {
        let directory = tempfile::tempdir().expect("a directory");
        let remote = Self { directory };
        let path = remote.path();
        let path = path.to_str().expect("a path of text");
        run(remote.directory.path(), ["init", "--quiet", "--bare", "--initial-branch=main", path]);
        remote
    }

    /// Where it is.
    pub fn path(&self) -> PathBuf {
        self.directory.path().join("blog.git")
    }

    /// Its address as a directory.
    pub fn address(&self) -> RemoteAddress {
        RemoteAddress::parse(self.path().to_str().expect("a path of text")).expect("an address")
    }

    /// Runs `git` in it; what it prints.
    pub fn git<const N: usize>(&self, arguments: [&str; N]) -> String {
        run(&self.path(), arguments)
    }

    /// Clones it.
    pub fn check_out(&self) -> WorkTree {
        let into = tempfile::Builder::new().prefix("work-").tempdir_in(self.directory.path());
        let path = into.expect("a directory").keep();
        let remote = self.path();
        let remote = remote.to_str().expect("a path of text");
        run(&path, ["clone", "--quiet", remote, "."]);
        WorkTree { path }
    }

    /// A configuration for this repository at `address`; clones are kept in `name`, beside it.
    pub fn config_at(&self, name: &str, address: RemoteAddress) -> GitConfig {
        GitConfig {
            remote: address,
            credentials: None,
            branch: "main".to_owned(),
            path: None,
            author: Author { name: "Ink".to_owned(), email: "ink@blog.example".to_owned() },
            directory: self.directory.path().join(name),
            host_keys: HostKeys::Fingerprints(Vec::new()),
            certificates: None,
            limits: GitLimits::default(),
        }
    }

    /// A configuration for this repository as a directory.
    pub fn config(&self, name: &str) -> GitConfig {
        self.config_at(name, self.address())
    }

    /// A source over this repository as a directory, which has fetched it.
    pub fn source(&self, name: &str) -> GitSource {
        opened(self.config(name))
    }
}

/// A source that has fetched.
#[track_caller]
pub(super) fn opened(config: GitConfig) -> GitSource {
    let source = GitSource::open(config).expect("a source");
    inkstone_content::ContentSource::refresh(&source).expect("a remote");
    source
}

impl WorkTree {
    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Runs `git` in it; what it prints.
    #[track_caller]
    pub fn git<const N: usize>(&self, arguments: [&str; N]) -> String {
        run(&self.path, arguments)
    }

    /// Writes a file, and directories above it.
    pub fn write(&self, path: &str, text: &str) {
        let path = self.path.join(path);
        fs::create_dir_all(path.parent().expect("a directory")).expect("directories");
        fs::write(path, text).expect("a file");
    }

    /// Commits everything and pushes it; gives up when the remote has moved on.
    pub fn try_push(&self) -> bool {
        self.git(["add", "--all"]);
        self.git(["commit", "--quiet", "--allow-empty", "--message", "By hand"]);
        git(&self.path, ["push", "--quiet", "origin", "HEAD:main"]).status.success()
    }

    /// Writes a file, commits and pushes; takes over first what others did.
    #[track_caller]
    pub fn push(&self, path: &str, text: &str) {
        self.write(path, text);
        if !self.try_push() {
            self.pull();
            assert!(git(&self.path, ["push", "--quiet", "origin", "HEAD:main"]).status.success());
        }
    }

    /// Takes over what others did, own commits on top.
    #[track_caller]
    pub fn pull(&self) {
        self.git(["pull", "--quiet", "--rebase", "origin", "main"]);
    }
}

/// Runs `git`, which must succeed.
#[track_caller]
fn run<const N: usize>(directory: &Path, arguments: [&str; N]) -> String {
    let output = git(directory, arguments);
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let error = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "git {arguments:?}: {text} {error}");
    text
}

fn git<const N: usize>(directory: &Path, arguments: [&str; N]) -> Output {
    command(directory).args(arguments).output().expect("the git program")
}

/// The `git` program, without the settings of whoever runs the tests.
pub(super) fn command(directory: impl AsRef<OsStr>) -> Command {
    let mut command = Command::new("git");
    command.arg("-C").arg(directory).env_remove("GIT_DIR");
    command.env("GIT_CONFIG_GLOBAL", "/dev/null").env("GIT_CONFIG_NOSYSTEM", "1");
    for role in ["AUTHOR", "COMMITTER"] {
        command.env(format!("GIT_{role}_NAME"), "Hand");
        command.env(format!("GIT_{role}_EMAIL"), "hand@blog.example");
    }
    command
}
