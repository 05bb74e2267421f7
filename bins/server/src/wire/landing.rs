//! `GET /`: the version document for programs (contract cwd, 1.2), a page for people.

use actix_web::{
    HttpRequest, HttpResponse,
    http::header::{self, HeaderMap},
    web,
};
use serde::Serialize;
use utoipa::ToSchema;

use crate::config::Cwd;

const PAGE: &str = include_str!("landing.html");
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; \
                      form-action 'none'; frame-ancestors 'none'";

/// The version document.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = server::Version, examples(json!({
    "data": "Inkstone is running",
    "server": "inkstone",
    "serverVersion": "0.1.0",
    "version": "0.1.11",
})))]
pub(super) struct VersionView<'a> {
    data: &'static str,
    server: &'static str,
    server_version: &'static str,
    /// The version of CWD that clients are told.
    version: &'a str,
}

/// `GET /`.
pub async fn landing(request: HttpRequest, cwd: web::Data<Cwd>) -> HttpResponse {
    if asks_for_a_page(request.headers()) {
        return HttpResponse::Ok()
            .insert_header((header::CONTENT_TYPE, "text/html; charset=utf-8"))
            .insert_header((header::CONTENT_SECURITY_POLICY, POLICY))
            .insert_header((header::REFERRER_POLICY, "no-referrer"))
            .insert_header((header::VARY, "Accept"))
            .body(PAGE);
    }
    HttpResponse::Ok()
        .insert_header((header::ACCESS_CONTROL_ALLOW_ORIGIN, "*"))
        .insert_header((header::VARY, "Accept"))
        .json(VersionView {
            version: &cwd.version,
            data: "Inkstone is running",
            server: "inkstone",
            server_version: env!("CARGO_PKG_VERSION"),
        })
}

/// Whether HTML is asked for by name, and before JSON.
fn asks_for_a_page(headers: &HeaderMap) -> bool {
    let accepted = headers.get(header::ACCEPT).and_then(|value| value.to_str().ok());
    let kinds = accepted
        .unwrap_or_default()
        .split(',')
        .map(|item| item.split(';').next().unwrap_or_default().trim().to_ascii_lowercase());
    for kind in kinds {
        match kind.as_str() {
            "text/html" | "application/xhtml+xml" => return true,
            "application/json" | "*/*" => return false,
            _ => {}
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    #[test]
    fn only_browsers_get_the_page() {
        for (accept, page) in [
            ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", true),
            ("Text/HTML", true),
            ("image/png, text/html;q=0.1", true),
            ("*/*", false),
            ("application/json", false),
            ("application/json, text/html", false),
            ("*/*, text/html", false),
            ("", false),
            ("text/plain", false),
        ] {
            let request = TestRequest::get().insert_header(("accept", accept)).to_http_request();
            assert_eq!(asks_for_a_page(request.headers()), page, "{accept}");
        }
        assert!(!asks_for_a_page(TestRequest::get().to_http_request().headers()));
    }
}
