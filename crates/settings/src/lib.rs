#![doc = include_str!("../README.md")]

mod change;
mod comment;
mod display;
mod error;
mod feature;
mod key;
mod list;
mod mail;
mod qexo;
mod repository;
mod s3;
mod service;
mod setting;
mod stored;
mod telegram;

#[cfg(feature = "testing")]
pub mod contract;
#[cfg(feature = "testing")]
mod memory;

pub use change::{Change, MAX_TEMPLATE_BYTES, MAX_TEXT_CHARS};
pub use comment::{CommentPatch, CommentSettings};
pub use display::{DisplayPatch, DisplaySettings};
pub use error::SettingError;
pub use feature::{FeaturePatch, FeatureSettings};
pub use key::{KEYS, SECRET_MASK, is_secret};
pub use list::{MAX_ENTRIES, MAX_ENTRY_CHARS, append_entries};
pub use mail::{MailPatch, MailSettings, SmtpPatch, SmtpSettings};
#[cfg(feature = "testing")]
pub use memory::MemorySettings;
pub use qexo::{
    AccessSettings, Captcha, CaptchaSettings, FriendSettings, Language, LoginSettings,
    OutsideService, QEXO_NAMES, QexoSettings, StatisticSettings, is_qexo_name,
};
pub use repository::SettingRepository;
pub use s3::{S3Patch, S3Settings};
pub use service::{SettingObserver, Settings};
pub use setting::AllSettings;
pub use telegram::{TelegramPatch, TelegramSettings};
