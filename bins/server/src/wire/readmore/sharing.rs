//! Who may read the answers of this API (contract readmore, 1.5): everybody, for those whom the
//! origin check refuses have to learn that, too. A client that cannot read an answer takes it for an
//! outage, and opens the article.

use actix_web::{
    HttpResponse,
    http::header::{self, HeaderMap, HeaderName, HeaderValue},
};

use crate::config::Readmore;

const METHODS: &str = "GET, POST, PUT, DELETE, OPTIONS";
const MAX_AGE: &str = "1800";

/// What the operator decided about it.
#[derive(Clone, Copy, Debug)]
pub struct Policy {
    /// Whether pages of other origins may read anything.
    enabled: bool,
    /// Whether some origins are refused by some blog.
    choosy: bool,
}

impl Policy {
    /// Everybody may read everything.
    pub const OPEN: Self = Self { enabled: true, choosy: false };

    /// The policy for the configured blogs.
    pub fn new(settings: &Readmore) -> Self {
        let mut blogs = settings.blogs.as_slice().iter();
        Self { enabled: settings.cors, choosy: blogs.any(|blog| !blog.allowed_origins.is_empty()) }
    }
}

/// What an answer to one request tells the browser.
#[derive(Clone, Debug)]
pub struct Sharing {
    enabled: bool,
    /// Who asks, where that makes a difference.
    origin: Option<HeaderValue>,
    choosy: bool,
    asked_headers: Option<HeaderValue>,
    private_network: bool,
}

impl Sharing {
    /// What the answer to a request with these headers tells.
    pub fn new(policy: Policy, headers: &HeaderMap) -> Self {
        let Policy { enabled, choosy } = policy;
        let asked = |name: &HeaderName| headers.get(name).cloned();
        let private = headers.get("access-control-request-private-network");
        Self {
            enabled,
            origin: asked(&header::ORIGIN).filter(|_| choosy),
            choosy,
            asked_headers: asked(&header::ACCESS_CONTROL_REQUEST_HEADERS),
            private_network: private.is_some_and(|value| value == "true"),
        }
    }

    /// The answer to a preflight, whatever its path and whoever asks.
    pub fn preflight(&self) -> HttpResponse {
        let mut response = HttpResponse::NoContent();
        if self.enabled {
            response
                .insert_header((header::ACCESS_CONTROL_ALLOW_METHODS, METHODS))
                .append_header((header::ACCESS_CONTROL_ALLOW_HEADERS, "*"))
                .insert_header((header::ACCESS_CONTROL_MAX_AGE, MAX_AGE))
                .append_header((header::VARY, "Access-Control-Request-Headers"));
            if let Some(asked) = &self.asked_headers {
                response.append_header((header::ACCESS_CONTROL_ALLOW_HEADERS, asked.clone()));
            }
            if self.private_network {
                response.insert_header(("access-control-allow-private-network", "true"));
            }
        }
        response.finish()
    }

    /// Adds what every answer carries.
    pub fn apply(&self, headers: &mut HeaderMap) {
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        headers.insert(header::PRAGMA, HeaderValue::from_static("no-cache"));
        if !self.enabled {
            return;
        }
        let everybody = || HeaderValue::from_static("*");
        let origin = self.origin.clone().unwrap_or_else(everybody);
        headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin);
        headers.insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, everybody());
        if self.choosy {
            headers.append(header::VARY, HeaderValue::from_static("Origin"));
        }
    }
}
