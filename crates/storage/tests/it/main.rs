//! The store on both backends.

#![expect(clippy::expect_used, clippy::unwrap_used, reason = "fixtures and checks shared by tests")]

mod contracts;
mod migrations;
mod schema;
mod store;
mod support;
mod talks;
