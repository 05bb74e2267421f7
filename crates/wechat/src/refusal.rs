//! Why a request is refused.

use inkstone_vocab::{Fault, FaultKind};

/// Why a request does not come from WeChat, or says nothing that can be read.
///
/// The client's answer is the same for all but [`TooLarge`](Self::TooLarge): 403 and nothing else.
/// No text holds a token, key, signature or any other part of the request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Refusal {
    /// A parameter is missing or empty.
    #[error("parameter {0} is missing")]
    Missing(&'static str),
    /// The signature is not the one that the token makes.
    #[error("signature is wrong: is the token the one in the console of WeChat?")]
    Signature,
    /// The timestamp is no number, or too far from now.
    #[error("timestamp is too old or lies in the future")]
    Stale,
    /// The text to be echoed is longer than 256 characters.
    #[error("text to be echoed is too long")]
    Echo,
    /// The parameter `encrypt_type` names a way of encryption that does not exist.
    #[error("encrypt_type is neither raw nor aes")]
    EncryptType,
    /// The message is encrypted, and no key is configured.
    #[error("message is encrypted, but no encoding AES key is configured")]
    NoKey,
    /// The message is not encrypted, which the configuration demands.
    #[error("message is not encrypted, which the configuration demands")]
    Plain,
    /// The envelope cannot be decrypted.
    #[error("message cannot be decrypted: is the key the one in the console of WeChat?")]
    Envelope,
    /// The message was encrypted for another account.
    #[error("message is for another app id")]
    AppId,
    /// The body is no XML that a message could have.
    #[error("message is not well-formed: {0}")]
    Malformed(&'static str),
    /// The body has more than [`MAX_BODY_BYTES`](crate::MAX_BODY_BYTES).
    #[error("message is too large")]
    TooLarge,
}

impl Fault for Refusal {
    fn kind(&self) -> FaultKind {
        match self {
            Self::TooLarge => FaultKind::Invalid,
            _ => FaultKind::Forbidden,
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::Missing(_) => "wechat_parameter_missing",
            Self::Signature => "wechat_signature_wrong",
            Self::Stale => "wechat_timestamp_stale",
            Self::Echo => "wechat_echo_too_long",
            Self::EncryptType => "wechat_encrypt_type_unknown",
            Self::NoKey => "wechat_key_missing",
            Self::Plain => "wechat_message_not_encrypted",
            Self::Envelope => "wechat_envelope_broken",
            Self::AppId => "wechat_app_id_wrong",
            Self::Malformed(_) => "wechat_message_malformed",
            Self::TooLarge => "wechat_message_too_large",
        }
    }
}
