#![doc = include_str!("../README.md")]

mod digest;
mod directory;
mod expect;
mod failure;
mod forge;
mod git;
mod lock;
mod words;

pub use directory::{
    BuildConfig, BuildReport, BuildState, DirectoryConfig, DirectoryError, DirectorySource,
};
pub use forge::{Forge, ForgeConfig, ForgeError, ForgeHooks, Hook, SignatureCheck};
pub use git::{
    Author, Credentials, GitConfig, GitError, GitLimits, GitSource, HostKeys, RemoteAddress,
    RemoteAddressError, RemoteProblem, RemoteState,
};

#[cfg(feature = "testing")]
pub mod testing;
