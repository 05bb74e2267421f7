//! Whether and how the owner is told of comments by Telegram (contract cwd, 3.5 and 11).

use actix_web::{
    HttpResponse,
    web::{Data, Json},
};
use inkstone_settings::{SECRET_MASK, TelegramPatch};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::{
    super::{Body, Error, Said, input::Members, message, refusal::INVALID_JSON},
    settings::{SAVE_FAILED, SAVED},
};
use crate::{
    blocking::blocking,
    channels::{Channels, webhook_secret},
    config::{PublicUrl, ServerKey},
    failure::Failure,
    owner_settings::OwnerSettings,
    wire::error::OrSay as _,
};

/// What the test says, in Telegram's HTML.
const TEST_MESSAGE: &str = "✅ Inkstone 测试消息：Telegram 通知已可使用。";

/// How the owner is told by Telegram.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = cwd::TelegramSettings, examples(json!({
    "botToken": "******",
    "chatId": "-100123",
    "notifyEnabled": true,
})))]
pub(in crate::wire::cwd) struct TelegramView {
    /// Masked.
    bot_token: Option<&'static str>,
    chat_id: Option<String>,
    notify_enabled: bool,
}

/// What Telegram was told.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = cwd::TelegramWebhook, examples(json!({
    "message": "Webhook 设置成功",
    "webhookUrl": "https://api.example/api/telegram/webhook",
})))]
pub(in crate::wire::cwd) struct WebhookView {
    /// For people.
    message: &'static str,
    webhook_url: String,
}

/// `GET /admin/settings/telegram`; the token is masked.
pub(super) async fn read(settings: Data<OwnerSettings>) -> Result<Json<TelegramView>, Error> {
    let settings = blocking(move || settings.all()).await.or_say("加载配置失败")?;
    let telegram = &settings.telegram;
    Ok(Json(TelegramView {
        bot_token: telegram.bot_token.as_ref().map(|_| SECRET_MASK),
        chat_id: telegram.chat_id.clone(),
        notify_enabled: telegram.enabled,
    }))
}

/// `PUT /admin/settings/telegram`; what is no text is removed.
pub(super) async fn update(settings: Data<OwnerSettings>, body: Body) -> Result<Json<Said>, Error> {
    let members = Members::parse(&body.bytes).map_err(|_| INVALID_JSON)?;
    let patch = TelegramPatch {
        bot_token: members.text(&["botToken"]).map(Into::into),
        chat_id: members.text(&["chatId"]).map(str::to_owned),
        enabled: members.get(&["notifyEnabled"]).is_some_and(is_truthy),
    };
    blocking(move || settings.service().update_telegram(&patch)).await.or_say(SAVE_FAILED)?;
    Ok(message(SAVED))
}

/// `POST /admin/settings/telegram/setup`: lets Telegram report pressed buttons to us.
pub(super) async fn set_up(
    settings: Data<OwnerSettings>,
    channels: Data<Channels>,
    key: Data<ServerKey>,
    server: Data<PublicUrl>,
) -> Result<HttpResponse, Error> {
    let set_up = move || {
        let Some(token) = settings.all()?.telegram.bot_token.clone() else {
            return Ok(Err("请先保存机器人 Token".to_owned()));
        };
        let Some(url) = server.join("api/telegram/webhook") else {
            return Ok(Err("Webhook 设置失败: server.public_url is not configured".to_owned()));
        };
        let secret = webhook_secret(&key, &token);
        let set = channels.telegram_bot(&token).set_webhook(&url, &secret);
        Ok::<_, Failure>(set.map(|()| url).map_err(|error| format!("Webhook 设置失败: {error}")))
    };
    Ok(match blocking(set_up).await.or_say("设置失败")? {
        Ok(webhook_url) => {
            HttpResponse::Ok().json(WebhookView { message: "Webhook 设置成功", webhook_url })
        }
        Err(refusal) => HttpResponse::BadRequest().json(message(refusal)),
    })
}

/// `POST /admin/settings/telegram/test`: says something in the owner's chat.
pub(super) async fn test(
    settings: Data<OwnerSettings>,
    channels: Data<Channels>,
) -> Result<HttpResponse, Error> {
    let test = move || {
        let telegram = settings.all()?.telegram.clone();
        let (Some(token), Some(chat)) = (&telegram.bot_token, &telegram.chat_id) else {
            return Ok(Err("请先配置 Bot Token 和 Chat ID".to_owned()));
        };
        let said = channels.telegram_bot(token).send_message(chat, TEST_MESSAGE, None);
        Ok::<_, Failure>(said.map_err(|error| format!("发送失败: {error}")))
    };
    Ok(match blocking(test).await.or_say("发送失败")? {
        Ok(()) => HttpResponse::Ok().json(message("测试消息已发送")),
        Err(refusal) => HttpResponse::BadRequest().json(message(refusal)),
    })
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
