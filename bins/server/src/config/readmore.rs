//! What an operator decides about locked articles.

mod blogs;

use std::num::NonZeroU32;

use inkstone_readmore::{CodeLength, Resubscribe};
use secrecy::SecretString;
use serde::{Deserialize, Deserializer, de};
use url::Url;

pub use self::blogs::{Blogs, OriginPattern, ReadmoreBlog};

use super::{
    section::{Section, Setting, section},
    time_zone::TimeZone,
    values::{Optional, SignKeyText},
};

section! {
    /// The `TechGrow` readmore API: articles that unlock with a code. See [Read more](READMORE.md).
    /// Served when there is a blog.
    Readmore "readmore" {
        /// The blogs: their ids, or tables of `id`, `allowed_origins` (such as
        /// `https://blog.example.org` or `https://*.example.org`; none means all),
        /// `require_origin` (whether requests that say nothing about their origin are refused) and
        /// `keyword` (instead of `wechat.keyword`). In the environment ids separated by commas.
        blogs: Blogs = "[]";
        /// Whether pages of other origins may use the API. Without it only the blog's own server
        /// can, in front of which this one is then.
        cors: bool = "true";
        /// Whether the API is found below `/app/api/readmore`, too, where clients look for it that
        /// have no address but the name of the original service.
        app_alias: bool = "false";
        /// Digits of a code, 4 to 10. Codes become longer by themselves when there are many, or
        /// many wrong ones.
        captcha_length: CaptchaLength = "6";
        /// How long a code is good, in `captcha_expires_unit`; one day at most.
        captcha_expires_value: NonZeroU32 = "5";
        /// `Micros` (milliseconds), `Seconds`, `Minutes`, `Hours`, `Days` or `Weeks`.
        captcha_expires_unit: LifeUnit = "'Minutes'";
        /// Whether only followers get codes, by the link that the account sends them. Recommended
        /// with `wechat.app_token`.
        require_open_id: bool = "false";
        /// Whether that link is signed and good for ten minutes, so that nobody can make one up.
        sign_links: bool = "false";
        /// What holds for those who left the account and followed it again: `block` (locked out
        /// for ever) or `allow` (they begin anew).
        resubscribe: ResubscribePolicy = "'block'";
        /// Whether somebody unknown who writes to the account counts as a follower: those who
        /// followed it before this server was there.
        register_on_message: bool = "true";
        /// Days for which a token is good, 1 to 3650.
        token_expire_days: TokenDays = "365";
        /// The key that signs tokens: 64 bytes or more in Base64, the one of another server to take
        /// over its readers. Empty: derived from the server's key.
        sign_key: Optional<SignKeyText> = "''";
        /// Whether tokens are good that this server has not written down, such as those of another
        /// server with the same key.
        accept_unlisted_tokens: bool = "true";
        /// The time zone of times that clients are told, and of days that are counted: an offset
        /// such as `+08:00`, or a name such as `Asia/Shanghai`.
        time_offset: TimeZone = "'+08:00'";
        /// Days for which it is kept who read what, addresses among it.
        browse_retention_days: NonZeroU32 = "180";
        /// Whether the server keeps the rest of articles and gives it out for a token.
        gate: bool = "false";
        /// What the page with the code says at its end. Empty: nothing.
        footer: String = "''";
    }
}

section! {
    /// How often readers may try, ask and report: see [Read more](READMORE.md).
    ReadmoreLimits "readmore_limits" {
        /// Wrong codes from one address within five minutes.
        failures_per_5_minutes: NonZeroU32 = "10";
        /// Wrong codes from one address within an hour.
        failures_per_hour: NonZeroU32 = "30";
        /// Wrong codes from one address within a day.
        failures_per_day: NonZeroU32 = "100";
        /// Wrong codes for one blog within five minutes after which new codes have ten digits.
        alarm_failures: NonZeroU32 = "60";
        /// Wrong codes for one blog within five minutes after which, with such codes, addresses
        /// that had a wrong one within the hour have to wait.
        siege_failures: NonZeroU32 = "300";
        /// Codes given to one address in a minute. Many readers may share one.
        captchas_per_minute: NonZeroU32 = "60";
        /// Codes given to one address in an hour.
        captchas_per_hour: NonZeroU32 = "600";
        /// New codes for one follower within ten minutes.
        captchas_per_follower: NonZeroU32 = "5";
        /// Codes of one address, without a follower, that wait to be typed.
        outstanding_per_address: NonZeroU32 = "50";
        /// Codes of one blog that wait to be typed.
        outstanding_per_blog: NonZeroU32 = "10000";
        /// Tokens checked for one address in a minute. Every open page asks every minute.
        tokens_per_minute: NonZeroU32 = "600";
        /// Invalid tokens from one address in a minute; after them it has to wait.
        invalid_tokens_per_minute: NonZeroU32 = "120";
        /// Articles reported as read from one address in a minute.
        browses_per_minute: NonZeroU32 = "120";
        /// Messages with a wrong signature from one address in a minute.
        wrong_signatures_per_minute: NonZeroU32 = "60";
    }
}

