//! The Qexo public API against its contract.

mod access;
mod applications;
mod assistant;
mod bodies;
mod captcha;
mod concurrency;
mod content;
mod custom;
mod custom_scripts;
mod endpoint;
mod friends;
mod hostile;
mod image_hosts;
mod images;
mod inbox;
mod login;
mod maintenance;
mod notifications;
mod notifiers;
mod settings;
mod statistic;
mod support;
mod talk_clients;
mod talk_likes;
mod talks;
mod transfer;
mod transport;

pub(crate) use transfer::{EXPORT, OLD_TOKEN};
