//! A bucket of a real S3-compatible server, and of one that misbehaves.

#![expect(clippy::unwrap_used, reason = "fixtures")]

mod failures;
mod images;
mod real;
mod real_server;
mod stub;
