//! Who may read the answers of the APIs: everybody, for no credentials ever travel in cookies
//! (contract cwd, 1.3 and 1.4; contract qexo, 1.7 and 1.8; contract readmore, 1.5).

use actix_web::{
    HttpResponse,
    http::header::{self, HeaderMap, HeaderValue},
};

use super::readmore;

/// Lets pages of every origin read an answer.
pub(super) const READ_BY_ALL: HeaderValue = HeaderValue::from_static("*");

/// Whose rules hold for pages of other origins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cors {
    /// Those of the CWD API, below `/api/` and `/admin/`.
    Cwd,
    /// Those of the Qexo API, below `/pub/`.
    Qexo,
    /// Those of the readmore API, below `/api/readmore/`.
    Readmore,
}

impl Cors {
    /// Whose rules hold for `path`; `None` where pages of other origins have no business.
    pub fn of(path: &str) -> Option<Self> {
        let inner = path.strip_prefix("/app").unwrap_or(path);
        let rest = inner.strip_prefix("/api/readmore");
        if rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/')) {
            return Some(Self::Readmore);
        }
        if path.starts_with("/api/") || path.starts_with("/admin/") {
            return Some(Self::Cwd);
        }
        path.starts_with("/pub/").then_some(Self::Qexo)
    }
}

/// What the answer to one request tells pages of other origins.
#[derive(Clone, Debug)]
pub enum Sharing {
    /// The same as all answers of the CWD API.
    Cwd,
    /// The same as all answers of the Qexo API.
    Qexo,
    /// What the readmore API tells whoever asks.
    Readmore(readmore::Sharing),
}

impl Sharing {
    /// What holds for a request; `None` where pages of other origins have no business.
    pub fn of(path: &str, headers: &HeaderMap, policy: readmore::Policy) -> Option<Self> {
        Some(match Cors::of(path)? {
            Cors::Cwd => Self::Cwd,
            Cors::Qexo => Self::Qexo,
            Cors::Readmore => Self::Readmore(readmore::Sharing::new(policy, headers)),
        })
    }

    /// The answer to a preflight, whatever its path and whoever asks.
    pub fn preflight(&self) -> HttpResponse {
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
            Self::Readmore(sharing) => return sharing.preflight(),
        };
        HttpResponse::NoContent()
            .insert_header((header::ACCESS_CONTROL_ALLOW_METHODS, methods))
            .insert_header((header::ACCESS_CONTROL_ALLOW_HEADERS, headers))
            .insert_header((header::ACCESS_CONTROL_MAX_AGE, seconds))
            .insert_header((header::VARY, "Access-Control-Request-Headers"))
            .finish()
    }

    /// Adds what every answer carries.
    pub fn apply(&self, headers: &mut HeaderMap) {
        let exposed = match self {
            Self::Cwd => "Content-Length",
            Self::Qexo => "Retry-After",
            Self::Readmore(sharing) => return sharing.apply(headers),
        };
        headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, READ_BY_ALL);
        headers.insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, HeaderValue::from_static(exposed));
        // A list that is the same for everybody may say otherwise.
        if matches!(self, Self::Cwd) || !headers.contains_key(header::CACHE_CONTROL) {
            headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        }
    }
}
