//! Codes: given, and typed (contract readmore, sections 2 and 4).

use std::net::IpAddr;

use actix_web::{HttpRequest, http::header::HeaderMap, web::Data};
use inkstone_readmore::{BlogId, Captcha, Draw, Follower, Holder};
use serde::Serialize;
use utoipa::ToSchema;

use super::{
    Answer, Error,
    access::{check_origin, instant},
    members::Members,
    success_with,
};
use crate::{
    blocking::blocking,
    caller::ClientAddress,
    clock,
    readmore::{Life, ReadmoreModule, SignedLink, signature_is_good},
    visitor::client_key,
};

pub(super) const BLOG_MISSING: (&str, &str) = ("blogId", "博客ID不能为空");
const CODE_MISSING: (&str, &str) = ("code", "验证码不能为空");

/// A code.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = readmore::Captcha, examples(json!({
    "blogId": "18762-1578560384586-915",
    "code": "437554",
    "expireTime": "2026-01-07 10:35:00",
    "expiresUnit": "分钟",
    "expiresValue": 5,
})))]
pub(super) struct CaptchaView {
    code: String,
    blog_id: String,
    expire_time: String,
    expires_value: u32,
    expires_unit: &'static str,
}

/// A token that unlocks articles.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = readmore::Token, examples(json!({
    "blogId": "18762-1578560384586-915",
    "expireTime": "2027-01-07 10:30:00",
    "token": "eyJ…",
})))]
pub(super) struct TokenView {
    blog_id: String,
    token: String,
    expire_time: String,
}

/// `POST /api/readmore/captcha/generate`.
pub(super) async fn generate(
    module: Data<ReadmoreModule>,
    ClientAddress(address): ClientAddress,
    members: Members,
) -> Answer {
    let life = module.life();
    let (blog, captcha) = issue(&module, address, &members).await?;
    let Life { value, unit, .. } = life;
    Ok(success_with(CaptchaView {
        code: captcha.code.as_str().to_owned(),
        blog_id: blog.as_str().to_owned(),
        expire_time: module.settings.time_offset.format(captcha.expires),
        expires_value: value,
        expires_unit: unit.name(),
    }))
}

/// A captcha for what was asked, by whichever way.
pub(super) async fn issue(
    module: &Data<ReadmoreModule>,
    address: IpAddr,
    members: &Members,
) -> Result<(BlogId, Captcha), Error> {
    let follower = members.follower()?;
    let link = [members.text("ts")?, members.text("sign")?].map(Option::unwrap_or_default);
    let name = members.text("blogId")?.unwrap_or_default();
    let blog = module.blog(&name).ok_or(Error::InvalidBlog)?.id.clone();
    let now = instant();
    let named = follower.as_ref().ok().and_then(Option::as_ref);
    module.guard.try_captcha(address, named, now).map_err(Error::TooOften)?;
    let follower = follower?;
    check_follower(module, &blog, follower.as_ref(), &link)?;
    let holder = match follower.clone() {
        Some(follower) => Holder::Follower(follower),
        None => Holder::Client(client_key(module.key(), address)),
    };
    let wanted = module.wanted(&blog, holder, module.guard.wants_long_codes(&blog, now));
    let draws: [Draw; Draw::COUNT] =
        std::array::from_fn(|_| Draw::new(rand::random_range(0..Draw::SPACE)));
    let work = {
        let module = module.clone();
        move || module.service.issue(&wanted, &draws, clock::now())
    };
    let issued = blocking(work).await?;
    if let (true, Some(follower)) = (issued.is_new, &follower) {
        module.guard.captcha_was_new(follower, now);
    }
    Ok((blog, issued.captcha))
}

/// Fails for whoever must be a follower and is not one by a link of ours.
fn check_follower(
    module: &ReadmoreModule,
    blog: &BlogId,
    follower: Option<&Follower>,
    [ts, sign]: &[String; 2],
) -> Result<(), Error> {
    let allowed = match follower {
        None => !module.settings.require_open_id,
        Some(follower) => {
            let link = SignedLink { ts, sign };
            !module.settings.sign_links
                || signature_is_good(module.key(), blog, follower, link, clock::now())
        }
    };
    if allowed { Ok(()) } else { Err(Error::NotFollowing) }
}

/// `POST /api/readmore/captcha/validate`.
pub(super) async fn validate(
    request: HttpRequest,
    module: Data<ReadmoreModule>,
    ClientAddress(address): ClientAddress,
    members: Members,
) -> Answer {
    let [name, code] = members.required([BLOG_MISSING, CODE_MISSING])?;
    let blog = known_blog(&module, &name, request.headers())?;
    let now = instant();
    module.guard.try_code(address, blog.as_ref(), now).map_err(Error::TooOften)?;
    let Some(blog) = blog else {
        return Err(Error::InvalidBlog);
    };
    let work = {
        let (module, blog) = (module.clone(), blog.clone());
        move || {
            let service = &module.service;
            service.unlock(&blog, &code, rand::random(), &module.terms, clock::now())
        }
    };
    match blocking(work).await {
        Ok(unlocked) => {
            module.guard.code_was_right(address, now);
            Ok(success_with(TokenView {
                blog_id: blog.as_str().to_owned(),
                token: unlocked.token,
                expire_time: module.settings.time_offset.format(unlocked.expires),
            }))
        }
        Err(failure) => {
            if failure.code() == "captcha_wrong" {
                module.guard.code_was_wrong(Some(&blog), now);
            } else {
                // Somebody had a code, or nobody could look.
                module.guard.code_was_right(address, now);
            }
            Err(failure.into())
        }
    }
}

/// The blog of this name, whose page has to be the one that asks.
pub(super) fn known_blog(
    module: &ReadmoreModule,
    name: &str,
    headers: &HeaderMap,
) -> Result<Option<BlogId>, Error> {
    let Some(blog) = module.blog(name) else { return Ok(None) };
    check_origin(blog, headers)?;
    Ok(Some(blog.id.clone()))
}
