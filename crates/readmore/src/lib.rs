#![doc = include_str!("../README.md")]

mod article;
mod blog;
mod browse;
mod captcha;
#[cfg(feature = "testing")]
pub mod contract;
mod error;
mod follower;
#[cfg(feature = "testing")]
mod memory;
mod repository;
mod service;
mod sign_key;
mod signing;
mod token;
mod transfer;

pub use article::{ArticleContent, ArticleInfo, ArticlePath};
pub use blog::BlogId;
pub use browse::{
    ArticleUnlocks, Browse, BrowseOrder, BrowsePage, BrowseQuery, DayUnlocks, NewBrowse,
    Probability, Unlock, Unlocks, by_day, cut, most_read,
};
pub use captcha::{Captcha, Code, CodeLength, Crowd, Draw, Holder, REUSE_MILLIS, Wanted};
pub use error::ReadmoreError;
pub use follower::{Follower, OpenId, Resubscribe, Subscriber, SubscriberPage, Turned};
#[cfg(feature = "testing")]
pub use memory::MemoryReadmore;
pub use repository::{
    ArticleRepository, BrowseRepository, Followed, Issue, KnownToken, Redeemed, UnlockRepository,
};
pub use service::{Issued, Readmore, Terms, Unlocked};
pub use sign_key::{SignKey, SignKeyError};
pub use token::{Claims, NewToken, TokenName};
pub use transfer::{SubscriberTransfer, tally};
