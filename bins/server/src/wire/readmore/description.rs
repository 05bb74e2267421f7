//! What the API is, for `/openapi.json`.

use serde_json::json;
use utoipa::ToSchema;

use super::{
    Envelope, Nothing,
    article::{ContentView, ListView},
    browse::PageView,
    captcha::{CaptchaView, TokenView},
    error::Reasons,
    owner::{StatisticsView, SubscribersView},
    requests::{
        BlogQuery, BlogToken, BrowsesQuery, CaptchaWanted, KeptArticle, NamedArticle, NewBrowse,
        RevokedToken, SignatureQuery, SliceQuery, StatisticsQuery, TypedCaptcha, WantedArticle,
    },
};
use crate::wire::openapi::{Call, Catalogue, HTML, JSON, TEXT, XML};

const PAGE: &str = "<!doctype html>…";

/// Describes the API.
pub(in crate::wire) fn describe(to: &mut Catalogue) {
    to.group((
        "Read more",
        "The `TechGrow` readmore API: articles that unlock with a code. Served when `readmore.blogs` \
         has one. Expected refusals have status 200, and say why in `code`: 406 the code is wrong, \
         407 the blog, 408 the token; 409 not a follower, 410 one who has left; 502 the parameters. \
         With `readmore.app_alias` it is found below `/app`, too.",
    ));
    for path in ["/api/readmore", "/index", "/index.htm", "/index.html"] {
        to.get(path, Call::new("Welcome people").answers_text(200, "A page.", HTML, PAGE));
    }
    captchas(to);
    to.post("/api/readmore/token/validate", asks::<BlogToken, Nothing>("Check a token").limited());
    to.post("/api/readmore/browse/add", asks::<NewBrowse, Nothing>("Tell what was read").limited());
    to.post(
        "/api/readmore/article/read",
        asks::<WantedArticle, ContentView>("Read the rest of an article")
            .note("Served while `readmore.gate` is set.")
            .unknown()
            .limited(),
    );
    wechat(to);
    to.group((
        "Read more: owner",
        "What the owner sees and does with locked articles. `article` is served while \
         `readmore.gate` is set.",
    ));
    owner(to);
}

fn captchas(to: &mut Catalogue) {
    let path = "/api/readmore/captcha/generate";
    to.get(
        path,
        Call::new("Show a code")
            .query::<CaptchaWanted>()
            .answers_text(200, "A page with the code, or with why there is none.", HTML, PAGE)
            .answers_text(403, "A page: not from here.", HTML, PAGE)
            .answers_text(429, "A page: too often.", HTML, PAGE)
            .answers_text(500, "A page: the server failed.", HTML, PAGE),
    );
    to.post(path, asks::<CaptchaWanted, CaptchaView>("Get a code").limited());
    to.post(
        "/api/readmore/captcha/validate",
        asks::<TypedCaptcha, TokenView>("Unlock articles with a code").limited(),
    );
}

fn wechat(to: &mut Catalogue) {
    let path = "/api/readmore/wechat/receive";
    let signed = |summary| {
        Call::new(summary)
            .note("Served when `wechat.app_token` is set. Nobody but `WeChat` can sign this.")
            .query::<SignatureQuery>()
            .answers_nothing(403, "The signature is wrong.")
            .refuses(429, "Too many wrong signatures.", 429, "Too many requests")
    };
    to.get(path, signed("Verify the address").answers_text(200, "The echo.", TEXT, "echo"));
    to.post(
        path,
        signed("Take a message")
            .takes_text(XML, "<xml>…</xml>")
            .answers_text(200, "Nothing to say.", TEXT, "success")
            .answers_text(200, "A reply.", XML, "<xml>…</xml>")
            .answers_nothing(413, "The message is too large.")
            .refuses(413, "The body is too large.", 413, "Payload too large")
            .refuses(500, "The server failed.", 500, "Internal system error"),
    );
}

fn owner(to: &mut Catalogue) {
    to.post(
        "/api/readmore/token/revoke",
        asks::<RevokedToken, Nothing>("Revoke a token").for_owner(),
    );
    to.get(
        "/api/readmore/browse/list",
        gives::<PageView>("List what was read").query::<BrowsesQuery>().for_owner(),
    );
    to.get(
        "/api/readmore/browse/statistics",
        gives::<StatisticsView>("Count what was read").query::<StatisticsQuery>().for_owner(),
    );
    to.get(
        "/api/readmore/subscriber/list",
        gives::<SubscribersView>("List followers").query::<SliceQuery>().for_owner(),
    );
    to.post(
        "/api/readmore/article/save",
        asks::<KeptArticle, Nothing>("Keep the rest of an article").for_owner(),
    );
    to.post(
        "/api/readmore/article/delete",
        asks::<NamedArticle, Nothing>("Keep the rest of an article no more").for_owner().unknown(),
    );
    to.get(
        "/api/readmore/article/list",
        gives::<ListView>("List the articles that are kept").query::<BlogQuery>().for_owner(),
    );
}

/// A call that answers a `T`, or why not.
fn gives<T: ToSchema>(summary: &'static str) -> Call {
    Call::new(summary)
        .answers::<Envelope<T>>(200, "It is done.")
        .answers::<Envelope<Reasons<'_>>>(200, "Or refused, as `code` says.")
        .refuses(
            403,
            "The page that asks is not the blog's, or the token is missing.",
            403,
            "Illegal source",
        )
        .refuses(500, "The server failed.", 500, "Internal system error")
}

/// The same that takes an `A`.
fn asks<A: ToSchema, T: ToSchema>(summary: &'static str) -> Call {
    gives::<T>(summary).body::<A>(&[JSON]).refuses(
        413,
        "There is too much of it.",
        413,
        "Payload too large",
    )
}

/// How the API tells failures.
trait Refuses {
    /// Answers why nothing was done.
    fn refuses(self, status: u16, text: &str, code: u16, msg: &str) -> Self;

    /// Answers that it was asked too often.
    fn limited(self) -> Self;

    /// Answers that there is no such article.
    fn unknown(self) -> Self;
}

impl Refuses for Call {
    fn refuses(self, status: u16, text: &str, code: u16, msg: &str) -> Self {
        let example = json!({ "code": code, "msg": msg });
        self.answers_like::<Envelope<Nothing>>(status, text, example)
    }

    fn limited(self) -> Self {
        self.refuses(429, "Too often.", 429, "Too many requests")
    }

    fn unknown(self) -> Self {
        self.refuses(404, "There is no such article.", 404, "Not Found")
    }
}
