//! Where and how the owner is told of comments (contract cwd, 3.5).

use actix_web::web::{Data, Json};
use inkstone_notifications::compose::{ADMIN_TEMPLATE, REPLY_TEMPLATE};
use inkstone_settings::{MailPatch, MailSettings, SECRET_MASK, SmtpPatch};
use serde_json::{Value, json};

use super::{
    super::{
        Body, Error,
        input::{Members, integer},
        message,
        refusal::{EMAIL_INVALID, INVALID_JSON, Refusal},
    },
    settings::{SAVE_FAILED, SAVED, clearable_text, flag},
};
use crate::{blocking::blocking, owner_settings::OwnerSettings, wire::error::OrSay as _};

const LOAD_FAILED: &str = "加载邮件通知配置失败";

/// `GET /admin/settings/email`.
pub(super) async fn address(settings: Data<OwnerSettings>) -> Result<Json<Value>, Error> {
    let settings = blocking(move || settings.all()).await.or_say(LOAD_FAILED)?;
    Ok(Json(json!({ "email": settings.mail.notify_address })))
}

/// `PUT /admin/settings/email`; an empty address clears the one that is set.
pub(super) async fn update_address(
    settings: Data<OwnerSettings>,
    body: Body,
) -> Result<Json<Value>, Error> {
    let members = Members::parse(&body.bytes).map_err(|_| INVALID_JSON)?;
    let Some(Value::String(address)) = members.get(&["email"]) else {
        return Err(EMAIL_INVALID.into());
    };
    let patch = MailPatch { notify_address: Some(address.clone()), ..MailPatch::default() };
    save(settings, patch).await
}

/// `GET /admin/settings/email-notify`; the password is masked.
pub(super) async fn notification(settings: Data<OwnerSettings>) -> Result<Json<Value>, Error> {
    let settings = blocking(move || settings.all()).await.or_say(LOAD_FAILED)?;
    let MailSettings { enabled, smtp, template_reply, template_admin, .. } = &settings.mail;
    let mask = if smtp.password.is_some() { SECRET_MASK } else { "" };
    Ok(Json(json!({
        "globalEnabled": enabled,
        "smtp": {
            "host": smtp.host,
            "port": smtp.port,
            "user": smtp.user,
            "pass": mask,
            "secure": smtp.secure,
        },
        "templates": {
            "reply": template_reply.as_deref().unwrap_or(REPLY_TEMPLATE),
            "admin": template_admin.as_deref().unwrap_or(ADMIN_TEMPLATE),
        },
    })))
}

/// `PUT /admin/settings/email-notify`; each member that is there is saved.
pub(super) async fn update_notification(
    settings: Data<OwnerSettings>,
    body: Body,
) -> Result<Json<Value>, Error> {
    let members = Members::parse(&body.bytes).map_err(|_| INVALID_JSON)?;
    let (smtp, templates) = (group(&members, "smtp")?, group(&members, "templates")?);
    let patch = MailPatch {
        enabled: flag(&members, "globalEnabled")?,
        smtp: smtp_patch(&smtp)?,
        template_reply: clearable_text(&templates, "reply")?,
        template_admin: clearable_text(&templates, "admin")?,
        notify_address: None,
    };
    save(settings, patch).await
}

/// The members inside another, which may be absent.
fn group(members: &Members, name: &str) -> Result<Members, Refusal> {
    match members.get(&[name]) {
        None => Ok(Members::default()),
        Some(_) => members.object(name).ok_or(INVALID_JSON),
    }
}

fn smtp_patch(smtp: &Members) -> Result<SmtpPatch, Refusal> {
    Ok(SmtpPatch {
        host: clearable_text(smtp, "host")?,
        port: port(smtp)?,
        user: clearable_text(smtp, "user")?,
        password: clearable_text(smtp, "pass")?.map(Into::into),
        secure: flag(smtp, "secure")?,
    })
}

/// A number or a text that is one; an empty text means the default.
fn port(smtp: &Members) -> Result<Option<u16>, Refusal> {
    match smtp.get(&["port"]) {
        None => Ok(None),
        Some(Value::String(text)) if text.trim().is_empty() => Ok(Some(0)),
        Some(value) => {
            let port = integer(value).and_then(|port| u16::try_from(port).ok());
            port.map(Some).ok_or(INVALID_JSON)
        }
    }
}

async fn save(settings: Data<OwnerSettings>, patch: MailPatch) -> Result<Json<Value>, Error> {
    blocking(move || settings.service().update_mail(&patch)).await.or_say(SAVE_FAILED)?;
    Ok(message(SAVED))
}
