//! The store on both backends.

#![expect(clippy::expect_used, clippy::unwrap_used, reason = "fixtures and checks shared by tests")]

mod applications;
mod backup;
mod contracts;
mod locks;
mod migrations;
mod news;
mod notices;
mod outbox;
mod peers;
mod qexo;
mod repair;
mod schema;
mod store;
mod support;
mod talks;
mod transfer;
