//! Telegram and Discord.

use inkstone_notifications::DeliveryError;
use serde_json::{Map, Value, json};

use super::{Push, answer, params, text};
use crate::telegram::TelegramBot;

/// What Telegram takes, in characters.
const TELEGRAM_CHARS: usize = 4_000;
/// What Discord takes, in characters.
const DISCORD_CHARS: usize = 4_000;
/// The colour beside a message in Discord, unless the owner has another.
const COLOUR: i64 = 16_478_873;

/// `api_url` is a host, or the whole address below which bots are.
pub(super) fn telegram(push: &Push<'_>) -> Result<(), DeliveryError> {
    let (token, chat) = (push.params.required("token")?, push.params.required("userid")?);
    let base = match push.params.text("api_url") {
        Some(address) if params::is_address(&address) => address,
        Some(host) => format!("https://{host}"),
        None => push.pusher.addresses.telegram.clone(),
    };
    let bot = TelegramBot::new(push.pusher.http.clone(), &base, token.into());
    Ok(bot.send_text(&chat, &text::chars(&push.whole(), TELEGRAM_CHARS))?)
}

pub(super) fn discord(push: &Push<'_>) -> Result<(), DeliveryError> {
    let url = params::address(&push.params.required("webhook")?)?;
    let color = match push.params.number("color") {
        Value::Null => COLOUR.into(),
        color => color,
    };
    let mut message = Map::new();
    for name in ["username", "avatar_url"] {
        if let Some(text) = push.params.text(name) {
            message.insert(name.to_owned(), text.into());
        }
    }
    let description = text::chars(&push.content, DISCORD_CHARS);
    let embed = json!({ "title": push.title, "description": description, "color": color });
    message.insert("embeds".to_owned(), json!([embed]));
    let answer = push.post_json(&url, &Value::Object(message))?;
    answer::by_status(&answer, &push.params.secrets())
}
