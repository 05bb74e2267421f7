//! Whose page asks (contract readmore, 1.7).

use std::{sync::LazyLock, time::Instant};

use actix_web::http::header::{self, HeaderMap, HeaderName};
use governor::{DefaultDirectRateLimiter, Quota, RateLimiter};
use url::Url;

use super::Error;
use crate::config::ReadmoreBlog;

/// A wrong list locks every reader out, so refusals are logged, though not each.
static LOGGED: LazyLock<DefaultDirectRateLimiter> = LazyLock::new(|| {
    RateLimiter::direct(Quota::per_minute(std::num::NonZeroU32::MIN.saturating_add(5)))
});

/// Fails when a page asks that is not the blog's.
pub(super) fn check_origin(blog: &ReadmoreBlog, headers: &HeaderMap) -> Result<(), Error> {
    if blog.allowed_origins.is_empty() && !blog.require_origin {
        return Ok(());
    }
    let allowed = match source(headers) {
        None => !blog.require_origin,
        Some(_) if blog.allowed_origins.is_empty() => true,
        Some(source) => blog.allowed_origins.iter().any(|allowed| allowed.matches(&source)),
    };
    if allowed {
        return Ok(());
    }
    if LOGGED.check().is_ok() {
        let origin: String = source(headers).unwrap_or_default().chars().take(200).collect();
        let blog = blog.id.as_str();
        tracing::warn!(blog, origin, "origin refused: it is not in allowed_origins of the blog");
    }
    Err(Error::Forbidden)
}

/// The origin that a browser names, or the one of the page it comes from.
fn source(headers: &HeaderMap) -> Option<String> {
    let text = |name: &HeaderName| {
        headers.get(name).map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned())
    };
    text(&header::ORIGIN).or_else(|| {
        let page = text(&header::REFERER)?;
        // What is no address has an origin that nobody allows.
        Some(Url::parse(&page).map_or(page, |url| url.origin().ascii_serialization()))
    })
}

/// Now, as budgets count it.
pub(super) fn instant() -> Instant {
    Instant::now()
}
