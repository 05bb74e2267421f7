//! Who may read the answers of the APIs under `/api/` and `/admin/`: everybody, for no
//! credentials ever travel in cookies (contract cwd, 1.3 and 1.4).

use actix_web::{
    HttpResponse,
    http::header::{self, HeaderMap, HeaderValue},
};

/// Whether requests for `path` come from pages of other origins.
pub fn covers(path: &str) -> bool {
    path.starts_with("/api/") || path.starts_with("/admin/")
}

/// The answer to a preflight, whatever its path and whoever asks.
pub fn preflight() -> HttpResponse {
    HttpResponse::NoContent()
        .insert_header((header::ACCESS_CONTROL_ALLOW_METHODS, "GET,POST,PUT,DELETE,OPTIONS"))
        .insert_header((
            header::ACCESS_CONTROL_ALLOW_HEADERS,
            "Content-Type,Authorization,X-CWD-Like-User,X-Site-Id",
        ))
        .insert_header((header::ACCESS_CONTROL_MAX_AGE, "600"))
        .insert_header((header::VARY, "Access-Control-Request-Headers"))
        .finish()
}

/// Adds what every answer on a covered path carries.
pub fn apply(headers: &mut HeaderMap) {
    headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    headers
        .insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, HeaderValue::from_static("Content-Length"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
}
