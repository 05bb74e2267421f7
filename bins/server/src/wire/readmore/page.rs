//! Pages for people: the code, and a welcome (contract readmore, section 3 and 5.4).

use actix_web::{
    HttpRequest, HttpResponse, Route,
    guard::{Any, Get, Head},
    http::{StatusCode, header},
    web::{self, Data},
};
use inkstone_readmore::Captcha;

use super::{Error, captcha::issue, members::Members};
use crate::{
    caller::ClientAddress,
    readmore::{Life, ReadmoreModule},
};

const PAGE: &str = include_str!("page.html");
const WELCOME: &str = include_str!("welcome.html");
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; \
                      form-action 'none'; frame-ancestors 'none'";

/// GET and HEAD.
pub(super) fn reads() -> Route {
    web::route().guard(Any(Get()).or(Head()))
}

/// The welcome page, by whose text operators know that they have come to the right place.
pub(super) async fn welcome() -> HttpResponse {
    html(StatusCode::OK, WELCOME.to_owned())
}

/// `HEAD /api/readmore/captcha/generate`: nobody sees a code, so none is made.
pub(super) async fn head() -> HttpResponse {
    html(StatusCode::OK, String::new())
}

/// `GET /api/readmore/captcha/generate`.
pub(super) async fn generate(
    request: HttpRequest,
    module: Data<ReadmoreModule>,
    ClientAddress(address): ClientAddress,
) -> HttpResponse {
    let asked = Members::of_query(request.query_string());
    let footer = &module.settings.footer;
    match issue(&module, address, &asked).await {
        Ok((_, captcha)) => html(StatusCode::OK, page(&success(&captcha, module.life()), footer)),
        Err(error) => refused(&error, footer),
    }
}

fn success(captcha: &Captcha, life: Life) -> String {
    let Life { value, unit, .. } = life;
    format!(
        "<div class=\"content\">\n\
         <h1 class=\"title\">验证码</h1>\n\
         <div class=\"captcha\"><h2><span>{}</span></h2></div>\n\
         <p class=\"expire\">{value} {}后失效, 请尽快使用!</p>\n\
         </div>",
        captcha.code.as_str(),
        unit.name(),
    )
}

fn refused(error: &Error, footer: &str) -> HttpResponse {
    let said = format!(
        "<div class=\"error\" role=\"alert\">\n<h1 class=\"title\">{}</h1>\n</div>",
        error.text()
    );
    let mut response = html(error.status(), page(&said, footer));
    if let Some((name, value)) = error.header()
        && let Ok(value) = value.parse()
    {
        response.headers_mut().insert(name, value);
    }
    response
}

fn page(content: &str, footer: &str) -> String {
    let footer = match footer.trim() {
        "" => String::new(),
        text => format!("<p class=\"support\">{}</p>", escaped(text)),
    };
    PAGE.replace("{content}", content).replace("{footer}", &footer)
}

fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            _ => escaped.push(character),
        }
    }
    escaped
}

fn html(status: StatusCode, body: String) -> HttpResponse {
    HttpResponse::build(status)
        .insert_header((header::CONTENT_TYPE, "text/html; charset=utf-8"))
        .insert_header((header::CONTENT_SECURITY_POLICY, POLICY))
        .insert_header((header::REFERRER_POLICY, "no-referrer"))
        .insert_header(("x-robots-tag", "noindex"))
        .body(body)
}
