//! What the owner configures for the Qexo API (contract qexo, section 6).
//!
//! The names are Qexo's own, in capitals; they stand beside the keys of CWD, and neither API's
//! exports show the other's.

mod access;
mod activity;
mod captcha;
mod friend;
mod language;
mod name;
mod repair;
mod service;
mod statistic;

use std::collections::BTreeMap;

use inkstone_vocab::Timestamp;

pub use access::AccessSettings;
pub use captcha::{Captcha, CaptchaSettings, LoginSettings};
pub use friend::FriendSettings;
pub use language::Language;
pub use name::{QEXO_NAMES, is_qexo_name};
pub use service::OutsideService;
pub use statistic::StatisticSettings;

pub(crate) use name::{find, is_secret};

/// What the owner configures for the Qexo API.
#[derive(Clone, Debug, Default)]
pub struct QexoSettings {
    /// In which language the API speaks.
    pub language: Language,
    /// Who may call it.
    pub access: AccessSettings,
    /// What whoever logs in has to solve.
    pub login: LoginSettings,
    /// Whether strangers may ask to be linked.
    pub friends: FriendSettings,
    /// Whose pages are counted.
    pub statistic: StatisticSettings,
    /// Where posts and pages are kept.
    pub provider: Option<OutsideService>,
    /// Who is told of new notices.
    pub notifier: Option<OutsideService>,
    /// Where images are uploaded to.
    pub image_host: Option<OutsideService>,
    /// When the owner was last seen.
    pub last_active: Option<Timestamp>,
}

impl QexoSettings {
    /// Reads stored values; what makes no sense counts as not set.
    pub fn read(stored: &BTreeMap<String, String>) -> Self {
        let text = |name: &str| stored.get(name).map(|content| content.trim()).unwrap_or_default();
        Self {
            language: Language::of(text(name::LANGUAGE)),
            access: AccessSettings::read(text(name::API_TOKEN), text(name::WEBHOOK_TOKEN)),
            login: LoginSettings::read(text(name::LOGIN_SECRET_V2), text(name::LOGIN_SECRET_V3)),
            friends: FriendSettings::read(
                text(name::ALLOW_FRIEND),
                text(name::FRIEND_CAPTCHA),
                text(name::CAPTCHA_SECRET),
            ),
            statistic: StatisticSettings::read(
                text(name::STATISTIC_ALLOW),
                text(name::STATISTIC_DOMAINS),
            ),
            provider: OutsideService::read("provider", text(name::PROVIDER)),
            notifier: OutsideService::read("notifier", text(name::NOTIFIER)),
            image_host: OutsideService::read("type", text(name::IMAGE_HOST)),
            last_active: activity::read(text(name::LAST_LOGIN)),
        }
    }
}
