#![doc = include_str!("../README.md")]

mod digest;
mod directory;
mod expect;
mod failure;
mod git;
mod lock;

pub use directory::{
    BuildConfig, BuildReport, BuildState, DirectoryConfig, DirectoryError, DirectorySource,
};
pub use git::{
    Author, Credentials, GitConfig, GitError, GitLimits, GitSource, HostKeys, RemoteAddress,
    RemoteAddressError, RemoteProblem, RemoteState,
};

#[cfg(feature = "testing")]
pub mod testing;
