//! The Inkstone server: configuration, command line, and the wire APIs over the domain crates.
//!
//! The binary is [`command::run`]; everything else is public so that tests can start an
//! [`app::Application`] in their own process.

pub mod activity;
pub mod announcements;
pub mod app;
pub mod backup;
pub mod blocking;
pub mod body;
pub mod budget;
pub mod cache;
pub mod caller;
pub mod captcha;
pub mod channels;
pub mod clock;
pub mod command;
pub mod config;
pub mod connections;
pub mod content;
pub mod edge;
pub mod failure;
pub mod health;
pub mod installation;
pub mod jobs;
pub mod keyed;
pub mod leadership;
pub mod local_backup;
pub mod meter;
pub mod output;
pub mod owner;
pub mod owner_settings;
mod peers;
pub mod places;
pub mod postman;
pub mod qexo_file;
pub mod readmore;
pub mod remote_backup;
pub mod request_id;
pub mod secrets;
pub mod services;
pub mod signals;
pub mod telemetry;
pub mod unsubscription;
pub mod user_agent;
pub mod verification;
pub mod visitor;
pub mod wire;
