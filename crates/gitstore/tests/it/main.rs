//! Sources over real repositories and directories, with the `git` program at the other side.

#![expect(clippy::unwrap_used, reason = "fixtures")]

mod access;
mod crash;
mod directory;
mod forge;
mod laws;
mod properties;
mod sharing;
mod support;
mod trees;
mod upkeep;
mod waiting;
