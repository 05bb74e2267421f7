//! The CWD comment API against its contract.

mod admin_analytics;
mod admin_comments;
mod admin_likes;
mod admin_settings;
mod admin_statistics;
mod admin_transports;
mod attacks;
mod authentication;
mod caching;
mod comments;
mod concurrency;
mod configuration;
mod failures;
mod hostile;
mod likes;
mod lockout;
mod owner_key;
mod page_likes;
mod pages;
mod parents;
mod raw;
mod submission;
pub(crate) mod support;
mod transfer;
mod visits;
