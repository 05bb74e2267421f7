//! `GET /docs`: the description for people. The page loads nothing from anywhere else.

use actix_web::{
    HttpResponse,
    http::header,
    web::{self, ServiceConfig},
};

const PAGE: &str = include_str!("docs.html");
const STYLE: &str = include_str!("docs.css");
const SCRIPT: &str = include_str!("docs.js");

const POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; \
                      img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// Registers the page and what belongs to it.
pub(super) fn routes(app: &mut ServiceConfig) {
    for (path, kind, text) in [
        ("/docs", "text/html; charset=utf-8", PAGE),
        ("/docs.css", "text/css; charset=utf-8", STYLE),
        ("/docs.js", "text/javascript; charset=utf-8", SCRIPT),
    ] {
        app.route(path, web::get().to(move || async move { asset(kind, text) }));
    }
}

fn asset(kind: &'static str, text: &'static str) -> HttpResponse {
    HttpResponse::Ok()
        .insert_header((header::CONTENT_TYPE, kind))
        .insert_header((header::CONTENT_SECURITY_POLICY, POLICY))
        .insert_header((header::REFERRER_POLICY, "no-referrer"))
        .insert_header((header::CACHE_CONTROL, "no-cache"))
        .body(text)
}
