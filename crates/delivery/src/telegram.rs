//! A Telegram bot: what it says, and what it is told to listen to.

use inkstone_notifications::{Channel, DeliveryError, Leased};
use secrecy::{ExposeSecret as _, SecretString};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::{
    http::{HttpClient, HttpError, pause_ms},
    reason,
};

/// Where bots are, unless a mirror is configured.
pub const TELEGRAM_API: &str = "https://api.telegram.org";

/// The words on the button below a comment that waits (contract cwd, 11).
const APPROVE: &str = "批准";

/// A Telegram bot; as a channel it delivers messages to chats.
#[derive(Clone, Debug)]
pub struct TelegramBot {
    http: HttpClient,
    base: String,
    token: SecretString,
}

/// A button below a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Button<'a> {
    /// What is written on it.
    pub text: &'a str,
    /// What the bot is told when it is pressed; 64 bytes at most.
    pub data: &'a str,
}

/// Why Telegram did not do what it was asked. The texts name no token.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TelegramError {
    /// The token cannot be one.
    #[error("the bot token is malformed")]
    Token,
    /// There is no answer.
    #[error("{0}")]
    Http(#[from] HttpError),
    /// What answers is not Telegram.
    #[error("unexpected answer with status {status}")]
    Unexpected {
        /// The status of the answer.
        status: u16,
    },
    /// Telegram refused; the text is its description.
    #[error("{description}")]
    Refused {
        /// Telegram's code, which resembles an HTTP status.
        code: i64,
        /// Why, in Telegram's words.
        description: String,
        /// How many milliseconds it asked to be left alone.
        retry_after_ms: Option<i64>,
    },
}

impl From<TelegramError> for DeliveryError {
    fn from(error: TelegramError) -> Self {
        let reason = error.to_string();
        match error {
            // The chat does not exist, the bot was blocked, the text is malformed.
            TelegramError::Refused { code: 400 | 403, .. } => Self::permanent(reason),
            TelegramError::Refused { retry_after_ms, .. } => {
                Self::Temporary { reason, retry_after_ms }
            }
            TelegramError::Token | TelegramError::Http(_) | TelegramError::Unexpected { .. } => {
                Self::temporary(reason)
            }
        }
    }
}

/// What Telegram answers; the result is of no interest.
#[derive(Deserialize)]
struct Answer {
    ok: bool,
    error_code: Option<i64>,
    description: Option<String>,
    parameters: Option<Parameters>,
}

#[derive(Deserialize)]
struct Parameters {
    retry_after: Option<i64>,
}

impl TelegramBot {
    /// The bot with `token`, below the address `base`, usually [`TELEGRAM_API`].
    pub fn new(http: HttpClient, base: &str, token: SecretString) -> Self {
        Self { http, base: base.trim_end_matches('/').to_owned(), token }
    }

    /// Says something in a chat, in Telegram's HTML.
    pub fn send_message(
        &self,
        chat: &str,
        html: &str,
        button: Option<Button<'_>>,
    ) -> Result<(), TelegramError> {
        let mut message = text(chat, html);
        if let Some(Button { text, data }) = button {
            message["reply_markup"] =
                json!({ "inline_keyboard": [[{ "text": text, "callback_data": data }]] });
        }
        self.call("sendMessage", &message)
    }

    /// Says something in a chat as it is: what looks like markup is text.
    pub fn send_text(&self, chat: &str, text: &str) -> Result<(), TelegramError> {
        let message = json!({
            "chat_id": chat,
            "text": text,
            "link_preview_options": { "is_disabled": true },
        });
        self.call("sendMessage", &message)
    }

    /// Lets Telegram report pressed buttons to `url`, with `secret` in the header
    /// `X-Telegram-Bot-Api-Secret-Token`: 1 to 256 letters, digits, `_` and `-`.
    pub fn set_webhook(&self, url: &str, secret: &SecretString) -> Result<(), TelegramError> {
        let webhook = json!({
            "url": url,
            "secret_token": secret.expose_secret(),
            "allowed_updates": ["callback_query"],
        });
        self.call("setWebhook", &webhook)
    }

    /// Replaces what the bot said in a chat, in Telegram's HTML, and takes its buttons away.
    pub fn edit_message_text(
        &self,
        chat: &str,
        message_id: i64,
        html: &str,
    ) -> Result<(), TelegramError> {
        let mut message = text(chat, html);
        message["message_id"] = message_id.into();
        self.call("editMessageText", &message)
    }

    /// Tells whoever pressed a button what came of it.
    pub fn answer_callback_query(&self, id: &str, text: &str) -> Result<(), TelegramError> {
        self.call("answerCallbackQuery", &json!({ "callback_query_id": id, "text": text }))
    }

    fn call(&self, method: &str, parameters: &Value) -> Result<(), TelegramError> {
        let token = self.token.expose_secret();
        if !is_token(token) {
            return Err(TelegramError::Token);
        }
        let url = format!("{}/bot{token}/{method}", self.base);
        let answer = self.http.post_json(&url, &[], parameters.to_string().as_bytes())?;
        let unexpected = TelegramError::Unexpected { status: answer.status };
        let Ok(said) = serde_json::from_slice::<Answer>(&answer.body) else {
            return Err(unexpected);
        };
        if said.ok && (200..300).contains(&answer.status) {
            return Ok(());
        }
        let Some(description) = said.description.filter(|_| !said.ok) else {
            return Err(unexpected);
        };
        let retry_after = said.parameters.and_then(|parameters| parameters.retry_after);
        Err(TelegramError::Refused {
            code: said.error_code.unwrap_or(answer.status.into()),
            description: reason::clean(&description, &[token]),
            retry_after_ms: retry_after.map(pause_ms).or(answer.retry_after_ms),
        })
    }
}

/// Recipients are chats; a message with an action has a button that approves.
impl Channel for TelegramBot {
    fn deliver(&self, message: &Leased) -> Result<(), DeliveryError> {
        let action = message.content.action.as_deref();
        let button = action.map(|data| Button { text: APPROVE, data });
        Ok(self.send_message(&message.recipient, &message.content.html, button)?)
    }
}

fn text(chat: &str, html: &str) -> Value {
    json!({
        "chat_id": chat,
        "text": html,
        "parse_mode": "HTML",
        "link_preview_options": { "is_disabled": true },
    })
}

/// Whether a token can be part of an address, where it must not lead elsewhere.
fn is_token(token: &str) -> bool {
    let legal = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b':' | b'_' | b'-');
    (1..=256).contains(&token.len()) && token.bytes().all(legal)
}
