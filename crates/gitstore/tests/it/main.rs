//! Sources over real repositories and directories, with the `git` program at the other side.

mod laws;
