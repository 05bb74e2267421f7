//! The server as its clients and its operator see it.

#![expect(clippy::unwrap_used, clippy::expect_used, reason = "fixtures")]

mod addresses;
mod bodies;
mod cached;
mod command;
mod connections;
mod content_crash;
mod content_told;
mod cors;
mod coverage;
mod crash;
mod cwd;
mod edge;
mod health;
mod import;
mod import_qexo;
mod import_techgrow;
mod landing;
mod leadership;
mod lifecycle;
mod local_backup;
mod logs;
mod metrics;
mod notifications;
mod openapi;
mod peers;
mod qexo;
mod readmore;
mod support;
mod upgrade;
