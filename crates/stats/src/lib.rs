#![doc = include_str!("../README.md")]

#[cfg(feature = "testing")]
pub mod contract;
mod error;
mod like;
#[cfg(feature = "testing")]
mod memory;
mod overview;
mod report;
mod repository;
mod service;
mod statistic;
mod transfer;
mod visit;

pub use error::StatsError;
pub use like::{LikeSelection, LikeSource, PageLiked, PageLikes};
#[cfg(feature = "testing")]
pub use memory::MemoryStats;
pub use overview::Overview;
pub use report::{
    GivenLike, GivenLikes, LikeFilter, LikedPage, PageOrder, PageViews, StatsReport, Totals,
};
pub use repository::StatsRepository;
pub use service::Stats;
pub use statistic::{DomainList, Hits, Referrer, StatisticRepository, Views};
pub use transfer::{
    CountRecord, DayRecord, ImportedRecords, KnownRecords, LikeRecord, PageRecord, Records,
    StatsTransfer,
};
pub use visit::{DailyVisits, PageReport};
