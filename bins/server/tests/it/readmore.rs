//! The readmore API against its contract.

mod abuse;
mod article;
mod browse;
mod captcha;
mod concurrency;
mod configuration;
mod hostile;
mod origin;
mod outage;
mod owner;
mod page;
mod sharing;
pub(crate) mod support;
mod token;
mod wechat;
