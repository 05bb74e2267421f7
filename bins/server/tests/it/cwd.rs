//! The CWD comment API against its contract.

mod admin_comments;
mod admin_settings;
mod attacks;
mod authentication;
mod comments;
mod concurrency;
mod configuration;
mod hostile;
mod likes;
mod lockout;
mod submission;
mod support;
mod transfer;
mod visits;
