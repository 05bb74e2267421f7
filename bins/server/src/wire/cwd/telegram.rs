//! `POST /api/telegram/webhook`: what the owner does below a message of the bot's (contract cwd,
//! 11).

use actix_web::{HttpRequest, HttpResponse, http::StatusCode, web::Data};
use inkstone_comments::CommentId;
use inkstone_delivery::TelegramBot;
use inkstone_notifications::compose::TelegramNote;
use secrecy::ExposeSecret as _;
use serde_json::Value;
use subtle::ConstantTimeEq as _;

use super::Body;
use crate::{
    blocking::blocking,
    channels::{Channels, webhook_secret},
    config::ServerKey,
    failure::Failure,
    owner_settings::OwnerSettings,
    services::Comments,
};

/// The header in which Telegram proves that it is Telegram.
const SECRET: &str = "x-telegram-bot-api-secret-token";

/// A press of a button, as far as it matters.
#[derive(Debug, PartialEq, Eq)]
struct Press {
    id: String,
    data: String,
    chat: String,
    message: i64,
    text: String,
}

/// What the owner is told about a press.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Reply {
    Approved,
    /// It was approved, rejected or removed before.
    NothingToApprove,
    InvalidId,
    UnknownAction,
}

impl Reply {
    const fn text(self) -> &'static str {
        match self {
            Self::Approved => "评论已批准",
            Self::NothingToApprove => "该评论已不在待审核状态",
            Self::InvalidId => "Invalid Comment ID",
            Self::UnknownAction => "当前仅支持审核操作",
        }
    }
}

/// Takes an update from Telegram, and from nobody else.
pub(super) async fn webhook(
    request: HttpRequest,
    comments: Data<Comments>,
    settings: Data<OwnerSettings>,
    channels: Data<Channels>,
    key: Data<ServerKey>,
    body: Body,
) -> HttpResponse {
    let presented = request.headers().get(SECRET).map(|value| value.as_bytes().to_vec());
    let take = move || take(&comments, &settings, &channels, &key, presented.as_deref(), &body);
    match blocking(take).await {
        Ok(Taken::Refused(status, text)) => plain(status, text),
        Ok(Taken::Nothing) => plain(StatusCode::OK, "OK"),
        Ok(Taken::Answered(bot, press, reply)) => {
            // Telegram waits for our answer, and must not wait for its own.
            actix_web::rt::spawn(blocking(move || {
                follow_up(&bot, &press, reply);
                Ok::<_, Failure>(())
            }));
            plain(StatusCode::OK, "OK")
        }
        Err(_) => plain(StatusCode::INTERNAL_SERVER_ERROR, "Internal Server Error"),
    }
}

/// What became of an update.
enum Taken {
    Refused(StatusCode, &'static str),
    Nothing,
    Answered(TelegramBot, Press, Reply),
}

fn take(
    comments: &Comments,
    settings: &OwnerSettings,
    channels: &Channels,
    key: &ServerKey,
    presented: Option<&[u8]>,
    body: &Body,
) -> Result<Taken, Failure> {
    let settings = settings.all()?;
    let Some(token) = &settings.telegram.bot_token else {
        return Ok(Taken::Refused(StatusCode::BAD_REQUEST, "Bot token not configured"));
    };
    let secret = webhook_secret(key, token);
    let secret = secret.expose_secret().as_bytes();
    let genuine = presented.is_some_and(|given| bool::from(given.ct_eq(secret)));
    if !genuine {
        return Ok(Taken::Refused(StatusCode::UNAUTHORIZED, "Unauthorized"));
    }
    let Some(press) = Press::parse(&body.bytes) else { return Ok(Taken::Nothing) };
    if settings.telegram.chat_id.as_deref() != Some(press.chat.as_str()) {
        return Ok(Taken::Nothing);
    }
    let reply = match press.data.split_once(':') {
        Some(("approve", id)) => match id.parse().ok().and_then(CommentId::new) {
            Some(id) => approve(comments, id)?,
            None => Reply::InvalidId,
        },
        _ => Reply::UnknownAction,
    };
    Ok(Taken::Answered(channels.telegram_bot(token), press, reply))
}

fn approve(comments: &Comments, id: CommentId) -> Result<Reply, Failure> {
    Ok(if comments.approve(id)? { Reply::Approved } else { Reply::NothingToApprove })
}

/// Shows the owner what has happened. Should Telegram not listen, the comment is approved anyway.
fn follow_up(bot: &TelegramBot, press: &Press, reply: Reply) {
    let edited = if reply == Reply::Approved {
        bot.edit_message_text(&press.chat, press.message, &TelegramNote::approved(&press.text))
    } else {
        Ok(())
    };
    for result in [edited, bot.answer_callback_query(&press.id, reply.text())] {
        if let Err(error) = result {
            tracing::warn!(%error, "Telegram did not take the answer to a button");
        }
    }
}

impl Press {
    /// The press in an update; `None` when it is about anything else, or malformed.
    fn parse(update: &[u8]) -> Option<Self> {
        let update: Value = serde_json::from_slice(update).ok()?;
        let query = update.get("callback_query")?;
        let message = query.get("message")?;
        let chat = match message.get("chat")?.get("id")? {
            Value::Number(number) => number.to_string(),
            Value::String(text) => text.clone(),
            _ => return None,
        };
        Some(Self {
            id: query.get("id")?.as_str()?.to_owned(),
            data: query.get("data")?.as_str()?.to_owned(),
            chat,
            message: message.get("message_id")?.as_i64()?,
            text: message.get("text").and_then(Value::as_str).unwrap_or_default().to_owned(),
        })
    }
}

fn plain(status: StatusCode, text: &'static str) -> HttpResponse {
    HttpResponse::build(status).content_type("text/plain; charset=utf-8").body(text)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn only_presses_are_read() {
        let press = json!({
            "update_id": 1,
            "callback_query": {
                "id": "77",
                "data": "approve:5",
                "message": { "message_id": 9, "chat": { "id": -100_123 }, "text": "new" },
            },
        });
        let expected = Press {
            id: "77".into(),
            data: "approve:5".into(),
            chat: "-100123".into(),
            message: 9,
            text: "new".into(),
        };
        assert_eq!(Press::parse(press.to_string().as_bytes()), Some(expected));
        for other in [
            json!({}),
            json!([]),
            json!({ "message": { "text": "/start" } }),
            json!({ "callback_query": null }),
            json!({ "callback_query": { "id": 1, "data": "approve:5" } }),
            json!({ "callback_query": { "id": "1", "data": "x", "message": {} } }),
        ] {
            assert_eq!(Press::parse(other.to_string().as_bytes()), None, "{other}");
        }
        assert_eq!(Press::parse(b"approve:5"), None);
    }
}