section! {
    /// The `WeChat` official account whose followers get codes (server mode).
    Wechat "wechat" {
        /// The token (令牌) of the message endpoint, `/api/readmore/wechat/receive`. Empty: no
        /// such endpoint.
        app_token: Optional<SecretString> = "''";
        /// The app id, needed for encrypted messages.
        app_id: String = "''";
        /// The app secret. Accepted, and not needed.
        app_secret: Optional<SecretString> = "''";
        /// The key of encrypted messages, 43 characters. Empty: plain messages only.
        encoding_aes_key: Optional<SecretString> = "''";
        /// Whether messages that are not encrypted are refused, for accounts in secure mode.
        require_encryption: bool = "false";
        /// Seconds that a message may be old or come from the future; 0 for any.
        max_clock_skew_s: u32 = "600";
        /// What a follower writes to get a code.
        keyword: String = "'验证码'";
        /// The answer to any other text. Empty: none.
        unknown_keyword_reply: String = "'请输入正确的关键词'";
        /// The address of the page with the code, without a query. Empty: derived from
        /// `server.public_url`.
        captcha_api_address: Optional<Url> = "''";
    }
}

/// How many digits a code has.
#[derive(Clone, Copy, Debug)]
pub struct CaptchaLength(pub CodeLength);

impl<'de> Deserialize<'de> for CaptchaLength {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let digits = u8::deserialize(deserializer)?;
        let length = CodeLength::new(digits).map(Self);
        length.ok_or_else(|| de::Error::custom(format!("{digits} is not 4 to 10")))
    }
}

/// For how many days a token is good.
#[derive(Clone, Copy, Debug)]
pub struct TokenDays(pub u16);

impl<'de> Deserialize<'de> for TokenDays {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let days = u16::deserialize(deserializer)?;
        let known = (1..=3650).contains(&days);
        known
            .then_some(Self(days))
            .ok_or_else(|| de::Error::custom(format!("{days} is not 1 to 3650")))
    }
}

/// What holds for those who left.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ResubscribePolicy {
    /// They stay locked out.
    Block,
    /// They begin anew.
    Allow,
}

impl From<ResubscribePolicy> for Resubscribe {
    fn from(policy: ResubscribePolicy) -> Self {
        match policy {
            ResubscribePolicy::Block => Self::Block,
            ResubscribePolicy::Allow => Self::Allow,
        }
    }
}

/// A unit of time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LifeUnit {
    /// Milliseconds, which others call `Micros`.
    Millis,
    /// Seconds.
    Seconds,
    /// Minutes.
    Minutes,
    /// Hours.
    Hours,
    /// Days.
    Days,
    /// Weeks.
    Weeks,
}

impl LifeUnit {
    /// Its milliseconds.
    pub const fn millis(self) -> i64 {
        match self {
            Self::Millis => 1,
            Self::Seconds => 1000,
            Self::Minutes => 60_000,
            Self::Hours => 3_600_000,
            Self::Days => 86_400_000,
            Self::Weeks => 604_800_000,
        }
    }

    /// Its Chinese name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Millis => "毫秒",
            Self::Seconds => "秒",
            Self::Minutes => "分钟",
            Self::Hours => "小时",
            Self::Days => "天",
            Self::Weeks => "周",
        }
    }
}

impl<'de> Deserialize<'de> for LifeUnit {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Ok(match text.trim().to_ascii_lowercase().as_str() {
            "micros" | "millis" => Self::Millis,
            "seconds" => Self::Seconds,
            "minutes" => Self::Minutes,
            "hours" => Self::Hours,
            "days" => Self::Days,
            "weeks" => Self::Weeks,
            _ => {
                let known = "Micros, Seconds, Minutes, Hours, Days or Weeks";
                return Err(de::Error::custom(format!("{text:?} is not {known}")));
            }
        })
    }
}
