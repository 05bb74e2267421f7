//! What scripts can do, and what they cannot.

#![expect(clippy::expect_used, reason = "fixtures and checks shared by tests")]

mod corpus;
mod escapes;
mod hostile;
mod support;
mod vectors;
