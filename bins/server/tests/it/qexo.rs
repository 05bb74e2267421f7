//! The Qexo public API against its contract.

mod access;
mod bodies;
mod concurrency;
mod endpoint;
mod hostile;
mod maintenance;
mod notifications;
mod notifiers;
mod settings;
mod statistic;
mod support;
mod transport;
