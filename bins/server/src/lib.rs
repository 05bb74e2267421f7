//! The Inkstone server: configuration, command line, and the wire APIs over the domain crates.
//!
//! The binary is [`command::run`]; everything else is public so that tests can start an
//! [`app::Application`] in their own process.

pub mod activity;
pub mod app;
pub mod backup;
pub mod blocking;
pub mod body;
pub mod budget;
pub mod cache;
pub mod caller;
pub mod clock;
pub mod command;
pub mod config;
pub mod edge;
pub mod failure;
pub mod health;
pub mod installation;
pub mod jobs;
pub mod meter;
pub mod output;
pub mod owner_settings;
pub mod request_id;
pub mod secrets;
pub mod services;
pub mod signals;
pub mod telemetry;
pub mod user_agent;
pub mod verification;
pub mod visitor;
pub mod wire;
