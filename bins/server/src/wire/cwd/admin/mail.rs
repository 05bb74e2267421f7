//! Where and how the owner is told of comments (contract cwd, 3.5).

use actix_web::{
    HttpResponse,
    web::{Data, Json},
};
use inkstone_delivery::{Mail, SmtpError};
use inkstone_notifications::compose::{ADMIN_TEMPLATE, REPLY_TEMPLATE};
use inkstone_settings::{MailPatch, MailSettings, SECRET_MASK, SmtpPatch, SmtpSettings};
use inkstone_vocab::EmailAddress;
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::{
    super::{
        Body, Error, Said,
        input::{Members, integer},
        message,
        refusal::{EMAIL_INVALID, INVALID_JSON, RECIPIENT_INVALID, Refusal, SMTP_INCOMPLETE},
    },
    settings::{SAVE_FAILED, SAVED, clearable_text, flag},
};
use crate::{
    blocking::blocking, channels::Channels, clock, failure::Failure, owner_settings::OwnerSettings,
    wire::error::OrSay as _,
};

const LOAD_FAILED: &str = "加载邮件通知配置失败";

/// Where the owner gets mail.
#[derive(Serialize, ToSchema)]
#[schema(as = cwd::NotifyAddress, examples(json!({ "email": "ann@example.org" })))]
pub(in crate::wire::cwd) struct AddressView {
    email: Option<String>,
}

/// How mail is sent.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = cwd::MailSettings)]
pub(in crate::wire::cwd) struct NotificationView {
    global_enabled: bool,
    smtp: SmtpView,
    templates: TemplatesView,
}

#[derive(Serialize, ToSchema)]
#[schema(as = cwd::SmtpSettings, examples(json!({
    "host": "smtp.example",
    "pass": "******",
    "port": 465,
    "secure": true,
    "user": "ann@example.org",
})))]
struct SmtpView {
    host: String,
    /// Masked.
    pass: &'static str,
    port: u16,
    secure: bool,
    user: String,
}

#[derive(Serialize, ToSchema)]
#[schema(as = cwd::MailTemplates, examples(json!({
    "admin": "<p>${commentAuthor}</p>",
    "reply": "<p>${replyAuthor}</p>",
})))]
struct TemplatesView {
    admin: String,
    reply: String,
}

/// `GET /admin/settings/email`.
pub(super) async fn address(settings: Data<OwnerSettings>) -> Result<Json<AddressView>, Error> {
    let settings = blocking(move || settings.all()).await.or_say(LOAD_FAILED)?;
    Ok(Json(AddressView { email: settings.mail.notify_address.clone() }))
}

/// `PUT /admin/settings/email`; an empty address clears the one that is set.
pub(super) async fn update_address(
    settings: Data<OwnerSettings>,
    body: Body,
) -> Result<Json<Said>, Error> {
    let members = Members::parse(&body.bytes).map_err(|_| INVALID_JSON)?;
    let Some(Value::String(address)) = members.get(&["email"]) else {
        return Err(EMAIL_INVALID.into());
    };
    let patch = MailPatch { notify_address: Some(address.clone()), ..MailPatch::default() };
    save(settings, patch).await
}

/// `GET /admin/settings/email-notify`; the password is masked.
pub(super) async fn notification(
    settings: Data<OwnerSettings>,
) -> Result<Json<NotificationView>, Error> {
    let settings = blocking(move || settings.all()).await.or_say(LOAD_FAILED)?;
    let MailSettings { enabled, smtp, template_reply, template_admin, .. } = &settings.mail;
    let pass = if smtp.password.is_some() { SECRET_MASK } else { "" };
    let SmtpSettings { host, port, user, secure, .. } = smtp.clone();
    let template = |own: &Option<String>, usual: &str| own.as_deref().unwrap_or(usual).to_owned();
    Ok(Json(NotificationView {
        global_enabled: *enabled,
        smtp: SmtpView { host, pass, port, secure, user },
        templates: TemplatesView {
            admin: template(template_admin, ADMIN_TEMPLATE),
            reply: template(template_reply, REPLY_TEMPLATE),
        },
    }))
}

/// `PUT /admin/settings/email-notify`; each member that is there is saved.
pub(super) async fn update_notification(
    settings: Data<OwnerSettings>,
    body: Body,
) -> Result<Json<Said>, Error> {
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

/// `POST /admin/settings/email-test`: sends a mail with the settings in the request. The mask
/// stands for the stored password only at the stored server (contract cwd, 3.5).
pub(super) async fn test(
    settings: Data<OwnerSettings>,
    channels: Data<Channels>,
    body: Body,
) -> Result<HttpResponse, Error> {
    let members = Members::parse(&body.bytes).map_err(|_| INVALID_JSON)?;
    let test = move || send_test(&members, &settings, &channels);
    match blocking(test).await.or_say("测试失败")? {
        Ok(()) => Ok(HttpResponse::Ok().json(message("邮件发送成功"))),
        Err(error) => {
            Ok(HttpResponse::InternalServerError().json(message(format!("邮件发送失败: {error}"))))
        }
    }
}

fn send_test(
    members: &Members,
    settings: &OwnerSettings,
    channels: &Channels,
) -> Result<Result<(), SmtpError>, Failure> {
    let to = members.text(&["toEmail"]).and_then(EmailAddress::parse).ok_or(RECIPIENT_INVALID)?;
    let stored = settings.all()?.mail.smtp.clone();
    let given = given_server(&group(members, "smtp")?, &stored)?;
    let server = channels.smtp(&given).ok_or(SMTP_INCOMPLETE)?;
    Ok(server.send(&Mail::test(to.as_str(), channels.installation(), clock::now())))
}

/// The server that a test names; what it leaves out is as by default.
fn given_server(smtp: &Members, stored: &SmtpSettings) -> Result<SmtpSettings, Refusal> {
    let text = |name: &str| smtp.text(&[name]).map(str::trim).unwrap_or_default().to_owned();
    let default = MailSettings::default().smtp;
    let host = Some(text("host")).filter(|host| !host.is_empty()).unwrap_or(default.host);
    let port = port(smtp)?.filter(|&port| port != 0).unwrap_or(default.port);
    let (user, given) = (text("user"), text("pass"));
    let known = (&host, port, &user) == (&stored.host, stored.port, &stored.user);
    let password = match given.as_str() {
        "" => None,
        SECRET_MASK if known => stored.password.clone(),
        SECRET_MASK => None,
        given => Some(given.into()),
    };
    let secure = flag(smtp, "secure")?.unwrap_or(default.secure);
    Ok(SmtpSettings { host, port, user, password, secure })
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

async fn save(settings: Data<OwnerSettings>, patch: MailPatch) -> Result<Json<Said>, Error> {
    blocking(move || settings.service().update_mail(&patch)).await.or_say(SAVE_FAILED)?;
    Ok(message(SAVED))
}
