//! Who may read the answers of the APIs: everybody, for no credentials ever travel in cookies
//! (contract cwd, 1.3 and 1.4; contract qexo, 1.7 and 1.8).

use actix_web::{
    HttpResponse,
    http::header::{self, HeaderMap, HeaderValue},
};

/// What pages of other origins are told, by API.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cors {
    /// Below `/api/` and `/admin/`.
    Cwd,
    /// Below `/pub/`.
    Qexo,
}

impl Cors {
    /// What holds for `path`; `None` where pages of other origins have no business.
    pub fn of(path: &str) -> Option<Self> {
        if path.starts_with("/api/") || path.starts_with("/admin/") {
            return Some(Self::Cwd);
        }
        path.starts_with("/pub/").then_some(Self::Qexo)
    }

    /// The answer to a preflight, whatever its path and whoever asks.
    pub fn preflight(self) -> HttpResponse {
        let (methods, headers, seconds) = match self {
            Self::Cwd => (
                "GET,POST,PUT,DELETE,OPTIONS",
                "Content-Type,Authorization,X-CWD-Like-User,X-Site-Id",
                "600",
            ),
            Self::Qexo => (
                "GET, POST, HEAD, OPTIONS",
                "accept, authorization, content-type, x-requested-with",
                "86400",
            ),
        };
        HttpResponse::NoContent()
            .insert_header((header::ACCESS_CONTROL_ALLOW_METHODS, methods))
            .insert_header((header::ACCESS_CONTROL_ALLOW_HEADERS, headers))
            .insert_header((header::ACCESS_CONTROL_MAX_AGE, seconds))
            .insert_header((header::VARY, "Access-Control-Request-Headers"))
            .finish()
    }

    /// Adds what every answer carries.
    pub fn apply(self, headers: &mut HeaderMap) {
        let exposed = match self {
            Self::Cwd => "Content-Length",
            Self::Qexo => "Retry-After",
        };
        headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
        headers.insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, HeaderValue::from_static(exposed));
        // A list that is the same for everybody may say otherwise.
        if self == Self::Cwd || !headers.contains_key(header::CACHE_CONTROL) {
            headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        }
    }
}
