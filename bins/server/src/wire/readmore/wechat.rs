//! Messages of the official account (contract readmore, section 7).

use std::net::IpAddr;

use actix_web::{
    HttpRequest, HttpResponse,
    http::StatusCode,
    web::{Data, Payload},
};
use inkstone_readmore::{Followed, Follower, OpenId, ReadmoreError};
use inkstone_vocab::Timestamp;
use inkstone_wechat::{Delivery, MAX_BODY_BYTES, Message, Query, Refusal};

use super::{Answer, Error, access::instant};
use crate::{
    blocking::blocking,
    body::{BodyLimit, read_within},
    caller::ClientAddress,
    clock,
    readmore::{ReadmoreModule, Wechat},
};

const WELCOME: &str = "欢迎关注";
const WELCOME_BACK: &str = "欢迎回来";
const LEFT: &str = "您曾取消过关注，暂时无法获取验证码";
const LINK_TEXT: &str = "点击链接，获取博客解锁验证码";

/// `GET /api/readmore/wechat/receive`: `WeChat` verifies the address.
pub(super) async fn verify(
    request: HttpRequest,
    module: Data<ReadmoreModule>,
    ClientAddress(address): ClientAddress,
) -> Answer {
    let wechat = account(&module)?;
    let query = Query::parse(request.query_string());
    match wechat.account.echo(&query) {
        Ok(echo) => Ok(plain_text(echo.to_owned())),
        Err(refusal) => refuse(&module, address, refusal),
    }
}

/// `POST /api/readmore/wechat/receive`: somebody followed, left, or wrote.
pub(super) async fn receive(
    request: HttpRequest,
    module: Data<ReadmoreModule>,
    ClientAddress(address): ClientAddress,
    body: Payload,
) -> Answer {
    let wechat = account(&module)?;
    let limit = BodyLimit { bytes: MAX_BODY_BYTES, ..BodyLimit::DEFAULT };
    let Ok(body) = read_within(limit, &request, body.into_inner()).await else {
        return Err(Error::TooLarge);
    };
    let now = clock::now();
    let query = Query::parse(request.query_string());
    let delivery = match wechat.account.receive(&query, &body, now) {
        Ok(Some(delivery)) => delivery,
        Ok(None) => return Ok(nothing()),
        Err(refusal) => return refuse(&module, address, refusal),
    };
    if !wechat.seen.insert(delivery.key, now) {
        return Ok(nothing());
    }
    match handle(&module, &delivery, now).await {
        Ok(Some(reply)) => {
            let body = wechat.account.reply(&delivery, &reply, now, &rand::random());
            Ok(HttpResponse::Ok().content_type("text/xml; charset=utf-8").body(body))
        }
        Ok(None) => Ok(nothing()),
        Err(error) => {
            // It comes again.
            wechat.seen.remove(delivery.key);
            Err(error)
        }
    }
}

/// What to answer, if anything.
async fn handle(
    module: &Data<ReadmoreModule>,
    delivery: &Delivery,
    now: Timestamp,
) -> Result<Option<String>, Error> {
    let openid = |id: &inkstone_wechat::OpenId| OpenId::parse(id.as_str());
    let (Some(person), Some(account)) = (openid(&delivery.follower), openid(&delivery.account))
    else {
        return Ok(None);
    };
    let (follower, message, module) =
        (Follower { person, account }, delivery.message.clone(), module.clone());
    let work = move || match message {
        Message::Subscribe => Ok(Some(match module.service.follow(&follower, now)? {
            Followed::New => WELCOME.to_owned(),
            Followed::Known => WELCOME_BACK.to_owned(),
        })),
        Message::Unsubscribe => module.service.leave(&follower, now).map(|()| None),
        Message::Text(text) => answer(&module, &follower, &text, now),
        Message::Other => Ok(None),
    };
    Ok(blocking(work).await?)
}

fn answer(
    module: &ReadmoreModule,
    follower: &Follower,
    text: &str,
    now: Timestamp,
) -> Result<Option<String>, ReadmoreError> {
    let register = module.settings.register_on_message;
    let wrote = module.service.wrote(follower, module.terms.resubscribe, register, now);
    let may = match wrote {
        Ok(()) => true,
        Err(ReadmoreError::Left) => false,
        Err(error) => return Err(error),
    };
    let Some(blog) = module.blog_of_keyword(text) else {
        let reply = module.wechat.as_ref().map(|wechat| wechat.unknown_keyword_reply.clone());
        return Ok(reply.filter(|reply| !reply.trim().is_empty()));
    };
    if !may {
        return Ok(Some(LEFT.to_owned()));
    }
    let link = module.link(&blog.id, follower, now);
    Ok(link.map(|link| format!("<a href=\"{link}\">{LINK_TEXT}</a>")))
}

fn account(module: &ReadmoreModule) -> Result<&Wechat, Error> {
    module.wechat.as_ref().ok_or(Error::NotFound)
}

/// Only refusals are counted: forgeries from an address must not keep genuine messages away that
/// come from there, too (contract readmore, 9.4).
fn refuse(module: &ReadmoreModule, address: IpAddr, refusal: Refusal) -> Answer {
    let now = instant();
    module.guard.try_signature(address, now).map_err(Error::TooOften)?;
    module.guard.signature_was_wrong(address, now);
    // At most as many as the budget of wrong signatures allows.
    tracing::warn!(reason = %refusal, "message to the official account refused");
    let status = match refusal {
        Refusal::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
        _ => StatusCode::FORBIDDEN,
    };
    Ok(HttpResponse::new(status))
}

/// The answer that needs no reply.
fn nothing() -> HttpResponse {
    plain_text("success".to_owned())
}

fn plain_text(text: String) -> HttpResponse {
    HttpResponse::Ok().content_type("text/plain; charset=utf-8").body(text)
}
