//! The names under which Qexo's settings are stored (contract qexo, 6.1).

use super::{access, activity, language, service::OutsideService};

pub(super) const API_TOKEN: &str = "WEBHOOK_APIKEY";
pub(super) const WEBHOOK_TOKEN: &str = "WEBHOOK_TOKEN";
pub(super) const LANGUAGE: &str = "LANGUAGE";
pub(super) const PROVIDER: &str = "PROVIDER";
pub(super) const ALLOW_FRIEND: &str = "ALLOW_FRIEND";
pub(super) const FRIEND_CAPTCHA: &str = "FRIEND_RECAPTCHA";
pub(super) const CAPTCHA_SECRET: &str = "RECAPTCHA_TOKEN";
pub(super) const STATISTIC_ALLOW: &str = "STATISTIC_ALLOW";
pub(super) const STATISTIC_DOMAINS: &str = "STATISTIC_DOMAINS";
pub(super) const LAST_LOGIN: &str = "LAST_LOGIN";
pub(super) const NOTIFIER: &str = "ONEPUSH";
pub(super) const IMAGE_HOST: &str = "IMG_HOST";
pub(super) const LOGIN_SECRET_V3: &str = "LOGIN_RECAPTCHA_SERVER_TOKEN";
pub(super) const LOGIN_SECRET_V2: &str = "LOGIN_RECAPTCHAV2_SERVER_TOKEN";

/// Every name there is: those of Qexo, and one of ours beside them. Most mean nothing here and are kept so that an installation can move to
/// Inkstone and back.
pub const QEXO_NAMES: &[&str] = &{
    let mut names = [""; TABLE.len()];
    let mut at = 0;
    while at < TABLE.len() {
        names[at] = TABLE[at].name;
        at += 1;
    }
    names
};

/// Whether there is a setting of exactly this name.
pub fn is_qexo_name(name: &str) -> bool {
    find(name).is_some()
}

/// The setting of exactly this name.
pub(crate) fn find(name: &str) -> Option<&'static Known> {
    TABLE.iter().find(|known| known.name == name)
}

/// Whether the value under `name` is, or holds, a secret.
pub(crate) fn is_secret(name: &str) -> bool {
    const SECRET: [&str; 9] = [
        API_TOKEN,
        WEBHOOK_TOKEN,
        CAPTCHA_SECRET,
        PROVIDER,
        NOTIFIER,
        IMAGE_HOST,
        "VERCEL_TOKEN",
        LOGIN_SECRET_V3,
        LOGIN_SECRET_V2,
    ];
    SECRET.contains(&name)
}

/// A setting of Qexo.
#[derive(Debug)]
pub(crate) struct Known {
    pub(crate) name: &'static str,
    kind: Kind,
    pub(super) default: &'static str,
}

/// Which values a setting has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    /// Any text.
    Text,
    /// `是` or `否`.
    Flag,
    /// The code of a language that Qexo knows.
    Language,
    /// Which captcha.
    Captcha,
    /// Seconds since the epoch, or nothing.
    Seconds,
    /// JSON.
    Json,
    /// JSON, or nothing.
    JsonOrNothing,
    /// JSON that names a host of images.
    ImageHost,
    /// The hash of a token, or nothing.
    TokenHash,
}

impl Known {
    /// Whether `content` is a value of this setting.
    pub(crate) fn accepts(&self, content: &str) -> bool {
        let is_json = || serde_json::from_str::<serde_json::Value>(content).is_ok();
        match self.kind {
            Kind::Text => true,
            Kind::Flag => ["是", "否"].contains(&content),
            Kind::Language => language::is_known(content),
            Kind::Captcha => ["否", "关闭", "v2", "v3", "altcha"].contains(&content),
            Kind::Seconds => content.is_empty() || activity::read(content).is_some(),
            Kind::Json => is_json(),
            Kind::JsonOrNothing => content.is_empty() || is_json(),
            Kind::ImageHost => OutsideService::read("type", content).is_some(),
            Kind::TokenHash => content.is_empty() || access::is_hash(content),
        }
    }

    /// Whether it is missing when there is none: without a token nobody is locked out here.
    pub(super) fn is_required(&self) -> bool {
        self.kind != Kind::TokenHash
    }
}

const fn known(name: &'static str, kind: Kind, default: &'static str) -> Known {
    Known { name, kind, default }
}

/// Qexo's own defaults, except that addresses of its panel's files are left out: its own repair
/// sets them again.
const TABLE: [Known; 36] = [
    known(API_TOKEN, Kind::TokenHash, ""),
    known(WEBHOOK_TOKEN, Kind::TokenHash, ""),
    known(LANGUAGE, Kind::Language, "zh_CN"),
    known(PROVIDER, Kind::JsonOrNothing, ""),
    known(ALLOW_FRIEND, Kind::Flag, "否"),
    known(FRIEND_CAPTCHA, Kind::Captcha, "否"),
    known(CAPTCHA_SECRET, Kind::Text, ""),
    known(STATISTIC_ALLOW, Kind::Flag, "否"),
    known(STATISTIC_DOMAINS, Kind::Text, ""),
    known(LAST_LOGIN, Kind::Seconds, ""),
    known(NOTIFIER, Kind::JsonOrNothing, ""),
    known(IMAGE_HOST, Kind::ImageHost, r#"{"type":"关闭","params":{}}"#),
    known("ABBRLINK_ALG", Kind::Text, "crc16"),
    known("ABBRLINK_REP", Kind::Text, "dec"),
    known("INIT", Kind::Text, "2"),
    known("QEXO_NAME", Kind::Text, "博客管理面板"),
    known("QEXO_SPLIT", Kind::Text, "-"),
    known("QEXO_ICON", Kind::Text, ""),
    known("QEXO_LOGO", Kind::Text, ""),
    known("QEXO_LOGO_DARK", Kind::Text, ""),
    known("CDN_PREV", Kind::Text, ""),
    known("ALL_CDN_PREV", Kind::Json, "[]"),
    known("ALL_UPDATES", Kind::Json, "[]"),
    known("VDITOR_EMOJI", Kind::Json, "{}"),
    known("VERCEL_TOKEN", Kind::Text, ""),
    known("PROJECT_ID", Kind::Text, ""),
    known("LOGIN_RECAPTCHA_SITE_TOKEN", Kind::Text, ""),
    known(LOGIN_SECRET_V3, Kind::Text, ""),
    known("LOGIN_RECAPTCHAV2_SITE_TOKEN", Kind::Text, ""),
    known(LOGIN_SECRET_V2, Kind::Text, ""),
    known("POST_SIDEBAR", Kind::Json, "[]"),
    known("PAGE_SIDEBAR", Kind::Json, "[]"),
    known("TALK_SIDEBAR", Kind::Json, "[]"),
    known("AUTO_EXCERPT_CONFIG", Kind::Json, "{}"),
    known("UPDATE_FROM", Kind::Text, "false"),
    known("JUMP_UPDATE", Kind::Text, "false"),
];
