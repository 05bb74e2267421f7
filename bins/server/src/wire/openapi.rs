//! The description of every API in `OpenAPI` 3.1, and the page that shows it.
//!
//! Each API describes its calls beside its routes, with the types of its answers; what is common to
//! all is here. A test compares the description with the routes of a running server.

mod call;
mod catalogue;
mod examples;
mod page;
mod server;

use std::sync::LazyLock;

use actix_web::{
    HttpRequest, HttpResponse,
    http::header::{self, HeaderValue},
    web::{self, ServiceConfig},
};
use serde_json::Value;
use utoipa::openapi::{
    Components, Info, License, OpenApi,
    security::{ApiKey, ApiKeyValue, Http, HttpAuthScheme, SecurityScheme},
};

pub(super) use self::{
    call::{Call, FORM, HTML, JSON, MULTIPART, TEXT, XML, known},
    catalogue::Catalogue,
};
use super::{cwd, inkstone, qexo, readmore};
use crate::{cache::Ready, wire::cors::READ_BY_ALL};

const INTRODUCTION: &str = "\
One server, three APIs of the ecosystem around static blogs, and its own: comments (CWD), friends, \
talks, posts and the panel (Qexo), locked articles (TechGrow readmore), and `/api/inkstone`.

**Authentication.** What only the owner may do takes a token: one of `inkstone token create`, or of a \
session (`POST /admin/login`, `POST /api/auth`). It goes into the `Authorization` header; calls of \
the Qexo API take it as the parameter `token`, too. There are no cookies.

**Requests.** What is described is what clients should send. Parameters that are not described do not \
matter. Calls of the Qexo and readmore APIs answer the same with a slash at the end of the path, and those of \
the Qexo API that answer GET answer HEAD as well.

**Failures.** 503 and 429 ask to come back later, most with `Retry-After`. Every answer carries \
`X-Request-Id`, under which the server's log tells more.";

/// The document may be kept for five minutes: it changes with the program alone.
const FIVE_MINUTES: HeaderValue = HeaderValue::from_static("public, max-age=300");

/// Registers the document and the page.
pub(crate) fn routes(app: &mut ServiceConfig) {
    app.route("/openapi.json", web::get().to(served)).configure(page::routes);
}

/// The description of everything that a server answers when nothing is switched off.
pub fn document() -> Value {
    let mut catalogue = Catalogue::default();
    cwd::describe(&mut catalogue);
    qexo::describe(&mut catalogue);
    readmore::describe(&mut catalogue);
    inkstone::describe(&mut catalogue);
    server::describe(&mut catalogue);
    let (paths, tags, schemas) = catalogue.finish();

    let mut info = Info::new("Inkstone", env!("CARGO_PKG_VERSION"));
    info.description = Some(INTRODUCTION.to_owned());
    let mut license = License::new("MIT");
    license.identifier = Some("MIT".to_owned());
    info.license = Some(license);
    let mut components = Components::new();
    components.schemas = schemas;
    for (name, scheme) in schemes() {
        components.add_security_scheme(name, scheme);
    }
    let mut document = OpenApi::new(info, paths);
    document.components = Some(components);
    document.tags = Some(tags);
    #[expect(clippy::expect_used, reason = "texts and numbers always have a JSON form")]
    let mut document = serde_json::to_value(document).expect("JSON");
    examples::complete(&mut document);
    document
}

/// How the owner proves who it is: the names that calls use for it.
fn schemes() -> [(&'static str, SecurityScheme); 3] {
    let in_query = ApiKeyValue::with_description("token", "The same token in the address.");
    let in_header = ApiKeyValue::with_description("Authorization", "The same without `Bearer`.");
    let mut bearer = Http::new(HttpAuthScheme::Bearer);
    bearer.description = Some("A token of `inkstone token create`, or of a session.".to_owned());
    [
        (call::BEARER, SecurityScheme::Http(bearer)),
        (call::BARE, SecurityScheme::ApiKey(ApiKey::Header(in_header))),
        (call::IN_QUERY, SecurityScheme::ApiKey(ApiKey::Query(in_query))),
    ]
}

/// `GET /openapi.json`, for whoever wants to know.
async fn served(request: HttpRequest) -> HttpResponse {
    static READY: LazyLock<Ready> =
        LazyLock::new(|| Ready::json(document().to_string().into_bytes()));
    let mut answer = READY.answer(&request);
    let headers = answer.headers_mut();
    headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, READ_BY_ALL);
    headers.insert(header::CACHE_CONTROL, FIVE_MINUTES);
    answer
}
