//! Every source obeys the laws of its port.

use std::{ops::Deref, time::Duration};

use inkstone_gitstore::{
    DirectoryConfig, DirectorySource, GitConfig, GitSource,
    testing::{HttpRemote, SshRemote, TestRemote},
};
use tempfile::TempDir;

/// A source, and what it is a source of.
struct Kept<S, H> {
    source: S,
    _home: H,
}

impl<S, H> Deref for Kept<S, H> {
    type Target = S;

    fn deref(&self) -> &S {
        &self.source
    }
}

fn directory() -> Kept<DirectorySource, TempDir> {
    let home = tempfile::tempdir().unwrap();
    let root = home.path().to_owned();
    let config = DirectoryConfig { root, build: None, patience: Duration::from_mins(1) };
    Kept { source: DirectorySource::open(config).unwrap(), _home: home }
}

fn local() -> Kept<GitSource, TestRemote> {
    let remote = TestRemote::new();
    Kept { source: remote.source("clone"), _home: remote }
}

fn below() -> Kept<GitSource, TestRemote> {
    let remote = TestRemote::new();
    remote.check_out().push("elsewhere.md", "not of this blog");
    let path = inkstone_content::ContentPath::parse("sites/blog").ok();
    let source = GitSource::open(GitConfig { path, ..remote.config("clone") }).unwrap();
    inkstone_content::ContentSource::refresh(&source).unwrap();
    Kept { source, _home: remote }
}

fn http() -> Kept<GitSource, HttpRemote> {
    let remote = HttpRemote::new();
    Kept { source: remote.source("clone"), _home: remote }
}

fn ssh() -> Kept<GitSource, SshRemote> {
    let remote = SshRemote::new();
    Kept { source: remote.source("clone"), _home: remote }
}

mod in_a_directory {
    inkstone_content::content_source_contract!(super::directory());
}

mod over_a_path {
    inkstone_content::content_source_contract!(super::local());
    inkstone_content::content_history_contract!(super::local());
}

mod below_a_directory_of_the_repository {
    inkstone_content::content_source_contract!(super::below());
    inkstone_content::content_history_contract!(super::below());
}

mod over_http {
    inkstone_content::content_source_contract!(super::http());
    inkstone_content::content_history_contract!(super::http());
}

mod over_ssh {
    inkstone_content::content_source_contract!(super::ssh());
    inkstone_content::content_history_contract!(super::ssh());
}
