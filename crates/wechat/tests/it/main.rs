//! The account, seen from both sides: vectors, refusals, properties.

mod messages;
mod properties;
mod refusals;
mod seen;
mod support;
