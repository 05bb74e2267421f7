//! The blogs whose articles are locked, and what holds for them.

use inkstone_readmore::{BlogId, Crowd, Follower, Holder, SignKey, Terms, Wanted};
use inkstone_vocab::Timestamp;
use inkstone_wechat::{Account, AccountConfig, ConfigError, EncryptionConfig, Seen};

use crate::{
    config::{
        Config, LifeUnit, PublicUrl, Readmore, ReadmoreBlog, ReadmoreLimits, ServerKey,
        Wechat as WechatConfig,
    },
    keyed::keyed_hash,
    readmore::{Guard, link},
    services,
};

const DAY_MILLIS: i64 = 86_400_000;

/// How many messages are remembered.
const SEEN: usize = 10_000;

/// The shortest time for which they are: repetitions come within fifteen seconds.
const SEEN_SECONDS: u32 = 60;

/// What the API needs.
pub struct ReadmoreModule {
    /// The rules.
    pub service: services::Readmore,
    /// Who asks too often.
    pub guard: Guard,
    /// What the operator decided.
    pub settings: Readmore,
    /// What holds for tokens.
    pub terms: Terms,
    /// The account whose followers get codes.
    pub wechat: Option<Wechat>,
    limits: ReadmoreLimits,
    key: ServerKey,
}

/// Why the API cannot be served.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ReadmoreError {
    /// The account cannot be as it is configured.
    #[error("settings of [wechat] are wrong")]
    Account(#[from] ConfigError),
    /// Followers would get links that lead nowhere.
    #[error(
        "wechat.app_token is set, so server.public_url or wechat.captcha_api_address must be: \
         followers get a link that begins with it"
    )]
    Address,
}

impl ReadmoreModule {
    /// The module, if there is a blog.
    pub fn new(
        config: &Config,
        service: services::Readmore,
        key: &ServerKey,
    ) -> Result<Option<Self>, ReadmoreError> {
        let settings = config.readmore.clone();
        if settings.blogs.as_slice().is_empty() {
            return Ok(None);
        }
        let configured = settings.sign_key.as_ref().map(|key| key.0.clone());
        let terms = Terms {
            key: configured.unwrap_or_else(|| derived_key(key)),
            life_millis: i64::from(settings.token_expire_days.0) * DAY_MILLIS,
            resubscribe: settings.resubscribe.into(),
            accept_unlisted: settings.accept_unlisted_tokens,
        };
        let public_url = PublicUrl::new(config.server.public_url.as_ref());
        Ok(Some(Self {
            service,
            guard: Guard::new(&config.readmore_limits, &settings.blogs),
            terms,
            wechat: Wechat::new(&config.wechat, &public_url)?,
            settings,
            limits: config.readmore_limits.clone(),
            key: key.clone(),
        }))
    }

    /// Fails when these settings cannot work.
    pub fn check(config: &Config) -> Result<(), ReadmoreError> {
        let public_url = PublicUrl::new(config.server.public_url.as_ref());
        Wechat::new(&config.wechat, &public_url).map(drop)
    }

    /// The blog of this name.
    pub fn blog(&self, name: &str) -> Option<&ReadmoreBlog> {
        let id = BlogId::parse(name)?;
        self.settings.blogs.as_slice().iter().find(|blog| blog.id == id)
    }

    /// How long a code is good.
    pub fn life(&self) -> Life {
        Life::new(self.settings.captcha_expires_value.get(), self.settings.captcha_expires_unit)
    }

    /// The captcha for whoever asks, with long codes or not.
    pub fn wanted(&self, blog: &BlogId, holder: Holder, long: bool) -> Wanted {
        let configured = self.settings.captcha_length.0;
        Wanted {
            blog: blog.clone(),
            holder,
            length: if long { inkstone_readmore::CodeLength::MAX } else { configured },
            life_millis: self.life().millis,
            resubscribe: self.terms.resubscribe,
            crowd: Crowd {
                per_client: self.limits.outstanding_per_address.get(),
                per_blog: self.limits.outstanding_per_blog.get(),
                ..Crowd::default()
            },
        }
    }

