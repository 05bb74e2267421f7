//! Messages, as far as they matter here.

use std::fmt;

use sha2::{Digest, Sha256};

use crate::xml::Fields;

/// The name of a follower or an account to WeChat: 1 to 255 letters, digits, `_` and `-`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct OpenId(String);

impl OpenId {
    /// Accepts `text` if it can be such a name.
    pub fn parse(text: &str) -> Option<Self> {
        let allowed = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-');
        let fits = (1..=255).contains(&text.len()) && text.bytes().all(allowed);
        fits.then(|| Self(text.to_owned()))
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for OpenId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

/// What a follower did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Message {
    /// Followed the account.
    Subscribe,
    /// Left the account.
    Unsubscribe,
    /// Wrote this, spaces and all; possibly nothing.
    Text(String),
    /// Anything else, such as a picture, a position or a click: nothing to be answered.
    Other,
}

/// A message that WeChat signed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delivery {
    /// Who did it (`FromUserName`).
    pub follower: OpenId,
    /// The account it concerns (`ToUserName`).
    pub account: OpenId,
    /// What happened.
    pub message: Message,
    /// What a repetition of this delivery has in common with it.
    pub key: MessageKey,
    /// Whether the reply must be encrypted.
    pub(crate) encrypted: bool,
}

impl Delivery {
    /// `None` when one of the two names is missing or impossible.
    pub(crate) fn new(fields: &Fields, encrypted: bool) -> Option<Self> {
        Some(Self {
            follower: OpenId::parse(fields.from_user_name.as_deref()?)?,
            account: OpenId::parse(fields.to_user_name.as_deref()?)?,
            message: message(fields),
            key: MessageKey::new(fields),
            encrypted,
        })
    }
}

fn message(fields: &Fields) -> Message {
    match (fields.msg_type.as_deref(), fields.event.as_deref()) {
        (Some("event"), Some("subscribe")) => Message::Subscribe,
        (Some("event"), Some("unsubscribe")) => Message::Unsubscribe,
        (Some("text"), _) => Message::Text(fields.content.clone().unwrap_or_default()),
        _ => Message::Other,
    }
}

/// What makes two deliveries the same: the number of a message; of an event, which has none,
/// follower, time, name and key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct MessageKey([u8; 32]);

impl MessageKey {
    fn new(fields: &Fields) -> Self {
        let Fields { from_user_name, create_time, msg_type, event, event_key, content, .. } =
            fields;
        let is_event = msg_type.as_deref() == Some("event");
        match fields.msg_id.as_deref() {
            Some(id) if !is_event && !id.is_empty() => digest(&["message", id]),
            _ => digest(
                &[msg_type, from_user_name, create_time, event, event_key, content]
                    .map(|field| field.as_deref().unwrap_or_default()),
            ),
        }
    }
}

/// A key of one size, whatever the parts; their lengths keep them apart.
fn digest(parts: &[&str]) -> MessageKey {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update(part.len().to_le_bytes());
        hash.update(part);
    }
    MessageKey(hash.finalize().into())
}
