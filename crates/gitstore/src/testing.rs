//! Real remotes for tests (feature `testing`): a repository made by the `git` program, served as a
//! directory, over HTTP by Git's own `http-backend`, and over SSH.

#![expect(clippy::expect_used, reason = "a test that cannot set itself up has failed")]

mod git;
mod http;
mod listener;
mod ssh;

pub use git::{TestRemote, WorkTree};
pub use http::{HttpRemote, TOKEN};
pub use ssh::SshRemote;
