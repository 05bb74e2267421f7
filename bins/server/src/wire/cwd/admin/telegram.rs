//! Whether and how the owner is told of comments by Telegram (contract cwd, 3.5).

use actix_web::web::{Data, Json};
use inkstone_settings::{SECRET_MASK, TelegramPatch};
use serde_json::{Value, json};

use super::{
    super::{Body, Error, input::Members, message, refusal::INVALID_JSON},
    settings::{SAVE_FAILED, SAVED},
};
use crate::{blocking::blocking, owner_settings::OwnerSettings, wire::error::OrSay as _};

/// `GET /admin/settings/telegram`; the token is masked.
pub(super) async fn read(settings: Data<OwnerSettings>) -> Result<Json<Value>, Error> {
    let settings = blocking(move || settings.all()).await.or_say("加载配置失败")?;
    let telegram = &settings.telegram;
    Ok(Json(json!({
        "botToken": telegram.bot_token.as_ref().map(|_| SECRET_MASK),
        "chatId": telegram.chat_id,
        "notifyEnabled": telegram.enabled,
    })))
}

/// `PUT /admin/settings/telegram`; what is no text is removed.
pub(super) async fn update(
    settings: Data<OwnerSettings>,
    body: Body,
) -> Result<Json<Value>, Error> {
    let members = Members::parse(&body.bytes).map_err(|_| INVALID_JSON)?;
    let patch = TelegramPatch {
        bot_token: members.text(&["botToken"]).map(Into::into),
        chat_id: members.text(&["chatId"]).map(str::to_owned),
        enabled: members.get(&["notifyEnabled"]).is_some_and(is_truthy),
    };
    blocking(move || settings.service().update_telegram(&patch)).await.or_say(SAVE_FAILED)?;
    Ok(message(SAVED))
}

/// What counts as true where the panel comes from.
fn is_truthy(value: &Value) -> bool {
    match value {
        Value::Null => false,
        Value::Bool(on) => *on,
        Value::Number(number) => number.as_f64() != Some(0.0),
        Value::String(text) => !text.is_empty(),
        Value::Array(_) | Value::Object(_) => true,
    }
}
