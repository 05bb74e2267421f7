//! The Qexo public API against its contract.

mod access;
mod applications;
mod bodies;
mod captcha;
mod concurrency;
mod endpoint;
mod friends;
mod hostile;
mod maintenance;
mod notifications;
mod settings;
mod statistic;
mod support;
mod transport;
