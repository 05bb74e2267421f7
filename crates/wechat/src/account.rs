//! One official account: what it accepts, and how it answers.

use std::borrow::Cow;

use inkstone_vocab::{Fault, FaultKind, Timestamp};
use secrecy::{ExposeSecret, SecretString};

use crate::MAX_BODY_BYTES;
use crate::envelope::Envelope;
use crate::message::Delivery;
use crate::query::Query;
use crate::refusal::Refusal;
use crate::signature::verify;
use crate::{reply, xml};

/// The most characters of a text that is echoed.
const MAX_ECHO_CHARS: usize = 256;

/// What the console of WeChat and the operator say about an account.
pub struct AccountConfig {
    /// The token of the message endpoint, not the one of WeChat's API; not blank.
    pub token: SecretString,
    /// What encrypted messages need; `None` refuses them.
    pub encryption: Option<EncryptionConfig>,
    /// How far the timestamp of a message may be from now; 0 accepts any.
    pub max_clock_skew_seconds: u32,
}

/// What encrypted messages need.
pub struct EncryptionConfig {
    /// The app id of the account, `wx…`; not blank.
    pub app_id: String,
    /// The encoding AES key: 43 letters and digits.
    pub encoding_aes_key: SecretString,
    /// Whether messages that are not encrypted are refused. The signature of a plain message does
    /// not cover its body; an account in WeChat's secure mode has no use for them.
    pub required: bool,
}

/// Why an account cannot be configured so. No text holds a secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ConfigError {
    /// The token is blank.
    #[error("token must not be blank")]
    Token,
    /// There is a key for encryption, but no app id.
    #[error("app id must not be blank when there is an encoding AES key")]
    AppId,
    /// The key has another length or other characters.
    #[error("encoding AES key must have 43 letters and digits")]
    EncodingAesKey,
}

impl Fault for ConfigError {
    fn kind(&self) -> FaultKind {
        FaultKind::Invalid
    }

    fn code(&self) -> &'static str {
        match self {
            Self::Token => "wechat_token_blank",
            Self::AppId => "wechat_app_id_blank",
            Self::EncodingAesKey => "wechat_encoding_aes_key_invalid",
        }
    }
}

/// An official account: verifies what claims to come from WeChat, and writes replies.
pub struct Account {
    token: SecretString,
    envelope: Option<Envelope>,
    encryption_required: bool,
    max_clock_skew_seconds: u32,
}

impl Account {
    /// An account, if its token and key can be such.
    pub fn new(config: AccountConfig) -> Result<Self, ConfigError> {
        if config.token.expose_secret().trim().is_empty() {
            return Err(ConfigError::Token);
        }
        let encryption_required = config.encryption.as_ref().is_some_and(|given| given.required);
        Ok(Self {
            token: config.token,
            envelope: config.encryption.map(envelope).transpose()?,
            encryption_required,
            max_clock_skew_seconds: config.max_clock_skew_seconds,
        })
    }

    /// What to answer when WeChat verifies the endpoint's address (`GET`): the text to echo, at
    /// most 256 characters.
    pub fn echo<'a>(&self, query: &'a Query) -> Result<&'a str, Refusal> {
        self.verify_query(query)?;
        let echo = query.echostr()?;
        if echo.chars().nth(MAX_ECHO_CHARS).is_some() {
            return Err(Refusal::Echo);
        }
        Ok(echo)
    }

    /// Verifies and reads a message (`POST`). `None` is a genuine one whose sender or receiver
    /// cannot be named: there is nobody to answer.
    ///
    /// Whether it is a repetition of another is for [`Seen`](crate::Seen) to tell.
    pub fn receive(
        &self,
        query: &Query,
        body: &[u8],
        now: Timestamp,
    ) -> Result<Option<Delivery>, Refusal> {
        if body.len() > MAX_BODY_BYTES {
            return Err(Refusal::TooLarge);
        }
        let encrypted = query.encrypted()?;
        let text = if encrypted {
            Cow::Owned(self.decrypt(query, body)?)
        } else {
            self.verify_plain(query)?;
            Cow::Borrowed(utf8(body)?)
        };
        self.verify_freshness(query, now)?;
        Ok(Delivery::new(&xml::read(&text)?, encrypted))
    }

    /// The body of a reply with `text`, encrypted if the delivery was. Send it as
    /// `text/xml; charset=utf-8`; without a reply the body is `success`.
    ///
    /// `random` must come from a cryptographic source, anew for each reply.
    pub fn reply(
        &self,
        delivery: &Delivery,
        text: &str,
        now: Timestamp,
        random: &[u8; 32],
    ) -> String {
        let plain = reply::plain(delivery, text, now);
        match &self.envelope {
            Some(envelope) if delivery.encrypted => {
                reply::sealed(envelope, self.token.expose_secret(), &plain, now, random)
            }
            _ => plain,
        }
    }

    fn verify_plain(&self, query: &Query) -> Result<(), Refusal> {
        if self.encryption_required {
            return Err(Refusal::Plain);
        }
        self.verify_query(query)
    }

    fn verify_query(&self, query: &Query) -> Result<(), Refusal> {
        let token = self.token.expose_secret();
        verify(query.signature()?, [token, query.timestamp()?, query.nonce()?])
    }

    fn decrypt(&self, query: &Query, body: &[u8]) -> Result<String, Refusal> {
        let envelope = self.envelope.as_ref().ok_or(Refusal::NoKey)?;
        let (signature, token) = (query.msg_signature()?, self.token.expose_secret());
        let (timestamp, nonce) = (query.timestamp()?, query.nonce()?);
        let sealed = xml::read(utf8(body)?)?.encrypt;
        let sealed = sealed.ok_or(Refusal::Malformed("it has no encrypted content"))?;
        verify(signature, [token, timestamp, nonce, &sealed])?;
        envelope.open(&sealed)
    }

    fn verify_freshness(&self, query: &Query, now: Timestamp) -> Result<(), Refusal> {
        if self.max_clock_skew_seconds == 0 {
            return Ok(());
        }
        let seconds: i64 = query.timestamp()?.parse().map_err(|_| Refusal::Stale)?;
        let skew = now.millis().div_euclid(1000).abs_diff(seconds);
        if skew > u64::from(self.max_clock_skew_seconds) { Err(Refusal::Stale) } else { Ok(()) }
    }
}

fn envelope(given: EncryptionConfig) -> Result<Envelope, ConfigError> {
    if given.app_id.trim().is_empty() {
        return Err(ConfigError::AppId);
    }
    Envelope::new(given.app_id, given.encoding_aes_key.expose_secret())
        .ok_or(ConfigError::EncodingAesKey)
}

fn utf8(body: &[u8]) -> Result<&str, Refusal> {
    str::from_utf8(body).map_err(|_| Refusal::Malformed("it is not UTF-8"))
}