    /// The secret that signs links and hides addresses.
    pub const fn key(&self) -> &ServerKey {
        &self.key
    }

    /// The link to the page that shows a code to a follower.
    pub fn link(&self, blog: &BlogId, follower: &Follower, now: Timestamp) -> Option<String> {
        let key = self.settings.sign_links.then_some(&self.key);
        Some(link(&self.wechat.as_ref()?.page, blog, follower, key, now))
    }

    /// The blog for whose codes a follower asks with this text.
    pub fn blog_of_keyword(&self, text: &str) -> Option<&ReadmoreBlog> {
        let common = &self.wechat.as_ref()?.keyword;
        let said = text.trim().to_lowercase();
        self.settings
            .blogs
            .as_slice()
            .iter()
            .find(|blog| blog.keyword.as_ref().unwrap_or(common).trim().to_lowercase() == said)
    }
}

/// The official account.
pub struct Wechat {
    /// Its side of the protocol.
    pub account: Account,
    /// Which messages have been handled.
    pub seen: Seen,
    /// The answer to texts that are no keyword.
    pub unknown_keyword_reply: String,
    keyword: String,
    page: String,
}

impl Wechat {
    fn new(config: &WechatConfig, public_url: &PublicUrl) -> Result<Option<Self>, ReadmoreError> {
        let Some(token) = config.app_token.as_ref() else { return Ok(None) };
        let encryption = config.encoding_aes_key.as_ref().map(|key| EncryptionConfig {
            app_id: config.app_id.trim().to_owned(),
            encoding_aes_key: key.clone(),
            required: config.require_encryption,
        });
        let account = Account::new(AccountConfig {
            token: token.clone(),
            encryption,
            max_clock_skew_seconds: config.max_clock_skew_s,
        })?;
        let configured = config.captcha_api_address.as_ref().map(ToString::to_string);
        let page = configured.or_else(|| public_url.join("api/readmore/captcha/generate"));
        // As long as a captured message is fresh, it is known.
        let window = config.max_clock_skew_s.saturating_mul(2).max(SEEN_SECONDS);
        Ok(Some(Self {
            account,
            seen: Seen::new(SEEN, window),
            unknown_keyword_reply: config.unknown_keyword_reply.clone(),
            keyword: config.keyword.clone(),
            page: page.ok_or(ReadmoreError::Address)?,
        }))
    }
}

/// How long a code is good, one day at most.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Life {
    /// In this many milliseconds.
    pub millis: i64,
    /// The number that readers are told.
    pub value: u32,
    /// The unit that readers are told.
    pub unit: LifeUnit,
}

impl Life {
    fn new(value: u32, unit: LifeUnit) -> Self {
        let millis = i64::from(value).saturating_mul(unit.millis());
        if millis > DAY_MILLIS {
            return Self { millis: DAY_MILLIS, value: 24, unit: LifeUnit::Hours };
        }
        Self { millis, value, unit }
    }
}

/// Servers that share a key accept each other's tokens.
fn derived_key(key: &ServerKey) -> SignKey {
    let halves = [b"1", b"2"].map(|half| keyed_hash(key, "readmore sign key", &[half]));
    #[expect(clippy::expect_used, reason = "64 bytes are enough")]
    SignKey::new(&halves.concat()).expect("64 bytes")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_last_a_day_at_most() {
        for (value, unit, millis) in [
            (5, LifeUnit::Minutes, 300_000),
            (250, LifeUnit::Millis, 250),
            (24, LifeUnit::Hours, DAY_MILLIS),
            (1, LifeUnit::Days, DAY_MILLIS),
        ] {
            assert_eq!(Life::new(value, unit), Life { millis, value, unit });
        }
        for (value, unit) in [(25, LifeUnit::Hours), (u32::MAX, LifeUnit::Weeks)] {
            let life = Life::new(value, unit);
            assert_eq!((life.millis, life.value, life.unit), (DAY_MILLIS, 24, LifeUnit::Hours));
        }
    }
}
