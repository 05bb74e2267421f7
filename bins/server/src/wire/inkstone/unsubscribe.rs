//! The page behind the link below a mail, and the one click of a mail program (RFC 8058).

use actix_web::{
    HttpResponse,
    http::{StatusCode, header},
    web::{Data, Path},
};

use serde::Deserialize;
use utoipa::ToSchema;

use super::{Error, Format};
use crate::{
    blocking::blocking, body::Body, clock, config::ServerKey, services::Outbox,
    unsubscription::verify,
};

const PAGE: &str = include_str!("unsubscribe.html");
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; \
                      form-action 'self'; frame-ancestors 'none'";

/// What the page says; the first text is Chinese, the second English.
struct Said {
    title: [&'static str; 2],
    text: [&'static str; 2],
    /// What the button does, and what it says; `None` for no button.
    button: Option<(&'static str, [&'static str; 2])>,
}

const ASK: Said = Said {
    title: ["退订回复邮件", "Unsubscribe"],
    text: [
        "此博客将不再向您的邮箱发送评论回复通知。",
        "This blog will no longer send you mail when somebody answers your comments.",
    ],
    button: Some(("unsubscribe", ["退订", "Unsubscribe"])),
};

const UNSUBSCRIBED: Said = Said {
    title: ["已退订", "Unsubscribed"],
    text: [
        "您不会再收到此博客的评论回复邮件。",
        "You will get no more mail from this blog when somebody answers your comments.",
    ],
    button: Some(("subscribe", ["重新订阅", "Subscribe again"])),
};

const SUBSCRIBED: Said = Said {
    title: ["已重新订阅", "Subscribed again"],
    text: [
        "有人回复您的评论时，您将收到邮件。",
        "You will get mail when somebody answers your comments.",
    ],
    button: Some(("unsubscribe", ["退订", "Unsubscribe"])),
};

const UNKNOWN: Said = Said {
    title: ["链接无效", "This link does not work"],
    text: ["请完整复制邮件中的链接。", "Please copy the whole link from the mail."],
    button: None,
};

/// Whom it is about.
#[derive(Deserialize, ToSchema)]
pub(super) struct TokenPath {
    /// As the link below a mail has it.
    #[schema(examples("x"))]
    token: String,
}

/// `GET /api/inkstone/unsubscribe/{token}`: asks. Programs that look at links in mails change
/// nothing.
pub(super) async fn ask(
    path: Path<TokenPath>,
    key: Data<ServerKey>,
    outbox: Data<Outbox>,
) -> Result<HttpResponse, Error> {
    let Some(recipient) = verify(&key, &path.token) else { return Ok(unknown()) };
    let unsubscribed = blocking(move || outbox.is_unsubscribed(&recipient)).await?;
    Ok(page(StatusCode::OK, if unsubscribed { &UNSUBSCRIBED } else { &ASK }))
}

/// `POST /api/inkstone/unsubscribe/{token}`: unsubscribes, or subscribes again when the body says
/// `action=subscribe`.
pub(super) async fn change(
    path: Path<TokenPath>,
    key: Data<ServerKey>,
    outbox: Data<Outbox>,
    body: Body<Format>,
) -> Result<HttpResponse, Error> {
    let Some(recipient) = verify(&key, &path.token) else { return Ok(unknown()) };
    let again = url::form_urlencoded::parse(&body.bytes)
        .any(|(name, value)| name == "action" && value == "subscribe");
    blocking(move || outbox.set_unsubscribed(&recipient, !again, clock::now())).await?;
    Ok(page(StatusCode::OK, if again { &SUBSCRIBED } else { &UNSUBSCRIBED }))
}

fn unknown() -> HttpResponse {
    page(StatusCode::NOT_FOUND, &UNKNOWN)
}

fn page(status: StatusCode, said: &Said) -> HttpResponse {
    let form = said.button.map_or_else(String::new, |(action, [zh, en])| {
        format!(
            "<form method=\"post\"><button name=\"action\" value=\"{action}\">\
             <span lang=\"zh-CN\">{zh}</span> · {en}</button></form>"
        )
    });
    let ([title_zh, title_en], [text_zh, text_en]) = (said.title, said.text);
    let html = PAGE
        .replace("{title_zh}", title_zh)
        .replace("{title_en}", title_en)
        .replace("{text_zh}", text_zh)
        .replace("{text_en}", text_en)
        .replace("{form}", &form);
    HttpResponse::build(status)
        .insert_header((header::CONTENT_TYPE, "text/html; charset=utf-8"))
        .insert_header((header::CONTENT_SECURITY_POLICY, POLICY))
        .insert_header((header::REFERRER_POLICY, "no-referrer"))
        .body(html)
}
